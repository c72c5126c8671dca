"""The order of things: what comes in is told from repeats, given to leads, stored, and its leads marked.

What a form answers of a qualification framework is taken down with it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from msgspec.structs import replace

from handraise.connect.inbound.formats import parse
from handraise.core.message import Message, Parsed, Refused
from handraise.flow import audit, identify, importing
from handraise.flow.capture import Arrival, Outcome, outcome_of_refused
from handraise.flow.importing import Imported, Plan
from handraise.flow.qualify import answer_in_forms, may_be_form
from handraise.store.events import Taken, store_events, take
from handraise.store.quarantine import Held, hold, mark_replayed, still_wrong, waiting
from handraise.store.sources import Source, note_first_event, sources

_DEEDS: Final = frozenset(("track", "page", "screen"))
Resolve = Callable[[sa.Connection, Sequence[Message], datetime], list[int]]


def receive(
    connection: sa.Connection,
    source: Source,
    messages: Sequence[Message],
    refused: Sequence[Refused],
    now: datetime,
    *,
    path: str = "",
    import_id: int | None = None,
    resolve: Resolve = identify.resolve,
) -> list[Outcome]:
    """What became of each message of one source, then of each refused call."""
    arrival = Arrival(
        source.id,
        source.adapter,
        path,
        tuple(messages),
        tuple(refused),
        is_first=source.first_event_at is None,
    )
    [outcomes] = receive_all(connection, [arrival], now, import_id=import_id, resolve=resolve)
    return outcomes


def receive_all(
    connection: sa.Connection,
    arrivals: Sequence[Arrival],
    now: datetime,
    *,
    import_id: int | None = None,
    resolve: Resolve = identify.resolve,
) -> list[list[Outcome]]:
    """Take what many requests brought, in the transaction of `connection`.

    Gives for each arrival what became of its messages, then of what was refused. A message whose id the
    source has used before, in this call or ever, is a duplicate and changes nothing.
    """
    messages = [(arrival.source_id, message) for arrival in arrivals for message in arrival.messages]
    telling = {place for place, (_, message) in enumerate(messages) if _is_telling(message)}
    accepted, left = take(connection, messages, now, telling=telling, import_id=import_id)
    if left:
        _look_closer(connection, [messages[place] for place in left], now, resolve, import_id)
    hold(connection, [held for arrival in arrivals for held in _held(arrival, now)])
    if begun := {arrival.source_id for arrival in arrivals if arrival.is_first and arrival.messages}:
        note_first_event(connection, begun, now)
    return _outcomes(arrivals, accepted)


def _is_telling(message: Message) -> bool:
    """Whether it says of somebody who they are, beside that they did something, or answers a question."""
    return bool(
        message.kind not in _DEEDS
        or message.traits
        or message.email
        or message.previous_id
        or may_be_form(message)
    )


def _look_closer(
    connection: sa.Connection,
    messages: Sequence[tuple[int, Message]],
    now: datetime,
    resolve: Resolve,
    import_id: int | None,
) -> None:
    """Find out whose these messages are and what they tell, and store them."""
    leads = resolve(connection, [message for _, message in messages], now)
    given = list(zip(leads, messages, strict=True))
    taken = [Taken(lead, source_id, message) for lead, (source_id, message) in given]
    store_events(connection, taken, now, import_id=import_id)
    answer_in_forms(connection, ((lead, message) for lead, (_, message) in given), now)


def _held(arrival: Arrival, now: datetime) -> list[Held]:
    return [
        Held(
            received_at=now,
            source_id=arrival.source_id,
            adapter=arrival.adapter,
            path=arrival.path,
            raw=refused.raw,
            code=refused.code,
            problem=refused.message,
            message_id=refused.message_id,
        )
        for refused in arrival.refused
        if not refused.is_noise
    ]


def _outcomes(arrivals: Sequence[Arrival], accepted: set[int]) -> list[list[Outcome]]:
    found: list[list[Outcome]] = []
    place = 0
    for arrival in arrivals:
        outcomes = []
        for message in arrival.messages:
            outcomes.append(Outcome("accepted" if place in accepted else "duplicate", message.message_id))
            place += 1
        found.append([*outcomes, *map(outcome_of_refused, arrival.refused)])
    return found


def import_rows(
    connection: sa.Connection,
    planned: Plan,
    *,
    file_name: str,
    mapping: Mapping[str, str],
    by: str,
    now: datetime,
) -> Imported:
    """Take in what a file says, as the word of `import`; rolled back, it was a rehearsal.

    Give it a `now` of its own, to the microsecond: what is said then counts as this import's.
    """

    def resolve(connection: sa.Connection, messages: Sequence[Message], now: datetime) -> list[int]:
        return identify.resolve(connection, messages, now, sources=["import"] * len(messages))

    def taken(
        connection: sa.Connection, source: Source, messages: Sequence[Message], now: datetime, number: int
    ) -> list[Outcome]:
        return receive(
            connection, source, messages, (), now, path="import", import_id=number, resolve=resolve
        )

    done = importing.commit(
        connection,
        planned,
        file_name=file_name,
        mapping=mapping,
        by=by,
        now=now,
        resolve=resolve,
        receive=taken,
    )
    audit.record(connection, by, f"import.{planned.kind}", f"import:{done.id}", now, dict(done.counts))
    return done


@dataclass(frozen=True)
class Replay:
    """What a replay did: calls taken now, and those that are still wrong."""

    taken: int = 0
    still_wrong: int = 0

    def __add__(self, other: "Replay") -> "Replay":
        return Replay(self.taken + other.taken, self.still_wrong + other.still_wrong)


def replay_quarantine(
    connection: sa.Connection,
    ids: Iterable[int] | None,
    now: datetime,
    *,
    resolve: Resolve = identify.resolve,
) -> Replay:
    """Read calls in quarantine again as today's program does, and take those that it can read.

    All that wait when `ids` is None. A call keeps the time it came, by which its sender's clock is corrected;
    it counts as received now, since nothing could know of it before. What still cannot be read stays, with
    the reason it has today.
    """
    wanted = None if ids is None else list(ids)
    known = {source.id: source for source in sources(connection)}
    done, after = Replay(), 0
    while page := waiting(connection, wanted, after=after, lock=True):
        after = page[-1].id
        done += _replay_page(connection, page, known, now, resolve)
    return done


def _replay_page(
    connection: sa.Connection,
    page: Sequence[Held],
    known: Mapping[int, Source],
    now: datetime,
    resolve: Resolve,
) -> Replay:
    arrivals: list[Arrival] = []
    good: list[int] = []
    for held in page:
        parsed = _read_again(held, known.get(held.source_id or 0))
        wrong = next((refused for refused in parsed.refused if not refused.is_noise), None)
        if wrong is not None:
            still_wrong(connection, held.id, wrong.code, wrong.message)
            continue
        good.append(held.id)
        messages = tuple(replace(message, received_at=now) for message in parsed.messages)
        arrivals.append(Arrival(held.source_id or 0, held.adapter, held.path, messages))
    if good:
        receive_all(connection, arrivals, now, resolve=resolve)
        mark_replayed(connection, good, now)
    return Replay(len(good), len(page) - len(good))


def _read_again(held: Held, source: Source | None) -> Parsed:
    # What came without a body (an image's request) was held by its address.
    body = b"" if held.raw == held.path.encode() else held.raw
    settings = source.settings if source is not None else {}
    return parse(held.adapter, body, received_at=held.received_at, path=held.path, settings=settings)
