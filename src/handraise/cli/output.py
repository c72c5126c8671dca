"""What commands print: tables and sentences for people, one JSON document for machines, errors, progress."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from handraise.core.errors import Problem

_OBEYED: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
WIDE: Final = 200  # columns where nobody looks: a pipe or a file wraps nothing
PATIENCE: Final = 1.0  # seconds before progress shows


def console(*, stderr: bool = False) -> "Console":
    """Where people read: colours on a terminal only, and not with NO_COLOR."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else WIDE
    return Console(file=stream, width=width, highlight=False, emoji=False, soft_wrap=False)


def tidy(text: str) -> str:
    r"""The text without what a terminal would obey: control characters and changes of direction.

    Examples
    --------
    >>> tidy("page /a\x1b[2J")
    'page /a�[2J'
    """
    return _OBEYED.sub("\ufffd", text)


def say(*lines: str, stderr: bool = False) -> None:
    """Print lines as they are, without looking for markup in them."""
    for line in lines:
        print(tidy(line), file=sys.stderr if stderr else sys.stdout)


def text(line: "str | Text", *, style: str = "", indent: int = 0, wrap: bool = True) -> None:
    """Print a line in a style; on a terminal, long ones wrap between words."""
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    shown = Text(tidy(line), style=style) if isinstance(line, str) else line
    if not out.is_terminal or not wrap:
        shown.pad_left(indent)
        shown.rstrip()
        out.print(shown, soft_wrap=True)
        return
    out.print(Padding(shown, (0, 0, 0, indent)) if indent else shown)


def heading(title: str) -> None:
    """Print a quiet heading."""
    text(title, style="bold")


def write_text(path: Path, text: str) -> None:
    """Write a file as UTF-8, making its folder if need be; raises as `write_bytes` does."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file, making its folder if need be.

    Raises
    ------
    InputInvalid
        When the place cannot be written.
    """
    from handraise.core.errors import InputInvalid

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise InputInvalid(f"cannot write `{path}`: {error.strerror or error}") from None


def document(value: object) -> None:
    """Print one JSON document."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2))  # noqa: T201


def line(value: object) -> None:
    """Print one JSON object on one line and send it off at once: for what goes on for long."""
    print(json.dumps(plain(value), ensure_ascii=False), flush=True)  # noqa: T201


def plain(value: Any) -> Any:
    """The value as JSON knows it: decimals as numbers, times as ISO 8601 in UTC.

    Examples
    --------
    >>> plain({"at": datetime(2026, 1, 1, tzinfo=UTC), "points": Decimal("2.50")})
    {'at': '2026-01-01T00:00:00Z', 'points': 2.5}
    """
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date() | Path():
            return str(value)
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case str() | bool() | int() | float() | None:
            return value
        case Mapping():
            return {str(key): plain(part) for key, part in value.items()}
        case Iterable():
            return [plain(part) for part in value]
    if is_dataclass(value):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return str(value)


def points(hundredths: int) -> float | int:
    """Hundredths as a number for JSON."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print rows under quiet headings; columns named in `right` are aligned to the right."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim", show_edge=False)
    for place, name in enumerate(columns):
        drawn.add_column(name, justify="right" if place in right else "left", no_wrap=place == 0)
    for row in rows:
        drawn.add_row(*(Text(cell) for cell in row))
    console().print(drawn)


def problem_lines(problem: "Problem", source: str, text: str) -> list[str]:
    r"""A problem at its place: the sentence, the line of the file, and a caret under the column.

    Examples
    --------
    >>> from handraise.core.errors import Problem
    >>> print(*problem_lines(Problem(2, 7, "no such list"), "saas.yaml", "name: x\nlist: y"), sep="\n")
    saas.yaml:2:7: error: no such list
        2 | list: y
          |       ^
    """
    if problem.line < 1:
        return [f"{source}: {problem.severity}: {problem.message}"]
    head = f"{source}:{problem}"
    lines = text.splitlines()
    if problem.line > len(lines):
        return [head]
    shown = lines[problem.line - 1]
    start = max(0, problem.column - 80) if len(shown) > 120 else 0
    before = "".join("\t" if letter == "\t" else " " for letter in shown[start : problem.column - 1])
    end = "…" if len(shown) > start + 120 else ""
    return [head, f"{problem.line:>5} | {shown[start : start + 120]}{end}", f"      | {before}^"]


def show_problems(problems: Iterable["Problem"], source: str, text: str, *, stderr: bool) -> None:
    """Print problems with the lines they stand in; errors red, warnings amber, each with its word."""
    from rich.text import Text

    out = console(stderr=stderr)
    for problem in problems:
        colour = "red" if problem.severity == "error" else "yellow"
        head, *rest = problem_lines(problem, source, text)
        line = Text(tidy(head))
        line.highlight_words([f"{problem.severity}:"], style=f"bold {colour}")
        out.print(line, soft_wrap=True)
        for part in rest:
            out.print(Text(tidy(part), style="dim" if not part.endswith("^") else colour), soft_wrap=True)


def error(message: str) -> None:
    """Print an error for people."""
    from rich.text import Text

    console(stderr=True).print(Text.assemble(("error:", "bold red"), " ", tidy(message)), soft_wrap=True)


def notice(message: str) -> None:
    """Print something worth knowing, beside the answer."""
    from rich.text import Text

    console(stderr=True).print(Text.assemble(("note:", "bold"), " ", tidy(message)), soft_wrap=True)


class Progress:
    """One line on a terminal that says how far a long piece of work is; silent elsewhere and below a second.

    Call it with what is done and, where it is known, the whole.
    """

    def __init__(
        self,
        what: str,
        unit: str,
        stream: IO[str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.what, self.unit, self.clock = what, unit, clock
        self.stream = stream if stream is not None else sys.stderr
        self.started = self.shown = clock()
        self.is_drawn = False

    def __call__(self, done: int, whole: int | None = None) -> None:
        """Show `done` of `whole`, at most ten times a second."""
        now = self.clock()
        if not self.stream.isatty() or now - self.started < PATIENCE or now - self.shown < 0.1:
            return
        self.shown, self.is_drawn = now, True
        self.stream.write(f"\r\x1b[2K{progress_words(self.what, self.unit, done, whole, now - self.started)}")
        self.stream.flush()

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_drawn:
            self.stream.write("\r\x1b[2K")
            self.stream.flush()


def progress_words(what: str, unit: str, done: int, whole: int | None, seconds: float) -> str:
    """How far, how fast, how long still.

    Examples
    --------
    >>> progress_words("scoring", "events", 250_000, 1_000_000, 5.0)
    'scoring  250,000 of 1,000,000 events · 25 % · 50,000 a second · 15 s left'
    """
    rate = done / seconds if seconds > 0 else 0.0
    parts = [f"{what}  {done:,}{f' of {whole:,}' if whole else ''} {unit}"]
    if whole:
        parts.append(f"{min(100, done * 100 // whole)} %")
    parts.append(f"{rate:,.0f} a second")
    if whole and rate > 0 and whole > done:
        left = round((whole - done) / rate)
        parts.append(f"{left} s left" if left < 100 else f"{round(left / 60)} min left")
    return " · ".join(parts)


def counted(number: int, what: str) -> str:
    """A number of things.

    Examples
    --------
    >>> counted(1, "lead"), counted(2000, "lead")
    ('1 lead', '2,000 leads')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"
