"""The pages people work in: rendered here, one request one transaction, permissions as those of the API."""

from handraise.web.application import pages

__all__ = ["pages"]
