"""The accounts of leads: by `account_id`, else by the domain of the lead's business address."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from handraise.core.errors import InputInvalid
from handraise.engine.keys import KeyIndex
from handraise.facts.email import EmailKind, domain_of, email_domain, email_kind
from handraise.files.problems import Problems
from handraise.files.rows import Rows, plain, text_column
from handraise.files.tidying import first_of

ACCOUNT_ID, EMAIL, DOMAIN = "account_id", "lead.email", "account.domain"
I64 = npt.NDArray[np.int64]


def joined(
    columns: dict[str, pa.Array], leads: int, accounts: Rows, path: Path, problems: Problems
) -> dict[str, pa.Array]:
    """The columns of the leads with those of their accounts.

    Raises
    ------
    InputInvalid
        When accounts have neither `account_id` nor `domain`.
    """
    if ACCOUNT_ID not in accounts.columns and DOMAIN not in accounts.columns:
        raise InputInvalid(
            f"{path} has neither `account_id` nor `domain`, by which accounts are joined to leads; "
            'if another column is meant: --map "THEIR NAME=account_id"'
        )
    accounts = _once(accounts, problems)
    at = np.full(leads, -1, np.int64)
    if ACCOUNT_ID in accounts.columns and ACCOUNT_ID in columns:
        at = _by_id(columns[ACCOUNT_ID], accounts.columns[ACCOUNT_ID])
    if DOMAIN in accounts.columns:
        _by_domain(at, columns, accounts.columns[DOMAIN], problems)
    problems.note(
        f"{{count}} leads have no account in {path.name}",
        int((at < 0).sum()),
        f"1 lead has no account in {path.name}",
    )
    places = pa.array(at, mask=at < 0)
    found = dict(columns)
    for name, column in accounts.columns.items():
        if name.startswith("account.") or name == ACCOUNT_ID:
            found[name] = first_of(columns.get(name), column.take(places))
    return found


def _once(accounts: Rows, problems: Problems) -> Rows:
    """Each account once; the first stays."""
    if ACCOUNT_ID not in accounts.columns or not len(accounts):
        return accounts
    ids = accounts.columns[ACCOUNT_ID]
    if DOMAIN not in accounts.columns:
        empty = np.asarray(ids.is_null())
        accounts.report(problems, empty, ACCOUNT_ID, "account_id is empty")
        accounts = accounts.kept(~empty)
        ids = accounts.columns[ACCOUNT_ID]
    repeated = np.zeros(len(accounts), bool)
    repeated[KeyIndex(ids).repeated] = True
    repeated &= np.asarray(ids.is_valid())
    accounts.report(problems, repeated, ACCOUNT_ID, "the account_id stood before")
    return accounts.kept(~repeated)


def _by_id(wanted: pa.Array, ids: pa.Array) -> I64:
    rows = KeyIndex(ids).rows(wanted)
    rows[np.asarray(wanted.is_null())] = -1
    return rows


def _by_domain(at: I64, columns: dict[str, pa.Array], domains: pa.Array, problems: Problems) -> None:
    """Fill in the accounts of leads that have none yet."""
    known: dict[str, int] = {}
    twice = 0
    for place, text in enumerate(text_column(domains).to_pylist()):
        domain = domain_of(text) if text else None
        if domain is not None:
            twice += domain in known
            known.setdefault(domain, place)
    problems.note(
        "{count} accounts have the domain of an earlier account; the earlier one was taken",
        twice,
        "1 account has the domain of an earlier account; the earlier one was taken",
    )
    for name in (DOMAIN, EMAIL):
        open_ = np.flatnonzero(at < 0)
        if name not in columns or not open_.size:
            continue
        encoded = pc.dictionary_encode(plain(text_column(columns[name])).take(pa.array(open_)))
        answers = [_account(text, known, is_email=name == EMAIL) for text in encoded.dictionary.to_pylist()]
        table = np.array([*answers, -1], np.int64)
        codes = pc.fill_null(encoded.indices, len(answers)).to_numpy(zero_copy_only=False)
        at[open_] = table[codes]


def _account(text: str, known: dict[str, int], *, is_email: bool) -> int:
    """Row of the account of a domain (or a parent of it) or of a business address, -1 for none."""
    domain = email_domain(text) if is_email else domain_of(text)
    if domain is None:
        return -1
    labels = domain.split(".")
    parents = (".".join(labels[first:]) for first in range(len(labels) - 1))
    found = next((known[parent] for parent in parents if parent in known), -1)
    is_private = is_email and found >= 0 and email_kind(text) in (EmailKind.PERSONAL, EmailKind.DISPOSABLE)
    return -1 if is_private else found
