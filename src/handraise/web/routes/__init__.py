"""One module a group of pages."""

from typing import Final

from handraise.web.routes import accounts, entering, inbox, leads, own, palette, settings

ROUTERS: Final = (
    entering.router,
    own.router,
    palette.router,
    inbox.router,
    inbox.linked,
    leads.router,
    accounts.router,
    *settings.ROUTERS,
)
