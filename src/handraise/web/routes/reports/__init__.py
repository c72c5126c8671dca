"""Reports: one module a page. The list of the pages is in `sections`."""

from typing import Final

from handraise.web.routes.reports import funnel

ROUTERS: Final = (funnel.router,)
