"""How property tests run: the same examples every time, and no test asserts how long anything takes."""

from hypothesis import settings

settings.register_profile("handraise", deadline=None, derandomize=True)
settings.load_profile("handraise")
