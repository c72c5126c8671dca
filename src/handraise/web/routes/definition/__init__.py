"""The definition: read, written, previewed, proposed, signed, live, rolled back; and the lists beside it."""

from typing import Final

from handraise.web.routes.definition import drafting, lists, reading

ROUTERS: Final = (lists.router, drafting.router, drafting.runs, reading.router)
