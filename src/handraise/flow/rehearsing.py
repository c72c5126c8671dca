"""Who would get a lead now, and why: the routing that a hand-off goes through, with nobody's turn taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from handraise.core.definition.model import Definition
from handraise.core.errors import HandraiseError
from handraise.core.event import Lead
from handraise.core.routing import Assignment, RoutingSituation, TeamLedger, owner_for
from handraise.core.saying import Saying
from handraise.core.score import Score
from handraise.core.situation import Situation
from handraise.engine.companion import Asked
from handraise.flow.assign import answers_for, needs_of
from handraise.flow.desk import Desk
from handraise.flow.score import Evaluators, Judge
from handraise.store import accounts, handoffs, people, situations
from handraise.store.accounts import domain_for
from handraise.store.histories import histories


class NothingLive(HandraiseError):
    """No definition acts, so nobody is handed off."""

    def __init__(self) -> None:
        super().__init__(Saying("No definition is live, so nobody is handed off. Make one live first."))


@dataclass(frozen=True)
class Rehearsed:
    """What would happen to a lead if it were handed off now.

    `sla` is the place of the service level that would apply, None without one.
    """

    definition: Definition
    version_id: int
    score: Score
    assignment: Assignment
    sla: int | None


def who_would_get(
    connection: sa.Connection,
    lead: Lead | int,
    evaluators: Evaluators,
    now: datetime,
    desk: Desk,
    *,
    definition: str | None = None,
) -> Rehearsed:
    """Who would get a lead that is there (its root's number), or one that is made up of facts.

    Parameters
    ----------
    definition
        The name of a live one; by default the first.

    Raises
    ------
    NothingLive
        When no definition (or not this one) is live.
    """
    judge = _judge(connection, evaluators, definition)
    is_known = isinstance(lead, int)
    found = histories(connection, [lead])[0] if isinstance(lead, int) else lead
    [score] = judge.evaluator.scores([found], now)
    root = int(found.lead_id) if is_known else None
    situation = (
        situations.standings(connection, [root])[root].situation
        if root is not None
        else Situation(found.lead_id, "lead", now)
    )
    [answers] = judge.companion.answers_of([Asked(found, score, situation)], now)
    persons, _ = people.routable(connection, now)
    rows = people.teams(connection)
    assignment = owner_for(
        judge.definition.handoff.route,
        answers_for(judge.definition.handoff.route, answers.routes),
        persons,
        [row.as_team for row in rows],
        RoutingSituation(
            account_owner=_account_owner(connection, found.facts),
            lead_owner=None if root is None else handoffs.last_owner(connection, root),
            needs=needs_of(found.facts),
        ),
        {row.name: TeamLedger.from_json(row.ledger) for row in rows},
        now,
        desk.routing,
    )
    return Rehearsed(judge.definition, judge.version.id, score, assignment, answers.sla)


def _judge(connection: sa.Connection, evaluators: Evaluators, name: str | None) -> Judge:
    live = [one.judge for one in evaluators.sitting(connection) if one.mode == "live"]
    found = next((one for one in live if name is None or one.definition.name == name), None)
    if found is None:
        raise NothingLive
    return found


def _account_owner(connection: sa.Connection, facts: Mapping[str, object]) -> int | None:
    number = facts.get("lead.account_id")
    if number is None:
        domain = domain_for(email=facts.get("lead.email"), website=facts.get("account.domain"))
        number = None if domain is None else accounts.of_domains(connection, [domain]).get(domain)
    return None if number is None else accounts.owner_of(connection, int(str(number)))


__all__ = ["NothingLive", "Rehearsed", "who_would_get"]
