"""The score of one lead as a receipt: lines that add up, then what is missing and when it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len
from rich.text import Text

from handraise.cli import output
from handraise.core.definition.model import Definition, EngagementRule
from handraise.core.event import Lead
from handraise.core.points import written
from handraise.core.score import Line
from handraise.core.words import ENGLISH, condition_words, decay_words

if TYPE_CHECKING:
    from handraise.engine.ways import Outlook

GAP: Final = "   "
FIGURES: Final = 10  # columns for points
HAIRLINE: Final = 7
NARROWEST: Final = 60


@dataclass(frozen=True)
class Entry:
    """One line of the receipt: its name, what shows it, its points, a remark. A sum is printed strongly."""

    name: str
    shown: str
    points: str
    remark: str = ""
    is_sum: bool = False


def show(found: "Outlook", definition: Definition, lead: Lead) -> None:
    """Print the explanation of one lead for people."""
    zone, score = definition.timezone, found.score
    output.text(f"{_title(lead)}, {ENGLISH.local(score.as_of, zone)} ({zone})", style="dim")
    output.text(found.sentence, style="bold")
    output.say("")
    for drawn in receipt_lines(_entries(found, definition), output.console().width):
        output.text(drawn, wrap=False)
    for title, lines in _sections(found, definition):
        output.say("")
        output.text(title, style="bold")
        for line in lines:
            output.text(line, indent=2)


def _title(lead: Lead) -> str:
    names = [str(lead.facts.get(f"lead.{part}") or "") for part in ("first_name", "last_name")]
    name = " ".join(part for part in names if part)
    return f"{name} ({lead.lead_id})" if name else lead.lead_id


def _entries(found: "Outlook", definition: Definition) -> list[list[Entry]]:
    """Every line, and under each part its sum."""
    score, blocks = found.score, []
    for dimension in ("fit", "engagement"):
        lines = [_entry(line, definition) for line in score.lines if line.dimension == dimension]
        bar = definition.fit.bar if dimension == "fit" else definition.engagement.bar
        total = score.fit if dimension == "fit" else score.engagement
        whole = Entry(dimension.capitalize(), "", _two_places(total), _bar_words(total, bar), is_sum=True)
        blocks.append([*lines, whole])
    grade = f"grade {score.grade}" if score.grade else ""
    blocks.append([Entry("Total", "", _two_places(score.total), grade, is_sum=True)])
    return blocks


def receipt_lines(blocks: list[list[Entry]], width: int) -> Iterator[Text]:
    """The receipt in `width` columns: what shows a line stands beside it, or below where there is no room."""
    entries = [entry for block in blocks for entry in block]
    names = max(cell_len(entry.name) for entry in entries) + 2
    remarks = max(cell_len(entry.remark) for entry in entries) + len(GAP)
    shown = max(cell_len(entry.shown) for entry in entries) + len(GAP)
    is_wide = names + shown + FIGURES + remarks <= width
    column = names + shown if is_wide else max(names, min(width, NARROWEST) - FIGURES)
    for place, block in enumerate(blocks):
        if place:
            yield Text("")
        for entry in block:
            yield from _printed(entry, column, names if is_wide else None)


def _printed(entry: Entry, column: int, beside: int | None) -> Iterator[Text]:
    points = f"{entry.points:>{FIGURES}}"
    if entry.is_sum:
        yield Text(f"{' ' * column}{'─' * HAIRLINE:>{FIGURES}}", style="dim")
        remark = f"{GAP}{entry.remark}" if entry.remark else ""
        yield Text.assemble((f"{_padded(entry.name, column)}{points}", "bold"), (remark, "dim"))
        return
    if beside is None:
        yield Text(f"{_padded(entry.name, column)}{points}")
        if entry.shown:
            yield Text(f"    {entry.shown}", style="dim")
        return
    shown = (_padded(entry.shown, column - beside), "dim")
    yield Text.assemble(_padded(entry.name, beside), shown, points)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _two_places(hundredths: int) -> str:
    """Points as a column of figures lines up: always two places.

    Examples
    --------
    >>> _two_places(1500), _two_places(-250), _two_places(1134)
    ('15.00', '−2.50', '11.34')
    """
    whole, part = divmod(abs(hundredths), 100)
    return f"{'−' if hundredths < 0 else ''}{whole:,}.{part:02d}"


def _bar_words(total: int, bar: int | None) -> str:
    if bar is None:
        return ""
    return f"reaches the bar of {written(bar)}" if total >= bar else f"below the bar of {written(bar)}"


def _entry(line: Line, definition: Definition) -> Entry:
    if line.kind != "rule":
        return Entry(f"  {_bound_words(line)}", "", _two_places(line.points))
    when = ENGLISH.local(line.last_at, definition.timezone) if line.last_at is not None else ""
    parts = (_evidence_words(line.evidence or ""), when, *_how(line, definition))
    shown = output.tidy(" · ".join(part for part in parts if part))
    return Entry(f"  {line.rule}", shown, _two_places(line.points))


def _bound_words(line: Line) -> str:
    """What a cap or floor did, as the name of its line."""
    match line.kind:
        case "cap":
            return f"beyond the cap of {line.dimension}"
        case "floor":
            return f"up to the floor of {line.dimension}"
        case "group_cap":
            return f"beyond the cap of the group {ENGLISH.quoted(line.rule)}"
        case _:
            return f"up to the floor of the group {ENGLISH.quoted(line.rule)}"


def _evidence_words(evidence: str) -> str:
    """Facts by what people call them, pages by their path.

    Examples
    --------
    >>> _evidence_words("lead.title: VP Sales"), _evidence_words("page https://www.example.com/pricing?a=1")
    ('job title: VP Sales', 'page /pricing')
    """
    parts = []
    for part in evidence.split("; "):
        name, colon, value = part.partition(": ")
        is_fact = colon and name.startswith(("lead.", "account."))
        parts.append(f"{ENGLISH.fact(name).label}: {value}" if is_fact else _short_link(part))
    return "; ".join(parts)


def _short_link(evidence: str) -> str:
    before, scheme, link = evidence.partition("https://")
    if not scheme:
        return evidence
    path = link.partition("/")[2].partition("?")[0].partition("#")[0]
    return f"{before}/{path}"


def _how(line: Line, definition: Definition) -> Iterator[str]:
    """How often, and how the points come about where they are not the rule's own."""
    rule = next((rule for rule in definition.rules if rule.rule == line.rule), None)
    if not isinstance(rule, EngagementRule):
        return
    each = rule.behaviour.each is not None and line.count > 1
    if line.count > 1 and not each:
        yield f"{line.count:,} {_counted_words(rule)}"
    full = rule.points * (line.count if each else 1)
    if each or full != line.points:
        how = f"{line.count} × {written(rule.points)}" if each else written(rule.points)
        yield f"{how}, {decay_words(rule.decay)}" if full != line.points and rule.decay is not None else how


