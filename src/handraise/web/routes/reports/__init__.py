"""Reports: one module a page. The list of the pages is in `sections`."""

from typing import Final

from handraise.web.routes.reports import answers, channels, funnel, health, review, speed, spend, stages

ROUTERS: Final = (
    funnel.router,
    channels.router,
    spend.router,
    speed.router,
    stages.router,
    answers.router,
    health.router,
    review.router,
)
