"""Definitions from files: the text, the lists beside it, and errors that show their place."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from handraise.core.definition import Definition, Read, read_definition
from handraise.core.errors import DefinitionInvalid, InputInvalid

LARGEST_LIST: Final = 50_000_000  # bytes
HEADINGS: Final = frozenset({"domain", "domains", "name", "entry", "value", "email", "company"})


@dataclass(frozen=True)
class Loaded:
    """A definition as read from a file."""

    source: str
    text: str
    read: Read
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What it was read with: lists beside it by name, and files that `lists:` names, as it names them."""

    @property
    def definition(self) -> Definition:
        """What it says."""
        return self.read.definition


class DefinitionUnreadable(DefinitionInvalid):
    """A definition file with errors; keeps the text, so that each error can be shown in its line."""

    def __init__(self, invalid: DefinitionInvalid, source: str, text: str) -> None:
        super().__init__(invalid.problems, source)
        self.text = text


def load(path: Path) -> Loaded:
    """Read a definition with its lists: files named under `lists:`, and lists/NAME.txt or .csv beside it.

    Raises
    ------
    InputInvalid
        When the file cannot be read as text.
    DefinitionUnreadable
        When it is no valid definition, with the place of every problem.
    """
    text = text_of(path)
    folder = path.resolve().parent
    beside = {entry.stem: list(_entries(entry)) for entry in _list_files(folder / "lists")}

    named: dict[str, list[str]] = {}

    def open_list(name: str) -> list[str] | None:
        wanted = (folder / name).resolve()
        if not wanted.is_relative_to(folder) or not wanted.is_file():
            return None
        return named.setdefault(name, list(_entries(wanted)))

    try:
        read = read_definition(text, open_list, beside)
        return Loaded(str(path), text, read, {**beside, **named})
    except DefinitionInvalid as invalid:
        raise DefinitionUnreadable(invalid, str(path), text) from None


def text_of(path: Path) -> str:
    """The text of a file, which must be UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputInvalid(f"there is no file `{path}`") from None
    except IsADirectoryError:
        raise InputInvalid(f"`{path}` is a folder; name a file") from None
    except UnicodeDecodeError as error:
        raise InputInvalid(f"`{path}` is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except OSError as error:
        raise InputInvalid(f"`{path}` cannot be read: {error.strerror or error}") from None


def _list_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if entry.suffix in (".txt", ".csv") and entry.is_file())


def _entries(path: Path) -> Iterator[str]:
    """One entry a line (`#` starts a remark); of a CSV the first column, without its heading."""
    if path.stat().st_size > LARGEST_LIST:
        raise InputInvalid(f"`{path}` is larger than 50 MB; a managed list is a list of names or domains")
    lines = text_of(path).splitlines()
    if path.suffix == ".csv":
        import csv

        rows = [row[0].strip() for row in csv.reader(lines) if row]
        yield from rows[1:] if rows and rows[0].casefold() in {*HEADINGS, path.stem.casefold()} else rows
        return
    for line in lines:
        entry = line.split("#", 1)[0].strip()
        if entry:
            yield entry
