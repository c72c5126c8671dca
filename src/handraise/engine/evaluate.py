"""Scoring leads that are at hand as values: one, or a few thousand."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from handraise.core.definition.model import Definition
from handraise.core.event import Event, Lead
from handraise.core.score import Score
from handraise.engine.asked import instant_of, microseconds_of
from handraise.engine.kernel import MISSING, History
from handraise.engine.layout import I64, NO_SESSION, WORDS
from handraise.engine.lines import Prepared, Reader
from handraise.engine.match import (
    U64,
    Epochs,
    FactMatcher,
    SignalMatcher,
    counted_value,
    epochs_of,
    is_recycling,
    millionths,
    own_value,
    pack,
)
from handraise.engine.plan import Plan, compiled
from handraise.engine.run import Moment, empty_words, run

I32 = npt.NDArray[np.int32]


class Evaluator:
    """A compiled definition with its matchers; keep one for as long as the definition lives.

    Raises
    ------
    TooComplex
        When the definition asks for more than the kernel takes.
    """

    def __init__(self, definition: Definition) -> None:
        self.plan: Plan = compiled(definition)
        self.signals = SignalMatcher(self.plan)
        self.facts = FactMatcher(self.plan)

    def prepare(self, leads: Sequence[Lead]) -> Prepared:
        """Lay leads out for the kernel: events in order, bots and copies left out."""
        histories = [ordered(lead.events) for lead in leads]
        events = tuple(event for history in histories for event in history)
        start = np.cumsum([0, *(len(history) for history in histories)]).astype(np.int64)
        epochs = self._epochs(leads)
        return Prepared(
            History(
                start=start,
                time=np.array([microseconds_of(event.occurred_at) for event in events], np.int64),
                signals=self._signals(events),
                codes=self._codes(events),
                sums=self._sums(events),
                session=_sessions(events),
                known=np.array([_known(lead) for lead in leads], np.int64),
                epoch_start=epochs.start,
                epoch_time=epochs.time,
                epoch_facts=epochs.facts,
            ),
            events,
        )

    def _signals(self, events: Sequence[Event]) -> U64:
        words = int(self.plan.arrays.setting[WORDS])
        if not events:
            return empty_words(words, 0)
        return np.ascontiguousarray(pack((self.signals.bits(e.event, e.properties) for e in events), words).T)

    def _codes(self, events: Sequence[Event]) -> I32:
        names = self.plan.code_properties
        codes = np.full((len(names), len(events)), -1, np.int32)
        for row, name in enumerate(names):
            seen: dict[object, int] = {}
            for place, event in enumerate(events):
                value = counted_value(event.properties.get(name))
                if value is not None:
                    codes[row, place] = seen.setdefault((value.__class__, value), len(seen))
        return codes

    def _sums(self, events: Sequence[Event]) -> I64:
        names = self.plan.sum_properties
        rows = [[millionths(event.properties.get(name)) for event in events] for name in names]
        return np.array(rows, np.int64).reshape(len(names), len(events))

    def _epochs(self, leads: Sequence[Lead]) -> Epochs:
        answers = [self.facts.of_lead(lead.facts) for lead in leads]
        bits = pack((bits for bits, _ in answers), self.facts.words)
        timed = {fact for _, fact, _, _ in self.facts.windows}
        instants = {
            fact: np.array(
                [MISSING if (at := found.get(fact)) is None else at for _, found in answers], np.int64
            )
            for fact in timed
        }
        return epochs_of(bits, self.facts, instants)

    def scores(
        self, leads: Sequence[Lead], as_of: datetime, *, look_back: bool = True, forward: bool = True
    ) -> list[Score]:
        """Score leads at `as_of` (a time with a zone); see `evaluate`."""
        prepared = self.prepare(leads)
        moment = Moment(microseconds_of(as_of), look_back, forward)
        found = run(self.plan, prepared.history, moment)
        reader = Reader(self.plan, found, moment)
        return [reader.score(place, lead, prepared) for place, lead in enumerate(leads)]


def evaluate(definition: Definition, leads: Sequence[Lead], as_of: datetime) -> list[Score]:
    """Score leads: a pure function of the definition, facts, events and `as_of`.

    Parameters
    ----------
    definition
        What a qualified lead is.
    leads
        In any order; their events in any order too.
    as_of
        The instant asked about, with a zone. Later events do not exist yet.

    Returns
    -------
    list of Score
        One for each lead, in the order of `leads`.

    Examples
    --------
    >>> from datetime import UTC
    >>> from handraise.core.definition import read_definition
    >>> definition = read_definition('''
    ... name: Small
    ... signals: {demo: {event: Demo Requested}}
    ... engagement: {half_life: 30 days, rules: [{rule: asked for a demo, signal: demo, points: 50}]}
    ... qualify: {mql: {total: 50}}
    ... ''').definition
    >>> lead = Lead("L1", events=(Event("Demo Requested", datetime(2026, 3, 1, tzinfo=UTC)),))
    >>> score, = evaluate(definition, [lead], datetime(2026, 3, 31, tzinfo=UTC))
    >>> score.total, score.is_mql, score.became_mql_at.date().isoformat()
    (2500, False, '2026-03-01')
    """
    return Evaluator(definition).scores(leads, as_of)


def ordered(events: Sequence[Event]) -> list[Event]:
    """The events that count, in time order: no bots, and of copies the earliest.

    Examples
    --------
    >>> from datetime import UTC
    >>> early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    >>> sent_twice = [Event("page", late, message_id="m"), Event("page", early, message_id="m")]
    >>> [event.occurred_at.day for event in ordered([*sent_twice, Event("page", early, is_bot=True)])]
    [1]
    """
    people = sorted((event for event in events if not event.is_bot), key=lambda event: event.occurred_at)
    if any(before.occurred_at == after.occurred_at for before, after in pairwise(people)):
        people.sort(key=_order)
    seen: set[str] = set()
    kept = []
    for event in people:
        if event.message_id:
            if event.message_id in seen:
                continue
            seen.add(event.message_id)
        kept.append(event)
    return kept


def _order(event: Event) -> tuple[datetime, str, list[tuple[str, str]], str]:
    properties = sorted((name, str(value)) for name, value in event.properties.items())
    return event.occurred_at, event.event, properties, event.message_id or ""


def _sessions(events: Sequence[Event]) -> I32:
    seen: dict[str, int] = {}
    codes = [-1 if not e.session_id else seen.setdefault(e.session_id, len(seen)) for e in events]
    found = np.array(codes, np.int32)
    found[[place for place, event in enumerate(events) if is_recycling(event.event)]] = NO_SESSION
    return found


def _known(lead: Lead) -> int:
    instant = instant_of(own_value("lead.created_at", lead.facts.get("lead.created_at")))
    return MISSING if instant is None else instant
