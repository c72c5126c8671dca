"""What comes in: one module for each sender's format, each a pure function from a request to messages."""
