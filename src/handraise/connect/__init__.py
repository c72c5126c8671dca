"""The outside: ports, and one adapter a file."""
