"""One module a group of pages."""

from typing import Final

from handraise.web.routes import accounts, entering, foreign, inbox, leads, own, palette, settings

ROUTERS: Final = (
    entering.router,
    foreign.router,
    own.router,
    palette.router,
    inbox.router,
    inbox.linked,
    leads.router,
    accounts.router,
    *settings.ROUTERS,
)
