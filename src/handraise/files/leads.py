"""Leads from a file as columns of facts, with the facts of their accounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.errors import InputInvalid
from handraise.files.csv_text import read_csv
from handraise.files.formats import Format, format_of
from handraise.files.jsonl import read_jsonl
from handraise.files.mapping import Mapping, without_column
from handraise.files.parquet import read_whole
from handraise.files.problems import Problems
from handraise.files.rows import Rows, flat, plain, text_column, trimmed, without_missing
from handraise.files.tidying import tell_times
from handraise.files.times import times_of

LEAD_ID, ACCOUNT_ID = "lead_id", "account_id"
CREATED: Final = "lead.created_at"
EMAIL: Final = "lead.email"
DOMAIN: Final = "account.domain"


@dataclass(frozen=True)
class LeadTable:
    """Leads as columns.

    Attributes
    ----------
    ids
        Lead ids, each once.
    columns
        Facts by their names (`lead.title`, `account.employees`), as long as `ids`.
    theirs
        Columns of the leads file as it calls them, then those of the accounts file.
    """

    ids: pa.Array
    columns: dict[str, pa.Array]
    theirs: tuple[str, ...] = ()
    accounts_theirs: tuple[str, ...] = ()

    @property
    def plain_ids(self) -> pa.Array:
        """The ids as texts one after the other, not as codes."""
        return self.ids.dictionary_decode() if pa.types.is_dictionary(self.ids.type) else self.ids


def fact_name(column: str, owner: str = "lead") -> str:
    """The fact that a column gives.

    Examples
    --------
    >>> fact_name("title"), fact_name("account.industry"), fact_name("domain", "account")
    ('lead.title', 'account.industry', 'account.domain')
    """
    bare = column.removeprefix("lead.").removeprefix("account.")
    if bare in (LEAD_ID, ACCOUNT_ID):
        return bare
    return column if column.startswith(("lead.", "account.")) else f"{owner}.{column}"


def read_leads(
    path: Path,
    *,
    accounts: Path | None = None,
    mapping: Mapping | None = None,
    wanted: Sequence[str] | None = None,
    problems: Problems | None = None,
    zone: str = "UTC",
    encoding: str = "utf-8",
) -> LeadTable:
    """Read leads, and join their accounts.

    Parameters
    ----------
    accounts
        A file of accounts, joined by `account_id`, else by the domain of the lead's address unless it is
        personal. What the leads file says of an account itself comes first.
    wanted
        Names of the facts to read; None for all.
    zone
        The zone of `created_at` without one, unless the mapping says another.

    Raises
    ------
    InputInvalid
        When a file cannot be read, or leads have no `lead_id`.
    """
    from handraise.engine.keys import KeyIndex

    mapping = Mapping() if mapping is None else mapping
    problems = Problems() if problems is None else problems
    needed = None if wanted is None else {*wanted, *((EMAIL, DOMAIN) if accounts else ())}
    rows = _read(path, "lead", mapping, needed, problems, encoding)
    if LEAD_ID not in rows.columns:
        if not rows.theirs:
            raise InputInvalid(f"{path}: no line could be read; {next(iter(problems.counts), 'it is empty')}")
        raise without_column(path, LEAD_ID, rows.theirs)
    rows = _identified(rows, LEAD_ID, problems)
    repeated = np.zeros(len(rows), bool)
    repeated[KeyIndex(rows.columns[LEAD_ID]).repeated] = True
    rows.report(problems, repeated, LEAD_ID, "the lead_id stood before")
    rows = _created(rows.kept(~repeated), mapping.zone or zone, problems)
    columns = dict(rows.columns)
    ids = columns.pop(LEAD_ID)
    if EMAIL not in columns and _are_addresses(ids):
        columns[EMAIL] = ids
    account_names: tuple[str, ...] = ()
    if accounts is not None:
        from handraise.files.accounts import joined

        kept = _read(accounts, "account", mapping, needed, problems, encoding)
        account_names = kept.theirs
        columns = joined(columns, len(ids), kept, accounts, problems)
    own = columns.pop(ACCOUNT_ID, None)
    if own is not None:
        columns |= {"lead.account_id": own, "account.account_id": own}
    if wanted is not None:
        columns = {name: column for name, column in columns.items() if name in wanted}
    elif pa.types.is_dictionary(ids.type):
        ids = ids.dictionary_decode()
    return LeadTable(ids, columns, rows.theirs, account_names)


def _are_addresses(ids: pa.Array) -> bool:
    """Whether leads are named by their e-mail address, as many exports do."""
    texts = ids.dictionary if pa.types.is_dictionary(ids.type) else ids
    return len(texts) > 0 and bool(pc.all(pc.match_substring_regex(texts, r"^[^@\s]+@[^@\s]+$")).as_py())


def _read(
    path: Path, owner: str, mapping: Mapping, needed: set[str] | None, problems: Problems, encoding: str
) -> Rows:
    """The needed columns under the names of facts."""

    def is_wanted(name: str) -> bool:
        fact = fact_name(name, owner)
        return needed is None or fact in needed or fact in (LEAD_ID, ACCOUNT_ID)

    kind = format_of(path)
    if kind is Format.CSV:
        rows = read_csv(path, mapping=mapping, wanted=is_wanted, problems=problems, encoding=encoding)
    elif kind is Format.JSONL:
        rows = read_jsonl(path, mapping=mapping, wanted=is_wanted, problems=problems, encoding=encoding)
    else:
        rows = read_whole(path, mapping, is_wanted, problems)
    columns: dict[str, pa.Array] = {}
    for name, column in rows.columns.items():
        fact = fact_name(name, owner)
        if fact in columns:
            raise InputInvalid(f"{path} has two columns for `{fact}`; rename or remove one")
        columns[fact] = without_missing(flat(column), mapping.missing_words)
        if fact in (LEAD_ID, ACCOUNT_ID):
            columns[fact] = plain(trimmed(text_column(columns[fact]), mapping.missing_words))
    return Rows(rows.file, columns, rows.number, rows.theirs, rows.is_open)


def _identified(rows: Rows, name: str, problems: Problems) -> Rows:
    empty = np.asarray(rows.columns[name].is_null())
    rows.report(problems, empty, name, f"{name} is empty")
    return rows.kept(~empty)


def _created(rows: Rows, zone: str, problems: Problems) -> Rows:
    """`created_at` as instants; leads whose `created_at` is no time are left out."""
    if CREATED not in rows.columns:
        return rows
    read = times_of(rows.columns[CREATED], zone)
    tell_times(read.without_zone, read.as_numbers, read.in_change, zone, problems)
    rows.report(problems, read.unread, CREATED, "created_at is no time from 1970 to 9999")
    columns = {**rows.columns, CREATED: read.instants}
    return Rows(rows.file, columns, rows.number, rows.theirs, rows.is_open).kept(~read.unread)
