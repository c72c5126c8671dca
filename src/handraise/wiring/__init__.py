"""Where the parts are put together: adapters chosen, the clock read, the database opened."""

from handraise.wiring.services import Services, build

__all__ = ["Services", "build"]
