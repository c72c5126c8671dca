"""What a worker is made of: scoring that hands off, and the jobs that follow from it."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from threading import Event

import sqlalchemy as sa

from handraise.core.decided import Decided
from handraise.flow import audit
from handraise.flow.apply import apply
from handraise.flow.clocks import offer, tick
from handraise.flow.deliver import Outside
from handraise.flow.desk import Desk
from handraise.flow.jobs import Work
from handraise.flow.notify import Ways, notify
from handraise.flow.score import Evaluators
from handraise.flow.work import run_worker
from handraise.settings import Settings
from handraise.store import clocks, handoffs
from handraise.wiring.services import Services


def ways_of(settings: Settings) -> Ways:
    """The ways to people that the settings name."""
    return Ways(
        mail=settings.smtp_host is not None,
        slack=settings.slack_bot_token is not None,
        slack_channel=settings.slack_channel,
        slack_webhook=settings.slack_webhook_url is not None,
        booking_url=settings.booking_url,
    )


def desk_of(settings: Settings) -> Desk:
    """What the steps of a hand-off need."""
    return Desk(notify=partial(notify, ways=ways_of(settings)), audit=audit.record)


def run_scoring(services: Services, stop: Event) -> None:
    """Score and decide until `stop` is set."""
    desk = desk_of(services.settings)

    def carry_out(connection: sa.Connection, decided: Sequence[Decided], now: datetime) -> None:
        apply(connection, decided, now, desk)

    run_worker(services.database, Evaluators(), carry_out, services.now, stop)


def jobs_of(services: Services) -> Work:
    """What the jobs need."""
    url = services.settings.slack_webhook_url
    return Work(
        database=services.database,
        outside=Outside(
            services.mailer, services.chat, services.hooks, url.get_secret_value() if url else None
        ),
        clock=services.now,
        tick=partial(tick, desk=desk_of(services.settings)),
        due_clocks=clocks.due,
        waiting=handoffs.waiting,
        offer=partial(offer, desk=desk_of(services.settings)),
    )
