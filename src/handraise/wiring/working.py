"""What a worker is made of: scoring that hands off, and the jobs that follow from it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from threading import Event, Thread

import sqlalchemy as sa

from handraise.core.decided import Decided
from handraise.flow import audit
from handraise.flow.apply import apply
from handraise.flow.clocks import offer, tick
from handraise.flow.define import begin_planned
from handraise.flow.deliver import Outside
from handraise.flow.jobs import Work
from handraise.flow.relief import Shift, run_relief
from handraise.flow.score import Evaluators
from handraise.flow.upkeep import Retention
from handraise.flow.work import Worked, run_worker
from handraise.store import clocks, handoffs, plans
from handraise.store.settings_kept import kept
from handraise.wiring.services import Services


def run_scoring(services: Services, stop: Event) -> None:
    """Score and decide until `stop` is set: in this thread, and in another while this one hands off."""
    shift = Shift()

    def carry_out(connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        with services.telemetry.span("apply", leads=len(decided)):
            apply(connection, decided, now, services.desk)

    def held_up(connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        with shift.carrying_out():
            carry_out(connection, decided, now)

    def seen(worked: Worked, now: datetime) -> None:
        services.metrics.note_work(worked.since, now)

    both = services.database, Evaluators()
    relief = Thread(
        target=run_relief,
        args=(*both, carry_out, services.now, stop, shift),
        kwargs={"seen": seen},
        name="relief",
        daemon=True,
    )
    relief.start()
    run_worker(*both, held_up, services.now, stop, seen=seen)
    relief.join()


def _go_live(connection: sa.Connection, plan_id: int, now: datetime) -> None:
    """Carry a plan out, and have it in the audit log."""
    if made := begin_planned(connection, plan_id, now):
        audit.record(
            connection, made.by, "definition.live", f"version:{made.version_id}", now, {"plan": plan_id}
        )


def jobs_of(services: Services) -> Work:
    """What the jobs need."""
    url = services.settings.slack_webhook_url
    return Work(
        database=services.database,
        outside=Outside(
            services.mailer, services.chat, services.hooks, url.get_secret_value() if url else None
        ),
        around=lambda: services.telemetry.span("deliver"),
        clock=services.now,
        tick=partial(tick, desk=services.desk),
        due_clocks=clocks.due,
        waiting=handoffs.waiting,
        offer=partial(offer, desk=services.desk),
        planned=plans.due,
        go_live=_go_live,
        retained=lambda connection: Retention.of(kept(connection, "retention_days")),
        noted=services.metrics.note_job,
    )
