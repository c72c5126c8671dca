"""Random leads whose events and facts lie on the edges: of windows, of sessions, of days, of each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from handraise.core.duration import Duration
from handraise.core.event import Event, Lead

MICRO = timedelta(microseconds=1)
NUDGES = (
    timedelta(0),
    timedelta(0),
    timedelta(0),
    MICRO,
    -MICRO,
    timedelta(seconds=1),
    timedelta(seconds=-1),
)
NAMES = ("page", "page", "page", "Page", "Email Opened", "email opened", "Demo Requested", "Trial Started")
PATHS = ("/pricing", "/pricing/", "/vs/acme", "/VS/Acme", "/blog/pricing", "", None)
CAMPAIGNS = ("a", "b", "B ", "c", "", None)
SECONDS = (5, 10, 12.5, 30, "30", " 7.25 ", 0.1, 0.2, -4, "n/a", None, 0.0000004, 0.0000006, 60)


@dataclass(frozen=True)
class Around:
    """The times whose edges a history should touch: the moment asked about, a midnight, windows."""

    as_of: datetime
    midnight: datetime
    windows: tuple[str, ...]

    @property
    def lengths(self) -> list[timedelta]:
        """The windows as lengths of time."""
        return [timedelta(microseconds=Duration.parse(window).microseconds) for window in self.windows]


def random_lead(random: Random, name: str, around: Around) -> Lead:
    """A lead around that moment; its times lie where windows begin and end."""
    events = _events(random, around)
    random.shuffle(events)
    return Lead(name, _facts(random, around.as_of, around.lengths), tuple(events))


def _events(random: Random, around: Around) -> list[Event]:
    if random.random() < 0.25:
        return _chain(random, around.as_of, around.lengths)
    most = random.choice((0, 1, 2, 4, 6, 8, 8, 10, 12, 16, 24, 40))
    events: list[Event] = []
    for _ in range(random.randint(most // 2, most)):
        at = _time(random, around, [event.occurred_at for event in events])
        events.append(_event(random, at))
    return events + [_copy(random, event) for event in events if random.random() < 0.08]


def _chain(random: Random, as_of: datetime, lengths: Sequence[timedelta]) -> list[Event]:
    """A few much alike events, each a window (or a gap of sessions) before the next, or nearly."""
    gaps = (*lengths, *lengths, timedelta(minutes=30), timedelta(0))
    usual = _event(random, as_of)
    at = as_of - random.choice((timedelta(0), timedelta(0), timedelta(hours=1), random.choice(lengths)))
    events: list[Event] = []
    for _ in range(random.randint(2, 5)):
        events.append(
            replace(usual if random.random() < 0.7 else _event(random, at), occurred_at=at, message_id=None)
        )
        at -= random.choice(gaps) + random.choice(NUDGES)
    return events


def _time(random: Random, around: Around, taken: list[datetime]) -> datetime:
    """A time on an edge of another, or anywhere."""
    as_of, lengths, chosen = around.as_of, around.lengths, random.random()
    if taken and chosen < 0.12:
        return random.choice(taken)
    if taken and chosen < 0.30:
        return random.choice(taken) + random.choice((-1, 1)) * random.choice(lengths) + random.choice(NUDGES)
    if taken and chosen < 0.42:
        gap = timedelta(minutes=random.choice((1, 10, 29, 30, 30, 30, 31)))
        return random.choice(taken) + random.choice((-1, 1)) * gap + random.choice(NUDGES)
    if chosen < 0.55:
        return as_of - random.choice((0, 1, 1, 1, 2)) * random.choice(lengths) + random.choice(NUDGES)
    if chosen < 0.65:
        hours = timedelta(hours=random.choice((0, 0, 1, 2, 3, 12, 23, 24, 25, 48, 7 * 24)))
        return around.midnight + random.choice((-1, 1)) * hours + random.choice(NUDGES)
    if chosen < 0.68:
        return as_of + random.choice((MICRO, timedelta(hours=3), random.choice(lengths)))
    span = random.choice((timedelta(hours=3), max(lengths), 3 * max(lengths)))
    whole = timedelta(seconds=int(random.random() * span.total_seconds()))
    return as_of - whole + (random.randint(0, 999_999) * MICRO if random.random() < 0.2 else timedelta(0))


def _event(random: Random, at: datetime) -> Event:
    properties = {
        "path": random.choice(PATHS),
        "campaign": random.choice(CAMPAIGNS),
        "seconds": random.choice(SECONDS),
        "vip": random.choice((True, False, None)),
    }
    return Event(
        event=random.choice(NAMES),
        occurred_at=at,
        properties={
            key: value for key, value in properties.items() if value is not None or random.random() < 0.3
        },
        message_id=f"m{random.randint(1, 10**9)}" if random.random() < 0.7 else None,
        session_id=random.choice(("s1", "s2", "s3")) if random.random() < 0.4 else None,
        is_bot=random.random() < 0.05,
    )


def _copy(random: Random, event: Event) -> Event:
    """The event once more under its message id: the same, at another time, or with something else in it."""
    at, name, properties = event.occurred_at, event.event, event.properties
    match random.choice(("same", "later", "earlier", "name", "property")):
        case "later":
            at += random.choice((MICRO, timedelta(hours=2), timedelta(days=3)))
        case "earlier":
            at -= random.choice((MICRO, timedelta(hours=2), timedelta(days=3)))
        case "name":
            name = random.choice(("page", "Email Opened"))
        case "property":
            properties = {**properties, "campaign": random.choice(("a", "b"))}
    return Event(name, at, properties, event.message_id, event.session_id, is_bot=random.random() < 0.2)


def _facts(random: Random, as_of: datetime, lengths: Sequence[timedelta]) -> Mapping[str, object]:
    def near() -> datetime:
        return as_of - random.choice((0, 1, 1, 2)) * random.choice(lengths) + random.choice(NUDGES)

    found: dict[str, object] = {
        "lead.title": random.choice(("VP of Sales", "CEO", "Head of IT", "Account Manager", "intern", "?")),
        "lead.email": random.choice(
            ("ann@acme.com", "bob@mail.acme.com", "c@gmail.com", "d@stanford.edu", "no mail", "E@ACME.COM")
        ),
        "lead.country": random.choice(("DE", "de", "Germany", "FR", "Atlantis", " ")),
        "lead.hobby": random.choice(("chess", "GO and Chess", "golf", " ")),
        "lead.visits": random.choice((10, "10", "10.0", 7, "4", "many", 5.5, True)),
        "lead.created_at": random.choice((near(), near().isoformat(), "2025-06-01", "", "soon")),
        "lead.renewal_on": random.choice((near(), near().isoformat(), "2026-03-01")),
        "account.employees": random.choice(
            ("51-200", "50-500", "250", 250, "1,001-5,000", "10,001+", "500", "100-100", "<50", "some")
        ),
        "account.technologies": random.choice(
            ("salesforce;slack", "HubSpot", ["Salesforce ", "sap"], "salesbot | Slack", "", [], "SAP")
        ),
    }
    if random.random() < 0.3:
        found["lead.seniority"] = random.choice(("VP", "C-Suite", "director", "", "Chief Happiness Person"))
    return {name: value for name, value in found.items() if random.random() < 0.6}
