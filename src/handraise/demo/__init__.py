"""The running product with the example company in it: its past filled in, its present replayed before you."""
