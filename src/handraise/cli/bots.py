"""`handraise bots`: say of traffic that no person did it, and take that back."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from handraise.cli import output
from handraise.cli.moments import moment_of
from handraise.cli.options import Json

if TYPE_CHECKING:
    from handraise.store.bots import Which

Leads = Annotated[list[int] | None, typer.Option("--lead", metavar="ID", help="Of this lead. Repeatable.")]
Messages = Annotated[
    list[str] | None, typer.Option("--message", metavar="ID", help="With this message id. Repeatable.")
]
Source = Annotated[int | None, typer.Option(metavar="ID", help="Of this source.")]
Ip = Annotated[str | None, typer.Option(metavar="ADDRESS", help="From this IP address.")]
Agent = Annotated[str | None, typer.Option(metavar="TEXT", help="With this in the user agent.")]
Since = Annotated[str | None, typer.Option(metavar="TIME", help="Arrived at that time or later.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Arrived before that time.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count, and change nothing.")]


def mark(
    reason: Annotated[str, typer.Option(help="How you know; it stands beside each event.")],
    lead: Leads = None,
    message: Messages = None,
    source: Source = None,
    ip: Ip = None,
    user_agent: Agent = None,
    since: Since = None,
    until: Until = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Say of events that no person did them: they stay and count for nothing, in past scores too."""
    _say(_which(lead, message, source, ip, user_agent, since, until), reason, dry_run=dry_run, json=json)


def unmark(
    lead: Leads = None,
    message: Messages = None,
    source: Source = None,
    ip: Ip = None,
    user_agent: Agent = None,
    since: Since = None,
    until: Until = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> None:
    """Take back what was said by hand of these events."""
    _say(_which(lead, message, source, ip, user_agent, since, until), None, dry_run=dry_run, json=json)


def _which(
    leads: list[int] | None,
    messages: list[str] | None,
    source: int | None,
    ip: str | None,
    user_agent: str | None,
    since: str | None,
    until: str | None,
) -> "Which":
    from handraise.store.bots import Which

    return Which(
        lead_ids=leads or None,
        message_ids=messages or None,
        source_id=source,
        ip=ip,
        user_agent=user_agent,
        since=_time(since, "--since"),
        until=_time(until, "--until"),
    )


def _time(given: str | None, option: str) -> datetime | None:
    return None if given is None else moment_of(given, "UTC", option=option)


def _say(which: "Which", reason: str | None, *, dry_run: bool, json: bool) -> None:
    from handraise.cli.live import BY, connected
    from handraise.flow import audit, bots

    with connected() as (connection, now), connection.begin_nested() as rehearsal:
        if reason is None:
            found = bots.unmark(connection, which, now)
        else:
            found = bots.mark(connection, which, reason, now)
        told = {"events": found.events, "leads": found.leads}
        if dry_run:
            rehearsal.rollback()
        else:
            action = "bots.unmark" if reason is None else "bots.mark"
            audit.record(connection, BY, action, "events", now, told)
    if json:
        output.document({**told, "dry_run": dry_run})
        return
    counted = f"{output.counted(found.events, 'event')} of {output.counted(found.leads, 'lead')}"
    if dry_run:
        output.say(f"{counted}; nothing was changed.")
    else:
        output.say(f"{counted} {'marked' if reason else 'no longer marked'}; the leads are scored again.")
