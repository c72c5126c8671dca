"""How tests run: property tests the same every time, none asserts how long it takes; databases on request."""

from hypothesis import settings

from tests.databases import cloning, database, embedded_server

__all__ = ["cloning", "database", "embedded_server"]

settings.register_profile("handraise", deadline=None, derandomize=True)
settings.load_profile("handraise")
