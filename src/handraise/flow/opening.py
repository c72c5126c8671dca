"""Opening a hand-off: who gets it, the brief they get, and the clock that starts."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from handraise.core.brief import Person, brief
from handraise.core.calendar import Calendar, always
from handraise.core.decided import Decided
from handraise.core.effects import OpenHandoff
from handraise.core.framework import Filled, suggested
from handraise.core.notification import Notification
from handraise.core.sla import Started
from handraise.flow.assign import Staff, Wanted, assign, needs_of
from handraise.flow.desk import Desk
from handraise.store import accounts, clocks, frameworks, handoffs
from handraise.store.clocks import ClockRow
from handraise.store.handoffs import HandoffRow
from handraise.store.stages import Standing


def open_handoff(
    connection: sa.Connection,
    decided: Decided,
    effect: OpenHandoff,
    stands: Standing,
    staff: Staff,
    desk: Desk,
    now: datetime,
) -> HandoffRow | None:
    """Open a hand-off; None when the lead has the one of that definition and cycle, which stays as it is."""
    number = handoffs.begin(
        connection, stands.id, effect.definition, decided.version_id, effect.cycle, effect.lead_type,
        effect.temperature, now,
    )  # fmt: skip
    if number is None:
        return None
    needs = needs_of(decided.lead.facts)
    wanted = Wanted(number, stands.id, stands.account_id, decided.definition, effect.routes, needs)
    found = assign(connection, wanted, desk.routing, staff)
    began = _started(decided, effect, found.owner, staff.calendars, now)
    known = {
        "routes": list(effect.routes),
        "needs": {attribute: list(values) for attribute, values in needs.items()},
        "hours": effect.hours,
        "audience": effect.audience,
        "why": effect.why,
    }
    given = {"owner": found.owner, "team": found.team, "route": found.route}
    handoffs.enter_all(connection, number, "rule", now, [("opened", known, began), ("assigned", given, None)])
    rows = [] if began is None else [clocks.begin(connection, number, began, desk.breach, now)]
    due_at = _watched(connection, rows, desk)
    row = handoffs.change(
        connection,
        number,
        owner_id=found.owner,
        team_id=None if found.team is None else staff.numbers.get(found.team),
        why_owner=handoffs.why_json(found),
        brief=_brief(connection, decided, effect, stands, number, due_at, desk),
    )
    if found.alert is not None:
        unassigned(connection, row, stands, found.alert, desk, now)  # who is told is shown the brief
    return row


def _started(
    decided: Decided,
    effect: OpenHandoff,
    owner: int | None,
    calendars: dict[int | None, Calendar],
    now: datetime,
) -> Started | None:
    if effect.within is None:
        return None
    became = decided.score.became_mql_at
    return Started(
        now,
        timedelta(microseconds=effect.within.microseconds),
        calendar_for(effect.hours, owner, calendars),
        None if owner is None else str(owner),
        became if became is not None and became < now else None,
    )


def calendar_for(hours: str, owner: int | None, calendars: dict[int | None, Calendar]) -> Calendar:
    """The calendar of somebody's clock: their own where the service level runs in business hours."""
    if hours != "business":
        return always()
    return calendars.get(owner, calendars[None])


def wind(
    connection: sa.Connection,
    handoff_id: int,
    desk: Desk,
    now: datetime,
    *,
    is_kept: bool = False,
    paused_until: datetime | None = None,
) -> datetime | None:
    """Write the clocks down after something happened, and have them looked at; when contact is due now."""
    rows = clocks.refresh(
        connection, handoff_id, desk.breach, now, is_kept=is_kept, paused_until=paused_until
    )
    return _watched(connection, rows, desk)


def _watched(connection: sa.Connection, rows: list[ClockRow], desk: Desk) -> datetime | None:
    for row in rows:
        if row.next_at is not None:
            desk.watch(connection, row.id, row.next_at)
    return rows[-1].due_at if rows and rows[-1].stopped_at is None else None


def unassigned(
    connection: sa.Connection, row: HandoffRow, stands: Standing, why: str, desk: Desk, now: datetime
) -> None:
    """Tell those who watch the queue that nobody could take a hand-off."""
    turn = f"{row.id}, {now.isoformat()}"
    told = Notification("handoff.unassigned", turn, stands.id, row.id, payload={"subject": why})
    desk.notify(connection, [told], now)


def _brief(
    connection: sa.Connection,
    decided: Decided,
    effect: OpenHandoff,
    stands: Standing,
    number: int,
    due_at: datetime | None,
    desk: Desk,
) -> dict[str, object]:
    people = _colleagues(connection, stands)
    return brief(
        decided.definition,
        decided.lead,
        decided.score,
        effect,
        people=people,
        conversations=handoffs.conversations(connection, stands.id, number),
        filled=_framework(connection, stands.id, effect, len(people) + 1),
        due_at=due_at,
        links=desk.links(stands.id, number),
    ).as_json()


def _colleagues(connection: sa.Connection, stands: Standing) -> list[Person]:
    if stands.account_id is None:
        return []
    return [
        Person(one.name or one.email or f"Lead {one.lead_id}", one.title, one.stage, one.last_activity_at)
        for one in accounts.committee(connection, stands.account_id, limit=20)
        if one.lead_id != stands.id
    ]


def _framework(connection: sa.Connection, root: int, effect: OpenHandoff, here: int) -> Filled:
    """The framework that most is known by, else the one that suits the lead."""
    known = frameworks.filled(connection, [root])[root]
    if known:
        return max(known, key=lambda filled: len(filled.answers))
    framework, _ = suggested(None, here if here > 1 else None, effect.motion)
    return Filled(framework, {})
