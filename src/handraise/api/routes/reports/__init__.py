"""Reports: one module a report."""

from typing import Final

from handraise.api.routes.reports import answers, funnel, health, sla, stages

ROUTERS: Final = (funnel.router, sla.router, stages.router, answers.router, health.router)
