"""What comes of a hand-off: the course that the example's outcome took, or one made up where it has none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

import numpy as np

from handraise.example import ExampleCompany

REJECT: Final[Mapping[str, str]] = {
    "student": "student",
    "competitor": "competitor",
    "job seeker": "job_seeker",
    "duplicate": "already_in_talks",
    "not ICP": "not_icp",
    "no budget": "no_budget",
    "no response": "unreachable",
    "wrong timing": "not_ready",
    "no need": "no_need",
}
"""The example's reasons for a rejection, in codes of the product's list."""
LOST: Final[Mapping[str, str]] = {
    "price": "price",
    "chose a competitor": "competitor_won",
    "no decision": "no_decision",
    "missing feature": "missing_feature",
    "wrong timing": "timing",
}
_BY_PERSONA: Final = {"student": "student", "competitor": "competitor", "job seeker": "job_seeker",
                      "freelancer": "not_icp", "passer-by": "no_need"}  # fmt: skip
_NOT_NOW: Final = ("no_answer", "not_now", "no_budget", "project_on_hold")
_NOT_YET: Final = ("not_ready", "no_need", "unreachable", "no_budget", "wrong_person")

Verb = Literal["accept", "reject", "contact", "recycle", "qualify", "sql", "opportunity", "won", "lost"]


@dataclass(frozen=True)
class Deed:
    """Something that the owner does `after` so long from when the hand-off was opened.

    Attributes
    ----------
    detail
        Of `reject`, `recycle`, `lost` the reason's code; of `qualify` answers by criterion; of
        `opportunity` and `won` the amount in EUR.
    """

    after: timedelta
    verb: Verb
    detail: Any = None


@dataclass(frozen=True)
class Deal:
    """What the example says of a deal, as far as it has come; times from the hand-over on."""

    amount: int
    opened: timedelta
    won: timedelta | None = None
    lost: timedelta | None = None
    lost_reason: str | None = None


@dataclass(frozen=True)
class Course:
    """What comes of a hand-off; times count from the hand-over. All None: nobody ever answers.

    Attributes
    ----------
    rejected
        When it is given back, and for which of the product's reasons.
    met
        The criteria of BANT that the lead was found to meet when it became an SQL.
    recycled
        When a lead that was accepted is given back, and why.
    """

    contact: timedelta | None = None
    rejected: tuple[timedelta, str] | None = None
    sql: timedelta | None = None
    met: frozenset[str] = frozenset()
    deal: Deal | None = None
    recycled: tuple[timedelta, str] | None = None


def courses_of(company: ExampleCompany) -> dict[str, Course]:
    """The course of each lead that the example's sales team worked, by `lead_id`."""
    return {row["lead_id"]: _of_outcome(row) for row in company.outcomes.to_pylist()}


def made_up(truth: Mapping[str, Any], rng: np.random.Generator) -> Course:
    """A course for a hand-off that the example knows nothing of.

    Its old rule never handed the lead over, or the lead is back. The course follows from who they are and how
    much they want it, which is what sales finds out.
    """
    contact = timedelta(hours=float(rng.lognormal(1.2, 1.0)))
    if rng.random() < 0.05:
        return Course()
    if truth["persona"] != "buyer":
        return Course(contact, rejected=(contact, _BY_PERSONA[truth["persona"]]))
    wants = 1 / (1 + np.exp(-(float(truth["intent"]) - 0.3)))
    drawn = float(rng.random())
    if drawn > 0.45 + 0.5 * wants:
        return Course(contact, rejected=(contact * 1.5, str(rng.choice(_NOT_YET))))
    if drawn > 0.5 * wants:
        given_back = contact + timedelta(days=float(rng.uniform(3, 25)))
        return Course(contact, recycled=(given_back, str(rng.choice(_NOT_NOW))))
    sql = contact + timedelta(days=float(rng.lognormal(1.8, 0.6)))
    opened = sql + timedelta(days=float(rng.lognormal(2.0, 0.6)))
    closed = opened + timedelta(days=float(rng.lognormal(3.2, 0.5)))
    amount = int(rng.lognormal(9.2, 0.6)) // 100 * 100
    is_won = rng.random() < wants
    deal = Deal(amount, opened, *((closed, None, None) if is_won else (None, closed, "no_decision")))
    return Course(contact, sql=sql, met=frozenset(("need", "authority", "timeline")), deal=deal)


def deeds_of(course: Course, opened_at: datetime) -> list[Deed]:
    """What the owner does, in order. Who is reached was accepted a little before.

    Examples
    --------
    >>> from datetime import UTC
    >>> course = Course(timedelta(hours=2), recycled=(timedelta(days=5), "no_answer"))
    >>> [deed.verb for deed in deeds_of(course, datetime(2026, 3, 2, tzinfo=UTC))]
    ['accept', 'contact', 'recycle']
    """
    if course.rejected is not None:
        return [Deed(course.rejected[0], "reject", course.rejected[1])]
    if course.contact is None:
        return []
    deeds = [Deed(course.contact * 0.6, "accept"), Deed(course.contact, "contact")]
    if course.recycled is not None:
        deeds.append(Deed(course.recycled[0], "recycle", course.recycled[1]))
    if course.sql is not None:
        answers = _answers(course, (opened_at + course.sql).date())
        deeds += [Deed(course.sql, "qualify", answers), Deed(course.sql, "sql")]
    deal = course.deal
    if deal is not None:
        deeds.append(Deed(deal.opened, "opportunity", deal.amount))
        if deal.won is not None:
            deeds.append(Deed(deal.won, "won", deal.amount))
        if deal.lost is not None:
            deeds.append(Deed(deal.lost, "lost", deal.lost_reason))
    return deeds


def _answers(course: Course, day: date) -> dict[str, str]:
    amount = 9_000 if course.deal is None else course.deal.amount
    words = {
        "budget": str(amount),
        "authority": "Decides together with the head of finance",
        "need": "One inbox for everybody who answers customers",
        "timeline": (day + timedelta(days=75)).isoformat(),
    }
    return {name: answer for name, answer in words.items() if name in course.met}


def _of_outcome(row: Mapping[str, Any]) -> Course:
    def lag(name: str) -> timedelta | None:
        return None if row[name] is None else row[name] - row["mql_at"]

    rejected, opened, accepted = lag("rejected_at"), lag("opportunity_at"), lag("accepted_at")
    deal = None
    if opened is not None:
        why = None if row["lost_reason"] is None else LOST[row["lost_reason"]]
        deal = Deal(int(row["amount"]), opened, lag("won_at"), lag("lost_at"), why)
    recycled = None
    if accepted is not None and row["sql_at"] is None:
        # The example's seller lets such a lead lie. Half of ours say that they gave up; the other half stay,
        # and are seen among those that stand still.
        number = int(row["lead_id"][1:])
        if number % 2:
            reason = _NOT_NOW[number // 2 % len(_NOT_NOW)]
            recycled = (accepted + timedelta(days=6 + number % 17), reason)
    return Course(
        contact=lag("first_contact_at"),
        rejected=None if rejected is None else (rejected, REJECT[row["reject_reason"]]),
        sql=lag("sql_at"),
        met=frozenset(name for name in ("need", "budget", "authority", "timeline") if row[name]),
        deal=deal,
        recycled=recycled,
    )
