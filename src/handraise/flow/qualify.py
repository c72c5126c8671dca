"""Qualifying: what sales finds out by a framework, from whom and when; at its bar the lead is an SQL."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import sqlalchemy as sa

from handraise.connect.inbound.links import CAMPAIGN
from handraise.core.actor import Actor
from handraise.core.definition.model import Motion
from handraise.core.errors import HandraiseError
from handraise.core.framework import Criterion, Filled, Framework, suggested
from handraise.core.message import Message
from handraise.core.properties import flattened
from handraise.core.saying import Saying
from handraise.flow.desk import Desk
from handraise.flow.feedback import Outcome, conclude
from handraise.flow.handoff import accept, refuse_stranger
from handraise.flow.lifecycle import look_again
from handraise.store import accounts, deals, dirty, frameworks, handoffs, stages
from handraise.store.handoffs import HandoffRow

_AMOUNT: Final = re.compile(r"-?\d{1,15}(\.\d{1,4})?")
_FORM: Final = Actor("system")


class AnswerInvalid(HandraiseError):
    """An answer is not of the kind that its criterion asks for, or there is no such criterion."""


@dataclass(frozen=True)
class Qualification:
    """Where a lead stands by a framework."""

    filled: Filled
    is_met: bool
    has_moved: bool = False

    @property
    def missing(self) -> tuple[Criterion, ...]:
        """What is still to be found out."""
        return self.filled.framework.missing(self.filled.answers)


def answer(
    connection: sa.Connection,
    lead_id: int,
    framework: str,
    given: Mapping[str, object],
    by: Actor,
    now: datetime,
    desk: Desk,
) -> Qualification:
    """Write down answers, some or all; a None takes one back.

    When they reach the framework's bar and somebody in sales has the lead, it becomes an SQL with an open
    deal, and the hand-off is done.

    Raises
    ------
    FrameworkInvalid
        When there is no such framework.
    AnswerInvalid
        When an answer does not fit its criterion.
    LeadUnknown, HandoffForeign
    """
    found = frameworks.framework(connection, framework)
    answers = {name: fitting(found, name, value) for name, value in given.items()}
    stands = stages.standing(connection, lead_id)
    row = _worked(connection, stands.id)
    if row is not None:
        refuse_stranger(connection, row, by, "leads:write")
    frameworks.record(connection, stands.id, framework, answers, by.written, now)
    look_again(connection, stands, f"has answers for {found.label}", now)
    filled = _filled(connection, stands.id, found)
    is_met = found.is_met(filled.answers)
    has_moved = False
    if is_met and row is not None and stands.stage in ("lead", "mql", "sal", "recycled") and by.member:
        if row.state == "open":
            accept(connection, row.id, by, now, desk)
        reached = Outcome("sql", note=f"{found.label} is filled in to its bar")
        conclude(connection, row.id, reached, by, now, desk)
        has_moved = True
    said = {"framework": framework, "criteria": sorted(answers)}
    desk.audit(connection, by.written, "lead.qualify", f"lead:{stands.id}", now, said)
    return Qualification(filled, is_met, has_moved)


def answer_in_form(
    connection: sa.Connection, lead_id: int, told: Mapping[str, object], now: datetime
) -> tuple[str, ...]:
    """Take a form's fields for answers where their names say so (`bant_budget`, `bant.budget`).

    What the answers lead to, the definition says (`skip_to_sql`) when the lead is next decided. An answer of
    the wrong kind is left out: a form must not fail for it. The lead is not locked. Gives the names that were
    taken.
    """
    known = frameworks.frameworks(connection)
    return _answered(connection, known, lead_id, told, now)


def answer_in_forms(
    connection: sa.Connection, messages: Iterable[tuple[int, Message]], now: datetime
) -> None:
    """Take answers from what came in, for each message its lead; what is no form costs nothing.

    An answer counts from when the form was sent off.
    """
    forms = [(lead_id, message) for lead_id, message in messages if may_be_form(message)]
    if not forms:
        return
    known = frameworks.frameworks(connection)
    asked = {field for name, framework in known.items() for field in _fields_of(name, framework)}
    for lead_id, message in forms:
        told = dict(flattened({**message.traits, **message.properties}))
        if asked.isdisjoint(told):
            continue
        _answered(connection, known, lead_id, told, now, said_at=message.occurred_at)


def may_be_form(message: Message) -> bool:
    """Whether a field could be named after a framework and its criterion; a campaign's are not."""
    if message.bot is not None or message.kind not in ("track", "identify"):
        return False
    return _has_answers(message.properties) or _has_answers(message.traits)


