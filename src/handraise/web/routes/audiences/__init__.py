"""Audiences: read, and written."""

from typing import Final

from handraise.web.routes.audiences import reading, writing

# Fixed addresses before those with an id.
ROUTERS: Final = (writing.router, reading.router)
