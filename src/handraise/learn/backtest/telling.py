"""What a backtest says, in sentences that a head of marketing may repeat to a head of sales."""

from handraise.core.saying import Digits, Saying
from handraise.core.words import ENGLISH, Tongue
from handraise.learn.backtest.comparing import Backtest, GroupName
from handraise.learn.backtest.outcomes import Group
from handraise.learn.intervals import FEW, Share, percent

ENOUGH_DAYS = 0.1
"""Medians less than so many days apart are told as no difference."""


def in_short(found: Backtest, tongue: Tongue = ENGLISH) -> str:
    """The whole in one paragraph.

    It says more or less, earlier or later, better or worse only where the figures carry it.
    """
    said = [_volume(found), _quality(found), *_wins(found), *_time(found), *_leak(found), *_filled_in(found)]
    return " ".join(map(tongue.retold, said))


def other(found: Backtest) -> str:
    """What the candidate is compared with."""
    return "what was really handed over" if found.is_against_history else "the current version"


def _volume(found: Backtest) -> Saying:
    mine, theirs = found.candidate.leads, found.against.leads
    gained, lost = found.groups[GroupName.GAINED].leads, found.groups[GroupName.LOST].leads
    change = ""
    if theirs and mine != theirs and mine < 2 * theirs:
        by = Digits(percent(abs(mine - theirs) / theirs))
        change = Saying(", {by} % more" if mine > theirs else ", {by} % fewer", by=by)
    really = (
        "The candidate makes {mine} an MQL in the period; {theirs} were really handed over{change}. "
        "It gains {gained} and loses {lost}."
    )
    current = (
        "The candidate makes {mine} an MQL in the period; {theirs} under the current version{change}. "
        "It gains {gained} and loses {lost}."
    )
    return Saying(
        really if found.is_against_history else current,
        mine=leads(mine),
        theirs=_number(theirs),
        change=change,
        gained=_number(gained),
        lost=_number(lost),
    )


def _quality(found: Backtest) -> Saying:
    accepted = found.candidate.accepted
    if accepted.n < FEW or found.against.accepted.n < FEW:
        return Saying("Sales answered too few of them to say whether they are better.")
    gap = found.accepted_difference
    better = "Those that sales really got are better: sales accepted {mine}, against {theirs}."
    worse = "Those that sales really got are worse: sales accepted {mine}, against {theirs}."
    unsure = (
        "Whether those that sales really got are better cannot be told: sales accepted {mine}, "
        "against {theirs}."
    )
    form = unsure if gap is None or not gap.excludes(0.0) else better if gap.value > 0 else worse
    return Saying(form, mine=accepted.words, theirs=found.against.accepted.words)


def _wins(found: Backtest) -> list[Saying]:
    """Deals won that the candidate would have missed: what a stricter bar costs."""
    lost, all_won = found.groups[GroupName.LOST].wins, found.against.wins
    missed = "Of the {won} won since, it would have missed {lost}."
    return [Saying(missed, won=_number(all_won), lost=_number(lost))] if lost else []


def _time(found: Backtest) -> list[Saying]:
    earlier = found.days_earlier
    if earlier is None or not earlier.excludes(0.0) or abs(earlier.value) < ENOUGH_DAYS:
        return []
    sooner = "Leads that both find, it finds {days} earlier (median)."
    later = "Leads that both find, it finds {days} later (median)."
    return [Saying(sooner if earlier.value > 0 else later, days=days(abs(earlier.value)))]


def _leak(found: Backtest) -> list[Saying]:
    if not found.after_contact:
        return []
    late = (
        "It finds {leads} only when sales was already in contact; they do not count, because what is known "
        "from then on may be sales' own work."
    )
    return [Saying(late, leads=leads(found.after_contact))]


