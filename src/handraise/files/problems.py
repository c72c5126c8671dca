"""What is wrong with rows of the input: counted by reason, and written to a file while reading."""

import csv
import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final

from handraise.core.errors import InputInvalid
from handraise.files.guarding import guarded

HEADER: Final = ("file", "row", "column", "value", "reason")
LONGEST: Final = 200


def shortened(value: object) -> str:
    r"""The value as text of at most 200 characters, fit to be shown.

    Examples
    --------
    >>> shortened(None), shortened("a\ud800"), len(shortened("x" * 1000))
    ('', 'a\\ud800', 200)
    """
    text = "" if value is None else str(value)
    text = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


class Problems:
    """Collects bad rows, and notices about what was read in a certain way.

    Parameters
    ----------
    path
        Where bad rows go, as CSV with `file,row,column,value,reason`; made only when there is one. None:
        they are only counted. Rows of CSV count from 1 with the header as row 1, as in a spreadsheet; rows
        of JSONL are lines; rows of Parquet count from 1.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add("leads.csv", 7, "lead_id", None, "lead_id is empty")
    >>> problems.note("{count} times without a zone were read in UTC", 1200)
    >>> dict(problems.counts), problems.notices
    ({'lead_id is empty': 1}, ('1,200 times without a zone were read in UTC',))
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path
        self.counts: Counter[str] = Counter()
        self._notes: Counter[tuple[str, str]] = Counter()
        self._file: IO[str] | None = None
        self._rows: Any = None

    @property
    def total(self) -> int:
        """How many bad rows there are."""
        return self.counts.total()

    @property
    def notices(self) -> tuple[str, ...]:
        """What was read in a certain way, in words, in the order it came up."""
        return tuple(
            one if count == 1 and one else many.replace("{count}", f"{count:,}")
            for (many, one), count in self._notes.items()
        )

    def note(self, text: str, count: int = 1, one: str = "") -> None:
        """Note something about the input.

        `{count}` in the text becomes the sum of the counts; when that is 1, `one` is said instead.
        """
        if count:
            self._notes[text, one] += count

    def add(self, file: str, row: int | None, column: str, value: object, reason: str) -> None:
        """Count a bad row and write it down."""
        self.counts[reason] += 1
        if self.path is None:
            return
        if self._rows is None:
            self._open(self.path)
        place = "" if row is None else row
        cells = (shortened(file), place, shortened(column), shortened(value), shortened(reason))
        self._rows.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])

    def add_all(
        self, file: str, rows: Iterable[int], column: str, values: Iterable[object], reason: str
    ) -> None:
        """Several rows that are bad for one reason."""
        for row, value in zip(rows, values, strict=True):
            self.add(file, row, column, value, reason)

    def _open(self, path: Path) -> None:
        try:
            self._file = self._partial(path).open("w", encoding="utf-8", newline="")
        except OSError as error:
            raise InputInvalid(f"the error file {path} cannot be written: {error.strerror}") from None
        self._rows = csv.writer(self._file, lineterminator="\n")
        self._rows.writerow(HEADER)

    @staticmethod
    def _partial(path: Path) -> Path:
        return path.with_name(f".{path.name}.{os.getpid()}.part")

    def close(self) -> None:
        """Put the error file in its place; one left by an earlier run goes when there is nothing to say."""
        if self.path is None:
            return
        if self._file is not None:
            self._file.close()
            self._partial(self.path).replace(self.path)
            self._file = self._rows = None
        elif not self.total and _is_ours(self.path):
            self.path.unlink()

    def discard(self) -> None:
        """Leave no file behind."""
        if self._file is not None and self.path is not None:
            self._file.close()
            self._partial(self.path).unlink(missing_ok=True)
            self._file = self._rows = None


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.readline(100).strip() == ",".join(HEADER).encode()
    except OSError:
        return False
