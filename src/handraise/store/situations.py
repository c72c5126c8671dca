"""Where leads stand when a decision is made, as far as the committed rows say it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
import sqlalchemy as sa

from handraise.core.framework import Filled
from handraise.core.situation import Handed, Situation
from handraise.facts.columns import boolean_of
from handraise.store.frameworks import filled
from handraise.store.merges import FAMILY

# Looked up root by root: joined at once, the planner may read all facts for the sake of a few leads.
_STANDING: Final = f"""
with root as materialized (
    select l.*, {FAMILY.format(root="l")} as family
    from handraise.lead l where l.id = any(%(roots)s::bigint[])
)
select root.id, root.stage, coalesce(root.stage_since, root.created_at) as stage_since, root.cycle,
    coalesce(root.facts ->> 'lead.email', root.facts ->> 'lead.phone', root.email) is not null as has_contact,
    root.facts -> 'lead.consent' as consent,
    (select jsonb_agg(jsonb_build_array(h.definition, h.cycle, h.state, coalesce(
            (select v.motion from handraise.definition_version v where v.id = h.version_id), 'inbound'
        )) order by h.id)
        from handraise.handoff h where h.lead_id = any(root.family)) as handoffs,
    root.recycled_at, root.cool_down_until, root.disqualified_reason, root.disqualified_at, root.requalify_at,
    greatest(
        (select max(f.known_at) from handraise.lead_fact f where f.lead_id = any(root.family)),
        (select max(f.known_at) from handraise.account_fact f where f.account_id = root.account_id)
    ) as facts_changed_at,
    root.frozen_until, root.nurture, root.demo_confirmed_at, root.reviews, root.stage_due_at
from root
"""  # noqa: S608 (constants of this module)
_KEEP: Final = """
update handraise.lead l set
    stage_due_at = r.stage_due_at, demo_confirmed_at = r.demo_confirmed_at, reviews = r.reviews
from jsonb_to_recordset(%(rows)s::jsonb) as r(
    id bigint, stage_due_at timestamptz, demo_confirmed_at timestamptz, reviews jsonb)
where l.id = r.id and l.id = any(%(ids)s::bigint[])
"""


@dataclass(frozen=True)
class Standing:
    """A lead's situation, and when it is to be decided again though nothing happens to it."""

    situation: Situation
    due_at: datetime | None


def standings(
    connection: sa.Connection, roots: Sequence[int], *, with_frameworks: bool = False
) -> dict[int, Standing]:
    """Where these roots stand, with the hand-offs and answers of all leads merged into them.

    Parameters
    ----------
    with_frameworks
        Whether answers to qualification frameworks are looked up; only definitions with `skip_to_sql` ask.
    """
    if not roots:
        return {}
    answered = filled(connection, roots) if with_frameworks else {}
    rows = connection.exec_driver_sql(_STANDING, {"roots": list(roots)}).all()
    return {row.id: _standing(row, answered.get(row.id, ())) for row in rows}


def keep(connection: sa.Connection, standings: Mapping[int, Standing]) -> None:
    """Keep of these roots what a decision leaves behind beside its effects.

    That is when to decide again, when a demo request was confirmed, and which reviews were asked for. The
    caller holds the locks of the roots.
    """
    if not standings:
        return
    rows = [
        {
            "id": root,
            "stage_due_at": standing.due_at,
            "demo_confirmed_at": standing.situation.demo_confirmed_at,
            "reviews": _reviews(standing.situation),
        }
        for root, standing in standings.items()
    ]
    text = msgspec.json.encode(rows).decode()
    connection.exec_driver_sql(_KEEP, {"rows": text, "ids": list(standings)})


def _standing(row: Any, frameworks: tuple[Filled, ...]) -> Standing:
    consent = row.consent
    reviews = row.reviews or {}
    is_this_stay = reviews.get("since") == row.stage_since.isoformat()
    situation = Situation(
        lead_id=str(row.id),
        stage=row.stage,
        stage_since=row.stage_since,
        cycle=row.cycle,
        has_contact=row.has_contact,
        has_consented=consent is True or (isinstance(consent, str) and boolean_of(consent) is True),
        handoffs=tuple(Handed(*handed) for handed in row.handoffs or ()),
        recycled_at=row.recycled_at,
        cool_down_until=row.cool_down_until,
        disqualified_reason=row.disqualified_reason,
        disqualified_at=row.disqualified_at,
        requalify_at=row.requalify_at,
        facts_changed_at=row.facts_changed_at,
        frozen_until=row.frozen_until,
        nurture=row.nurture,
        demo_confirmed_at=row.demo_confirmed_at,
        reviews=frozenset(reviews.get("why", ())) if is_this_stay else frozenset(),
        frameworks=frameworks,
    )
    return Standing(situation, row.stage_due_at)


def _reviews(situation: Situation) -> dict[str, Any]:
    """Reviews with the stay they belong to: whoever moves a lead need not clear them."""
    if not situation.reviews:
        return {}
    return {"since": situation.stage_since.isoformat(), "why": sorted(situation.reviews)}
