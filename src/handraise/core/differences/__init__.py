"""What changed between two definitions, in words that both teams can read."""

from dataclasses import fields

from handraise.core.definition.model import Definition
from handraise.core.differences.parts import PARTS
from handraise.core.differences.renames import in_new_names, renames
from handraise.core.differences.shapes import Difference
from handraise.core.words import ENGLISH, Tongue

__all__ = ["Difference", "differences"]


def differences(old: Definition, new: Definition, *, tongue: Tongue = ENGLISH) -> tuple[Difference, ...]:
    """Every difference between two definitions, in the order of the file.

    What only changed its name is one difference, wherever it is used. Two definitions that are not equal
    differ in at least one line; two that are equal differ in none.

    Examples
    --------
    >>> from handraise.core.definition import read_definition
    >>> text = '''
    ... name: Small
    ... signals: {pricing_visit: {event: page, where: {path: /pricing}}}
    ... engagement: {bar: 10, rules: [{rule: pricing visit, signal: pricing_visit, points: 15}]}
    ... qualify: {mql: engagement}
    ... '''
    >>> dearer = text.replace("15", "20").replace("bar: 10", "bar: 12")
    >>> for each in differences(read_definition(text).definition, read_definition(dearer).definition):
    ...     print(each.sentence)
    bar for engagement 10 → 12
    pricing visit 15 → 20
    """
    names = renames(old, new)
    found = [
        Difference((part, before), "changed", before, after, False, tongue.renamed(noun, before, after))
        for part, noun, pairs in (
            ("lists", "list", names.lists),
            ("signals", "signal", names.signals),
            ("patterns", "pattern", names.patterns),
            ("fit", "group", names.fit_groups),
            ("engagement", "group", names.engagement_groups),
        )
        for before, after in pairs.items()
    ]
    told = in_new_names(old, names)
    for each in fields(Definition):
        found += _part(each.name, told, new, tongue)
    return tuple(found)


def _part(name: str, old: Definition, new: Definition, tongue: Tongue) -> list[Difference]:
    before, after = getattr(old, name), getattr(new, name)
    if before == after:
        return []
    found = list(PARTS[name](old, new, tongue))
    if not found:  # what no sentence tells apart still is a difference
        found = [Difference((name,), "changed", None, None, True, tongue.rewritten(tongue.WHAT[name]))]
    return found
