"""Handraise: open, self-hosted lead qualification."""

__version__ = "0.1.0"
