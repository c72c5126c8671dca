"""Write commands.md, definition.md and settings.md of docs/reference from the program itself.

Run it after a change of a command, of the language or of a setting: `python scripts/reference.py`. A test
fails when the pages are stale.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from handraise.cli import COMMANDS, EXAMPLES, app
from handraise.core.definition import reading
from handraise.core.definition.asking import (
    PLACES,
    TESTS,
    ConditionReader,
    EachReader,
    May,
    PairReader,
    PastReader,
    PatternReader,
    ScalarReader,
    TestReader,
    Yes,
)
from handraise.core.definition.grammar import (
    Choice,
    Comparable,
    DurationReader,
    Flag,
    Key,
    ListOf,
    MappingOf,
    Moment,
    NameOf,
    Number,
    PointsReader,
    Reader,
    Record,
    Text,
    Whole,
)
from handraise.settings import Row, reference
from handraise.store.settings_kept import KNOWN
from handraise.templates import template_text

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "reference"
GENERATED = "<!-- written by scripts/reference.py; change the program, not this page -->"
CODES = """| exit code | meaning |
|---|---|
| 0 | fine |
| 1 | the answer is no: `check` found errors, `diff` differences, `health` something off, `drift` a change |
| 2 | wrong input: a file, a definition or an option; the message says which and what would do |
| 3 | a fault of ours, please report it |
| 130 | you interrupted it |"""


# ------------------------------------------------------------------------------------------ commands


def commands_page() -> str:
    """The page about every command, its arguments and options."""
    group: Any = typer.main.get_command(app)
    parts = [
        GENERATED,
        "# Commands",
        "Every command takes `--help`; those that answer take `--json` and then print one JSON document "
        "on standard output. Messages, notes and progress go to standard error. Colours show on a terminal "
        "only, and not when `NO_COLOR` is set. `handraise --install-completion` teaches your shell to "
        "complete.",
        CODES,
    ]
    for name in COMMANDS:
        command = group
        for part in name.split():
            command = command.commands[part]
        parts += [f"## {name}", _sentence(command.help), f"```sh\n{EXAMPLES[name]}\n```"]
        rows = [_row(parameter) for parameter in command.params]
        parts.append("\n".join(["| option | value | meaning |", "|---|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return " ".join(text.split())


def _row(parameter: Any) -> str:
    is_argument = parameter.param_type_name == "argument"
    names = ", ".join(f"`{option}`" for option in parameter.opts)
    kind = str(parameter.metavar or "").strip("{}")
    if is_argument:
        names, kind = f"`{kind or parameter.name.upper()}`", "required" if parameter.required else ""
    elif parameter.is_flag:
        kind = "flag"
    default = parameter.default if isinstance(parameter.default, str | int) else None
    shown = f" Default: {default}." if default not in (None, False) and not is_argument else ""
    needed = " Required." if parameter.required and not is_argument else ""
    text = f"{_sentence(parameter.help or '')}{needed}{shown}"
    return f"| {names} | {kind} | {text} |".replace("THEIRS=OURS|FILE", "THEIRS=OURS or FILE")


# ---------------------------------------------------------------------------------------- the settings


def settings_page() -> str:
    """The page about every variable of the environment, and every setting kept in the database."""
    rows = [_setting(row) for row in reference()]
    kept = [f"| `{name}` | `{json.dumps(one.default)}` | {one.meaning} |" for name, one in KNOWN.items()]
    parts = [
        GENERATED,
        "# Settings",
        "The live product reads its settings from the environment. An empty variable counts as not set. A "
        "wrong one stops the start; the message names every wrong variable at once and never shows a secret. "
        "`handraise settings` lists what holds now, without the secrets.",
        "\n".join(["| variable | value | default | meaning |", "|---|---|---|---|", *rows]),
        "Commands that work on files read none of these.",
        "## Kept in the database",
        "What an administrator changes while the product runs: `GET /api/v1/settings-kept` lists them, "
        '`PUT /api/v1/settings-kept/{name}` with `{"value": …}` sets one, for every process at once.',
        "\n".join(["| name | default | meaning |", "|---|---|---|", *kept]),
    ]
    return "\n\n".join(parts) + "\n"


def _setting(row: Row) -> str:
    default = f"`{row.default}`" if row.default else ""
    kind = row.kind.replace(" | ", ", ")
    return f"| `{row.variable}` | {kind} | {default} | {row.meaning} |"


# ---------------------------------------------------------------------------------------- the language


def definition_page() -> str:
    """The page about every construct of the language, its keys, and every test and condition."""
    parts = [
        GENERATED,
        "# The definition",
        "One YAML file says what a qualified lead is. This page lists every key; "
        "[what the words mean](../explanation/what-the-words-mean.md) settles the corners, and "
        "`handraise schema` teaches an editor to complete them.",
        "A **duration** is a whole number and a unit: `30 minutes`, `7 days`, `3 months` (a month is 30 "
        "days, a year 365). **Points** have at most two decimal places. Keys in **bold** are required.",
    ]
    for construct in reading.CONSTRUCTS:
        parts += _construct(construct)
    parts += ["## Tests on a fact or property", _test_intro(), _table(key for key, _ in TESTS)]
    parts += ["## Conditions", _condition_intro()]
    parts += [text for condition in reading.CONDITIONS for text in _condition(condition)]
    return "\n\n".join(parts) + "\n"


def _construct(construct: Record[Any]) -> list[str]:
    if construct.name.startswith("a test"):
        return []
    title = construct.name[:1].upper() + construct.name[1:]
    parts = [f"## {title}"]
    if construct.doc:
        parts.append(construct.doc)
    parts.append(_table(construct.keys))
    example = _example(construct.name)
    return [*parts, f"```yaml\n{example}\n```"] if example else parts


def _table(keys: Any) -> str:
    rows = [f"| {_name(key)} | {_kind(key.reader)} | {_escaped(key.doc)} |" for key in keys]
    return "\n".join(["| key | value | meaning |", "|---|---|---|", *rows])


def _name(key: Key) -> str:
    return f"**`{key.name}`**" if key.required else f"`{key.name}`"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _anchor(name: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "", name.lower().replace(" ", "-"))


_KINDS: dict[type, str] = {
    PointsReader: "points",
    Whole: "a whole number",
    Number: "a number",
    DurationReader: "a duration",
    Flag: "true or false",
    Text: "a text",
    Comparable: "a number or a date",
    Moment: "a date",
    PairReader: "two bounds, `[low, high]`",
    PastReader: "a duration or a date",
    ScalarReader: "a value",
    PatternReader: "an RE2 pattern",
    Yes: "`true`",
    EachReader: "`event`, `1 per week`, `1 per 30 days` …",
    reading.HalfLifeReader: "a duration, or `none`",
    reading.StepsReader: "steps, such as `50 % every 3 months`",
    reading.ZoneReader: "a time zone, such as `Europe/Berlin`",
    reading.ManagedList: "a list of entries, or `{file: PATH}`",
    reading.PatternEntry: "`{pattern: NAME, …}` with [a condition](#conditions)",
    reading.TriggerReader: "an outside event, a signal, or [a condition](#conditions)",
    TestReader: "a value, a list, or [tests](#tests-on-a-fact-or-property)",
}


def _kind(reader: Reader[Any]) -> str:
    """What may stand there, in words."""
    match reader:
        case Choice():
            return ", ".join(f"`{word}`" for word in reader.words)
        case NameOf():
            return f"the name of {'an' if reader.kind[0] in 'aeiou' else 'a'} {reader.kind}"
        case ListOf():
            inner = _kind(reader.item)
            return f"{inner}, or a list of such" if reader.single else f"list: {inner}"
        case MappingOf():
            keys = f" (names: {', '.join(f'`{name}`' for name in reader.names)})" if reader.names else ""
            return f"names with {_kind(reader.value)}{keys}"
        case ConditionReader():
            return f"[{reader.name}](#conditions)"
        case Record():
            return f"[{reader.name}](#{_anchor(reader.name)})"
        case _:
            return _KINDS[type(reader)]


def _test_intro() -> str:
    return (
        "Beside a fact (`lead.…`, `account.…`) or a property stands a value, a list of values (*or*), or a "
        "group of these tests (*and*). On an unknown value only `unknown` and `lacks` hold."
    )


def _condition_intro() -> str:
    return (
        "Several keys are *and*; `any:` and `all:` take lists of conditions, `not:` takes one. What else may "
        "be asked depends on where the condition stands."
    )


_ASKED = {
    May.FACTS: "facts: `lead.…` and `account.…`, with [tests](#tests-on-a-fact-or-property)",
    May.PROPERTIES: "properties of the event by their names, with [tests](#tests-on-a-fact-or-property)",
    May.BEHAVIOUR: "behaviour: `signal`, `same_session`, `sequence`, `none_of` with `at_least`, `in_last`, "
    "`within`, `distinct`, `sum`, `same`; `sessions`, `first_seen`, `last_seen`",
    May.SCORES: "scores: `fit` and `engagement` (alone: their bars), `{fit: 30}`, `{engagement: 40}`, "
    "`{total: 50}`, `{grade: [A1, A2]}`",
    May.PATTERNS: "patterns: `{pattern: NAME}`",
    May.STAGE: "stages: `{from_stage: recycled}`",
}
_STANDS = {
    "properties": "`where` of a signal",
    "facts": "`when` of a rule",
    "behaviour": "`applies_to`, `patterns`, `disqualify`, `requalify` and `when` of a fast track",
    "qualify": "`mql` and `needs`",
    "acting": "`when` of a route or a service level",
}


def _condition(condition: ConditionReader) -> Iterator[str]:
    place = next(name for name, may in PLACES.items() if may == condition.may)
    yield f"### In {_STANDS[place]}"
    yield "\n".join(f"- {_ASKED[flag]}" for flag in May if flag in condition.may)


def _example(name: str) -> str:
    """The part of the worked example that shows the construct."""
    sections = {
        "a signal": "signals",
        "fit": "fit",
        "engagement": "engagement",
        "qualify": "qualify",
        "a disqualifier": "disqualify",
        "a stage": "stages",
        "handoff": "handoff",
        "review": "review",
    }
    wanted = sections.get(name)
    if wanted is None:
        return ""
    blocks = re.split(r"^(?=[a-z_]+:)", template_text("full"), flags=re.MULTILINE)
    found = next((block for block in blocks if block.startswith(f"{wanted}:")), "")
    return found.rstrip().removesuffix("#").rstrip()


PAGES = {
    "commands.md": commands_page,
    "definition.md": definition_page,
    "settings.md": settings_page,
}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
