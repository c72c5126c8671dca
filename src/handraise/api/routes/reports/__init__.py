"""Reports: one module a report."""

from typing import Final

from handraise.api.routes.reports import funnel, sla

ROUTERS: Final = (funnel.router, sla.router)
