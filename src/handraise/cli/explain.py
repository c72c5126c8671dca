"""`handraise explain`: one lead's score as a receipt, what is missing, and what would do."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.definitions import load
from handraise.cli.moments import moment_of
from handraise.cli.options import (
    Accounts,
    AsOf,
    DefinitionFile,
    Encoding,
    Events,
    Json,
    Leads,
    Map,
    Missing,
)

if TYPE_CHECKING:
    from handraise.core.definition.model import Definition
    from handraise.core.event import Lead
    from handraise.core.score import Line
    from handraise.engine.ways import Outlook


def explain(
    definition: DefinitionFile,
    lead_id: Annotated[str, typer.Argument(metavar="LEAD_ID", help="The lead.")],
    leads: Leads,
    events: Events = None,
    accounts: Accounts = None,
    as_of: AsOf = None,
    columns: Map = None,
    missing: Missing = None,
    encoding: Encoding = "utf-8",
    json: Json = False,
) -> None:
    """Explain one lead: every line of the score, what is missing and the shortest ways there."""
    loaded = load(definition)
    moment = moment_of(as_of, loaded.definition.timezone)
    from handraise.cli.inputs import lead_of
    from handraise.engine.evaluate import Evaluator
    from handraise.engine.ways import outlook

    lead = lead_of(
        loaded.definition, lead_id, leads, accounts, events, columns or [], missing or [], encoding=encoding
    )
    found = outlook(Evaluator(loaded.definition), lead, moment)
    if json:
        output.document(as_json(found, loaded.definition, lead))
    else:
        from handraise.cli.receipt import show

        show(found, loaded.definition, lead)


def as_json(found: "Outlook", definition: "Definition", lead: "Lead") -> dict[str, Any]:
    """Everything that `explain` knows, with points as numbers."""
    from handraise.core.definition.hashing import content_hash, scoring_hash

    score = found.score
    return {
        "lead_id": lead.lead_id,
        "as_of": score.as_of,
        "definition": {
            "name": definition.name,
            "content_hash": content_hash(definition),
            "scoring_hash": scoring_hash(definition),
        },
        "sentence": found.sentence,
        "applies": score.applies,
        "is_mql": score.is_mql,
        "disqualified": score.disqualified,
        "disqualified_until": found.disqualified_until,
        "fit": output.points(score.fit),
        "engagement": output.points(score.engagement),
        "total": output.points(score.total),
        "bars": {"fit": _points(definition.fit.bar), "engagement": _points(definition.engagement.bar)},
        "grade": score.grade,
        "patterns": score.patterns,
        "fast_tracks": score.fast_tracks,
        "became_mql_at": score.became_mql_at,
        "drops_at": found.drops_at,
        "next_change_at": found.next_change_at,
        "next_change": found.next_change or None,
        "lines": [_line(line, definition) for line in score.lines],
        "gaps": [{"part": g.part, "short": _points(g.short), "words": g.words} for g in found.gaps],
        "ways": [
            {
                "words": way.words,
                "signals": way.signals,
                "events": [{"event": e.event, "properties": e.properties} for e in way.events],
            }
            for way in found.ways
        ],
        "unknown_facts": [
            {
                "facts": each.facts,
                "gains": [{"rule": rule, "points": output.points(gain)} for rule, gain in each.gains],
                "makes_mql": each.makes_mql,
                "words": each.words,
            }
            for each in found.unknown
        ],
    }


def _line(line: "Line", definition: "Definition") -> dict[str, Any]:
    from handraise.core.words import decay_words

    rule = next((rule for rule in definition.rules if rule.rule == line.rule), None)
    decay = getattr(rule, "decay", None)
    return {
        "rule": line.rule,
        "dimension": line.dimension,
        "kind": line.kind,
        "points": output.points(line.points),
        "full_points": _points(rule.points) if rule is not None and line.kind == "rule" else None,
        "decay": decay_words(decay) if decay is not None else None,
        "count": line.count,
        "last_at": line.last_at,
        "evidence": line.evidence,
    }


def _points(hundredths: int | None) -> float | int | None:
    return None if hundredths is None else output.points(hundredths)
