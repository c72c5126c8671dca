"""Renaming columns: what the files call them and what the definition calls them."""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path
from types import MappingProxyType
from typing import Any

from handraise.core.definition.grammar import nearest
from handraise.core.errors import InputInvalid

_ALIKE = 0.6
_KEYS = ("columns", "missing", "zone")


@dataclass(frozen=True)
class Mapping:
    """How to read files that were not made for us.

    Attributes
    ----------
    columns
        Names in the files to our names: `{"Prospect ID": "lead_id"}`.
    missing
        Words that mean that nothing is known, such as `Select`; compared without case and space around.
    zone
        The zone of times without one, instead of the definition's.

    Examples
    --------
    >>> Mapping.parse(["Prospect ID=lead_id", "Lead Source=source"]).columns["Prospect ID"]
    'lead_id'
    """

    columns: MappingOf[str, str] = field(default_factory=lambda: MappingProxyType({}))
    missing: tuple[str, ...] = ()
    zone: str | None = None

    @classmethod
    def parse(
        cls, entries: Sequence[str], *, missing: Sequence[str] = (), zone: str | None = None
    ) -> "Mapping":
        """Read `THEIRS=OURS` entries and paths of mapping files, later ones before earlier ones.

        Raises
        ------
        InputInvalid
            When an entry is neither, a file cannot be used, or two columns get one name.
        """
        found, given = cls(), dict[str, str]()
        for entry in entries:
            if "=" in entry:
                theirs, _, ours = (part.strip() for part in entry.rpartition("="))
                first = given.setdefault(theirs, ours)
                if first != ours:
                    raise InputInvalid(
                        f"--map gives `{theirs}` two names, `{first}` and `{ours}`; keep one "
                        "(lead ids that are e-mail addresses are read as the e-mail too)"
                    )
                found = found.and_then(cls(_checked({theirs: ours}, f"--map {entry!r}")))
            elif Path(entry).is_file():
                found = found.and_then(cls.read(Path(entry)))
            else:
                raise InputInvalid(
                    f"--map {entry!r} is neither `THEIRS=OURS` nor a mapping file; "
                    'write for example --map "Prospect ID=lead_id"'
                )
        return found.and_then(cls(missing=tuple(missing), zone=_zone(zone, "--zone")))

    @classmethod
    def read(cls, path: Path) -> "Mapping":
        """Read a saved mapping: YAML with `columns: {theirs: ours}`, and if wanted `missing` and `zone`.

        Raises
        ------
        InputInvalid
            Naming the file and what is wrong in it.
        """
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError

        try:
            text = path.read_text(encoding="utf-8-sig")
            content = YAML(typ="safe", pure=True).load(text) if len(text) < 1_000_000 else text
        except OSError as error:
            raise InputInvalid(f"the mapping file {path} cannot be read: {error.strerror}") from None
        except (UnicodeDecodeError, YAMLError, RecursionError, ValueError) as error:
            reason = str(error).split("\n")[0]
            raise InputInvalid(f"the mapping file {path} is not valid YAML: {reason}") from None
        return cls._from(content, f"the mapping file {path}")

    @classmethod
    def _from(cls, content: Any, where: str) -> "Mapping":
        if not isinstance(content, dict):
            raise InputInvalid(f"{where} must hold `columns:` with lines such as `Prospect ID: lead_id`")
        for key in content:
            if key not in _KEYS:
                raise InputInvalid(f"{where} has an unknown key `{key}`{nearest(str(key), _KEYS)}")
        columns, missing = content.get("columns") or {}, content.get("missing") or []
        if not isinstance(columns, dict):
            raise InputInvalid(f"`columns` in {where} must be lines such as `Prospect ID: lead_id`")
        if isinstance(missing, str):
            missing = [missing]
        if not isinstance(missing, list) or any(isinstance(word, dict | list) for word in missing):
            raise InputInvalid(f"`missing` in {where} must be a list of words, such as [Select]")
        return cls(_checked(columns, where), tuple(map(str, missing)), _zone(content.get("zone"), where))

    def and_then(self, other: "Mapping") -> "Mapping":
        """Both together; where they disagree, the other counts."""
        columns = {**self.columns, **other.columns}
        _refuse_twice(columns, "--map")
        missing = tuple(dict.fromkeys((*self.missing, *other.missing)))
        return Mapping(MappingProxyType(columns), missing, other.zone or self.zone)

    def with_missing(self, words: Iterable[str]) -> "Mapping":
        """The same with more words that mean that nothing is known."""
        return replace(self, missing=tuple(dict.fromkeys((*self.missing, *words))))

    def ours(self, theirs: Sequence[str]) -> list[str]:
        """Our names of a file's columns; a column whose name another one takes over has none (empty).

        Examples
        --------
        >>> Mapping.parse(["Lead Number=lead_id"]).ours(["lead_id", "Lead Number", "title"])
        ['', 'lead_id', 'title']
        """
        taken = {self.columns[name] for name in theirs if name in self.columns}
        return [self.columns.get(name) or ("" if name in taken else name) for name in theirs]

    @property
    def missing_words(self) -> frozenset[str]:
        """The words as they are compared."""
        return frozenset(word.strip().casefold() for word in self.missing)


