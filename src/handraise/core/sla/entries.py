"""What happens to a hand-off's clock. A clock is nothing but its entries; none is ever edited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from handraise.core.calendar import Calendar, calendar_from
from handraise.core.calendar.spans import in_utc

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class _At:
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", in_utc(self.at))


@dataclass(frozen=True)
class Started(_At):
    """The hand-off was opened: `target` of open time until the first contact is due.

    `at` is when we knew, never earlier: of a lead that turns out to have been an MQL for a week, `became_at`
    records that, and nobody is late for what nobody could see. `calendar` is a snapshot: later edits of the
    calendar change no clock. `owner` is None while a hand-off waits in a queue.
    """

    target: timedelta
    calendar: Calendar
    owner: str | None = None
    became_at: datetime | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.target <= timedelta():
            raise ValueError(f"{self.target} is no service level; first contact is due within some time")
        if self.became_at is not None:
            object.__setattr__(self, "became_at", in_utc(self.became_at))


@dataclass(frozen=True)
class Paused(_At):
    """The clock stands still from here (the lead asked to be called next week)."""

    reason: str = ""


@dataclass(frozen=True)
class Resumed(_At):
    """The clock runs again."""


@dataclass(frozen=True)
class OwnerChanged(_At):
    """Somebody else owns the hand-off: their own clock starts, with the full target, in their calendar."""

    owner: str | None
    calendar: Calendar


@dataclass(frozen=True)
class Stopped(_At):
    """The first real contact; `contact` says what it was (`call`, `meeting`, `reply`)."""

    contact: str


@dataclass(frozen=True)
class Cancelled(_At):
    """Nobody owes a contact any more (rejected, disqualified, merged away)."""

    reason: str = ""


Entry = Started | Paused | Resumed | OwnerChanged | Stopped | Cancelled
Kind = Literal["started", "paused", "resumed", "owner_changed", "stopped", "cancelled"]


def entry_as_json(entry: Entry) -> dict[str, object]:
    """The entry as JSON values; `entry_from` reads them back to an equal entry."""
    at = {"at": entry.at.isoformat()}
    match entry:
        case Started():
            became_at = entry.became_at and entry.became_at.isoformat()
            target = entry.target // _MICROSECOND
            snapshot = {"owner": entry.owner, "calendar": entry.calendar.as_json()}
            return {"kind": "started", **at, "target_us": target, **snapshot, "became_at": became_at}
        case Paused():
            return {"kind": "paused", **at, "reason": entry.reason}
        case Resumed():
            return {"kind": "resumed", **at}
        case OwnerChanged():
            return {
                "kind": "owner_changed",
                **at,
                "owner": entry.owner,
                "calendar": entry.calendar.as_json(),
            }
        case Stopped():
            return {"kind": "stopped", **at, "contact": entry.contact}
        case Cancelled():
            return {"kind": "cancelled", **at, "reason": entry.reason}


def entry_from(data: Mapping[str, object]) -> Entry:
    """The entry that `entry_as_json` wrote; a calendar in it may be read already.

    Raises
    ------
    ValueError
        When the values are no entry.
    """
    match data:
        case {"kind": "started", "at": str(at), "target_us": int(target), "calendar": calendar, **rest}:
            became = rest.get("became_at")
            return Started(
                datetime.fromisoformat(at),
                target * _MICROSECOND,
                _calendar(calendar),
                _text(rest.get("owner")),
                datetime.fromisoformat(became) if isinstance(became, str) else None,
            )
        case {"kind": "paused", "at": str(at), "reason": str(reason)}:
            return Paused(datetime.fromisoformat(at), reason)
        case {"kind": "resumed", "at": str(at)}:
            return Resumed(datetime.fromisoformat(at))
        case {"kind": "owner_changed", "at": str(at), "owner": owner, "calendar": calendar}:
            return OwnerChanged(datetime.fromisoformat(at), _text(owner), _calendar(calendar))
        case {"kind": "stopped", "at": str(at), "contact": str(contact)}:
            return Stopped(datetime.fromisoformat(at), contact)
        case {"kind": "cancelled", "at": str(at), "reason": str(reason)}:
            return Cancelled(datetime.fromisoformat(at), reason)
        case _:
            raise ValueError(
                f"no entry of a clock: kind {data.get('kind')!r}; write what `entry_as_json` gives"
            )


def _calendar(value: object) -> Calendar:
    return value if isinstance(value, Calendar) else calendar_from(value)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
