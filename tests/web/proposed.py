"""What is on its way in a company: a proposal with its evidence, a draft, one with errors, a list."""

from typing import TYPE_CHECKING

from handraise.flow import backtests, define
from handraise.flow.preview import Preview, as_figures
from handraise.store import backtest_runs, drafts, evidence, managed_lists
from handraise.store.definitions import read_text
from tests.journeys.company import DEFINITION

if TYPE_CHECKING:
    from tests.web.filled import Filled

LOOSER = DEFINITION.replace("  bar: 40", "  bar: 15   # as agreed in March").replace(
    "points: 45}", "points: 30}"
)
WRONG = DEFINITION.replace("bar: 40", "bar: 400").replace("signal: webinar,", "signal: webinars,")


def propose(found: "Filled") -> None:
    """Keep them; ids are `proposed`, `draft` and `wrong_draft`."""
    services, now = found.site.services, found.company.now
    marketing, admin = (f"member:{found.site.member(role)}" for role in ("marketing", "admin"))
    with services.database.transaction() as connection:
        made = define.publish(connection, LOOSER, {}, marketing, "More for the new team", now)
        shown = services.previews.preview(
            connection, services.database, read_text(LOOSER, {}).definition, now
        )
        assert isinstance(shown, Preview)
        evidence.freeze(connection, made.id, as_figures(shown), marketing, now)
        define.sign(connection, made.id, "marketing", marketing, now)
        found.ids["proposed"] = made.id
        run = backtest_runs.begin(connection, LOOSER, {}, None, admin, now)
        found.ids["draft"] = drafts.begin(connection, LOOSER + "# one more\n", made.id, admin, now).id
        found.ids["wrong_draft"] = drafts.begin(connection, WRONG, made.id, admin, now).id
        for entries, note in (
            (["rivaldesk.example"], None),
            (["rivaldesk.example", "b.example"], "bought us"),
        ):
            managed_lists.keep(connection, "competitors", entries, note, marketing, now)
        found.ids["list"] = "competitors"
    found.ids["backtest"] = run.id
    backtests.run(services.database, run.id, lambda: now)
