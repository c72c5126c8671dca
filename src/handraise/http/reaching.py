"""Which leads and hand-offs a caller reaches: what is not theirs is not found, or not to be changed."""

from fastapi import FastAPI

from handraise.core.actor import Actor
from handraise.core.errors import LeadUnknown
from handraise.flow import qualify
from handraise.flow.qualify import Qualification
from handraise.flow.score import Evaluators
from handraise.http.actors import actor_of
from handraise.http.callers import Call
from handraise.http.problems import Refusal
from handraise.store import handoffs, merges, people
from handraise.store.handoffs import HandoffRow, HandoffUnknown


def root_of(call: Call, lead_id: int) -> int:
    """The lead, or the one it was merged into.

    Raises
    ------
    LeadUnknown
        When there is no such lead.
    """
    root = merges.roots_of(call.connection, [lead_id]).get(lead_id)
    if root is None:
        raise LeadUnknown(f"There is no lead {lead_id}.")
    return root


def require_every_lead(call: Call) -> None:
    """Pass who may with every lead; those who may with their own only change them through hand-offs."""
    if not call.caller.may_with("leads:write", None, frozenset()):
        raise Refusal(403, "not_yours", "This lead is not handed off to you or your team.")


def may_write(call: Call, root: int) -> bool:
    """Whether they may write of every lead, or this one is handed off to them or their team."""
    had: list[HandoffRow | None] = [*handoffs.live_of(call.connection, root)]
    for row in had or [handoffs.latest_of(call.connection, root)]:
        owner, owning = (None, frozenset[int]()) if row is None else (row.owner_id, owning_teams(call, row))
        if call.caller.may_with("leads:write", owner, owning):
            return True
    return False


def handoff_for(call: Call, handoff_id: int) -> HandoffRow:
    """A hand-off that the caller may see; one that is none of theirs is not found."""
    found = handoffs.handoff_of(call.connection, handoff_id)
    if not call.caller.may_with("handoffs:read", found.owner_id, owning_teams(call, found)):
        raise HandoffUnknown(handoff_id)
    return found


def owning_teams(call: Call, row: HandoffRow) -> frozenset[int]:
    """The team whose queue or turn a hand-off was, and the teams of its owner."""
    teams = people.teams_of(call.connection, row.owner_id)
    return teams if row.team_id is None else teams | {row.team_id}


def answered(call: Call, root: int, framework: str, answers: dict[str, object]) -> Qualification:
    """Write answers of a framework down, for whoever may write of the lead.

    Raises
    ------
    Refusal
        403 for others, and when the answers finish a hand-off that they may not answer.
    """
    if not may_write(call, root):
        raise Refusal(403, "not_yours", "This lead is not handed off to you or your team.")
    by: Actor = actor_of(call)
    stands = qualify.answer(call.connection, root, framework, answers, by, call.now, call.services.desk)
    if stands.has_moved and not call.caller.may("handoffs:answer"):
        raise Refusal(
            403,
            "not_permitted",
            "These answers reach the bar, which finishes the hand-off: this needs `handoffs:answer`.",
            permission="handoffs:answer",
        )
    return stands


def evaluators_of(app: FastAPI) -> Evaluators:
    """The application's own: numbers of versions mean nothing in another database."""
    found: Evaluators | None = getattr(app.state, "evaluators", None)
    if found is None:
        found = app.state.evaluators = Evaluators()
    return found
