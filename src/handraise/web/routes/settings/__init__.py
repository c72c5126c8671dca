"""Settings: one module a section. The section list is in `sections`."""

from typing import Final

from handraise.web.routes.settings import (
    audit,
    captured,
    outgoing,
    people,
    product,
    programs,
    rules,
    sources,
    start,
    teams,
)

ROUTERS: Final = (
    start.router,
    people.router,
    teams.router,
    sources.router,
    captured.router,
    outgoing.router,
    rules.router,
    product.router,
    programs.router,
    audit.router,
)
