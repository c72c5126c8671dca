"""Answers: how many of the leads handed over sales gives back, and why; a handful to read together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from handraise.core.calibration import MOST_REJECTED
from handraise.http.callers import Call, needs
from handraise.learn.shares import Share
from handraise.store.reports import answers
from handraise.store.reports.answers import Answer, Archived, Asked, Cell, Tally
from handraise.store.reports.changes import put_live
from handraise.store.reports.periods import month_of, start_of
from handraise.web.interval_charts import (
    Shown,
    counts_side_by_side,
    shares_over_time,
    shares_side_by_side,
)
from handraise.web.naming import marked_months, month_name, reason_labels
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import sheet
from handraise.web.sites import site
from handraise.web.visits import Visit, visit_of

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayReadLeads = Annotated[Call, needs("leads:read")]
MayExport = Annotated[Call, needs("export")]
Months = Literal["3", "6", "12", "24", "36"]
Text = Annotated[str, Query(max_length=200)]
_NONE: Final = "none"
_MOST: Final = 200


@dataclass(frozen=True)
class Filters:
    """What is asked for, as it stands in the address; empty: any."""

    months: Months
    rep: str
    channel: str
    reason: str

    @property
    def asked(self) -> Asked:
        """The hand-offs meant, whatever was answered."""
        owner = int(self.rep) if self.rep.isdecimal() and len(self.rep) < 19 else None
        channel = "" if self.channel == _NONE else self.channel or None
        return Asked(rep_id=owner, is_nobodys=self.rep == _NONE, channel=channel)

    @property
    def query(self) -> Mapping[str, str]:
        """As in an address."""
        return {"months": self.months, "rep": self.rep, "channel": self.channel, "reason": self.reason}

    def address(self, page: str = "/reports/answers", **changes: str) -> str:
        """An address with the same filters but for these changes; what is empty is left out."""
        said = {name: value for name, value in {**self.query, **changes}.items() if value}
        return f"{page}?{urlencode(said)}"


@dataclass(frozen=True)
class Line:
    """A month, a rep or a channel in a table; `key` is how the address names it."""

    key: str
    name: str
    tally: Tally
    rejected: int

    @property
    def share(self) -> Share:
        """Rejected (for the reason asked for), of those answered."""
        return Share(self.rejected, self.tally.answered)


@router.get("/answers")
def answers_page(
    call: MayRead, months: Months = "12", rep: Text = "", channel: Text = "", reason: Text = ""
) -> Response:
    """Rejections by month, reason, rep and channel; why leads were archived; a handful to read."""
    visit, filters = visit_of(call), Filters(months, rep, channel, reason)
    every = answers.cells(call.connection, int(months), call.now)
    found = [one for one in every if filters.asked.has(one)]
    labels = reason_labels(call)
    by_month = _bymonth_name(visit, found, filters, call.now)
    reps = _lines(found, filters, lambda one: (_key(one.rep_id), one.rep or visit.gettext("Nobody's")))
    channels = _lines(found, filters, lambda one: (one.channel or _NONE, _channel(visit, one.channel)))
    changes = put_live(call.connection, start_of(month_of(call.now, 1 - int(months))), call.now)
    marks = marked_months(visit, changes)
    reasons = answers.reasons_of(found)
    archived = _archived(
        answers.archived(call.connection, int(months), call.now), reason_labels(call, "disqualify")
    )
    limit = None if reason else MOST_REJECTED
    return show_report(
        call,
        "answers",
        is_empty=not every and not archived,
        filters=filters,
        limit=MOST_REJECTED,
        **_choices(visit, every, filters, labels),
        whole=Line("", "", answers.tally(found), _rejected(found, filters)),
        by_month=by_month,
        reps=reps,
        channels=channels,
        reasons=[(code, labels.get(code, code), count) for code, count in reasons.items()],
        rejected=sum(reasons.values()),
        reason_label=labels.get(reason, reason),
        labels=labels,
        archived=archived,
        month_chart=shares_over_time([_shown(visit, one) for one in by_month], marks, limit=limit),
        reason_chart=counts_side_by_side([(labels.get(one, one), n) for one, n in reasons.items()]),
        rep_chart=shares_side_by_side([_shown(visit, one) for one in reps], limit=limit),
        channel_chart=shares_side_by_side([_shown(visit, one) for one in channels], limit=limit),
        archived_chart=counts_side_by_side(
            [(label, sum(by.values())) for label, by in archived], "disqualified"
        ),
        changes=changes,
        to_read=answers.handful(call.connection, int(months), call.now, _for_reason(filters)),
    )


@router.get("/answers.csv")
def answers_file(
    call: MayExport, months: Months = "12", rep: Text = "", channel: Text = "", reason: Text = ""
) -> Response:
    """Every month, rep, channel, answer and reason with its count, as a file."""
    filters = Filters(months, rep, channel, reason)
    rows = [
        [f"{one.month:%Y-%m}", one.rep, one.channel, one.answer, one.reason, one.count]
        for one in answers.cells(call.connection, int(months), call.now)
        if filters.asked.has(one)
    ]
    return sheet("answers.csv", ["month", "rep", "channel", "answer", "reason", "count"], rows)


@router.get("/disqualified.csv")
def archived_file(call: MayExport, months: Months = "12") -> Response:
    """Why leads were archived, by month and by whom, as a file."""
    found = answers.archived(call.connection, int(months), call.now)
    rows = [[f"{one.month:%Y-%m}", one.reason, one.by, one.count] for one in found]
    return sheet("disqualified.csv", ["month", "reason", "by", "count"], rows)


@router.get("/answers/handoffs")
def answered_handoffs(
    call: MayReadLeads,
    months: Months = "12",
    rep: Text = "",
    channel: Text = "",
    reason: Text = "",
    month: Annotated[str, Query(pattern=r"^(20\d\d-(0[1-9]|1[0-2]))?$")] = "",
    answer: Literal["", "open", "accepted", "rejected"] = "",
) -> Response:
    """The hand-offs that a number counts, by name."""
    visit, filters = visit_of(call), Filters(months, rep, channel, reason)
    first = date.fromisoformat(f"{month}-01") if month else None
    asked = _for_reason(filters, first, answer or None)
    told = answers.told(call.connection, int(months), call.now, asked, _MOST + 1)
    return show_report(
        call,
        "answers_handoffs",
        told=told[:_MOST],
        is_more=len(told) > _MOST,
        labels=reason_labels(call),
        answer=answer,
        answer_names=_answers(visit),
        month=None if first is None else month_name(visit, first),
        channel_name=lambda given: _channel(visit, given),
        back=filters.address(),
    )


def _for_reason(filters: Filters, month: date | None = None, answer: Answer | None = None) -> Asked:
    asked = filters.asked
    return Asked(month, asked.rep_id, asked.is_nobodys, asked.channel, answer, filters.reason or None)


# ---------------------------------------------------------------------------------------------- in words


def _bymonth_name(visit: Visit, found: Sequence[Cell], filters: Filters, now: datetime) -> list[Line]:
    lines = []
    for month in answers.months_back(int(filters.months), now):
        there = [one for one in found if one.month == month]
        lines.append(
            Line(f"{month:%Y-%m}", month_name(visit, month), answers.tally(there), _rejected(there, filters))
        )
    return lines


def _lines(found: Sequence[Cell], filters: Filters, of: Callable[[Cell], tuple[str, str]]) -> list[Line]:
    """Each group, those with most answers first."""
    lines = []
    for (key, name), tally in answers.tallies(found, of).items():
        there = [one for one in found if of(one) == (key, name)]
        lines.append(Line(key, name, tally, _rejected(there, filters)))
    return sorted(lines, key=lambda one: (-one.tally.answered, one.name))


def _rejected(there: Sequence[Cell], filters: Filters) -> int:
    """How many were rejected: for the reason that is asked for, if one is."""
    return sum(one.count for one in there if one.answer == "rejected" and filters.reason in ("", one.reason))


def _archived(found: Sequence[Archived], labels: Mapping[str, str]) -> list[tuple[str, dict[str, int]]]:
    """By reason who archived how many: a rule, a person, the CRM; the most frequent first."""
    counts: dict[str, dict[str, int]] = {}
    for one in found:
        said = labels.get(one.reason) or one.reason[:1].upper() + one.reason[1:]
        by = counts.setdefault(said, {"rule": 0, "person": 0, "crm": 0})
        by[one.by] = by.get(one.by, 0) + one.count
    return sorted(counts.items(), key=lambda one: (-sum(one[1].values()), one[0]))


def _choices(
    visit: Visit, every: Sequence[Cell], filters: Filters, labels: Mapping[str, str]
) -> Mapping[str, Any]:
    _ = visit.gettext
    reps = {_key(one.rep_id): one.rep or _("Nobody's") for one in every}
    channels = {one.channel or _NONE: _channel(visit, one.channel) for one in every}
    codes = {*answers.reasons_of(every), *([filters.reason] if filters.reason else [])}
    reasons = {code: labels.get(code, code) for code in codes}
    return {
        "month_choices": [(n, _("Last %(n)s months", n=n)) for n in ("3", "6", "12", "24", "36")],
        "rep_choices": [("", _("Anybody")), *_by_name(reps)],
        "channel_choices": [("", _("Any")), *_by_name(channels)],
        "reason_choices": [("", _("Any")), *_by_name(reasons)],
    }


def _by_name(named: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(named.items(), key=lambda one: one[1].casefold())


def _answers(visit: Visit) -> Mapping[Answer, str]:
    _ = visit.gettext
    return {"open": _("not answered yet"), "accepted": _("accepted"), "rejected": _("rejected")}


def _key(rep_id: int | None) -> str:
    return _NONE if rep_id is None else str(rep_id)


def _channel(visit: Visit, channel: str) -> str:
    return channel or visit.gettext("not known")


def _shown(visit: Visit, line: Line) -> Shown:
    counts = {"name": line.name, "count": line.rejected, "n": line.tally.answered}
    return Shown(line.name, line.share, visit.gettext("%(name)s: %(count)s of %(n)s rejected", **counts))
