"""A lead as it was at another time: by what was known then, and the definitions that were live then."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from handraise.core.errors import InputInvalid
from handraise.core.score import Score
from handraise.flow.score import score_at
from handraise.http.callers import Call
from handraise.http.reaching import evaluators_of, root_of
from handraise.store import stages
from handraise.store.definitions import Version
from handraise.store.histories import histories
from handraise.store.scores import line_json


def lead_then(call: Call, lead_id: int, at: datetime) -> dict[str, Any]:
    """Facts, stage and scores of a lead at `at`. What reached us later does not count; merges do.

    Raises
    ------
    LeadUnknown
        When there is no such lead.
    InputInvalid
        When `at` is still to come.
    """
    if at > call.now:
        raise InputInvalid("How a lead will stand, nobody knows: give a time that is past.")
    root = root_of(call, lead_id)
    scores = score_at(call.connection, root, at, evaluators_of(call.request.app))
    [lead] = histories(call.connection, [root], as_of=at)
    return {
        "id": root,
        "as_of": at,
        "stage": _stage(call, root, at),
        "facts": lead.facts,
        "scores": [_told(version, score) for version, score in scores],
    }


def _told(version: Version, score: Score) -> dict[str, Any]:
    """As a score is shown that is kept."""
    told = {name: value for name, value in asdict(score).items() if name not in ("lead_id", "lines")}
    lines = [line_json(line) for line in score.lines]
    return {"definition": version.name, "version_id": version.id, "mode": "live", **told, "lines": lines}


def _stage(call: Call, root: int, at: datetime) -> str:
    moves = [one for one in stages.moves_of(call.connection, root) if one["lead_id"] == root]
    made = [one for one in moves if one["at"] <= at]
    if made:
        return str(made[-1]["to_stage"])
    return str(moves[0]["from_stage"]) if moves else stages.standing(call.connection, root).stage
