"""One lead with everything that is known of it, out of the files."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.errors import LeadUnknown
from handraise.core.event import Event, Lead
from handraise.files.events import ParquetFiles, no_progress, open_events
from handraise.files.formats import Format, format_of
from handraise.files.leads import LeadTable, read_leads
from handraise.files.mapping import Mapping
from handraise.files.problems import Problems
from handraise.files.tidying import BOT, EVENT, LEAD, MESSAGE, RECEIVED, SESSION, TIME

_OWN: Final = (LEAD, EVENT, TIME, MESSAGE, SESSION, BOT, RECEIVED)


def lead_history(
    lead_id: str,
    leads: Path,
    accounts: Path | None = None,
    events: Path | None = None,
    *,
    mapping: Mapping | None = None,
    zone: str = "UTC",
    encoding: str = "utf-8",
    problems: Problems | None = None,
) -> Lead:
    """A lead with all its facts and events, as the evaluator takes it.

    Parameters
    ----------
    zone
        The definition's zone, for times without one.

    Raises
    ------
    LeadUnknown
        When the leads file has no such lead; with the nearest ids.
    InputInvalid
        When a file cannot be used.
    """
    mapping = Mapping() if mapping is None else mapping
    problems = Problems() if problems is None else problems
    table = read_leads(
        leads, accounts=accounts, mapping=mapping, problems=problems, zone=zone, encoding=encoding
    )
    place = pc.index(table.ids, pa.scalar(lead_id.strip(), pa.string())).as_py()
    if place < 0:
        raise LeadUnknown(f"there is no lead `{lead_id}` in {leads}{_nearest_ids(lead_id.strip(), table)}")
    facts = {name: column[place].as_py() for name, column in table.columns.items()}
    facts = {name: value for name, value in facts.items() if value is not None}
    known: tuple[Event, ...] = ()
    if events is not None:
        known = tuple(_events(lead_id.strip(), events, mapping, zone, encoding, problems))
    return Lead(lead_id.strip(), facts, known)


def _nearest_ids(lead_id: str, table: LeadTable) -> str:
    """Ids that were perhaps meant: the same in another case, or alike among those that begin alike."""
    start = lead_id[: max(1, len(lead_id) // 2)]
    alike = table.ids.filter(pc.starts_with(table.ids, start, ignore_case=True)).slice(0, 20_000).to_pylist()
    alike = alike or table.ids.slice(0, 5_000).to_pylist()
    near = [one for one in alike if one.casefold() == lead_id.casefold()]
    near = near or get_close_matches(lead_id, alike, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""


def _events(
    lead_id: str, path: Path, mapping: Mapping, zone: str, encoding: str, problems: Problems
) -> Sequence[Event]:
    zone = mapping.zone or zone
    if format_of(path) is Format.PARQUET:
        source: Any = ParquetFiles(
            path,
            mapping=mapping,
            wanted=None,
            zone=zone,
            problems=problems,
            progress=no_progress,
            only=lead_id,
        )
    else:
        source = open_events(path, mapping=mapping, zone=zone, problems=problems, encoding=encoding)
    found: list[Event] = []
    for table in source.tables():
        own = table.filter(pc.equal(table[LEAD], lead_id))
        found += [_event(row) for row in own.to_pylist()]
    return found


def _event(row: dict[str, Any]) -> Event:
    properties = {name: value for name, value in row.items() if name not in _OWN and value is not None}
    return Event(
        event=row[EVENT],
        occurred_at=row[TIME],
        properties=properties,
        message_id=row.get(MESSAGE),
        session_id=row.get(SESSION),
        received_at=row.get(RECEIVED),
        is_bot=bool(row.get(BOT)),
    )
