"""`handraise lead show`: one lead of the running product, as it is now or as it was known to be."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.moments import moment_of
from handraise.cli.options import AsOf, Json
from handraise.core.errors import LeadUnknown

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from handraise.store.leads import LeadDetail

SHOWN = 20  # entries of the timeline


def show(
    who: Annotated[
        str, typer.Argument(metavar="EMAIL|ID", help="An address, a user id, or a lead's number.")
    ],
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Show a lead: stage, score with its lines, hand-off, clock, timeline.

    With --as-of the score is what the definitions that were live then said, by what was known then.
    """
    from handraise.cli.live import connected
    from handraise.store.leads import lead_detail
    from handraise.store.timelines import timeline

    with connected() as (connection, now):
        root = root_of(connection, who)
        detail = lead_detail(connection, root)
        at = None if as_of is None else moment_of(as_of, "UTC")
        told = {
            "id": detail.id,
            "name": detail.name,
            "email": detail.email,
            "is_known": detail.is_known,
            "created_at": detail.created_at,
            "stage": detail.standing["stage"],
            "standing": detail.standing,
            "account": None if detail.account is None else detail.account.name or detail.account.domain,
            "aliases": [{"kind": one.kind, "value": one.value} for one in detail.aliases],
            "facts": detail.facts,
            "as_of": at or now,
            "scores": _scores(detail) if at is None else _scores_at(connection, root, at),
            "handoff": _handoff(connection, root),
            "timeline": [
                each for each in timeline(connection, root, limit=SHOWN) if at is None or each.at <= at
            ],
        }
    output.document(told) if json else _print(told)


def root_of(connection: "Connection", who: str) -> int:
    """The lead that an address, a user id or a number names, or the one it was merged into.

    Raises
    ------
    LeadUnknown
        When nobody is called so.
    """
    from handraise.store.aliases import Alias, leads_named
    from handraise.store.merges import roots_of

    named = [Alias("email", who.strip().lower()), Alias("user_id", who), Alias("anonymous_id", who)]
    found = leads_named(connection, named)
    lead = next((found[alias] for alias in named if alias in found), None)
    if lead is None and who.isdecimal() and len(who) < 19:
        lead = int(who)
    root = None if lead is None else roots_of(connection, [lead]).get(lead)
    if root is None:
        raise LeadUnknown(f"nobody is known as `{who}`; give an e-mail address, a user id or a lead's number")
    return root


def _scores(detail: "LeadDetail") -> list[dict[str, Any]]:
    return [
        {
            "definition": one.definition,
            "version": one.version_id,
            "mode": one.mode,
            "as_of": one.as_of,
            "fit": output.points(one.fit),
            "engagement": output.points(one.engagement),
            "total": output.points(one.fit + one.engagement),
            "grade": one.grade,
            "is_mql": one.is_mql,
            "disqualified": one.disqualified,
            "became_mql_at": one.became_mql_at,
            "next_change_at": one.next_change_at,
            "lines": [{**line, "points": output.points(line["points"])} for line in one.lines],
        }
        for one in detail.scores
    ]


def _scores_at(connection: "Connection", root: int, at: datetime) -> list[dict[str, Any]]:
    from handraise.flow.score import Evaluators, score_at
    from handraise.store.scores import line_json

    return [
        {
            "definition": version.name,
            "version": version.id,
            "mode": "live",
            "as_of": at,
            "fit": output.points(score.fit),
            "engagement": output.points(score.engagement),
            "total": output.points(score.total),
            "grade": score.grade,
            "is_mql": score.is_mql,
            "disqualified": score.disqualified,
            "became_mql_at": score.became_mql_at,
            "next_change_at": score.next_change_at,
            "lines": [{**line_json(line), "points": output.points(line.points)} for line in score.lines],
        }
        for version, score in score_at(connection, root, at, Evaluators())
    ]


def _handoff(connection: "Connection", root: int) -> dict[str, Any] | None:
    from handraise.store.access import member_by_id
    from handraise.store.clocks import clock_rows
    from handraise.store.handoffs import latest_of

    found = latest_of(connection, root)
    if found is None:
        return None
    clocks = clock_rows(connection, found.id)
    owner = None if found.owner_id is None else member_by_id(connection, found.owner_id)
    return {
        "id": found.id,
        "definition": found.definition,
        "cycle": found.cycle,
        "lead_type": found.lead_type,
        "state": found.state,
        "owner": None if owner is None else owner.name,
        "opened_at": found.opened_at,
        "answered_at": found.answered_at,
        "reason": found.reason,
        "first_contact_at": found.first_contact_at,
        "outcome": found.outcome,
        "clock": clocks[-1] if clocks else None,
    }


def _print(told: dict[str, Any]) -> None:
    since = told["standing"]["stage_since"]
    output.heading(f"{told['name'] or told['email'] or 'Somebody unknown'} (lead {told['id']})")
    known = [part for part in (told["email"], told["account"]) if part]
    output.say(*([" · ".join(known)] if known else []))
    output.say(f"stage {told['stage']}" + (f" since {_time(since)}" if since else ""))
    for score in told["scores"]:
        verdict = "MQL" if score["is_mql"] else score["disqualified"] or "not an MQL"
        output.say("", f"{score['definition']} (version {score['version']}, {score['mode']}): {verdict}")
        output.say(
            f"{score['total']} points = fit {score['fit']} + engagement {score['engagement']}"
            + (f", grade {score['grade']}" if score["grade"] else "")
        )
        rows = [[line["rule"], line["dimension"], f"{line['points']:+g}"] for line in score["lines"]]
        if rows:
            output.table(["line", "", "points"], rows, right=[2])
    _print_handoff(told["handoff"])
    if told["timeline"]:
        output.say("")
        rows = [[_time(each.at), each.kind, _what(each.kind, each.detail)] for each in told["timeline"]]
        output.table(["when", "", "what"], rows)


def _print_handoff(handoff: dict[str, Any] | None) -> None:
    if handoff is None:
        return
    owner = handoff["owner"] or "nobody yet"
    output.say("", f"Hand-off {handoff['id']} ({handoff['lead_type']}): {handoff['state']}, with {owner}")
    clock = handoff["clock"]
    if clock is not None and clock.due_at is not None:
        ended = f"stopped by {clock.stopped_by}" if clock.stopped_at else f"due {_time(clock.due_at)}"
        output.say(f"clock: {ended}" + (", breached" if clock.breached_at else ""))


def _what(kind: str, detail: dict[str, Any]) -> str:
    match kind:
        case "event":
            return str(detail["event"])
        case "stage":
            return f"{detail['from']} → {detail['to']}: {detail['cause']}"
        case "score":
            fit, engagement = output.points(detail["fit"]), output.points(detail["engagement"])
            return f"fit {fit}, engagement {engagement} ({detail['cause_kind']})"
        case _:
            return f"{detail['kind']} by {detail['by']}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