def _has_answers(fields: Mapping[str, object]) -> bool:
    return any(
        ("_" in name or "." in name or isinstance(value, dict)) and name not in CAMPAIGN
        for name, value in fields.items()
    )


def _fields_of(name: str, framework: Framework) -> Iterator[str]:
    for criterion in framework.criteria:
        yield from _fields(name, criterion.name)


def _fields(name: str, criterion: str) -> tuple[str, str]:
    return f"{name}_{criterion}", f"{name}.{criterion}"


def _answered(
    connection: sa.Connection,
    known: Mapping[str, Framework],
    lead_id: int,
    told: Mapping[str, object],
    now: datetime,
    *,
    said_at: datetime | None = None,
) -> tuple[str, ...]:
    taken: list[str] = []
    for name, framework in known.items():
        answers: dict[str, object] = {}
        for criterion in framework.criteria:
            for field in _fields(name, criterion.name):
                if told.get(field) in (None, ""):
                    continue
                try:
                    answers[criterion.name] = fitting(framework, criterion.name, told[field])
                except AnswerInvalid:
                    continue
                taken.append(field)
        if answers:
            frameworks.record(connection, lead_id, name, answers, "form", said_at or now)
            cause = {"event": f"the lead has answers for {framework.label}"}
            dirty.mark(connection, [lead_id], "event", cause, now)
    return tuple(taken)


def qualification(connection: sa.Connection, lead_id: int, framework: str) -> Qualification:
    """Where a lead stands by a framework."""
    found = frameworks.framework(connection, framework)
    filled = _filled(connection, stages.standing(connection, lead_id).id, found)
    return Qualification(filled, found.is_met(filled.answers))


def suggestion(connection: sa.Connection, lead_id: int, motion: Motion = "inbound") -> tuple[Framework, str]:
    """The framework that suits the lead, by its deal and how many people of its account are here, and why."""
    stands = stages.standing(connection, lead_id)
    deal = deals.current_deal(connection, stands.id)
    size = None if deal is None or deal.amount_cents is None else Decimal(deal.amount_cents) / 100
    here = 0 if stands.account_id is None else len(accounts.committee(connection, stands.account_id))
    return suggested(size, here if here > 1 else None, motion)


def fitting(framework: Framework, name: str, value: object) -> object:
    """The answer as it is kept.

    Raises
    ------
    AnswerInvalid
        When the framework has no such criterion, or the answer is not of its kind.

    Examples
    --------
    >>> from handraise.core.framework import BANT
    >>> fitting(BANT, "budget", "20000"), fitting(BANT, "need", " reporting ")
    ('20000', 'reporting')
    """
    criterion = next((one for one in framework.criteria if one.name == name), None)
    if criterion is None:
        known = ", ".join(one.name for one in framework.criteria)
        raise AnswerInvalid(
            Saying("{label} has no `{name}`; it has {known}.", label=framework.label, name=name, known=known)
        )
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    kept = _fitted(criterion, value)
    if kept is None:
        raise AnswerInvalid(
            Saying(
                "`{value}` is no answer to {label}: {asks}.",
                value=value,
                label=criterion.label,
                asks=_ASKS[criterion.kind],
            )
        )
    return kept


_ASKS: Final = {
    "text": Saying("write a text"),
    "number": Saying("write a number"),
    "money": Saying("write an amount, such as 20000"),
    "date": Saying("write a date, such as 2026-09-30"),
    "yes_no": Saying("say yes or no"),
    "choice": Saying("take one of its choices"),
}


def _fitted(criterion: Criterion, value: object) -> object:
    text = str(value).strip()
    match criterion.kind:
        case "number" | "money":
            is_plain = isinstance(value, int | float) and not isinstance(value, bool)
            return value if is_plain else (text if _AMOUNT.fullmatch(text.replace(",", "")) else None)
        case "date":
            return text if _is_date(text) else None
        case "yes_no":
            told = {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold())
            return value if isinstance(value, bool) else told
        case "choice":
            return next((one for one in criterion.choices if one.casefold() == text.casefold()), None)
        case "text":
            return text[:2000]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _filled(connection: sa.Connection, root: int, framework: Framework) -> Filled:
    known = frameworks.filled(connection, [root])[root]
    return next((one for one in known if one.framework.name == framework.name), Filled(framework, {}))


def _worked(connection: sa.Connection, root: int) -> HandoffRow | None:
    """The hand-off that somebody has of this lead, locked: one that is accepted before one that is open."""
    live = sorted(handoffs.live_of(connection, root), key=lambda row: (row.state != "accepted", row.id))
    return handoffs.locked(connection, live[0].id)[0] if live else None
