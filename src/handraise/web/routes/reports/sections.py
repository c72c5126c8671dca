"""The reports there are, in the order of their list."""

from typing import Any, Final

from starlette.responses import Response

from handraise.http.callers import Call
from handraise.web import sections
from handraise.web.sections import Section
from handraise.web.wording import to_translate as _

REPORTS: Final = (
    Section("/reports", _("Funnel"), "reports:read"),
    Section("/reports/channels", _("Channels"), "reports:read"),
    Section("/reports/spend", _("Spend"), "reports:read"),
    Section("/reports/speed", _("Speed"), "reports:read"),
    Section("/reports/stages", _("Stages"), "reports:read"),
    Section("/reports/answers", _("Answers"), "reports:read"),
    Section("/reports/health", _("Health"), "reports:read"),
    Section("/reports/review", _("Quarterly review"), "reports:read"),
)


def show_report(call: Call, template: str, *, status: int = 200, **values: Any) -> Response:
    """A report, with the list of reports above it."""
    return sections.show_section(call, REPORTS, f"reports/{template}.html.jinja", status=status, **values)
