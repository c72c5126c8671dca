"""The doors for programs: what comes in, and the product's own HTTP interface."""
