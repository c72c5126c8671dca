"""The way in: the first section that one may see."""

from typing import Annotated

from starlette.responses import Response

from handraise.http.callers import Call, needs
from handraise.web.routes.settings.sections import sections_of
from handraise.web.sites import site
from handraise.web.visits import go_to

router = site("/settings")


@router.get("")
def settings(call: Annotated[Call, needs("settings:read")]) -> Response:
    """On to the first section."""
    return go_to(call, sections_of(call)[0].path)
