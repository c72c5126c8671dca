"""Every page there is, as axe and the screenshots look at it. Who adds a page adds a line."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Look:
    """A page, and who looks: a role, or None for somebody who has not logged in.

    `path` may name what `tests/web/filled.py` made: `/leads/{lead}`. `ready` is what is there once the page
    is as it will stay.
    """

    path: str
    role: str | None = "admin"
    ready: str = "main"


LOOKS: Final = (
    Look("/login", None),
    Look("/password"),
    Look("/me"),
    Look("/start"),
    Look("/inbox", "sales"),
    Look("/inbox?whose=all&handoff={accepted}"),
    Look("/inbox?whose=nobodys"),
    Look("/leads"),
    Look("/leads?text=nobody+is+called+so"),
    Look("/leads/{lead}", "sales", ready=".sentence"),
    Look("/leads/{worked}", "sales", ready=".sentence"),
    Look("/leads/{quiet}?show=pages", "viewer", ready=".sentence"),
    Look("/leads/{lead}?as_of=2026-02-24T09:00", "marketing"),
    Look("/merge-suggestions", "admin"),
    Look("/accounts"),
    Look("/accounts/{account}"),
    Look("/reports", "viewer", ready=".drawn svg"),
    Look("/reports?stage=sal&months=6", "marketing", ready=".drawn svg"),
    Look("/reports/channels?by=rep", "viewer", ready=".drawn svg"),
    Look("/reports/channels?touch=first", "marketing", ready=".drawn svg"),
    Look("/reports/channels/leads?by=rep", "sales"),
    Look("/reports/spend", "marketing"),
    Look("/reports/spend", "viewer"),
    Look("/reports/speed", "viewer", ready=".drawn svg"),
    Look("/reports/speed?by=owner&weeks=4", "marketing", ready=".drawn svg"),
    Look("/reports/speed/handoffs?by=owner", "marketing"),
    Look("/reports/stages", "viewer", ready=".drawn svg"),
    Look("/reports/stages?side=disqualified&months=6&stage=sal", "marketing", ready=".drawn svg"),
    Look("/reports/stages/stalled", "marketing"),
    Look("/reports/stages/leads?stage=mql", "sales"),
    Look("/reports/stages/returned?month=2026-03", "sales"),
    Look("/reports/answers", "viewer", ready=".drawn svg"),
    Look("/reports/answers?months=3&rep={seller}", "marketing", ready=".drawn svg"),
    Look("/reports/answers/handoffs", "marketing"),
    Look("/reports/health", "viewer", ready=".findings"),
    Look("/reports/health", "marketing", ready=".findings"),
    Look("/reports/review", "marketing"),
    Look("/reports/review?quarter=2026-Q1", "viewer"),
    Look("/definition", "viewer"),
    Look("/definition", "marketing"),
    Look("/definition/versions/{proposed}", "sales"),
    Look("/definition/history?name=Mid-market", "marketing"),
    Look("/definition/drafts/{draft}", "admin", ready="#preview .figures"),
    Look("/definition/drafts/{wrong_draft}", "admin", ready="#problems li"),
    Look("/definition/backtests/{backtest}?draft={draft}", ready=".in-short"),
    Look("/definition/lists", "marketing"),
    Look("/definition/lists/{list}", "viewer"),
    Look("/audiences", "marketing", ready=".audiences"),
    Look("/audiences", "viewer", ready=".audiences"),
    Look("/audiences/new?starter=rejected-and-back", "marketing", ready="#people .counted"),
    Look("/audiences/{nested_audience}", "marketing", ready="#people .counted"),
    Look("/audiences/{audience}", "sales", ready="#people .counted"),
    Look("/audiences/{wrong_audience}", "admin", ready=".fault"),
    Look("/audiences/{nested_audience}/edit", "marketing", ready="#people .counted"),
    Look("/audiences/{wrong_audience}/edit", "marketing", ready="#problems li"),
    Look("/settings/people"),
    Look("/settings/people/{seller}"),
    Look("/settings/teams"),
    Look("/settings/teams/{team}"),
    Look("/settings/teams/-/rehearse?country=DE&email=ann@acme.example"),
    Look("/settings/calendars"),
    Look("/settings/calendars/new"),
    Look("/settings/calendars/{calendar}"),
    Look("/settings/sources"),
    Look("/settings/sources/{source}"),
    Look("/settings/imports", "marketing"),
    Look("/settings/quarantine"),
    Look("/settings/deliveries"),
    Look("/settings/deliveries/{delivery}"),
    Look("/settings/webhooks"),
    Look("/settings/reasons"),
    Look("/settings/frameworks"),
    Look("/settings/product", "marketing"),
    Look("/settings/api-keys"),
    Look("/settings/audit?verify=true"),
)
