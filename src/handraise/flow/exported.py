"""What was exported of the live base, read as the commands read files."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from handraise.files.leads import read_leads
from handraise.files.mapping import Mapping as Columns
from handraise.files.outcomes import SCHEMA, read_outcomes
from handraise.files.problems import Problems
from handraise.learn.past import Past, past_of

LEADS, OUTCOMES, EVENTS = "leads.jsonl", "outcomes.jsonl", "events.jsonl"


def exported_past(
    folder: Path,
    facts: Sequence[str],
    *,
    zone: str = "UTC",
    events: Callable[[], Iterable[pa.Table]] = tuple,
    until: int | None = None,
) -> Past:
    """The past that exported leads and outcomes tell.

    Parameters
    ----------
    facts
        Which are read; what nobody has is left out.
    events, until
        As for `past_of`.
    """
    problems = Problems()
    table = read_leads(folder / LEADS, wanted=facts, problems=problems, zone=zone)
    outcomes = SCHEMA.empty_table()
    if (folder / OUTCOMES).stat().st_size:
        outcomes = read_outcomes(folder / OUTCOMES, mapping=Columns(), problems=problems, zone=zone)
    ids = table.plain_ids
    return past_of(ids, {**table.columns, "lead.lead_id": ids}, events, outcomes, until)
