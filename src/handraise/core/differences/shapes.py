"""What one difference is, and the two shapes that everything in a definition is compared in."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from handraise.core.differences.renames import renamed
from handraise.core.words import Tongue

Kind = Literal["added", "removed", "changed"]
Path = tuple[str, ...]
Say = Callable[[Any], str]


@dataclass(frozen=True)
class Difference:
    """One thing that two people would call a change.

    `path` says where, from the outside in (`("engagement", "rules", "pricing visit", "points")`). `old` and
    `new` are in words. `changes_scores`: some lead's fit, engagement, grade or verdict may differ by it.
    """

    path: Path
    kind: Kind
    old: str | None
    new: str | None
    changes_scores: bool
    sentence: str


def value(
    say: Tongue, path: Path, what: str, old: Any, new: Any, said: Say = str, *, scores: bool = True
) -> Iterator[Difference]:
    """One value that may have come, gone or changed; None is none."""
    if old == new:
        return
    before = None if old is None else said(old)
    after = None if new is None else said(new)
    if before is None:
        yield Difference(path, "added", None, after, scores, say.added(what, after or ""))
    elif after is None:
        yield Difference(path, "removed", before, None, scores, say.dropped(what, before))
    else:
        sentence = say.rewritten(what) if before == after else say.changed(what, before, after)
        yield Difference(path, "changed", before, after, scores, sentence)


Inner = Callable[[Path, str, Any, Any], Iterator[Difference]]


def named(
    say: Tongue,
    path: Path,
    noun: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    said: Say,
    *,
    inner: Inner | None = None,
    scores: Callable[[str], bool] = lambda _: True,
    names_score: bool = False,
) -> Iterator[Difference]:
    """Named things that may have come, gone, changed, been renamed or been put in another order."""
    moved = renamed(old, new)
    for name in together(old, new):
        place, before, after = (*path, name), old.get(name), new.get(name)
        if name in moved:
            yield Difference(
                place, "changed", name, moved[name], names_score, say.renamed(noun, name, moved[name])
            )
        elif name not in new:
            gone = say.dropped_item(noun, name, said(before))
            yield Difference(place, "removed", said(before), None, scores(name), gone)
        elif name not in old and name not in moved.values():
            came = say.new_item(noun, name, said(after))
            yield Difference(place, "added", None, said(after), scores(name), came)
        elif name in old and before != after:
            if inner is not None:
                yield from inner(place, name, before, after)
            else:
                what = say.asked_by(noun, name)
                yield from value(say, place, what, before, after, said, scores=scores(name))
    kept = [moved.get(name, name) for name in old if moved.get(name, name) in new]
    if kept != [name for name in new if name in set(kept)]:
        yield Difference(path, "changed", None, None, names_score, say.reordered(say.WHAT[path[0]]))


def together(old: Iterable[str], new: Iterable[str]) -> list[str]:
    """The names of both, in the order of the new, with what is gone first."""
    there = list(new)
    return [*(name for name in old if name not in there), *there]


def numbered(named: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Values by name, where a name that comes again gets a number."""
    seen: Counter[str] = Counter()
    found = {}
    for name, value in named:
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = value
    return found
