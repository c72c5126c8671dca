"""Reports: one module a page. The list of the pages is in `sections`."""

from typing import Final

from handraise.web.routes.reports import answers, funnel, health, review, speed, stages

ROUTERS: Final = (funnel.router, speed.router, stages.router, answers.router, health.router, review.router)
