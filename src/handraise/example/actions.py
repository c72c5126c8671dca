"""What people do on the site besides reading: forms, downloads, trials, chats; how a lead becomes known."""

from dataclasses import dataclass

import numpy as np

from handraise.example.draw import Bools, Ints, chances, lags, picks, row_picks, shares
from handraise.example.ledger import Batch, Coded, batch
from handraise.example.people import SOURCES, People
from handraise.example.seasons import DAY, HOUR, SECOND, Seasons, waking_instants
from handraise.example.visits import Sessions

ACTIONS: tuple[tuple[str, str, str], ...] = (
    # event, kind, title
    ("Newsletter Subscribed", "", ""),
    ("Content Downloaded", "ebook", "The calm inbox"),
    ("Content Downloaded", "report", "State of shared inboxes"),
    ("Content Downloaded", "whitepaper", "Answering as a team"),
    ("Content Downloaded", "case-study", "Copper Mill answers in an hour"),
    ("Content Downloaded", "roi-calculator", "What an hour of waiting costs"),
    ("Content Downloaded", "buyers-guide", "How to choose a desk"),
    ("Webinar Registered", "product", "Lumen Desk live"),
    ("Webinar Registered", "educational", "Better answers"),
    ("Trial Started", "", ""),
    ("Contact Form Submitted", "", ""),
    ("Demo Requested", "", ""),
    ("Demo Video Watched", "", "Lumen Desk in four minutes"),
    ("Chat Started", "", ""),
)
"""What a session can hold besides pages; the last two need no form."""

_NEEDS_NO_FORM = len(ACTIONS) - 2
_ONCE = (0, 9)  # nobody subscribes or starts the trial twice
# log-odds in a session of a known lead: at first sight, by depth, by intent
_AT_FIRST = np.asarray((-3.2, -3.6, -4.4, -4.2, -5.0, -5.4, -5.3, -3.8, -3.6, -4.9, -5.6, -5.5, -3.9, -4.3))
_BY_DEPTH = np.asarray((0.0, 0.2, 0.2, 0.3, 1.8, 2.2, 2.2, 1.5, 0.1, 2.0, 1.5, 2.6, 1.3, 1.0))
_BY_INTENT = np.asarray((0.0, -0.1, 0.0, 0.0, 0.3, 0.5, 0.5, 0.4, 0.0, 0.6, 0.5, 0.9, 0.3, 0.3))
# log-weights of the form that makes a lead known
_FIRST_FORM = np.asarray((1.4, 0.7, 0.0, 0.1, -1.2, -1.3, -1.2, 0.1, 0.6, -0.1, -1.2, -1.0))
_FIRST_BY_INTENT = np.asarray((-0.2, -0.1, 0.0, 0.0, 0.3, 0.5, 0.5, 0.3, 0.0, 0.6, 0.5, 0.9))
_BY_PERSONA = np.asarray(
    [
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.5, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0, -1.0, 0.0, 0.0),
        (0.3, 1.6, 1.9, 1.6, 0.8, -1.5, -1.0, -1.0, 0.8, -1.0, -0.5, -3.0, -0.5, 0.0),
        (0.3, 0.6, 0.0, 0.3, 0.0, -0.5, 0.0, 0.0, 0.3, 0.8, 0.0, -0.8, 0.0, 0.0),
        (0.0, -0.5, -1.0, -1.0, -1.5, -2.5, -2.5, -2.0, -1.0, -1.5, 1.0, -2.5, -1.0, 0.5),
        (-0.5, -0.5, 0.5, 0.5, 1.5, 0.5, 1.0, 1.2, -0.5, 1.5, -1.5, -0.5, 1.2, -0.5),
    ]
)
_USE = (
    # event, share of trials, median days after the start
    ("Product Activated", 0.65, 0.2),
    ("Data Imported", 0.38, 1.5),
    ("Teammate Invited", 0.35, 2.5),
    ("Limit Reached", 0.15, 9.0),
)


@dataclass(frozen=True)
class Actions:
    """What was done besides reading, and since when each lead is known (milliseconds since 1970)."""

    events: Batch
    created: Ints


