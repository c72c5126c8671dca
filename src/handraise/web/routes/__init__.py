"""One module a group of pages."""

from typing import Final

from handraise.web.routes import (
    accounts,
    audiences,
    definition,
    entering,
    foreign,
    inbox,
    leads,
    own,
    pairs,
    palette,
    reports,
    settings,
    start,
)

ROUTERS: Final = (
    entering.router,
    foreign.router,
    start.router,
    own.router,
    palette.router,
    inbox.router,
    inbox.linked,
    leads.router,
    pairs.router,
    accounts.router,
    *audiences.ROUTERS,
    *reports.ROUTERS,
    *definition.ROUTERS,
    *settings.ROUTERS,
)