def _counted_words(rule: EngagementRule) -> str:
    """What the count of the line counts."""
    behaviour = rule.behaviour
    if behaviour.distinct:
        _, several = ENGLISH.PROPERTIES.get(behaviour.distinct, ("", ENGLISH.many(behaviour.distinct)))
        return f"different {several}"
    if behaviour.form == "none_of":
        return "stretches"
    return "times"


def _sections(found: "Outlook", definition: Definition) -> Iterator[tuple[str, list[str]]]:
    """What is missing, what would do, what is unknown, what time brings."""
    score, zone = found.score, definition.timezone
    if score.disqualified is not None:
        reasons = (each.when for each in definition.disqualify if each.reason == score.disqualified)
        yield "Why it is disqualified", [f"{score.disqualified}: {condition_words(when)}" for when in reasons]
    if score.patterns:
        yield "Patterns that hold", list(score.patterns)
    if score.fast_tracks:
        yield "Fast tracks that hold", list(score.fast_tracks)
    if found.gaps:
        yield "What is missing", [gap.words for gap in found.gaps]
    if found.ways:
        yield "Any one of these would do", [way.words for way in found.ways]
    if found.unknown:
        yield (
            "What is not known",
            [each.words + (" (and make it an MQL)" if each.makes_mql else "") for each in found.unknown],
        )
    ahead = []
    if score.became_mql_at is not None and not score.is_mql:
        ahead.append(f"It was an MQL before, the first time on {ENGLISH.local(score.became_mql_at, zone)}.")
    if found.drops_at is not None:
        reason = found.next_change.partition(", is no longer an MQL")[0]
        because = f", then {reason}" if reason.startswith("disqualified") else ""
        drops = ENGLISH.local(found.drops_at, zone)
        ahead.append(f"Without new events it is no longer an MQL from {drops} on{because}.")
    if found.next_change_at is not None and found.next_change_at != found.drops_at:
        ahead.append(
            f"The next change without new events: {ENGLISH.local(found.next_change_at, zone)}: "
            f"{found.next_change}."
        )
    if ahead:
        yield "With time", ahead
