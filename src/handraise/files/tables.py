"""A table that somebody hands in as text: its rows with their lines, and those that cannot be used."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.files.guarding import guarded

MOST_ROWS: Final = 200_000
_MARKS: Final = ",;\t"
_ABOVE: Final = 20  # rows that are looked at to find where the table begins
_OF_PROBLEMS: Final = ("line", "problem")
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Row:
    """A row of a file under our names, with the line it begins in."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Wrong:
    """A row that cannot be taken, and why."""

    line: int
    problem: str
    cells: Mapping[str, str]


def decoded(content: bytes, encoding: str = "utf-8") -> str:
    """The text of a file; one that begins as UTF-16 does (advertising networks write it) is read so.

    Raises
    ------
    InputInvalid
        When there is no such encoding, or the text is not in it.
    """
    if content.startswith(_UTF_16):
        encoding = "utf-16"
    elif encoding.lower() in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except LookupError:
        raise InputInvalid(Saying("`{name}` is no encoding; try utf-8 or cp1252", name=encoding)) from None
    except UnicodeDecodeError as error:
        raise InputInvalid(
            Saying(
                "the file is not {encoding} text (byte {n}); name its encoding, such as cp1252",
                encoding=encoding.removesuffix("-sig"),
                n=error.start,
            )
        ) from None


def header_of(text: str, above: int = 0) -> list[str]:
    r"""The names of the columns, as the file has them; `above` lines stand over them.

    Where rows could not be taken, why has no name: such a file is mended and read as the first was.

    Examples
    --------
    >>> header_of("Mail;Job Title\nann@acme.example;CTO\n")
    ['Mail', 'Job Title']
    """
    return next(map(_names, _lines(text, above)), [])


def lines_above(text: str) -> int:
    r"""How many lines stand over the names of the columns: titles and periods of an export.

    The names are the first row as wide as most, with more than one name.

    Examples
    --------
    >>> lines_above('Campaign report\n"March 1, 2026 - March 31, 2026"\nCampaign,Cost\nBrand,"1,200"\n')
    2
    """
    best: tuple[int, int, int] = (0, 0, 0)  # rows of the usual width, that width, lines above
    for mark in _MARKS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        found, line = [], 0
        try:
            for cells in islice(reader, _ABOVE):
                found.append((line, cells))
                line = reader.line_num
        except csv.Error:
            continue
        wide = Counter(len(cells) for _, cells in found if len(cells) > 1)
        for width, count in wide.most_common(1):
            named = (at for at, cells in found if len(cells) == width and sum(map(bool, cells)) > 1)
            best = max(best, (count, width, next(named, 0)))
    return best[2]


def rows_of(text: str, columns: Mapping[str, str], missing: Sequence[str] = (), above: int = 0) -> list[Row]:
    r"""The rows of a CSV text: `columns` renames theirs to ours, a word of `missing` is nothing.

    Raises
    ------
    InputInvalid
        When it has no header, two columns of one name, a mapped column that is not there, or too many rows.

    Examples
    --------
    >>> rows_of("Mail,Plan\na@b.co,Select\n", {"Mail": "email"}, ["select"])
    [Row(line=2, cells={'email': 'a@b.co'})]
    """
    lines = _lines(text, above)
    header = [columns.get(name, name) for name in next(map(_names, lines), [])]
    _check_header(header, columns)
    unknown = {"", *(word.casefold() for word in missing)}
    found = []
    for line, cells in lines:
        pairs = ((name, cell.strip()) for name, cell in zip(header, cells, strict=False) if name)
        kept = {name: cell for name, cell in pairs if cell.casefold() not in unknown}
        if kept:
            found.append(Row(line, kept))
    if len(found) > MOST_ROWS:
        raise InputInvalid(
            Saying(
                "the file has {n} rows; split it into files of {most} at most",
                n=f"{len(found):,}",
                most=f"{MOST_ROWS:,}",
            )
        )
    return found


def wrong_rows(wrong: Sequence[Wrong]) -> str:
    """Rows that cannot be taken as a CSV file: the line, why, and the cells; formulas made harmless.

    Examples
    --------
    >>> print(wrong_rows([Wrong(3, "says nobody", {"name": "=1+1"})]).strip())
    line,problem,name
    3,says nobody,'=1+1
    """
    names = list(dict.fromkeys(name for one in wrong for name in one.cells))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_OF_PROBLEMS, *map(guarded, names)])
    for one in wrong:
        writer.writerow([one.line, one.problem, *(guarded(one.cells.get(name, "")) for name in names)])
    return out.getvalue()


def _lines(text: str, above: int) -> Iterator[tuple[int, list[str]]]:
    """The rows below the lines `above`, each with the line it begins in."""
    table = "".join(io.StringIO(text, newline="").readlines()[above:]) if above else text
    first = table.partition("\n")[0]
    reader = csv.reader(io.StringIO(table, newline=""), delimiter=max(_MARKS, key=first.count))
    line = above + 1
    try:
        for cells in reader:
            yield line, cells
            line = above + reader.line_num + 1
    except csv.Error as error:
        raise InputInvalid(
            Saying("the file is no CSV from line {line} on: {why}", line=line, why=str(error))
        ) from None


def _names(begun: tuple[int, list[str]]) -> list[str]:
    found = [name.strip() for name in begun[1]]
    return ["", "", *found[2:]] if tuple(found[:2]) == _OF_PROBLEMS else found


def _check_header(header: Sequence[str], columns: Mapping[str, str]) -> None:
    if not any(header):
        raise InputInvalid(Saying("the file is empty; the first line has to name the columns"))
    if twice := sorted(name for name, count in Counter(header).items() if count > 1 and name):
        raise InputInvalid(
            Saying("the column `{name}` is there twice; rename one with --map THEIRS=OURS", name=twice[0])
        )
    if lost := sorted(ours for ours in columns.values() if ours not in header):
        raise InputInvalid(
            Saying(
                "no column is what --map says `{name}` is; there is: {names}",
                name=lost[0],
                names=", ".join(filter(None, header)),
            )
        )
