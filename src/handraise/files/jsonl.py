"""JSON lines: one object a line; what is no object goes to the error file with its line."""

import json
import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as MappingOf
from pathlib import Path
from typing import Any, Final

import numpy as np

from handraise.core.errors import InputInvalid
from handraise.core.properties import flattened
from handraise.files.mapping import Mapping
from handraise.files.problems import Problems
from handraise.files.rows import Rows, column_of
from handraise.files.segment import NoEvent, events_in, is_call

NO_PROPERTIES: Final = "properties are no JSON object"
_DEEPEST: Final = 60
_MOST_NAMES: Final = 2_000


def objects(path: Path, problems: Problems, encoding: str = "utf-8") -> Iterator[tuple[int, dict[str, Any]]]:
    """Objects with their lines; anything else is written down as a problem.

    Raises
    ------
    InputInvalid
        When the file is one JSON array, or the encoding does not exist.
    """
    try:
        "".encode(encoding)
    except LookupError:
        raise InputInvalid(f"there is no encoding `{encoding}`; usual ones are utf-8, latin-1") from None
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
                if re.fullmatch(rb"\[\s*(\{.*)?", line.strip(), re.DOTALL):
                    raise InputInvalid(
                        f"{path} is one JSON array; JSONL has one object a line (`jq -c '.[]'` makes it)"
                    )
            if not line.strip():
                continue
            found = _object(line, encoding)
            if isinstance(found, str):
                problems.add(path.name, number, "", line[:300].decode(encoding, "replace").strip(), found)
            else:
                yield number, found


def _object(line: bytes, encoding: str) -> dict[str, Any] | str:
    """The object of a line, or why there is none."""
    try:
        text = line.decode(encoding)
        found = json.loads(text, parse_constant=_refused)
        if "\\u" in text:
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError:
        return f"the line is not {encoding}"
    except UnicodeEncodeError:
        return "the line has half of a surrogate pair"
    except _NotANumber:
        return "the line has NaN or Infinity, which JSON has not"
    except RecursionError:
        return "the line is nested too deep"
    except ValueError:
        return "the line is not valid JSON"
    if not isinstance(found, dict):
        return "the line is no JSON object"
    return "the line is nested too deep" if _is_deep(text, found) else found


def _is_deep(text: str, found: object) -> bool:
    if text.count("{") + text.count("[") <= _DEEPEST:
        return False
    level: list[Any] = [found]
    for _ in range(_DEEPEST):
        level = [
            value
            for each in level
            for value in (each.values() if isinstance(each, dict) else each)
            if isinstance(value, dict | list)
        ]
        if not level:
            return False
    return True


class _NotANumber(ValueError):
    pass


def _refused(name: str) -> None:
    raise _NotANumber(name)


def event_record(record: MappingOf[str, Any]) -> dict[str, Any]:
    """An event's columns, with those under `properties` beside them; a column of its own comes first."""
    flat = {name: value for name, value in record.items() if name != "properties"}
    properties = record.get("properties")
    found = dict(flattened(properties)) if isinstance(properties, dict) else {}
    found.update((name, value) for name, value in flattened(flat) if value is not None)
    return found


def read_jsonl(
    path: Path,
    *,
    mapping: Mapping,
    wanted: Callable[[str], bool],
    problems: Problems,
    encoding: str = "utf-8",
    of_events: bool = False,
) -> Rows:
    """Read the wanted names of a JSONL file as columns; `of_events` also takes recorded Segment calls."""
    table = _Growing(path)
    seen: dict[str, None] = {}
    for number, record in objects(path, problems, encoding):
        for found in _records(record, of_events):
            if isinstance(found, NoEvent):
                _tell(found, path, number, problems)
                continue
            seen.update(dict.fromkeys(found))
            ours = mapping.ours(tuple(found))
            renamed = {name: value for name, value in zip(ours, found.values(), strict=True) if name}
            table.add(number, {name: value for name, value in renamed.items() if wanted(name)})
    if not seen and not problems.total and not problems.notices:
        raise InputInvalid(f"{path} has no lines")
    return Rows(path.name, table.columns(), np.array(table.numbers, np.int64), tuple(seen), is_open=True)


def _records(record: dict[str, Any], of_events: bool) -> Iterator[dict[str, Any] | NoEvent]:
    if not of_events:
        yield dict(flattened(record))
    elif is_call(record):
        for found in events_in(record):
            yield found if isinstance(found, NoEvent) else event_record(found)
    else:
        properties = properties_in(record.get("properties"))
        if properties is None:
            yield NoEvent(reason=NO_PROPERTIES)
        else:
            yield event_record({**record, "properties": properties})


def properties_in(given: object) -> dict[str, Any] | None:
    """Properties given as an object or as its JSON text; None when they are neither."""
    if given is None or (isinstance(given, str) and not given.strip()):
        return {}
    if isinstance(given, str):
        try:
            given = json.loads(given, parse_constant=_refused)
            json.dumps(given, ensure_ascii=False).encode("utf-8")
        except (ValueError, RecursionError):
            return None
    return given if isinstance(given, dict) else None


def _tell(found: NoEvent, path: Path, number: int, problems: Problems) -> None:
    if found.kind:
        many = f"{{count}} {found.kind} calls are no events and were left out"
        problems.note(many, 1, f"1 {found.kind} call is no event and was left out")
    else:
        problems.add(path.name, number, "", None, found.reason)


class _Growing:
    """Columns that grow row by row; a name that comes late is absent before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.numbers: list[int] = []
        self.values: dict[str, list[object]] = {}

    def add(self, number: int, record: dict[str, object]) -> None:
        row = len(self.numbers)
        self.numbers.append(number)
        for name, value in record.items():
            column = self.values.get(name)
            if column is None:
                if len(self.values) >= _MOST_NAMES:
                    raise InputInvalid(
                        f"{self.path} has more than {_MOST_NAMES:,} different names in its objects"
                    )
                column = self.values[name] = []
            column.extend([None] * (row - len(column)))
            column.append(value)

    def columns(self) -> dict[str, Any]:
        count = len(self.numbers)
        found = {}
        for name, values in self.values.items():
            values.extend([None] * (count - len(values)))
            found[name] = column_of(values)
        return found
