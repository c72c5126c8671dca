"""Mail: welcome sequences, a monthly newsletter, opens, clicks, unsubscribes, scanners that click all."""

import numpy as np

from handraise.example.draw import Bools, Floats, Ints, chances, lags, picks, shares
from handraise.example.ledger import Batch, Coded, batch
from handraise.example.people import BUSINESS, People
from handraise.example.seasons import DAY, HOUR, SECOND, SPAN, Seasons, waking_instants
from handraise.example.visits import SITE, page_title

SEQUENCES = ("welcome", "evaluation", "team-answers")
_SEQUENCE_DAYS = (1, 4, 9, 16)
_LINKS = (
    "/features/automation",
    "/features/reports",
    "/pricing",
    "/customers/willow-travel",
    "/blog/answer-faster",
    "/blog/support-metrics",
    "/guides/first-reply",
)
_CTA_LINKS = 4  # the first four are calls to action, the rest is content
_SCANNER_SHARE = 0.65


def mails_for(rng: np.random.Generator, calendar: Seasons, people: People, created: Ints) -> list[Batch]:
    """Deliveries, opens, clicks with their visits, unsubscribes and scanner clicks of all mail campaigns."""
    lead, sent, campaign = _sendings(rng, calendar, people, created)
    words = (*SEQUENCES, *_newsletters(calendar)[1])
    months = (sent - created[lead]) / (30 * DAY)
    leaves = chances(rng, -5.0 - 0.5 * people.intent[lead])
    opened_at = sent + 60 * SECOND + lags(rng, 3.0 * HOUR, 1.3, len(lead)).astype(np.int64)
    kept = ~_after_leaving(lead, sent, leaves, people.rows) & (sent < calendar.until)
    lead, sent, campaign, opened_at = lead[kept], sent[kept], campaign[kept], opened_at[kept]
    months, leaves = months[kept], leaves[kept]
    intent = people.intent[lead]
    opens = chances(rng, -0.55 + 0.55 * intent - 0.09 * months) | leaves
    clicks = opens & chances(rng, -1.6 + 0.5 * intent)
    named = Coded(campaign, words)
    sendings = [
        batch(lead, sent, "Email Delivered", campaign=named, source="email"),
        batch(lead[opens], opened_at[opens], "Email Opened", campaign=named.where(opens), source="email"),
        batch(
            lead[leaves],
            opened_at[leaves] + 40 * SECOND,
            "Unsubscribed",
            campaign=named.where(leaves),
            source="email",
        ),
    ]
    is_cta = chances(rng, -0.5 + 0.4 * intent)
    cta, content = picks(rng, (4, 3, 2, 2), len(lead)), picks(rng, (3, 2, 2), len(lead))
    link = np.where(is_cta, cta, _CTA_LINKS + content)
    clicked_at = opened_at + rng.integers(5, 90, len(lead)) * SECOND
    seconds = np.rint(np.clip(lags(rng, 50.0, 0.8, len(lead)), 2, 590))
    is_scanned = people.has_scanner & (people.email_kind == BUSINESS)
    scans = is_scanned[lead] & shares(rng, _SCANNER_SHARE, len(lead))
    scanned_at = sent + rng.integers(2, 20, len(lead)) * SECOND
    return [
        *sendings,
        _click(lead, clicked_at, link, named, clicks, is_bot=False),
        _click(lead, scanned_at, link, named, scans, is_bot=True),
        _landing(lead, clicked_at, link, named, clicks, seconds),
    ]


def _click(lead: Ints, at: Ints, link: Ints, campaign: Coded, rows: Bools, *, is_bot: bool) -> Batch:
    return batch(
        lead[rows],
        at[rows],
        "Email Link Clicked",
        is_bot=is_bot,
        campaign=campaign.where(rows),
        kind=Coded((link[rows] >= _CTA_LINKS).astype(np.int64), ("cta", "content")),
        url=Coded(link[rows], tuple(SITE + path for path in _LINKS)),
        source="email",
    )


def _landing(lead: Ints, at: Ints, link: Ints, campaign: Coded, rows: Bools, seconds: Floats) -> Batch:
    """The page that a person's click opens, a session of its own."""
    return batch(
        lead[rows],
        at[rows] + 2 * SECOND,
        "page",
        session=(1 << 40) + np.flatnonzero(rows),
        seconds=seconds[rows],
        path=Coded(link[rows], _LINKS),
        url=Coded(link[rows], tuple(SITE + path for path in _LINKS)),
        title=Coded(link[rows], tuple(page_title(path) for path in _LINKS)),
        campaign=campaign.where(rows),
        source="email",
    )


def _sendings(
    rng: np.random.Generator, calendar: Seasons, people: People, created: Ints
) -> tuple[Ints, Ints, Ints]:
    """Lead, instant and campaign of every mail that is planned; nobody without consent gets any."""
    readers = np.flatnonzero(people.consents)
    steps = len(_SEQUENCE_DAYS)
    sequence = picks(rng, (5, 3, 2), len(readers))
    lead = np.repeat(readers, steps)
    day = np.repeat(created[readers] // DAY, steps) + np.tile(np.asarray(_SEQUENCE_DAYS), len(readers))
    welcome_at = np.maximum(waking_instants(rng, calendar, day, people.zone[lead]), created[lead] + HOUR)
    months, _ = _newsletters(calendar)
    first = np.searchsorted(months, created[readers] + DAY)
    size = len(months) - first
    monthly = np.repeat(readers, size)
    issue = np.arange(len(monthly)) - np.repeat(np.cumsum(size) - size - first, size)
    issue_at = months[issue] + rng.integers(0, 20 * 60, len(monthly)) * SECOND
    return (
        np.concatenate((lead, monthly)),
        np.concatenate((welcome_at, issue_at)),
        np.concatenate((np.repeat(sequence, steps), len(SEQUENCES) + issue)),
    )


def _newsletters(calendar: Seasons) -> tuple[Ints, tuple[str, ...]]:
    """Instants and names of the newsletters: first Tuesdays, 08:00 UTC."""
    days = calendar.first_day + np.arange(SPAN, dtype=np.int64)
    dates = days.astype("datetime64[D]")
    of_month = (dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    issues = days[((days + 3) % 7 == 1) & (of_month <= 7)]
    names = tuple(f"newsletter-{str(date)[:7]}" for date in issues.astype("datetime64[D]"))
    return np.asarray(issues * DAY + 8 * HOUR, dtype=np.int64), names


def _after_leaving(lead: Ints, sent: Ints, leaves: Bools, rows: int) -> Bools:
    """Mails that would go to somebody who unsubscribed from an earlier one."""
    left = np.full(rows, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(left, lead[leaves], sent[leaves])
    return np.asarray(sent > left[lead], dtype=np.bool_)
