"""What a definition needs of the files, and what to say when a column of it is not there."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from handraise.core.definition.conditions import FactTest, leaves
from handraise.core.definition.grammar import nearest
from handraise.core.definition.model import Definition, behaviours_of, conditions_of
from handraise.core.errors import InputInvalid
from handraise.files.mapping import Mapping, nearest_column
from handraise.files.problems import Problems
from handraise.files.tidying import PROPERTIES


def check_facts(
    definition: Definition,
    wanted: Sequence[tuple[str, str | None]],
    there: Sequence[str],
    *,
    files: Sequence[tuple[Path, Sequence[str]]],
    allow_missing: Sequence[str],
) -> None:
    """Refuse files without the facts that the definition looks at.

    Parameters
    ----------
    wanted
        Facts with what they are derived from.
    there
        Facts that there are.
    files
        The leads file, and the accounts file if there is one, with their columns.
    allow_missing
        Names, or patterns such as `account.*`, of facts that may be absent.

    Raises
    ------
    InputInvalid
        Naming every absent fact, where it is used, the file, the nearest column and how to map it.
    """
    absent = [
        (fact, source)
        for fact, source in wanted
        if fact not in there and source not in there and not is_allowed(fact, allow_missing)
    ]
    if not absent:
        return
    lines = [_about_fact(definition, fact, source, files) for fact, source in absent]
    lines.append(
        "To score without them: --allow-missing "
        + " --allow-missing ".join(f"'{name}'" if "*" in name else name for name in _short(absent))
    )
    raise InputInvalid("\n".join(lines))


def is_allowed(name: str, patterns: Sequence[str]) -> bool:
    """Whether a name may be absent.

    Examples
    --------
    >>> is_allowed("account.employees", ["account.*"]), is_allowed("lead.title", ["account.*"])
    (True, False)
    """
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _short(absent: Sequence[tuple[str, str | None]]) -> list[str]:
    names = [fact for fact, _ in absent]
    account = [name for name in names if name.startswith("account.")]
    return names if len(account) < 3 else [n for n in names if n not in account] + ["account.*"]


def _about_fact(
    definition: Definition,
    fact: str,
    source: str | None,
    files: Sequence[tuple[Path, Sequence[str]]],
) -> str:
    owner, _, bare = fact.partition(".")
    others = f" (nor `{source.partition('.')[2]}`, which gives it)" if source else ""
    where = " and ".join(str(path) for path, _ in files)
    said = f"`{fact}` is not in {where}{others}; {_used(definition, fact)} it"
    near = [
        (*found, name if owner == "lead" else wanted)
        for wanted, name in ((fact, bare), *(((source, source.partition(".")[2]),) if source else ()))
        for _, columns in files
        if (found := nearest_column(name, columns)) is not None
        and (owner == "lead" or found[0] == 1 or _is_of_account(found[1]) or columns is not files[0][1])
    ]
    if near:
        _, close, ours = max(near, key=lambda one: one[0])
        return f'{said}; if `{close}` is meant: --map "{close}={ours}"'
    if owner == "account" and len(files) == 1:
        return f'{said}; give --accounts FILE, or name a column: --map "THEIR NAME={fact}"'
    return f'{said}; name its column: --map "THEIR NAME={bare if owner == "lead" else fact}"'


def _is_of_account(column: str) -> bool:
    """Whether a column of leads speaks of the company: `Company Name` does, `first_name` does not."""
    return any(word in column.casefold() for word in ("company", "account", "organi", "firm"))


def _used(definition: Definition, fact: str) -> str:
    places = dict.fromkeys(
        place
        for place, condition in conditions_of(definition)
        for leaf in leaves(condition)
        if isinstance(leaf, FactTest) and leaf.fact == fact
    )
    verb = "need" if len(places) > 1 else "needs"
    return f"{_few([f'“{place}”' for place in places]) or 'the definition'} {verb}"


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def check_properties(
    definition: Definition,
    properties: Sequence[str],
    there: Sequence[str],
    *,
    path: Path,
    theirs: Sequence[str],
    is_open: bool,
    allow_missing: Sequence[str],
    problems: Problems,
) -> None:
    """Refuse events without a property that the definition looks at.

    Parameters
    ----------
    is_open
        Whether events may have properties that no column tells (JSON); then an absent one is only a notice.

    Raises
    ------
    InputInvalid
        Naming the property, the signals, the file, the nearest column and how to map it.
    """
    lines = []
    for name in properties:
        if name in there or is_allowed(name, allow_missing):
            continue
        found = nearest_column(name, theirs)
        close = found[1] if found else None
        if is_open and PROPERTIES in there:  # what stands inside is known only when it is read
            continue
        if is_open:
            near = f"; the nearest is `{close}`" if close else ""
            problems.note(
                f"no event in {path.name} has `{name}`, which {_looking(definition, name)} looks at{near}"
            )
            continue
        meant = (
            f'if `{close}` is meant: --map "{close}={name}"'
            if close
            else f'name it: --map "THEIR NAME={name}"'
        )
        lines.append(f"{path} has no column `{name}`, which {_looking(definition, name)} looks at; {meant}")
    if lines:
        absent = [name for name in properties if name not in there and not is_allowed(name, allow_missing)]
        lines.append("To score without: " + " ".join(f"--allow-missing {name}" for name in absent))
        raise InputInvalid("\n".join(lines))


def _looking(definition: Definition, name: str) -> str:
    """The signals and rules that look at a property."""
    signals = [
        f"signal “{signal.name}”"
        for signal in definition.signals
        if any(isinstance(leaf, FactTest) and leaf.fact == name for leaf in leaves(signal.where))
    ]
    rules = [
        f"rule “{rule.rule}”"
        for rule in definition.engagement.rules
        if name in (rule.behaviour.distinct, rule.behaviour.sum, rule.behaviour.same)
    ]
    counted = any(name in (b.distinct, b.sum, b.same) for b in behaviours_of(definition))
    return _few([*signals, *rules]) or ("a condition" if counted else "the definition")


def check_mapping(mapping: Mapping, files: Sequence[tuple[Path, Sequence[str]]]) -> None:
    """Refuse a mapped column that no file has.

    Raises
    ------
    InputInvalid
        Naming the column, the files and the nearest column.
    """
    for theirs in mapping.columns:
        if not any(theirs in columns for _, columns in files):
            where = ", ".join(str(path) for path, _ in files)
            hint = nearest(theirs, _all(files))
            raise InputInvalid(f"--map: no file has a column `{theirs}` ({where}){hint}")


def _all(files: Sequence[tuple[Path, Sequence[str]]]) -> Iterator[str]:
    for _, columns in files:
        yield from columns
