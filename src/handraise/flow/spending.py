"""Taking in a file of what marketing spent: what it would change, and an import that can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from handraise.files.spend import Read
from handraise.flow import audit
from handraise.store import imports, spend
from handraise.store.imports import ImportRow
from handraise.store.spend import Change, TakenBack

KIND: Final = "spend"


@dataclass(frozen=True)
class Taken:
    """What a file of spend came to, or would.

    Attributes
    ----------
    id
        The number of the import; None of a rehearsal, and of a file that says nothing new.
    counts
        `rows` of the file, of them `wrong` and `totals` left out; sums that are `new`, `replaced` another or
        were there already (`unchanged`).
    changes
        Each sum beside what stood in its place.
    """

    id: int | None
    counts: Mapping[str, int]
    changes: Sequence[Change]

    @property
    def is_known(self) -> bool:
        """Nothing changes: the file was taken in before, or the same was entered."""
        return bool(self.changes) and all(one.is_same for one in self.changes)


def rehearse(connection: sa.Connection, read: Read) -> Taken:
    """What taking the file in would come to. Nothing is written."""
    found = spend.changes(connection, read.spent)
    return Taken(None, _counts(read, found), found)


def take_in(connection: sa.Connection, read: Read, *, file_name: str, by: str, now: datetime) -> Taken:
    """Keep the sums of a file as an import, which is in the audit log; one that says nothing new is none."""
    planned = rehearse(connection, read)
    if planned.is_known or not planned.changes:
        return planned
    number = imports.add_import(
        connection, kind=KIND, file_name=file_name, mapping=read.columns, by=by, now=now
    )
    done = spend.keep(connection, read.spent, by, now, import_id=number)
    counts = _counts(read, done)
    imports.keep_counts(connection, number, counts)
    audit.record(connection, by, f"import.{KIND}", f"import:{number}", now, dict(counts))
    return Taken(number, counts, done)


def take_back(connection: sa.Connection, import_id: int, by: str, now: datetime) -> TakenBack:
    """Take an import of spend back, which is in the audit log; what was changed since stays so.

    Raises
    ------
    ImportUnknown, ImportUndone
        When there is no such import of spend, or not any more.
    """
    imports.mark_undone(connection, import_id, by, now, kinds=(KIND,))
    done = spend.take_back(connection, import_id)
    audit.record(connection, by, "import.undo", f"import:{import_id}", now, vars(done))
    return done


def taken_in(connection: sa.Connection, limit: int = 100) -> list[ImportRow]:
    """The imports of spend, the newest first."""
    return imports.imports(connection, kinds=(KIND,), limit=limit)


def counted(changes: Sequence[Change]) -> dict[str, int]:
    """How many sums are new, replaced another, or were there already."""
    new, same = sum(one.is_new for one in changes), sum(one.is_same for one in changes)
    return {"new": new, "replaced": len(changes) - new - same, "unchanged": same}


def _counts(read: Read, changes: Sequence[Change]) -> dict[str, int]:
    return {"rows": read.rows, "wrong": len(read.wrong), "totals": read.totals, **counted(changes)}


__all__ = [
    "KIND",
    "Change",
    "Taken",
    "TakenBack",
    "counted",
    "rehearse",
    "take_back",
    "take_in",
    "taken_in",
]