def _filled_in(found: Backtest) -> list[Saying]:
    if not found.suspicious:
        return []
    one = "Beware of {names}: it looks as if sales filled it in, and what is found by that is no finding."
    several = (
        "Beware of {names}: they look as if sales filled them in, and what is found by that is no finding."
    )
    return [Saying(several if len(found.suspicious) > 1 else one, names=", ".join(found.suspicious))]


def of_suspicious(fact: str, found: Backtest) -> str:
    """Why a fact is suspicious."""
    theirs, others = found.suspicious[fact]
    return (
        f"{fact} is known of {_plain(theirs)} that sales was in contact with and of {_plain(others)} others: "
        "it looks as if sales filled it in, so a gain by it may be none (--fact-history tells since when)"
    )


def _plain(share: Share) -> str:
    return f"{percent(share.value or 0.0)} % of the {share.n:,}"


def about(name: GroupName, found: Backtest) -> str:
    """What a group is, for its table."""
    against = other(found)
    return {
        GroupName.GAINED: f"in the candidate, not in {against}",
        GroupName.LOST: f"in {against}, not in the candidate",
        GroupName.EARLIER: "in both, the candidate more than an hour earlier",
        GroupName.LATER: "in both, the candidate more than an hour later",
        GroupName.SAME: "in both, within an hour",
    }[name]


def of_gained(found: Backtest, tongue: Tongue = ENGLISH) -> str:
    """What can be said of the leads gained, of whom most never met sales."""
    return tongue.retold(_gained(found))


def _gained(found: Backtest) -> Saying:
    group = found.groups[GroupName.GAINED]
    if not group.leads:
        return Saying("Nobody is gained.")
    unknown = (
        "None of the {leads} gained was ever handed to sales, so nobody knows what would have become of "
        "them. They are neither successes nor failures: hand over a sample of them, or run the candidate "
        "in shadow."
    )
    in_part = (
        "{handed} of the {leads} gained had been handed to sales; only of these is it known what became of "
        "them. The others are neither successes nor failures: hand over a sample of them, or run the "
        "candidate in shadow."
    )
    known = (
        "{handed} of the {leads} gained had been handed to sales; only of these is it known what became of "
        "them."
    )
    form = unknown if group.handed == 0 else in_part if group.without_outcome else known
    return Saying(form, leads=leads(group.leads), handed=_number(group.handed))


def of_lost(found: Backtest, tongue: Tongue = ENGLISH) -> str:
    """What the candidate would cost."""
    return " ".join(map(tongue.retold, _lost(found)))


def _lost(found: Backtest) -> list[Saying]:
    group = found.groups[GroupName.LOST]
    if not group.leads:
        return [Saying("Nobody is lost.")]
    told = "Of the {leads} lost, sales had accepted {accepted}; won were {won}."
    late = (
        "{n} of them the candidate would have found later, but sales was in contact before: whether they "
        "would have come by themselves, nobody can tell."
    )
    return [
        Saying(told, leads=leads(group.leads), accepted=group.accepted.words, won=group.won.words),
        *([Saying(late, n=_number(found.lost_to_contact))] if found.lost_to_contact else []),
    ]


def small(group: Group) -> str:
    """A warning where a group is too small for its shares; empty where it is not."""
    if not group.handed or group.accepted.n >= FEW:
        return ""
    return f"with {group.accepted.n:,} answered, shares say little"


def days(value: float) -> Saying:
    """A number of days.

    Examples
    --------
    >>> days(0.04), days(1.0), days(3.25)
    ('1.0 hours', '1 day', '3.2 days')
    """
    if value < 1:
        return Saying("{n} hours", n=Digits(f"{value * 24:.1f}"))
    return Saying("1 day") if value == 1 else Saying("{n} days", n=Digits(f"{value:.1f}"))


def leads(count: int) -> Saying:
    """A number of leads.

    Examples
    --------
    >>> leads(1), leads(1200)
    ('1 lead', '1,200 leads')
    """
    return Saying("1 lead") if count == 1 else Saying("{n} leads", n=_number(count))


def _number(count: int) -> Digits:
    return Digits(f"{count:,}")
