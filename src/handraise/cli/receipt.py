"""The score of one lead as a receipt: lines that add up, then what is missing and when it changes."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from rich.table import Table
from rich.text import Text

from handraise.cli import output
from handraise.core.definition.model import Definition, EngagementRule
from handraise.core.event import Lead
from handraise.core.points import written
from handraise.core.score import Line
from handraise.core.words import decay_words, fact
from handraise.core.words import english as say
from handraise.core.words.outlook import local

if TYPE_CHECKING:
    from handraise.engine.ways import Outlook

NARROW: Final = 100
BULLET: Final = "  "


def show(found: "Outlook", definition: Definition, lead: Lead) -> None:
    """Print the explanation of one lead for people."""
    out = output.console()
    zone, score = definition.timezone, found.score
    out.print(Text(f"{_title(lead)}, {local(score.as_of, zone)} ({zone})", style="dim"))
    out.print(Text(found.sentence, style="bold"), soft_wrap=out.width >= output.WIDE)
    out.print()
    out.print(_ledger(found, definition))
    out.print()
    for title, lines in _sections(found, definition):
        out.print(Text(title, style="bold"))
        for line in lines:
            out.print(Text(f"{BULLET}{line}"), soft_wrap=out.width >= output.WIDE)
        out.print()


def _title(lead: Lead) -> str:
    names = [str(lead.facts.get(f"lead.{part}") or "") for part in ("first_name", "last_name")]
    name = " ".join(part for part in names if part)
    return f"{name} ({lead.lead_id})" if name else lead.lead_id


def _ledger(found: "Outlook", definition: Definition) -> Table:
    """Every line with what shows it, when, how its points come about; under each part its sum."""
    score = found.score
    drawn = Table(box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0))
    drawn.add_column(ratio=3)
    drawn.add_column(ratio=3, style="dim")
    drawn.add_column(style="dim")
    drawn.add_column(style="dim")
    drawn.add_column(justify="right", no_wrap=True)
    drawn.add_column(style="dim", no_wrap=True)
    for dimension in ("fit", "engagement"):
        lines = [line for line in score.lines if line.dimension == dimension]
        for line in lines:
            drawn.add_row(*_row(line, definition))
        bar = definition.fit.bar if dimension == "fit" else definition.engagement.bar
        total = score.fit if dimension == "fit" else score.engagement
        drawn.add_row(*_sum_row(dimension.capitalize(), total, _bar_words(total, bar)))
        drawn.add_row()
    drawn.add_row(*_sum_row("Total", score.total, f"grade {score.grade}" if score.grade else ""))
    return drawn


def _sum_row(name: str, total: int, note: str) -> list[Text]:
    blank = Text("")
    return [Text(name, style="bold"), blank, blank, blank, Text(_two_places(total), style="bold"), Text(note)]


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


def _row(line: Line, definition: Definition) -> list[Text]:
    when = local(line.last_at, definition.timezone) if line.last_at is not None else ""
    name = line.rule if line.kind == "rule" else _bound_words(line)
    evidence = (line.evidence or "") if line.kind == "rule" else ""
    return [
        Text(f"  {name}"),
        Text(_evidence_words(evidence)),
        Text(when),
        Text(_how(line, definition)),
        Text(_two_places(line.points)),
        Text(""),
    ]


def _bound_words(line: Line) -> str:
    """What a cap or floor did, as the name of its line."""
    match line.kind:
        case "cap":
            return f"beyond the cap of {line.dimension}"
        case "floor":
            return f"up to the floor of {line.dimension}"
        case "group_cap":
            return f"beyond the cap of the group {say.quoted(line.rule)}"
        case _:
            return f"up to the floor of the group {say.quoted(line.rule)}"


def _evidence_words(evidence: str) -> str:
    """Facts by what people call them: `job title: VP Sales`."""
    parts = []
    for part in evidence.split("; "):
        name, colon, value = part.partition(": ")
        is_fact = colon and name.startswith(("lead.", "account."))
        parts.append(f"{fact(name).label}: {value}" if is_fact else part)
    return "; ".join(parts)


def _how(line: Line, definition: Definition) -> str:
    """How the points come about where they are not the rule's own: `15, halves every 45 days`."""
    rule = next((rule for rule in definition.rules if rule.rule == line.rule), None)
    if line.kind != "rule" or not isinstance(rule, EngagementRule):
        return ""
    full = rule.points
    how = written(full)
    if rule.behaviour.each is not None and line.count > 1:
        full, how = full * line.count, f"{line.count} × {written(rule.points)}"
    if full != line.points:
        return f"{how}, {decay_words(rule.decay)}" if rule.decay is not None else how
    return how if line.count > 1 and rule.behaviour.each is not None else ""


def _sections(found: "Outlook", definition: Definition) -> Iterator[tuple[str, list[str]]]:
    """What is missing, what would do, what is unknown, what time brings."""
    score, zone = found.score, definition.timezone
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
        ahead.append(f"It was an MQL before, the first time on {local(score.became_mql_at, zone)}.")
    if found.drops_at is not None:
        ahead.append(f"Without new events it is no longer an MQL from {local(found.drops_at, zone)} on.")
    if found.next_change_at is not None and found.next_change_at != found.drops_at:
        ahead.append(
            f"The next change without new events: {local(found.next_change_at, zone)}: {found.next_change}."
        )
    if ahead:
        yield "With time", ahead
