"""Whom an audience means: counted on the base as it is, listed, and taken out.

Membership is the one evaluator's word. An audience is compiled with the live definition, as one more
condition beside its rules, so that its scores, bars, signals and windows are those of the score itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import sqlalchemy as sa

from handraise.core.audiences import NOBODY, Audience, asked, read_audience, standing_fact
from handraise.core.definition.conditions import Equals, FactTest, leaves
from handraise.core.definition.model import Definition
from handraise.core.errors import HandraiseError, InputInvalid
from handraise.core.points import written
from handraise.engine.base import EMAIL
from handraise.engine.plan import TooComplex
from handraise.flow.preview import Previews, Reading
from handraise.flow.snapshot import PAGE, Snapshot, asked_of_events, size, snapshot_of
from handraise.flow.stalled import stalled
from handraise.store import definitions, managed_lists
from handraise.store.audiences import Standing, roots_after, standings
from handraise.store.definitions import Version
from handraise.store.histories import histories
from handraise.store.leads import LeadFilter, LeadRow, leads
from handraise.store.session import Database

I64 = npt.NDArray[np.int64]
Mail = Literal["yes", "not_known", "no_consent", "spam", "unsubscribed", "no_address"]
"""Whether somebody may be written to; `not_known`: nobody has said."""
MAILABLE: Final[tuple[Mail, ...]] = ("yes", "not_known")
FIRST: Final = 20
"""So many are shown by name beside a count."""
LONGEST_NAME: Final = 100
COLUMNS: Final = (
    "lead_id", "name", "first_name", "last_name", "email", "company", "stage", "owner", "fit", "engagement",
    "grade", "may_be_mailed",
)  # fmt: skip
"""What a file says of each person."""
_TOGETHER: Final = 50
_KEPT: Final = 500
_STALLED: Final = standing_fact("stalled")
# What outweighs what: the last that holds is told.
_ASKED_OF_MAIL: Final[tuple[tuple[Mail, Audience], ...]] = (
    ("yes", read_audience("who: {lead.consent: true}")),
    ("no_consent", read_audience("who: {lead.consent: false}")),
    ("spam", read_audience("signals: {said: {event: Email Marked as Spam}}\nwho: {signal: said}")),
    ("unsubscribed", read_audience("signals: {said: {event: Unsubscribed}}\nwho: {signal: said}")),
    ("no_address", Audience(FactTest(standing_fact("has_address"), (Equals((False,)),)))),
)
_MAILS: Final[tuple[Mail, ...]] = ("not_known", *(name for name, _ in _ASKED_OF_MAIL))


class DefinitionNotLive(HandraiseError):
    """An audience uses the words of a definition that does not act."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The definition `{name}` is not live, so its signals and scores mean nothing now.")


@dataclass(frozen=True)
class Ready:
    """An audience that can be asked: read, with the definition that is live.

    `asked` has the properties of events that both ask about.
    """

    text: str
    audience: Audience
    definition: Definition
    version_id: int | None
    asked: frozenset[str]

    @property
    def key(self) -> tuple[Any, ...]:
        """Two of one key have the same members."""
        return self.version_id, self.text, *sorted(self.audience.lists.items())


@dataclass(frozen=True)
class Found:
    """The members of an audience among the leads of a snapshot.

    Attributes
    ----------
    as_of, leads, total
        The moment asked about; how many leads were asked, of how many.
    ids
        The members' ids, ascending.
    mail
        Of each the place in the list of `Mail`.
    first
        The ids of those with most points.
    """

    as_of: datetime
    leads: int
    total: int
    ids: I64 = field(repr=False)
    mail: npt.NDArray[np.int8] = field(repr=False)
    first: tuple[int, ...]

    @property
    def is_sample(self) -> bool:
        """Whether the base is larger than what was asked."""
        return self.leads < self.total

    @property
    def people(self) -> int:
        """How many are in it; of a sample, about how many."""
        return self._of_all(self.ids.size)

    @property
    def mailable(self) -> int:
        """How many of them may be written to."""
        return self._of_all(int(np.isin(self.mail, [_MAILS.index(one) for one in MAILABLE]).sum()))

    @property
    def give_or_take(self) -> int:
        """How far the base's number may be from `people` (95 %); 0 when all were asked."""
        if not self.is_sample or not self.leads:
            return 0
        share, unseen = self.ids.size / self.leads, 1 - self.leads / self.total
        return round(1.96 * self.total * float(np.sqrt(share * (1 - share) / self.leads * unseen)))

    def mails(self) -> dict[int, Mail]:
        """Whether each of the first may be written to."""
        return {one: _MAILS[int(self.mail[np.searchsorted(self.ids, one)])] for one in self.first}

    def _of_all(self, count: int) -> int:
        return round(count * self.total / self.leads) if self.is_sample and self.leads else count


