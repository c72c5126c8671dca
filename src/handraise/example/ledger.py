"""The event ledger: batches of events in, one sorted table with its late and repeated rows out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from handraise.example.draw import Bools, Floats, Ints, codes, shares
from handraise.example.planted import SHARES
from handraise.example.seasons import DAY, SECOND

TEXTS = ("event", "path", "url", "title", "referrer", "kind", "campaign", "source")


@dataclass(frozen=True)
class Coded:
    """A text column: positions in a vocabulary, -1 for none."""

    codes: Ints
    words: Sequence[str]

    def where(self, rows: Bools) -> "Coded":
        """Those rows only."""
        return Coded(self.codes[rows], self.words)

    def starts_with(self, *starts: str) -> Bools:
        """Which rows hold a text that starts with one of these."""
        right = np.asarray([word.startswith(starts) for word in self.words] + [False], dtype=np.bool_)
        return np.asarray(right[self.codes], dtype=np.bool_)


@dataclass(frozen=True)
class Batch:
    """Events of one origin.

    Attributes
    ----------
    lead
        Row of the lead.
    occurred
        Milliseconds since 1970, UTC.
    texts
        Column name to text; a column that is not here is empty.
    session
        A number per web session, unlike between batches; -1 outside the web.
    seconds
        Time on the page, NaN where none is measured.
    is_bot
        Mail scanners and the like.
    """

    lead: Ints
    occurred: Ints
    texts: dict[str, Coded]
    session: Ints
    seconds: Floats
    is_bot: Bools

    @property
    def rows(self) -> int:
        """Number of events."""
        return len(self.lead)

    def where(self, rows: Bools) -> "Batch":
        """Those rows only."""
        return Batch(
            self.lead[rows],
            self.occurred[rows],
            {name: text.where(rows) for name, text in self.texts.items()},
            self.session[rows],
            self.seconds[rows],
            self.is_bot[rows],
        )


def batch(
    lead: Ints,
    occurred: Ints,
    event: str | Coded,
    *,
    session: Ints | None = None,
    seconds: Floats | None = None,
    is_bot: bool = False,
    **texts: str | Coded,
) -> Batch:
    """A batch whose missing columns are empty; a plain string is the same text in every row.

    Examples
    --------
    >>> batch(np.array([0, 1]), np.array([5, 7]), "page", path="/pricing").rows
    2
    """
    rows = len(lead)
    columns = {"event": event, **texts}
    return Batch(
        lead=lead,
        occurred=occurred,
        texts={
            name: Coded(np.zeros(rows, np.int64), (text,)) if isinstance(text, str) else text
            for name, text in columns.items()
        },
        session=np.full(rows, -1, np.int64) if session is None else session,
        seconds=np.full(rows, np.nan) if seconds is None else seconds,
        is_bot=np.full(rows, is_bot, np.bool_),
    )


def matching(batches: Sequence[Batch], event: str, **starts: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Leads and instants of people's events of this name whose texts start as given, in no order."""
    leads, instants = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for one in batches:
        rows = one.texts["event"].starts_with(event) & ~one.is_bot
        for name, wanted in starts.items():
            rows = rows & (one.texts[name].starts_with(*wanted) if name in one.texts else False)
        leads.append(one.lead[rows])
        instants.append(one.occurred[rows])
    return np.concatenate(leads), np.concatenate(instants)


def events_table(
    rng: np.random.Generator, batches: Sequence[Batch], lead_ids: list[str], order: Ints, until: int
) -> pa.Table:
    """All events received by `until`, sorted by (lead_id, occurred_at), one in a hundred late, some twice.

    Parameters
    ----------
    lead_ids
        Id per row of the leads.
    order
        Rank of each row's id among the ids.
    until
        Milliseconds since 1970; what occurred or arrived later is not in the table.
    """
    lead = np.concatenate([one.lead for one in batches])
    occurred = np.concatenate([one.occurred for one in batches])
    rows = len(lead)
    quick = rng.integers(50, 4_000, rows)
    late = shares(rng, SHARES["late"], rows)
    received = occurred + np.where(late, DAY + rng.integers(0, 8 * DAY, rows), quick)
    kept = np.flatnonzero(received <= until)
    kept = kept[np.lexsort((occurred[kept], order[lead[kept]]))]
    again = np.flatnonzero(shares(rng, SHARES["duplicate"], len(kept)))
    place = np.sort(np.concatenate((np.arange(len(kept)), again)), kind="stable")
    is_copy = np.zeros(len(place), dtype=np.bool_)
    is_copy[1:] = place[1:] == place[:-1]
    source = kept[place]
    received = received[source] + is_copy * rng.integers(SECOND, 3_600 * SECOND, len(place))
    received = np.minimum(received, until)
    message_ids = pa.array(codes(rng, len(kept), 16), pa.string())
    columns = {
        "lead_id": pa.array(lead_ids, pa.string()).take(pa.array(lead[source])),
        "event": _text(batches, "event", source),
        "occurred_at": pa.array(occurred[source] * 1_000, pa.timestamp("us", "UTC")),
        "received_at": pa.array(received * 1_000, pa.timestamp("us", "UTC")),
        "message_id": message_ids.take(pa.array(place)),
        "session_id": _sessions(rng, np.concatenate([one.session for one in batches])[source]),
        **{name: _text(batches, name, source) for name in TEXTS[1:]},
        "seconds": _seconds(np.concatenate([one.seconds for one in batches])[source]),
        "is_bot": pa.array(np.concatenate([one.is_bot for one in batches])[source], pa.bool_()),
    }
    return pa.table(columns)


def _text(batches: Sequence[Batch], name: str, rows: Ints) -> pa.Array:
    """One text column of all batches over one vocabulary, as plain strings."""
    places: dict[str, int] = {}
    parts = []
    for one in batches:
        text = one.texts.get(name)
        if text is None:
            parts.append(np.full(one.rows, -1, np.int64))
            continue
        shared = [places.setdefault(word, len(places)) for word in text.words]
        parts.append(np.asarray([*shared, -1], dtype=np.int64)[text.codes])
    code = np.concatenate(parts)[rows]
    indices = pa.array(code, pa.int64(), mask=code < 0)
    return pa.array(list(places), pa.string()).take(indices)


def _sessions(rng: np.random.Generator, sessions: Ints) -> pa.Array:
    names, place = np.unique(sessions, return_inverse=True)
    ids = pa.array(codes(rng, len(names), 12), pa.string())
    return ids.take(pa.array(place.astype(np.int64), mask=sessions < 0))


def _seconds(seconds: Floats) -> pa.Array:
    return pa.array(seconds, pa.float64(), mask=np.isnan(seconds))
