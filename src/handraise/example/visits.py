"""Visits to the fictional site: sessions, pages from the blog to the price list, and what people do there."""

from dataclasses import dataclass

import numpy as np

from handraise.example.draw import Bools, Floats, Ints, lags, row_picks, shares
from handraise.example.ledger import Batch, Coded, batch
from handraise.example.people import BUYER, PASSER_BY, SOURCES, People
from handraise.example.seasons import HOUR, SECOND, Seasons, waking_instants, working_days

SITE = "https://www.lumendesk.example"

PAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("home", ("/",)),
    (
        "blog",
        ("/blog/inbox-zero", "/blog/answer-faster", "/blog/shared-inbox-or-not", "/blog/support-metrics"),
    ),
    ("guides", ("/guides/shared-inbox", "/guides/first-reply", "/guides/handover")),
    ("features", ("/features/inbox", "/features/automation", "/features/reports", "/features/integrations")),
    ("docs", ("/docs/start", "/docs/api", "/docs/import")),
    ("customers", ("/customers/copper-mill", "/customers/willow-travel", "/customers/quartz-foods")),
    ("vs", ("/vs/rivaldesk", "/vs/helpboard")),
    ("compare", ("/compare",)),
    ("pricing", ("/pricing",)),
    ("careers", ("/careers", "/careers/support-engineer")),
)
"""Kinds of page, from shallow to deep, with their paths."""

# log-weights of each kind of page: at first sight, by depth (0 to 1), by intent
_AT_FIRST = np.asarray((1.0, 2.0, 0.6, 0.9, -1.0, -0.5, -2.0, -2.4, -1.3, -4.8))
_BY_DEPTH = np.asarray((-0.6, -2.5, -0.2, 0.8, 1.0, 1.5, 1.9, 1.9, 2.6, 0.0))
_BY_INTENT = np.asarray((0.0, -0.2, -0.1, 0.1, 0.1, 0.15, 0.15, 0.15, 0.3, 0.0))
_BY_PERSONA = np.asarray(
    [
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.3, 0.0, 0.3, 0.0, 0.3, 0.0, 0.0, 0.6, 0.0),
        (0.0, 1.3, 1.4, 0.0, 0.6, -0.5, -1.0, -1.0, -2.0, 0.5),
        (0.0, 0.5, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.3, 0.0),
        (0.3, -0.5, -0.5, -0.5, -0.5, -0.5, -1.5, -1.5, -2.0, 6.0),
        (-0.5, -1.0, -0.5, 1.0, 0.6, 0.3, 2.6, 2.2, 1.6, 0.0),
    ]
)
_SECONDS = (20.0, 75.0, 90.0, 45.0, 80.0, 70.0, 60.0, 55.0, 50.0, 40.0)


@dataclass(frozen=True)
class Sessions:
    """Web sessions, sorted by (lead, start).

    Attributes
    ----------
    start, end
        Milliseconds since 1970: first page seen, last page left.
    depth
        0 to 1: how far along its search for a desk the lead is.
    is_first_form
        The session in which the lead becomes known.
    is_known
        The lead is known by then: this session or a later one.
    """

    lead: Ints
    start: Ints
    end: Ints
    depth: Floats
    is_first_form: Bools
    is_known: Bools

    @property
    def rows(self) -> int:
        """Number of sessions."""
        return len(self.lead)


def visits_for(rng: np.random.Generator, calendar: Seasons, people: People) -> tuple[Sessions, Batch]:
    """Sessions of all leads and their page events, anonymous ones before the first form among them."""
    lead, day, phase = _days(rng, people)
    start = waking_instants(rng, calendar, day, people.zone[lead])
    start = np.where(phase == 0, np.minimum(start, calendar.until - 2 * HOUR), start)
    kept = np.lexsort((start, lead))
    kept = kept[_spaced(lead[kept], start[kept], phase[kept] == 0) & (start[kept] < calendar.until)]
    lead, start, phase = lead[kept], start[kept], phase[kept]
    size = np.bincount(lead, minlength=people.rows)
    rank = np.arange(len(lead)) - (np.cumsum(size) - size)[lead]
    progress = (rank + rng.random(len(lead))) / np.maximum(size[lead], 1)
    intent = people.intent[lead]
    depth = progress * 0.6 + 0.4 / (1.0 + np.exp(-1.5 * intent)) * (0.4 + 0.6 * progress)
    pages, end = _pages(rng, people, lead, start, depth)
    return Sessions(lead, start, end, depth, phase == 0, phase >= 0), pages