def nearest_column(name: str, columns: Iterable[str]) -> tuple[float, str] | None:
    """The column that probably is meant by this name, with how alike they are (0 to 1); None when none is.

    Examples
    --------
    >>> nearest_column("title", ["Prospect ID", "Job Title"]), nearest_column("kind", ["path"])
    ((0.95, 'Job Title'), None)
    """
    words = _words(name)
    found: list[tuple[float, str]] = []
    for column in columns:
        theirs = _words(column)
        if theirs == words:
            likeness = 1.0
        elif set(words) <= set(theirs):
            likeness = 0.95
        else:
            likeness = SequenceMatcher(None, "".join(words), "".join(theirs)).ratio()
        found.append((likeness, column))
    best = max(found, key=lambda pair: pair[0], default=(0.0, ""))
    return best if best[0] >= _ALIKE else None


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


def without_column(path: Path, name: str, columns: Sequence[str]) -> InputInvalid:
    """The error that a file has not the column; it names the nearest one and says how to map it."""
    near = nearest_column(name, columns)
    if near is not None:
        said, theirs = f"; did you mean `{near[1]}`?", near[1]
    else:
        shown = ", ".join(f"`{column}`" for column in columns[:8]) + (" …" if len(columns) > 8 else "")
        said, theirs = f"; it has {shown}." if shown else ".", "THEIR NAME"
    return InputInvalid(
        f'{path} has no column `{name}`{said} If another column is meant: --map "{theirs}={name}"'
    )


def _checked(columns: MappingOf[Any, Any], where: str) -> MappingOf[str, str]:
    named: dict[str, str] = {}
    for theirs, ours in columns.items():
        if not str(theirs).strip() or not isinstance(ours, str) or not ours.strip():
            raise InputInvalid(f"{where}: `{theirs}: {ours}` must give a column a name")
        named[str(theirs).strip()] = ours.strip()
    _refuse_twice(named, where)
    return MappingProxyType(named)


def _refuse_twice(columns: MappingOf[str, str], where: str) -> None:
    seen: dict[str, str] = {}
    for theirs, ours in columns.items():
        if ours in seen:
            raise InputInvalid(f"{where}: both `{seen[ours]}` and `{theirs}` would become `{ours}`")
        seen[ours] = theirs


def _zone(name: Any, where: str) -> str | None:
    from zoneinfo import ZoneInfo, available_timezones

    if name is None:
        return None
    try:
        return ZoneInfo(str(name)).key
    except (KeyError, ValueError, OSError):
        hint = nearest(str(name), available_timezones())
        raise InputInvalid(
            f"{where}: `{name}` is no time zone{hint or '; write for example Europe/Berlin'}"
        ) from None
