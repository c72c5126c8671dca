"""What came in is on disk before anybody is told so: many requests share one transaction."""

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from threading import Condition, Lock, Thread, get_ident
from typing import Any, Final, Literal

import sqlalchemy as sa
import structlog

from handraise.core.errors import HandraiseError
from handraise.core.failpoint import failpoint
from handraise.core.message import Message, Refused
from handraise.store.faults import fault
from handraise.store.session import Database

Status = Literal["accepted", "duplicate", "quarantined", "ignored"]
MOST_TOGETHER: Final = 2_000
MOST_WAITING: Final = 50_000
WRITERS: Final = 2
PLENTY: Final = 1_000
"""Calls that wait while a group is written, from which on another is written beside it."""
LONG: Final = 0.25
"""Seconds that a group may take before another is written beside it."""
_MOMENT: Final = 0.002  # seconds at most that a group waits for more
TOO_MUCH: Final = "More comes in than can be stored; send this again in a moment."
NOT_STORABLE: Final = "not_storable"
_TRIES: Final = 4
_log = structlog.get_logger("handraise.capture")


class CaptureAway(HandraiseError):
    """Nothing can be stored right now; the sender keeps what it has and tries again shortly."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call; `code` and `error` say why it is not `accepted`."""

    status: Status
    message_id: str | None
    code: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one request brought.

    `adapter` and `path` are how it was read, so that what is refused can be read again. `is_first` says that
    nothing is known to have come from this source before.
    """

    source_id: int
    adapter: str
    path: str
    messages: tuple[Message, ...]
    refused: tuple[Refused, ...] = ()
    is_first: bool = False

    def __len__(self) -> int:
        return len(self.messages) + len(self.refused)


Receive = Callable[[sa.Connection, Sequence[Arrival], datetime], list[list[Outcome]]]


def outcome_of_refused(refused: Refused) -> Outcome:
    """Noise is left out on purpose; all else is in quarantine."""
    status: Status = "ignored" if refused.is_noise else "quarantined"
    return Outcome(status, refused.message_id, refused.code, refused.message)


def in_order(arrival: Arrival, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The outcomes (of the messages, then of what was refused) in the order the calls had in the request."""
    taken, refused = outcomes[: len(arrival.messages)], outcomes[len(arrival.messages) :]
    ordered = list(taken)
    for one, outcome in sorted(zip(arrival.refused, refused, strict=True), key=lambda pair: pair[0].place):
        ordered.insert(one.place, outcome)
    return ordered


