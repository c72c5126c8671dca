"""The pure vocabulary: what a definition, a lead, a score and a moment are. No I/O, no clock, no database."""