@dataclass(frozen=True)
class Member:
    """Somebody in an audience, as lists and files show them."""

    lead: LeadRow
    standing: Standing
    mail: Mail


@dataclass(frozen=True)
class Some:
    """Some members by id; `after` asks for those after them, None when there are no more."""

    members: tuple[Member, ...]
    after: int | None


def live(connection: sa.Connection, now: datetime) -> list[Version]:
    """The definitions whose words an audience may use: those for inbound leads first, then by name."""
    return sorted(definitions.live_at(connection, now), key=lambda one: (one.motion != "inbound", one.name))


@dataclass
class Audiences:
    """Audiences as one process asks them: on the snapshot that previews share, each once."""

    previews: Previews = field(default_factory=Previews)
    _base: Snapshot | None = None
    _found: dict[tuple[Any, ...], Found] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def definition(
        self, connection: sa.Connection, name: str | None, now: datetime
    ) -> tuple[Definition, int | None]:
        """The definition of that name as it is live, with its version; without a name one that says nothing.

        Raises
        ------
        DefinitionNotLive
            When none of that name is.
        """
        if name is None:
            return NOBODY, None
        version = next(iter(definitions.live_at(connection, now, name)), None)
        if version is None:
            raise DefinitionNotLive(name)
        return self.previews.evaluators.judges(connection, [version.id])[version.id].definition, version.id

    def ready(self, connection: sa.Connection, text: str, name: str | None, now: datetime) -> Ready:
        """An audience, read in the words of that definition.

        Raises
        ------
        DefinitionNotLive
            When none of that name is live.
        DefinitionInvalid
            When something in the text means nothing, with every problem at its place.
        TooComplex
            When it asks for more than the evaluator takes.
        """
        definition, version_id = self.definition(connection, name, now)
        lists = {one: kept.entries for one, kept in managed_lists.current(connection).items()}
        audience = read_audience(text, definition, lists)
        of_events = asked_of_events([asked(definition, [audience])])
        return Ready(text, audience, definition, version_id, of_events)

    def found(
        self, connection: sa.Connection, database: Database, wanted: Sequence[Ready], now: datetime
    ) -> list[Found] | Reading:
        """Who is in each of these, or how far reading the base is.

        Raises
        ------
        TooComplex
            When one asks for more than the evaluator takes.
        """
        taken = self.previews.taken(
            connection, database, now, frozenset().union(*(one.asked for one in wanted))
        )
        if isinstance(taken, Reading):
            return taken
        base, known = self._standing(connection, taken, now)
        missing = [one for key, one in {one.key: one for one in wanted}.items() if key not in known]
        for some in _together(missing):
            known |= dict(zip((one.key for one in some), _found_together(base, some), strict=True))
        with self._lock:
            if self._base is not None and self._base.ids is base.ids:
                self._found = dict([*known.items()][-_KEPT:])
        return [known[one.key] for one in wanted]

    def is_quick(self, connection: sa.Connection, wanted: Sequence[Ready]) -> bool:
        """Whether the answer is at hand, or the base so small that it soon is."""
        with self._lock:
            is_known = all(one.key in self._found for one in wanted)
        return is_known or size(connection) <= self.previews.small

    def some(
        self,
        connection: sa.Connection,
        database: Database,
        one: Ready,
        now: datetime,
        *,
        after: int = 0,
        limit: int = 200,
        only_mailable: bool = False,
        most: int = 10 * PAGE,
    ) -> Some | Reading:
        """The next members by id, each asked again as it is now: a page may hold fewer than `limit`.

        Of a base larger than a snapshot the leads are gone through, `most` of them at a time.
        """
        shown = self.found(connection, database, [one], now)
        if isinstance(shown, Reading):
            return shown
        [found] = shown
        if found.is_sample:
            return scanned(
                connection, one, now, after=after, limit=limit, only_mailable=only_mailable, most=most
            )
        ids = found.ids[np.searchsorted(found.ids, after, "right") :][: limit + 1].tolist()
        mails = decided(connection, one, ids[:limit], now, only_mailable=only_mailable)
        return Some(members_of(connection, mails), ids[limit - 1] if len(ids) > limit else None)

    def _standing(
        self, connection: sa.Connection, taken: Snapshot, now: datetime
    ) -> tuple[Snapshot, dict[tuple[Any, ...], Found]]:
        """The base with where each lead stands, and what was found in it before."""
        with self._lock:
            # The same base with more properties of events is the same people.
            if self._base is not None and self._base.ids is taken.ids:
                return replace(taken, facts=self._base.facts), dict(self._found)
        base = with_standings(connection, taken, now)
        with self._lock:
            self._base, self._found = base, {}
        return base, {}


