"""Scores as they are now, one for each lead and version; and every change of one, with its cause."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from handraise.core.score import Line, Score

# A lead that was never scored counts as one that had nothing, so that a new version of the definition does
# not leave a row for everybody it says nothing of.
_WRITE: Final = """
with row as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
        lead_id bigint, version_id bigint, as_of timestamptz, fit bigint, engagement bigint, grade text,
        applies boolean, is_mql boolean, disqualified text, became_mql_at timestamptz, ceases_at timestamptz,
        next_change_at timestamptz, patterns text[], fast_tracks text[], lines jsonb, cause_kind text,
        cause jsonb
    )
), compared as (
    select row.*,
        row.engagement <> coalesce(old.engagement, 0) as is_moved,
        (row.fit, row.engagement, row.grade, row.is_mql, row.disqualified, row.lines) is distinct from (
            coalesce(old.fit, 0), coalesce(old.engagement, 0), old.grade, coalesce(old.is_mql, false),
            old.disqualified, coalesce(old.lines, '[]')) as is_changed
    from row left join lateral (
        select s.* from handraise.lead_score s
        where s.lead_id = row.lead_id and s.version_id = row.version_id offset 0) as old on true
), kept as (
    insert into handraise.lead_score as s (
        lead_id, version_id, as_of, fit, engagement, grade, applies, is_mql, disqualified, became_mql_at,
        ceases_at, next_change_at, patterns, fast_tracks, lines
    )
    select lead_id, version_id, as_of, fit, engagement, grade, applies, is_mql, disqualified, became_mql_at,
        ceases_at, next_change_at, patterns, fast_tracks, lines
    from row order by lead_id, version_id
    on conflict (lead_id, version_id) do update set
        as_of = excluded.as_of, fit = excluded.fit, engagement = excluded.engagement,
        grade = excluded.grade, applies = excluded.applies, is_mql = excluded.is_mql,
        disqualified = excluded.disqualified, became_mql_at = excluded.became_mql_at,
        ceases_at = excluded.ceases_at, next_change_at = excluded.next_change_at,
        patterns = excluded.patterns, fast_tracks = excluded.fast_tracks, lines = excluded.lines
), changed as (
    insert into handraise.score_change (
        lead_id, version_id, at, fit, engagement, grade, is_mql, disqualified, cause_kind, cause, lines
    )
    select lead_id, version_id, as_of, fit, engagement, grade, is_mql, disqualified, cause_kind, cause, lines
    from compared where is_changed order by lead_id, version_id
)
select lead_id, version_id, is_moved from compared where is_changed
"""
_KEPT: Final = """
select version_id, lead_id, as_of, fit, engagement, grade, applies, is_mql, disqualified, became_mql_at,
    ceases_at, next_change_at, patterns, fast_tracks, lines
from handraise.lead_score
where lead_id = any(%(leads)s::bigint[])
    and (%(version)s::bigint is null or version_id = %(version)s::bigint)
"""
_CHANGES: Final = """
select id, version_id, at, fit, engagement, grade, is_mql, disqualified, cause_kind, cause, lines
from handraise.score_change
where lead_id = %(lead)s and (%(version)s::bigint is null or version_id = %(version)s::bigint)
order by at, id
"""


@dataclass(frozen=True)
class Given:
    """A score to be kept, and why it was made.

    `messages` are the message ids of the events that its lines show, one for each line, None where a line
    shows none.
    """

    lead_id: int
    version_id: int
    score: Score
    cause_kind: str
    cause: Mapping[str, Any] | None = None
    messages: Sequence[str | None] = ()


@dataclass(frozen=True)
class Written:
    """What changed: lead and version of each changed score, and those of which the engagement did."""

    changed: tuple[tuple[int, int], ...] = ()
    moved: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Change:
    """A score as it was from `at` on; points are hundredths."""

    id: int
    version_id: int
    at: datetime
    fit: int
    engagement: int
    grade: str | None
    is_mql: bool
    disqualified: str | None
    cause_kind: str
    cause: Mapping[str, Any] | None
    lines: tuple[Line, ...]


def write(connection: sa.Connection, given: Sequence[Given]) -> Written:
    """Keep these scores, and a row of history for each that is another than the one before.

    One statement for any number. The caller holds the locks of the roots.
    """
    if not given:
        return Written()
    rows = msgspec.json.encode([_row(one) for one in given]).decode()
    changed = connection.exec_driver_sql(_WRITE, {"rows": rows}).all()
    return Written(
        tuple((lead, version) for lead, version, _ in changed),
        tuple((lead, version) for lead, version, is_moved in changed if is_moved),
    )


def scores(
    connection: sa.Connection, lead_ids: Iterable[int], version_id: int | None = None
) -> dict[tuple[int, int], Score]:
    """The scores kept of these leads by lead and version: of all versions, or of one."""
    rows = connection.exec_driver_sql(_KEPT, {"leads": sorted(set(lead_ids)), "version": version_id})
    return {(row[1], row[0]): _score(row[1:]) for row in rows}


def changes(connection: sa.Connection, lead_id: int, version_id: int | None = None) -> list[Change]:
    """How the score of a lead came to be what it is, the oldest first."""
    rows = connection.exec_driver_sql(_CHANGES, {"lead": lead_id, "version": version_id})
    return [_change(*row) for row in rows]


def line_json(line: Line, message_id: str | None = None) -> dict[str, Any]:
    """A line as it is kept; `message_id` is of the event that it shows."""
    return {
        "rule": line.rule,
        "dimension": line.dimension,
        "points": line.points,
        "count": line.count,
        "last_at": line.last_at,
        "evidence": line.evidence,
        "kind": line.kind,
        "message_id": message_id,
    }


def line_of(kept: Mapping[str, Any]) -> Line:
    """A line as it was kept.

    Examples
    --------
    >>> line_of(line_json(Line("pricing visit", "engagement", 1500))).points
    1500
    """
    last_at = kept["last_at"]
    return Line(
        rule=kept["rule"],
        dimension=kept["dimension"],
        points=kept["points"],
        count=kept["count"],
        last_at=None if last_at is None else datetime.fromisoformat(last_at),
        evidence=kept["evidence"],
        kind=kept["kind"],
    )


def _row(given: Given) -> dict[str, Any]:
    score = given.score
    messages = given.messages or [None] * len(score.lines)
    return {
        "lead_id": given.lead_id,
        "version_id": given.version_id,
        "as_of": score.as_of,
        "fit": score.fit,
        "engagement": score.engagement,
        "grade": score.grade,
        "applies": score.applies,
        "is_mql": score.is_mql,
        "disqualified": score.disqualified,
        "became_mql_at": score.became_mql_at,
        "ceases_at": score.ceases_at,
        "next_change_at": score.next_change_at,
        "patterns": score.patterns,
        "fast_tracks": score.fast_tracks,
        "lines": [line_json(line, message) for line, message in zip(score.lines, messages, strict=True)],
        "cause_kind": given.cause_kind,
        "cause": given.cause,
    }


def _score(row: Sequence[Any]) -> Score:
    patterns, tracks, lines = row[-3:]
    values = [str(row[0]), *row[1:-3], tuple(patterns), tuple(tracks), tuple(map(line_of, lines))]
    return Score(*values)


def _change(*row: Any) -> Change:
    values = [*row[:-1], tuple(map(line_of, row[-1]))]
    return Change(*values)