class GroupCommit:
    """Stores what requests bring, each time everything that is waiting in one transaction.

    One thread writes. While it waits for the disk, requests gather, so the busier it is, the more share a
    commit; a transaction costs as much by itself as thirty events in it. Senders who wait for their answers
    send again when they have them, so the writer gives as many as it has just answered a moment to do so.
    A second thread writes beside it when the first takes long, as when it waits for another transaction, and
    when so much waits that two groups of it are as good as one: the server makes one of them ready while the
    database is at the other.
    A transaction that fails for one row's sake is done again in halves until that row is alone; it goes to
    quarantine and the others are stored.

    Parameters
    ----------
    receive
        Stores arrivals in the transaction it is given: `pipeline.receive_all`.
    most_together
        Calls in one transaction, unless a single request brings more.
    most_waiting
        Calls that may wait; more are turned away, so that memory stays bounded when the disk is slow.
    plenty
        Calls waiting for which a second group is begun while the first is written.
    """

    def __init__(
        self,
        database: Database,
        receive: Receive,
        *,
        clock: Callable[[], datetime],
        most_together: int = MOST_TOGETHER,
        most_waiting: int = MOST_WAITING,
        plenty: int = PLENTY,
    ) -> None:
        self._database = database
        self._receive = receive
        self._clock = clock
        self._most_together = most_together
        self._most_waiting = most_waiting
        self._plenty = plenty
        lock = Lock()
        self._can_begin, self._is_gathered = Condition(lock), Condition(lock)
        self._queue: deque[_Waiting] = deque()
        self._waiting = 0
        self._begun: dict[int, float] = {}  # since when each thread is at its group
        self._wanted = 0  # requests that are hoped for; 0 while nobody gathers
        self._last, self._took = 0, 0.0  # requests in the group before, and the seconds it took
        self._is_closed = False
        self._writers = [Thread(target=self._write, name="capture", daemon=True) for _ in range(WRITERS)]
        self._is_started = False

    async def capture(self, arrival: Arrival) -> list[Outcome]:
        """What became of each message, then of each refused call; they are on disk when this returns.

        Raises
        ------
        CaptureAway
            When nothing was stored, or (a connection lost in the middle of a commit) nobody knows: sending
            the same again is right either way.
        """
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self.submit(arrival, partial(_settle, answer))
        return await answer

    def submit(self, arrival: Arrival, tell: "Tell") -> None:
        """The same without waiting: `tell` hears in the loop that runs now what became of it.

        Raises
        ------
        CaptureAway
            When it is not taken.
        """
        self._enqueue(_Waiting(arrival, asyncio.get_running_loop(), tell))

    def close(self) -> None:
        """Take nothing new, store what is waiting, end."""
        with self._can_begin:
            self._is_closed = True
            self._can_begin.notify_all()
            self._is_gathered.notify()
            begun = self._writers if self._is_started else []
        for writer in begun:
            writer.join()

    def _enqueue(self, waiting: "_Waiting") -> None:
        with self._can_begin:
            if self._is_closed:
                raise CaptureAway("The server is shutting down; send this again in a moment.")
            if self._waiting and self._waiting + len(waiting.arrival) > self._most_waiting:
                raise CaptureAway(TOO_MUCH)
            self._queue.append(waiting)
            self._waiting += len(waiting.arrival)
            if not self._is_started:
                self._is_started = True
                for writer in self._writers:
                    writer.start()
            # Waking a thread for nothing costs as much as reading a call.
            if self._wanted:
                if len(self._queue) >= self._wanted:
                    self._is_gathered.notify()
            elif self._may_begin():
                self._can_begin.notify()

    # --- the writers' threads ---------------------------------------------------------------------

    def _write(self) -> None:
        while group := self._next_group():
            answers = self._stored([one.arrival for one in group])
            failpoint("answer")
            _answer(group, answers)
            with self._can_begin:
                self._last, self._took = len(group), time.monotonic() - self._begun.pop(get_ident())

    def _may_begin(self) -> bool:
        if self._waiting >= self._plenty:
            return True
        now = time.monotonic()
        return all(now - begun > LONG for begun in self._begun.values())

    def _next_group(self) -> "list[_Waiting]":
        """Everything that waits, up to the limit; empty when closed and drained."""
        with self._can_begin:
            while not (self._queue and (self._may_begin() or self._is_closed)):
                if self._is_closed:
                    return []
                self._can_begin.wait()
            self._begun[get_ident()] = time.monotonic()
            self._gather()
            self._begun[get_ident()] = time.monotonic()
            group: list[_Waiting] = []
            size = 0
            while self._queue and (not group or size + len(self._queue[0].arrival) <= self._most_together):
                group.append(self._queue.popleft())
                size += len(group[-1].arrival)
            self._waiting -= size
            return group

    def _gather(self) -> None:
        """Give as many as were just answered a moment to send again, a short one beside the transaction's."""
        self._wanted = self._last
        self._is_gathered.wait_for(
            lambda: len(self._queue) >= self._wanted or self._is_closed, min(self._took / 2, _MOMENT)
        )
        self._wanted = 0

    def _stored(self, arrivals: list[Arrival], tries: int = _TRIES) -> "list[_Answer]":
        try:
            failpoint("receive")
            with self._database.transaction() as connection:
                answers: list[_Answer] = [*self._receive(connection, arrivals, self._clock())]
                failpoint("store")
            return answers
        except Exception as error:  # whatever it is, the writer goes on and every request gets its answer
            blame = fault(error)
            if blame == "conflict" and tries > 1:
                return self._stored(arrivals, tries - 1)
            if blame == "row":
                return self._in_halves(arrivals, error)
            # The text of a database's error may quote a row, so only its kind is written down.
            _log.error("capture failed", error=type(error).__name__, state=_state(error), calls=len(arrivals))
            return [CaptureAway("The events cannot be stored at the moment; send them again.")] * len(
                arrivals
            )

    def _in_halves(self, arrivals: list[Arrival], error: Exception) -> "list[_Answer]":
        if len(arrivals) > 1:
            middle = len(arrivals) // 2
            return self._stored(arrivals[:middle]) + self._stored(arrivals[middle:])
        [arrival] = arrivals
        if parts := _parts(arrival):
            return [_together([answer for part in parts for answer in self._stored([part])])]
        _log.error("call not storable", error=type(error).__name__, state=_state(error))
        if arrival.messages:
            return self._stored([_held_back(arrival)])
        return [CaptureAway("The events cannot be stored at the moment; send them again.")]


