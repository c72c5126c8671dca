"""The invented events of a few thousand leads at a time, in order of lead and time."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from bench.catalogue import Action
from bench.columns import Ints, Rng, instants, random_texts, worded
from bench.period import AS_OF_MS, DAY_MS, DAYS, SPAN_MS, START_MS

_TIME_BITS, _SLOT_BITS = 36, 9  # 400 days in ms, and a lead's sessions, packed below the lead's number
_LEVELS = (0.25, 1.0, 3.0)  # how much likelier than usual a lead of low, middle or high intent acts strongly
_LEVEL_SHARES = (0.6, 0.3, 0.1)


@dataclass(frozen=True)
class ActionTables:
    """Actions drawn by one look-up: row (level, web or not), column a random 16-bit number."""

    drawn: npt.NDArray[np.uint16]  # (levels * 2, 65536): action numbers
    event: "_Words"
    path: "_Words"
    kind: "_Words"

    @classmethod
    def of(cls, actions: tuple[Action, ...]) -> "ActionTables":
        rows = [
            _drawing_row([_weight(action, level, web=web) for action in actions])
            for level in _LEVELS
            for web in (False, True)
        ]
        return cls(
            np.stack(rows),
            _Words.of(action.event for action in actions),
            _Words.of(action.path for action in actions),
            _Words.of(action.kind for action in actions),
        )


def _weight(action: Action, level: float, *, web: bool) -> float:
    if action.web != web:
        return 0.0
    return action.share * (level if action.strong else 1.0)


def _drawing_row(weights: list[float]) -> npt.NDArray[np.uint16]:
    bounds = np.round(np.cumsum(weights) / sum(weights) * 65536).astype(np.int64)
    return np.repeat(np.arange(len(weights), dtype=np.uint16), np.diff(bounds, prepend=0))


@dataclass(frozen=True)
class _Words:
    """Distinct words and, for each action, the number of its word; -1 for none."""

    words: pa.Array
    number_of: npt.NDArray[np.int32]

    @classmethod
    def of(cls, wanted: Iterable[str | None]) -> "_Words":
        listed = list(wanted)
        words = [word for word in dict.fromkeys(listed) if word is not None]
        number = {word: index for index, word in enumerate(words)}
        of_action = np.array([-1 if word is None else number[word] for word in listed], dtype=np.int32)
        return cls(pa.array(words, pa.string()), of_action)

    def column(self, action: npt.NDArray[np.uint16]) -> pa.DictionaryArray:
        return worded(self.number_of[action], self.words)


def events_of(
    rng: Rng, lead_ids: pa.Array, counts: Ints, first_seen: Ints, makers: ActionTables, *, message_ids: bool
) -> pa.Table:
    """Events of some leads, `counts` of each, at and after the time (ms) each was first seen."""
    rows, leads = int(counts.sum()), counts.size
    lead, time_ms, slot, session = _times_and_sessions(rng, counts, first_seen)
    level = rng.choice(len(_LEVELS), leads, p=_LEVEL_SHARES).astype(np.int64)
    draw = level[lead] * 2 + (slot > 0)
    action = makers.drawn[draw, rng.integers(0, 65536, rows, dtype=np.uint16)]
    event = makers.event.column(action)
    is_page = makers.event.number_of[action] == makers.event.number_of[0]
    columns = {
        "lead_id": pa.DictionaryArray.from_arrays(lead.astype(np.int32), lead_ids),
        "event": event,
        "path": makers.path.column(action),
        "kind": makers.kind.column(action),
        "campaign": _campaigns(rng, time_ms, slot == 0),
        "seconds": _seconds(rng, is_page),
        "session_id": session,
        "occurred_at": instants(time_ms),
    }
    if message_ids:
        columns["message_id"] = random_texts(rng, rows, 22)
    return pa.table(columns)


def _times_and_sessions(rng: Rng, counts: Ints, first_seen: Ints) -> tuple[Ints, Ints, Ints, pa.Array]:
    """Lead number, time (ms), session slot (0: outside the site) and session id of each event, in order."""
    rows, leads = int(counts.sum()), counts.size
    sessions_of = 1 + counts // 5
    first_session = np.cumsum(sessions_of) - sessions_of
    # activity thins out with age: more of it soon after the first visit than long after
    age = (AS_OF_MS - first_seen)[np.repeat(np.arange(leads), sessions_of)]
    started = (rng.random(age.size) ** 1.5 * (age - DAY_MS // 24)).astype(np.int64)
    lead = np.repeat(np.arange(leads, dtype=np.int64), counts)
    visit = (rng.random(rows) * sessions_of[lead]).astype(np.int64)
    on_site = rng.random(rows) < 0.746
    after_first = np.where(
        on_site,
        started[first_session[lead] + visit] + rng.integers(0, 20 * 60_000, rows),
        (rng.random(rows) ** 1.5 * (AS_OF_MS - first_seen)[lead]).astype(np.int64),
    )
    since_start = np.clip(first_seen[lead] - START_MS + after_first, 0, SPAN_MS)
    packed = (((lead << _TIME_BITS) | since_start) << _SLOT_BITS) | np.where(on_site, visit + 1, 0)
    packed.sort()  # one sort of integers orders leads, times and what goes with them
    slot = packed & ((1 << _SLOT_BITS) - 1)
    time_ms = START_MS + ((packed >> _SLOT_BITS) & ((1 << _TIME_BITS) - 1))
    names = random_texts(rng, age.size, 16)
    number = np.where(slot > 0, first_session[lead] + slot - 1, -1).astype(np.int32)
    return lead, time_ms, slot, worded(number, names).dictionary_decode()


def _campaigns(rng: Rng, time_ms: Ints, by_mail: npt.NDArray[np.bool_]) -> pa.DictionaryArray:
    """Six mail programmes a month; one web event in seven comes from one of 20 advertisements."""
    months = DAYS // 30 + 1
    mails = [f"mail-{month:02}-{name}" for month in range(months) for name in "abcdef"]
    adverts = [f"advert-{number:02}" for number in range(20)]
    month = np.minimum((time_ms - START_MS) // (30 * DAY_MS), months - 1)
    drawn = rng.integers(0, 140, time_ms.size)
    on_web = np.where(drawn < 20, len(mails) + drawn, -1)
    number = np.where(by_mail, month * 6 + drawn % 6, on_web).astype(np.int32)
    return worded(number, pa.array(mails + adverts))


def _seconds(rng: Rng, is_page: npt.NDArray[np.bool_]) -> pa.Array:
    """Time on the page in tenths of a second; unknown for one page in twelve and all that is no page."""
    seconds = np.round(np.exp(rng.standard_normal(is_page.size, dtype=np.float32) + 3).astype(np.float64), 1)
    missing = ~is_page | (rng.integers(0, 12, is_page.size, dtype=np.uint8) == 0)
    return pa.array(seconds, mask=missing)