def _days(rng: np.random.Generator, people: People) -> tuple[Ints, Ints, Ints]:
    """Lead, local day and phase of each session: -1 before the lead is known, 0 as it becomes so, 1 after."""
    everybody = np.arange(people.rows)
    returns = ~people.is_persona(PASSER_BY)
    before_size = rng.poisson(0.9 * np.exp(0.35 * people.intent)) * (people.comes_by_web & returns)
    persona_pull = np.asarray((0.0, 0.0, 0.5, -0.2, -0.6, 0.5))[people.persona]
    after_size = rng.poisson(np.minimum(1.5 * np.exp(0.7 * people.intent + persona_pull), 25.0)) * returns
    again_size = rng.poisson(2.5, people.rows) * (shares(rng, 0.1, people.rows) & people.is_persona(BUYER))
    before, after = np.repeat(everybody, before_size), np.repeat(everybody, after_size)
    again, first = np.repeat(everybody, again_size), everybody[people.comes_by_web]
    gap_before = 1 + np.floor(lags(rng, 6.0, 1.1, len(before))).astype(np.int64)
    gap_after = 1 + np.floor(-18.0 * np.log(1.0 - rng.random(len(after)))).astype(np.int64)
    return_gap = rng.integers(70, 320, people.rows)
    gap_again = return_gap[again] + rng.integers(0, 14, len(again))
    days = np.concatenate(
        (
            working_days(rng, people.day[before] - np.minimum(gap_before, 60), -1),
            people.day[first],
            working_days(rng, people.day[after] + gap_after, 1),
            working_days(rng, people.day[again] + gap_again, 1),
        )
    )
    phase = np.repeat(np.array([-1, 0, 1, 1]), (len(before), len(first), len(after), len(again)))
    return np.concatenate((before, first, after, again)), days, phase


def _spaced(lead: Ints, start: Ints, is_first_form: Bools) -> Bools:
    """Sessions at least two hours after the lead's one before, and none that overlaps the first form."""
    follows = np.zeros(len(lead), dtype=np.bool_)
    follows[1:] = (lead[1:] == lead[:-1]) & (start[1:] - start[:-1] < 2 * HOUR)
    form_at = np.full(int(lead.max(initial=0)) + 1, -(10**15), dtype=np.int64)
    form_at[lead[is_first_form]] = start[is_first_form]
    beside = np.abs(start - form_at[lead]) < 2 * HOUR
    return np.asarray(is_first_form | ~(follows | beside), dtype=np.bool_)


def _pages(
    rng: np.random.Generator, people: People, lead: Ints, start: Ints, depth: Floats
) -> tuple[Batch, Ints]:
    """Page events of the sessions, shallow pages mostly first, and when each session ends."""
    mean = np.where(people.is_persona(PASSER_BY)[lead], 7.0, 2.2 + 1.6 * depth)
    size = 1 + np.minimum(rng.poisson(mean), 10)  # so that no session lasts two hours
    session = np.repeat(np.arange(len(lead)), size)
    who = lead[session]
    log_weights = (
        _AT_FIRST
        + depth[session, None] * _BY_DEPTH
        + people.intent[who, None] * _BY_INTENT
        + _BY_PERSONA[people.persona[who]]
    )
    kind = row_picks(rng, log_weights)
    kind = kind[np.lexsort((kind + 2.5 * rng.random(len(kind)), session))]
    seconds = np.rint(np.clip(lags(rng, np.asarray(_SECONDS)[kind], 0.8, len(kind)), 2, 590))
    spent = np.cumsum(seconds + 1.0)
    first = np.cumsum(size) - size
    since = spent - (seconds + 1.0) - (spent[first] - seconds[first] - 1.0)[session]
    occurred = start[session] + (since * SECOND).astype(np.int64)
    end = start + (np.add.reduceat(seconds + 1.0, first) * SECOND).astype(np.int64) if len(lead) else start
    path = _paths(rng, kind)
    is_entry = np.zeros(len(kind), dtype=np.bool_)
    is_entry[first] = True
    referrer = np.where(is_entry, np.asarray(_REFERRER_OF_SOURCE)[people.source[who]], -1)
    pages = batch(
        who,
        occurred,
        "page",
        session=session,
        seconds=seconds,
        path=path,
        url=Coded(path.codes, tuple(SITE + word for word in path.words)),
        title=Coded(path.codes, tuple(page_title(word) for word in path.words)),
        referrer=Coded(referrer, _REFERRERS),
        source=Coded(people.source[who], SOURCES),
    )
    return pages, end


_REFERRERS = (
    "https://search.example/",
    "https://social.example/",
    "https://partner.example/",
    "https://assistant.example/",
)
_REFERRER_OF_SOURCE = (0, 0, 1, -1, -1, 2, -1, 3, -1)


def _paths(rng: np.random.Generator, kind: Ints) -> Coded:
    words = tuple(path for _, paths in PAGES for path in paths)
    sizes = np.asarray([len(paths) for _, paths in PAGES])
    start = np.cumsum(sizes) - sizes
    return Coded(start[kind] + (rng.random(len(kind)) * sizes[kind]).astype(np.int64), words)


def page_title(path: str) -> str:
    """Title of a page of the fictional site.

    Examples
    --------
    >>> page_title("/blog/inbox-zero")
    'Inbox zero | Lumen Desk'
    """
    name = path.rstrip("/").rsplit("/", 1)[-1].replace("-", " ").capitalize()
    return f"{name or 'Home'} | Lumen Desk"
