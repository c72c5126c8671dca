"""One module a group of pages."""

from typing import Final

from handraise.web.routes import entering, own, palette

ROUTERS: Final = (
    entering.router,
    own.router,
    palette.router,
)
