"""Reports: one module a report."""

from typing import Final

from handraise.api.routes.reports import answers, channels, funnel, health, sla, spend, stages

ROUTERS: Final = (
    funnel.router,
    channels.router,
    spend.router,
    sla.router,
    stages.router,
    answers.router,
    health.router,
)