def name_of(given: str) -> str:
    """A name as it is kept.

    Raises
    ------
    InputInvalid
        When nobody could read it.

    Examples
    --------
    >>> name_of("  Quiet   ones ")
    'Quiet ones'
    """
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InputInvalid(f"An audience needs a name of 1 to {LONGEST_NAME} letters.")
    return name


def found_in(base: Snapshot, wanted: Sequence[Ready]) -> list[Found]:
    """Who of a base with standings is in each of these audiences, which are of one version.

    Raises
    ------
    TooComplex
        When they ask for more than the evaluator takes.
    """
    audiences = [*(one.audience for one in wanted), *(audience for _, audience in _ASKED_OF_MAIL)]
    output = base.scored(asked(wanted[0].definition, audiences), look_back=False)
    is_in = [(output.tracks >> place) & 1 == 1 for place in range(len(audiences))]
    mail = np.zeros(len(base), np.int8)
    for place, holds in enumerate(is_in[len(wanted) :], 1):
        mail[holds] = place
    ids = base.ids.cast(pa.int64()).to_numpy(zero_copy_only=False)
    points = output.fit + output.engagement
    found = []
    for holds in is_in[: len(wanted)]:
        rows = np.flatnonzero(holds)
        best = rows[np.argsort(-points[rows], kind="stable")][:FIRST]
        first = tuple(int(one) for one in ids[best])
        found.append(Found(base.taken_at, len(base), base.total, ids[rows], mail[rows], first))
    return found


def _found_together(base: Snapshot, wanted: Sequence[Ready]) -> list[Found]:
    """The same in one pass, or in as many as it takes: together they may be too much where each is not."""
    try:
        return found_in(base, wanted)
    except TooComplex:
        if len(wanted) == 1:
            raise
    half = len(wanted) // 2
    return [*_found_together(base, wanted[:half]), *_found_together(base, wanted[half:])]


def with_standings(
    connection: sa.Connection, taken: Snapshot, now: datetime, *, is_stalled_asked: bool = True
) -> Snapshot:
    """The snapshot with where each of its leads stands, as facts.

    Who is stalled is looked up for the whole base: that is spared where nobody asks.
    """
    ids = [int(one) for one in taken.ids.to_pylist()]
    there = standings(connection, ids)
    late = {one.lead_id for one in stalled(connection, now)} if is_stalled_asked else set()
    rows = [there.get(one) for one in ids]
    # Asked here, once for a base: of an address nearly every value is another.
    emails = taken.facts[EMAIL].to_pylist() if EMAIL in taken.facts else [None] * len(ids)
    columns = {
        "has_address": pa.array([isinstance(email, str) and bool(email.strip()) for email in emails]),
        "stalled": pa.array([one in late for one in ids]),
        **{
            name: pa.array([getattr(row, name, None) for row in rows], kind)
            for name, kind in _COLUMNS.items()
        },
    }
    facts = {standing_fact(name): column for name, column in columns.items()}
    return replace(taken, facts={**taken.facts, **facts})


_TEXTS: Final = pa.dictionary(pa.int32(), pa.string())
_TIMES: Final = pa.timestamp("us", "UTC")
_COLUMNS: Final[Mapping[str, pa.DataType]] = {
    "stage": _TEXTS,
    "stage_since": _TIMES,
    "owner": _TEXTS,
    "rejected": _TIMES,
    "reject_reason": _TEXTS,
    "nurture": _TEXTS,
}


