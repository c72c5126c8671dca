"""Which kind of file a path is, and whether it can be read at all."""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from handraise.core.errors import InputInvalid
from handraise.files.problems import Problems


class Format(StrEnum):
    """The kinds of files that hold rows."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


_SUFFIXES: Final = {
    ".csv": Format.CSV, ".tsv": Format.CSV, ".txt": Format.CSV,
    ".jsonl": Format.JSONL, ".ndjson": Format.JSONL, ".json": Format.JSONL,
    ".parquet": Format.PARQUET, ".pq": Format.PARQUET,
}  # fmt: skip
_SHEETS: Final = (".xlsx", ".xls", ".ods", ".numbers")
_PACKED: Final = (".gz", ".zip", ".zst", ".bz2", ".xz", ".7z")
_TAKEN: Final = "CSV, JSONL, Parquet or a folder of Parquet"


def format_of(path: Path) -> Format:
    """The format of a file or folder, by its name, else by its first bytes.

    Raises
    ------
    InputInvalid
        When it is not there, cannot be read, is empty, or is nothing we read.
    """
    try:
        if path.is_dir():
            return Format.PARQUET
        if not path.exists():
            raise InputInvalid(f"there is no file {path}")
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise InputInvalid(f"{path} cannot be read: {error.strerror}") from None
    if not start:
        raise InputInvalid(f"{path} is empty")
    suffix = path.suffix.lower()
    if suffix in _SHEETS:
        raise InputInvalid(f"{path} is a workbook; save the sheet as CSV (UTF-8) and give that file")
    if suffix in _PACKED:
        raise InputInvalid(f"{path} is packed; unpack it first")
    if start == b"PAR1":
        return Format.PARQUET
    found = _SUFFIXES.get(suffix)
    if found is None:
        raise InputInvalid(
            f"{path}: cannot tell what kind of file `{suffix or path.name}` is; {_TAKEN} are read"
        )
    if found is Format.PARQUET:
        raise InputInvalid(f"{path} is not a Parquet file, though its name says so")
    return found


def parquet_files(path: Path, problems: Problems) -> Sequence[Path]:
    """The Parquet files at a path, in the order of their names; hidden files and markers are left out.

    Raises
    ------
    InputInvalid
        When a folder has none.
    """
    if not path.is_dir():
        return [path]
    shown = [
        found
        for found in sorted(path.rglob("*"))
        if found.is_file() and not any(p[0] in "._" for p in found.relative_to(path).parts)
    ]
    files = [found for found in shown if _SUFFIXES.get(found.suffix.lower()) is Format.PARQUET]
    if not files:
        others = f"; it holds {shown[0].name}" if shown else ""
        raise InputInvalid(f"the folder {path} has no Parquet files (*.parquet){others}")
    problems.note(
        f"{{count}} files in {path.name} that are no Parquet files were left out",
        len(shown) - len(files),
        f"1 file in {path.name} that is no Parquet file was left out",
    )
    return files