_Answer = list[Outcome] | CaptureAway
Tell = Callable[[_Answer], None]


@dataclass(frozen=True, slots=True)
class _Waiting:
    arrival: Arrival
    loop: asyncio.AbstractEventLoop
    tell: Tell


def _answer(group: list[_Waiting], answers: list[_Answer]) -> None:
    """Tell every request at once: one call into each loop, not one a request."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Waiting, _Answer]]] = defaultdict(list)
    for waiting, answer in zip(group, answers, strict=True):
        by_loop[waiting.loop].append((waiting, answer))
    for loop, pairs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_tell, pairs)


def _tell(pairs: list[tuple[_Waiting, _Answer]]) -> None:
    for waiting, answer in pairs:
        try:
            waiting.tell(answer)
        except Exception as error:  # one that cannot be told keeps the others from nothing
            _log.error("answer not told", error=type(error).__name__)


def _settle(future: "asyncio.Future[list[Outcome]]", answer: _Answer) -> None:
    if future.done():  # the caller has gone
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


def _state(error: Exception) -> str | None:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return state if isinstance(state, str) else None


def _parts(arrival: Arrival) -> list[Arrival]:
    """The arrival in two, messages before what was refused; empty when it is one call."""
    if arrival.messages and arrival.refused:
        return [replace(arrival, refused=()), replace(arrival, messages=())]
    if len(arrival) < 2:
        return []
    middle = len(arrival) // 2
    return [
        replace(arrival, messages=arrival.messages[:middle], refused=arrival.refused[:middle]),
        replace(arrival, messages=arrival.messages[middle:], refused=arrival.refused[middle:]),
    ]


def _together(answers: list[_Answer]) -> _Answer:
    outcomes: list[Outcome] = []
    for answer in answers:
        if isinstance(answer, Exception):
            return answer  # the sender repeats the request; what is stored of it is a duplicate then
        outcomes += answer
    return outcomes


def _held_back(arrival: Arrival) -> Arrival:
    """One message that the database does not take, as a call that can be replayed when the program can."""
    [message] = arrival.messages
    refused = Refused(
        NOT_STORABLE,
        "this call cannot be stored, which is a mistake of ours: it is kept and can be replayed",
        json.dumps({"batch": [_as_call(message)], "sentAt": _text(message.sent_at)}).encode(),
        message.message_id,
    )
    return replace(arrival, messages=(), refused=(refused,), adapter="segment", path="/v1/batch")


def _as_call(message: Message) -> dict[str, Any]:
    call = {
        "type": message.kind,
        "event": message.event,
        "messageId": message.message_id,
        "timestamp": _text(message.original_at),
        "anonymousId": message.anonymous_id,
        "userId": message.user_id,
        "previousId": message.previous_id,
        "groupId": message.group_id,
        "properties": message.properties,
        "traits": message.traits,
        "context": message.context,
    }
    return {name: value for name, value in call.items() if value not in (None, {})}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