def scanned(
    connection: sa.Connection,
    one: Ready,
    now: datetime,
    *,
    after: int = 0,
    limit: int = PAGE,
    only_mailable: bool = False,
    most: int = PAGE,
) -> Some:
    """The next members by id, found by asking at most `most` leads, a page at a time."""
    mails: dict[int, Mail] = {}
    for _ in range(0, most, PAGE):
        roots = roots_after(connection, after, PAGE)
        if not roots:
            return Some(members_of(connection, mails), None)
        for lead_id, mail in decided(connection, one, roots, now, only_mailable=only_mailable).items():
            mails[lead_id] = mail
            if len(mails) == limit:
                return Some(members_of(connection, mails), lead_id)
        after = roots[-1]
    return Some(members_of(connection, mails), after)


def decided(
    connection: sa.Connection, one: Ready, ids: Sequence[int], now: datetime, *, only_mailable: bool
) -> dict[int, Mail]:
    """Who of these leads is in the audience now, and whether they may be written to."""
    taken = snapshot_of([histories(connection, ids)] if ids else [], now, len(ids))
    asks = any(isinstance(leaf, FactTest) and leaf.fact == _STALLED for leaf in leaves(one.audience.who))
    [found] = found_in(with_standings(connection, taken, now, is_stalled_asked=asks), [one])
    mails = {lead_id: _MAILS[place] for lead_id, place in zip(found.ids.tolist(), found.mail, strict=True)}
    return {lead_id: mail for lead_id, mail in mails.items() if mail in MAILABLE or not only_mailable}


def members_of(connection: sa.Connection, mails: Mapping[int, Mail]) -> tuple[Member, ...]:
    """These leads as they are now, in the order of `mails`; who was merged or erased since is left out."""
    rows = {
        row.id: row for row in leads(connection, LeadFilter(ids=[*mails]), limit=max(1, len(mails))).leads
    }
    there = standings(connection, [*rows])
    return tuple(Member(rows[one], there[one], mail) for one, mail in mails.items() if one in rows)


def everybody(
    database: Database, audiences: Audiences, one: Ready, now: datetime, *, only_mailable: bool
) -> Iterator[tuple[Member, ...]]:
    """All members, some at a time, each time in a transaction of its own: a long list holds nobody up."""
    after: int | None = 0
    while after is not None:
        with database.transaction() as connection:
            some = audiences.some(
                connection, database, one, now, after=after, limit=PAGE, only_mailable=only_mailable
            )
        if isinstance(some, Reading):
            raise StillReading(some)
        yield some.members
        after = some.after


def gone_through(
    database: Database, one: Ready, now: datetime, *, only_mailable: bool
) -> Iterator[tuple[Member, ...]]:
    """All members, by asking every lead a page at a time, without holding the base."""
    after: int | None = 0
    while after is not None:
        with database.transaction() as connection:
            some = scanned(connection, one, now, after=after, only_mailable=only_mailable)
        yield some.members
        after = some.after


def cells_of(one: Member) -> tuple[object, ...]:
    """Somebody as a row of a file, in the order of `COLUMNS`; points as people write them."""
    lead, standing = one.lead, one.standing
    points = [None if value is None else written(value) for value in (lead.fit, lead.engagement)]
    return (
        lead.id, lead.name, standing.first_name, standing.last_name, lead.email, lead.account, lead.stage,
        standing.owner, *points, lead.grade, one.mail,
    )  # fmt: skip


class StillReading(HandraiseError):
    """The base is being read for the first time since the product started; it takes a moment."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(
            f"The base is being read, {reading.done:,} of {reading.total:,} leads; ask again in a moment."
        )


def _together(wanted: Sequence[Ready]) -> Iterator[Sequence[Ready]]:
    """As many as are asked in one pass, of one version each time."""
    by_version: dict[int | None, list[Ready]] = {}
    for one in wanted:
        by_version.setdefault(one.version_id, []).append(one)
    for of_one in by_version.values():
        for first in range(0, len(of_one), _TOGETHER):
            yield of_one[first : first + _TOGETHER]


__all__ = [
    "COLUMNS", "FIRST", "MAILABLE", "Audiences", "DefinitionNotLive", "Found", "Mail", "Member", "Ready",
    "Some", "StillReading", "cells_of", "everybody", "found_in", "gone_through", "live", "members_of",
    "name_of", "scanned",
]  # fmt: skip
