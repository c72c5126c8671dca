"""When facts became known: one row for each time that somebody learned something of a lead."""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.errors import InputInvalid
from handraise.engine.backtest import FactChanges
from handraise.engine.columns import microseconds
from handraise.engine.keys import KeyIndex
from handraise.files.csv_text import read_csv
from handraise.files.formats import Format, format_of
from handraise.files.jsonl import read_jsonl
from handraise.files.leads import fact_name
from handraise.files.mapping import Mapping, without_column
from handraise.files.parquet import read_whole
from handraise.files.problems import Problems
from handraise.files.rows import Rows, flat, plain, text_column, trimmed
from handraise.files.tidying import with_times

LEAD, FACT, VALUE, SINCE = "lead_id", "fact", "value", "known_since"
COLUMNS: Final = (LEAD, FACT, VALUE, SINCE)


def read_fact_changes(
    path: Path,
    index: KeyIndex,
    *,
    mapping: Mapping | None = None,
    problems: Problems | None = None,
    zone: str = "UTC",
    encoding: str = "utf-8",
) -> FactChanges:
    """Read the history of facts: `lead_id`, `fact`, `value`, `known_since`.

    A fact goes by its full name (`account.employees`) or, when it is the lead's own, without `lead.`. An
    empty value says that the fact was unknown from then on.

    Parameters
    ----------
    index
        The leads that there are; rows of others are noted and left out.

    Raises
    ------
    InputInvalid
        When the file cannot be read or a column is not there.
    """
    mapping = Mapping() if mapping is None else mapping
    problems = Problems() if problems is None else problems
    rows = _read(path, mapping, problems, encoding)
    if not rows.theirs:
        raise InputInvalid(f"{path}: no line could be read; {next(iter(problems.counts), 'it is empty')}")
    for name in COLUMNS:
        if name not in rows.columns:
            raise without_column(path, name, rows.theirs)
    for name in (LEAD, FACT, SINCE):
        empty = np.asarray(rows.columns[name].is_null())
        rows.report(problems, empty, name, f"{name} is empty")
        rows = rows.kept(~empty)
    rows, _ = with_times(rows, SINCE, mapping.zone or zone, problems)
    leads = index.rows(rows.columns[LEAD])
    problems.note(
        f"{{count}} rows of {path.name} tell of leads that there are not",
        int((leads < 0).sum()),
        f"1 row of {path.name} tells of a lead that there is not",
    )
    rows, leads = rows.kept(leads >= 0), leads[leads >= 0]
    names = pc.dictionary_encode(rows.columns[FACT])
    facts = pa.array([fact_name(name) for name in names.dictionary.to_pylist()], pa.string())
    return FactChanges(
        rows=leads,
        since=microseconds(rows.columns[SINCE]),
        facts=facts.take(names.indices),
        values=rows.columns[VALUE],
    )


def _read(path: Path, mapping: Mapping, problems: Problems, encoding: str) -> Rows:
    kind, wanted = format_of(path), COLUMNS.__contains__
    if kind is Format.CSV:
        rows = read_csv(path, mapping=mapping, wanted=wanted, problems=problems, encoding=encoding)
    elif kind is Format.JSONL:
        rows = read_jsonl(path, mapping=mapping, wanted=wanted, problems=problems, encoding=encoding)
    else:
        rows = read_whole(path, mapping, wanted, problems)
    columns = {name: flat(column) for name, column in rows.columns.items()}
    for name in (LEAD, FACT, VALUE):
        if name in columns:
            columns[name] = plain(trimmed(text_column(columns[name]), mapping.missing_words))
    return Rows(rows.file, columns, rows.number, rows.theirs, rows.is_open)
