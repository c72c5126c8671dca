"""Health: the figures by which a definition and its hand-over are watched, and what each says when it is off.

Rates are by cohort: of the leads handed over in a month, how many were SQLs within 90 days; never this
month's SQLs over this month's leads. Cohorts that have not had their time are left out, and said to be.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
from scipy import stats

from handraise.core.calibration import LEAST_QUALIFIED, MOST_QUALIFIED, MOST_REJECTED
from handraise.engine.columns import Coded
from handraise.engine.kernel import MISSING
from handraise.learn.accounts import chance_of
from handraise.learn.intervals import Estimate, Share, difference, discoveries, median
from handraise.learn.past import DAY, HOUR, SECOND, Bools, Ints, Past, values_of

WITHIN: Final = (30, 60, 90)
"""Days after which a cohort is looked at."""

QUARTER: Final = 91 * DAY
YEAR: Final = 364 * DAY  # whole weeks, so that weekends fall on weekends
FAST: Final = 4 * HOUR
CALLABLE: Final = 14 * DAY  # a lead handed over later than that before the end may still be called
SLICES: Final = 12
LEVEL: Final = 0.05


@dataclass(frozen=True)
class Limits:
    """From where on a figure is off; shares in [0, 1]. The domain's own lines, except where said.

    `long_days`, `not_called` and `spread` are ours: the domain names the figures but no line for them.
    """

    rejected: float = MOST_REJECTED
    least_sql: float = 0.10
    most_sql: float = 0.50
    least_qualified: float = LEAST_QUALIFIED
    most_qualified: float = MOST_QUALIFIED
    fall: float = 0.30  # by so much the volume falls sharply
    long_days: float = 60.0
    not_called: float = 0.10
    spread: float = 0.15  # between the most and the least accepting rep


class State(StrEnum):
    """How a figure stands."""

    ACT = "act"
    WATCH = "watch"
    FINE = "fine"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """A rule of the domain: what is looked at, what is said and to be tried when it is off."""

    name: str
    question: str
    off: str
    says: str
    tries: str


CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        check.name: check
        for check in (
            Check(
                "rejected",
                "Does sales reject too many?",
                "Sales rejects too many.",
                "The bar is too low, the definition too loose, or fit is missing from it.",
                "Read the reasons and ten rejected leads together. Try a higher bar with `handraise "
                "threshold`, and see with `handraise lift` which facts the rejected ones share.",
            ),
            Check(
                "volume",
                "Has the number of leads handed over fallen?",
                "Fewer leads are handed over.",
                "The bar is too high, or something that brought leads has stopped.",
                "Look at the channels below first: did one stop? If all fell, look at the bar with "
                "`handraise threshold`.",
            ),
            Check(
                "conversion low",
                "Do too few become SQLs?",
                "Too few become SQLs.",
                "The definition is too loose, or routing and speed are broken.",
                "Look at speed first: see below what became of the leads that were called within four "
                "hours. Then look at the definition with `handraise lift`.",
            ),
            Check(
                "conversion high",
                "Do nearly all become SQLs?",
                "Nearly all become SQLs.",
                "Marketing passes on too few.",
                "Lower the bar a little with `handraise threshold` and see whether the share holds.",
            ),
            Check(
                "reps",
                "Do the reps agree?",
                "The reps do not agree.",
                "The definition is not shared: the same lead is good to one and bad to another.",
                "Read five accepted and five rejected leads of both ends together, and write down what was "
                "decided.",
            ),
            Check(
                "slow",
                "Does it take long until a lead is an SQL?",
                "It takes long until a lead is an SQL.",
                "Leads are passed on too early.",
                "Ask for more engagement before the hand-over, and nurture until then.",
            ),
            Check(
                "not called",
                "Does sales still call?",
                "Sales does not call all of them.",
                "The definition may be right and the follow-up broken.",
                "Look at who has how many, and at the clocks: `stages` and `handoff.sla` of the "
                "definition. Do not touch the points before this is mended.",
            ),
            Check(
                "qualified",
                "Is the share that qualifies right?",
                "The share that qualifies is outside the band.",
                "Above the band sales cannot follow up; below it sales starves.",
                "Choose the bar by what the team can work: `handraise threshold --capacity`.",
            ),
        )
    }
)


@dataclass(frozen=True)
class Finding:
    """What one check came to.

    Attributes
    ----------
    figure
        What was measured: a share, or another figure with its interval; None where nothing is known.
    n
        Of how many leads.
    limit
        The line, or the earlier figure, that it was held against.
    beside
        Figures that explain it, by name.
    """

    check: Check
    state: State
    figure: Share | Estimate | None
    n: int
    limit: float | None
    beside: tuple[tuple[str, Share], ...] = ()


@dataclass(frozen=True)
class Slice:
    """A rep, channel or segment whose figure differs from that of the rest.

    `q` is the p-value, widened for accounts, corrected for all slices and figures looked at (Benjamini and
    Hochberg).
    """

    by: str
    name: str
    what: str
    share: Share
    rest: Share
    apart: Estimate | None
    q: float


@dataclass(frozen=True)
class Cohort:
    """The leads handed over in one month; figures are None while it is too young for them."""

    month: str
    n: int
    accepted: Share
    sql: tuple[Share | None, ...]  # within the days of `WITHIN`
    won: Share | None  # within 180 days


@dataclass(frozen=True)
class HealthReport:
    """All checks, worst first; slices that differ; cohorts in order of time."""

    leads: int
    handed: int
    findings: tuple[Finding, ...]
    slices: tuple[Slice, ...]
    looked_at: int
    cohorts: tuple[Cohort, ...]

    @property
    def state(self) -> State:
        """The worst state of all checks."""
        return min((each.state for each in self.findings), key=list(State).index, default=State.UNKNOWN)

    def of(self, name: str) -> Finding:
        """The finding of the check of that name."""
        return next(each for each in self.findings if each.check.name == name)


def health_report(
    past: Past, *, by: Sequence[str] = ("lead.source",), limits: Limits | None = None
) -> HealthReport:
    """Hold the figures of a base against the lines of the domain.

    Parameters
    ----------
    by
        Facts whose values are looked at one by one, beside the reps; a fact that nobody has is left out.
    """
    limits = Limits() if limits is None else limits
    base = _Base(past)
    checks = (
        _rejected, _volume, _conversion_low, _conversion_high, _reps, _slow, _not_called, _qualified,
    )  # fmt: skip
    findings = [check(base, limits) for check in checks]
    slices, looked_at = _slices(base, by)
    return HealthReport(
        leads=len(past),
        handed=int(past.sold.is_known.sum()),
        findings=tuple(sorted(findings, key=lambda each: list(State).index(each.state))),
        slices=slices,
        looked_at=looked_at,
        cohorts=tuple(_cohorts(base)),
    )


class _Base:
    """What the checks look at, once: who was handed over, answered, called, and how old they are."""

    def __init__(self, past: Past) -> None:
        sold = past.sold
        self.past, self.sold, self.until = past, sold, past.until
        # Not the first thing that sales did: who has waited for that longest would be no case at all.
        self.at: Ints = sold.mql
        self.handed: Bools = sold.is_known & (self.at != MISSING)
        self.accepted: Bools = sold.has("accepted")
        self.answered: Bools = sold.is_answered
        self.rejected: Bools = self.answered & ~self.accepted
        self.called: Bools = (sold.contact != MISSING) | self.answered
        self.wait: Ints = np.where(sold.contact != MISSING, sold.contact - self.at, MISSING)

    def ripe(self, days: int) -> Bools:
        """Leads handed over at least so many days before the end."""
        return self.handed & (self.at <= self.until - days * DAY)

    def within(self, step: str, days: int) -> Bools:
        """Leads that reached the step within so many days of the hand-over."""
        at = self.sold.at(step)
        found: Bools = self.handed & (at != MISSING) & (at - self.at <= days * DAY)
        return found


def _share(of: Bools, among: Bools) -> Share:
    return Share(int((of & among).sum()), int(among.sum()))


def _above(share: Share, limit: float) -> State:
    """Off when the whole interval is above, to be watched when the share is."""
    if share.is_few or share.value is None:
        return State.UNKNOWN
    return State.ACT if share.low > limit else State.WATCH if share.value > limit else State.FINE


def _below(share: Share, limit: float) -> State:
    if share.is_few or share.value is None:
        return State.UNKNOWN
    return State.ACT if share.high < limit else State.WATCH if share.value < limit else State.FINE


def _rejected(base: _Base, limits: Limits) -> Finding:
    share = _share(base.rejected, base.answered)
    reasons = _shares_of(base.sold.reason, base.rejected)
    return Finding(
        CHECKS["rejected"], _above(share, limits.rejected), share, share.n, limits.rejected, reasons
    )


def _shares_of(names: Coded, among: Bools) -> tuple[tuple[str, Share], ...]:
    """How often each name stands, most often first."""
    counts = np.bincount(names.codes[among], minlength=len(names.values) + 1)[:-1]  # without the unnamed
    order = np.argsort(-counts, kind="stable")[:SLICES]
    n = int(among.sum())
    return tuple((str(names.values[place]), Share(int(counts[place]), n)) for place in order if counts[place])


def _volume(base: _Base, limits: Limits) -> Finding:
    """The last quarter against the same weeks a year before, else against the quarter before."""
    at = base.at[base.handed]
    has_year = len(at) > 0 and int(at.min()) <= base.until - YEAR - QUARTER
    back = YEAR if has_year else QUARTER
    if len(at) == 0 or int(at.min()) > base.until - back - QUARTER:
        return Finding(CHECKS["volume"], State.UNKNOWN, None, len(at), None)
    now = int((at > base.until - QUARTER).sum())
    then = int(((at > base.until - back - QUARTER) & (at <= base.until - back)).sum())
    share = Share(now, now + then)
    beside = ((f"a quarter {'a year' if has_year else 'one quarter'} before", Share(then, now + then)),)
    if share.is_few or then == 0:
        return Finding(CHECKS["volume"], State.UNKNOWN, None, share.n, None, beside)
    # Two counts in equal times: their ratio is the odds of the share, and so are its limits.
    odds = Estimate(now / then, share.low / (1 - share.low), share.high / max(1 - share.high, 1e-9))
    line = 1 - limits.fall
    state = State.ACT if odds.high < line else State.WATCH if odds.value < line else State.FINE
    return Finding(CHECKS["volume"], state, odds, share.n, line, beside)


def _conversion(base: _Base) -> tuple[Share, tuple[tuple[str, Share], ...]]:
    ripe = base.ripe(90)
    sql = base.within("sql", 90)
    fast = ripe & (base.wait != MISSING) & (base.wait <= FAST)
    slow = ripe & (base.wait != MISSING) & (base.wait > FAST)
    speeds = (
        ("called within 4 hours", _share(sql, fast)),
        ("called later", _share(sql, slow)),
        ("never called", _share(sql, ripe & ~base.called)),
    )
    return _share(sql, ripe), tuple((name, share) for name, share in speeds if share.n)


def _conversion_low(base: _Base, limits: Limits) -> Finding:
    share, beside = _conversion(base)
    if not base.sold.has("sql").any():
        return Finding(CHECKS["conversion low"], State.UNKNOWN, None, share.n, limits.least_sql)
    state = _below(share, limits.least_sql)
    return Finding(CHECKS["conversion low"], state, share, share.n, limits.least_sql, beside)


def _conversion_high(base: _Base, limits: Limits) -> Finding:
    share, _ = _conversion(base)
    if not base.sold.has("sql").any():
        return Finding(CHECKS["conversion high"], State.UNKNOWN, None, share.n, limits.most_sql)
    state = _above(share, limits.most_sql)
    return Finding(CHECKS["conversion high"], state, share, share.n, limits.most_sql)


def _reps(base: _Base, limits: Limits) -> Finding:
    """Whether acceptance is the same for all reps (chi-square), and how far the ends are apart."""
    names = base.sold.rep
    shares = [
        (str(name), _share(base.accepted, base.answered & (names.codes == code)))
        for code, name in enumerate(names.values)
    ]
    shares = sorted(((n, s) for n, s in shares if not s.is_few), key=lambda each: -(each[1].value or 0))
    n = sum(share.n for _, share in shares)
    if len(shares) < 2:
        return Finding(CHECKS["reps"], State.UNKNOWN, None, n, limits.spread, tuple(shares))
    table = np.array([[share.count, share.n - share.count] for _, share in shares])
    same = 1.0 if (table.sum(axis=0) == 0).any() else float(stats.chi2_contingency(table).pvalue)
    apart = difference(shares[0][1], shares[-1][1])
    assert apart is not None
    is_wide = apart.value > limits.spread
    state = State.ACT if is_wide and same < 0.01 else State.WATCH if is_wide and same < LEVEL else State.FINE
    return Finding(CHECKS["reps"], state, apart, n, limits.spread, tuple(shares))


def _slow(base: _Base, limits: Limits) -> Finding:
    """Median days to SQL of ripe cohorts; watched too when the last ones are slower than those before."""
    ripe = base.ripe(90) & base.within("sql", 90)
    days = (base.sold.at("sql") - base.at) / DAY
    found = median(days[ripe], seed=0)
    n = int(ripe.sum())
    if found is None or n < 30:
        return Finding(CHECKS["slow"], State.UNKNOWN, None, n, limits.long_days)
    late = ripe & (base.at > base.until - 90 * DAY - QUARTER)
    lately, before = median(days[late], seed=0), median(days[ripe & ~late], seed=0)
    has_slowed = (
        lately is not None and before is not None and int(late.sum()) >= 30 and lately.low > before.high
    )
    state = State.WATCH if has_slowed or found.value > limits.long_days else State.FINE
    return Finding(
        CHECKS["slow"], State.ACT if found.low > limits.long_days else state, found, n, limits.long_days
    )


def _not_called(base: _Base, limits: Limits) -> Finding:
    check = CHECKS["not called"]
    if not (base.sold.contact != MISSING).any():
        return Finding(check, State.UNKNOWN, None, 0, limits.not_called)
    ripe = base.handed & (base.at <= base.until - CALLABLE)
    share = _share(~base.called, ripe)
    late = ripe & (base.at > base.until - CALLABLE - QUARTER)
    lately, before = _share(~base.called, late), _share(~base.called, ripe & ~late)
    more = difference(lately, before)
    stops = more is not None and not lately.is_few and more.low > 0 and more.value > limits.not_called / 2
    state = State.ACT if stops else _above(share, limits.not_called)
    beside = (("in the last quarter", lately), ("before", before))
    return Finding(check, state, share, share.n, limits.not_called, beside)


def _qualified(base: _Base, limits: Limits) -> Finding:
    """Of the leads that have been known for 30 days, those that were handed over."""
    created = base.past.created
    old = (created != MISSING) & (created <= base.until - 30 * DAY)
    share = _share(base.sold.is_known, old if old.any() else np.ones(len(base.past), np.bool_))
    above, below = _above(share, limits.most_qualified), _below(share, limits.least_qualified)
    state = min(above, below, key=list(State).index)
    limit = limits.least_qualified if below in (State.ACT, State.WATCH) else limits.most_qualified
    return Finding(CHECKS["qualified"], state, share, share.n, limit)


def _slices(base: _Base, by: Sequence[str]) -> tuple[tuple[Slice, ...], int]:
    """Slices whose figures differ from the rest by more than chance, and how many were looked at."""
    ripe = base.ripe(90)
    called = base.handed & (base.at <= base.until - CALLABLE)
    figures: Sequence[tuple[str, Bools, Bools]] = (
        ("rejected", base.rejected, base.answered),
        ("SQL within 90 days", base.within("sql", 90), ripe),
        ("never called", ~base.called, called),
    )
    groups: list[tuple[str, Coded]] = [("rep", base.sold.rep)]
    for fact in by:
        try:
            groups.append((fact, values_of(base.past, fact)))
        except KeyError:
            continue
    rows = list(_looked_at(figures, groups, base.past.accounts))
    q = discoveries([p for *_, p in rows])
    found = [
        Slice(group, name, what, share, rest, difference(share, rest), float(level))
        for (group, name, what, share, rest, _), level in zip(rows, q, strict=True)
        if level <= LEVEL
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.apart.value if each.apart else 0))), len(rows)


def _looked_at(
    figures: Sequence[tuple[str, Bools, Bools]], groups: Sequence[tuple[str, Coded]], accounts: Ints
) -> Iterator[tuple[str, str, str, Share, Share, float]]:
    for group, values in groups:
        for what, of, among in figures:
            counts = np.bincount(values.codes[among], minlength=len(values.values) + 1)[:-1]
            for code in np.argsort(-counts, kind="stable")[:SLICES].tolist():
                inside = values.codes == code
                share, rest = _share(of, among & inside), _share(of, among & ~inside)
                if share.is_few or rest.is_few:
                    continue
                p = chance_of(inside[among], of[among], accounts[among])
                yield group, str(values.values[code]), what, share, rest, p


def _cohorts(base: _Base) -> Iterator[Cohort]:
    """Months of hand-over, in UTC."""
    if not base.handed.any():
        return
    months = (base.at // SECOND).astype("datetime64[s]").astype("datetime64[M]")
    for month in np.unique(months[base.handed]):
        rows = base.handed & (months == month)
        # from the next month on, the youngest lead of the cohort is given its days
        end = int((month + 1).astype("datetime64[s]").astype(np.int64)) * SECOND

        def figure(step: str, days: int, rows: Bools = rows, end: int = end) -> Share | None:
            return _share(base.within(step, days), rows) if end + days * DAY <= base.until else None

        yield Cohort(
            month=str(month),
            n=int(rows.sum()),
            accepted=_share(base.accepted, rows & base.answered),
            sql=tuple(figure("sql", days) for days in WITHIN),
            won=figure("won", 180),
        )
