"""How tests run: property tests the same every time, none asserts how long it takes; databases on request."""

import gc
from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.databases import cloning, database, embedded_server

__all__ = ["cloning", "database", "embedded_server"]

settings.register_profile("handraise", deadline=None, derandomize=True)
settings.load_profile("handraise")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is there before the first test stays to the end: thousands of tests and all modules.

    Nobody looks for garbage among it, which would take most of a second each time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()