def actions_for(rng: np.random.Generator, calendar: Seasons, people: People, sessions: Sessions) -> Actions:
    """Actions in all sessions; the first form fixes `created`, lists and calls fix it for the others."""
    form, created = _first_forms(rng, calendar, people, sessions)
    intent, persona = people.intent[sessions.lead], people.persona[sessions.lead]
    log_odds = (
        _AT_FIRST + sessions.depth[:, None] * _BY_DEPTH + intent[:, None] * _BY_INTENT + _BY_PERSONA[persona]
    )
    done = np.asarray(rng.random(log_odds.shape) < 1.0 / (1.0 + np.exp(-log_odds)), dtype=np.bool_)
    known = sessions.is_known & ~sessions.is_first_form & (sessions.start > created[sessions.lead])
    done[:, :_NEEDS_NO_FORM] &= known[:, None]
    rows, action = np.nonzero(done)
    first_rows = np.flatnonzero(sessions.is_first_form)
    rows, action = np.concatenate((first_rows, rows)), np.concatenate((form, action))
    lead = sessions.lead[rows]
    occurred = sessions.end[rows] + (3 + 9 * action) * SECOND
    # the first form ends its session: what needs no form came just before it
    before_form = sessions.is_first_form[rows] & (action >= _NEEDS_NO_FORM)
    occurred = np.where(
        before_form, sessions.end[rows] - 2 * SECOND * (action - _NEEDS_NO_FORM + 1), occurred
    )
    kept = ~_repeats(lead, occurred, action)
    events = _events(people, lead[kept], occurred[kept], action[kept], rows[kept])
    return Actions(events, created)


def _first_forms(
    rng: np.random.Generator, calendar: Seasons, people: People, sessions: Sessions
) -> tuple[Ints, Ints]:
    """The form of each first-form session, and when every lead became known."""
    lead = sessions.lead[sessions.is_first_form]
    weights = _FIRST_FORM + people.intent[lead, None] * _FIRST_BY_INTENT
    weights = weights + _BY_PERSONA[people.persona[lead], :_NEEDS_NO_FORM]
    by_webinar = people.source[lead] == SOURCES.index("webinar")
    weights[:, 7:9] += np.where(by_webinar, 2.6, 0.0)[:, None]
    form = row_picks(rng, weights)
    created = np.minimum(waking_instants(rng, calendar, people.day, people.zone), calendar.until - HOUR)
    created[lead] = sessions.end[sessions.is_first_form] + (3 + 9 * form) * SECOND
    return form, created


def _repeats(lead: Ints, occurred: Ints, action: Ints) -> Bools:
    """Second times of what people do only once."""
    order = np.lexsort((occurred, action, lead))
    again = np.zeros(len(lead), dtype=np.bool_)
    same = (lead[order][1:] == lead[order][:-1]) & (action[order][1:] == action[order][:-1])
    again[order[1:]] = same & np.isin(action[order][1:], _ONCE)
    return again


def _events(people: People, lead: Ints, occurred: Ints, action: Ints, session: Ints) -> Batch:
    return batch(
        lead,
        occurred,
        Coded(action, tuple(event for event, _, _ in ACTIONS)),
        session=session,
        kind=_column(action, 1),
        title=_column(action, 2),
        source=Coded(people.source[lead], SOURCES),
    )


def _column(action: Ints, part: int) -> Coded:
    words = tuple(row[part] for row in ACTIONS)
    filled = np.asarray([bool(word) for word in words])
    return Coded(np.where(filled[action], action, -1), words)


def trial_use(rng: np.random.Generator, people: People, lead: Ints, started: Ints) -> list[Batch]:
    """What happens in the product after each trial start (`started`, milliseconds since 1970)."""
    batches = []
    for event, share, median in _USE:
        log_odds = np.log(share / (1 - share)) + 0.7 * people.intent[lead]
        used = chances(rng, log_odds)
        after = lags(rng, median * DAY, 0.8, len(lead)).astype(np.int64)
        batches.append(batch(lead[used], (started + 5 * 60 * SECOND + after)[used], event, source="product"))
    return batches


def meetings_without_form(rng: np.random.Generator, lead: Ints, asked: Ints) -> Batch:
    """Meetings that people book themselves right after asking for a demo, two in five."""
    booked = shares(rng, 0.4, len(lead))
    minutes = 1 + picks(rng, (5, 3, 2, 1), len(lead))
    return batch(
        lead[booked], (asked + minutes * 60 * SECOND)[booked], "Meeting Booked", source="booking page"
    )
