"""What a backtest says, in sentences that a head of marketing may repeat to a head of sales."""

from handraise.learn.backtest.comparing import Backtest, GroupName
from handraise.learn.backtest.outcomes import Group
from handraise.learn.intervals import FEW, Share, percent

ENOUGH_DAYS = 0.1
"""Medians less than so many days apart are told as no difference."""


def in_short(found: Backtest) -> str:
    """The whole in one paragraph.

    It says more or less, earlier or later, better or worse only where the figures carry it.
    """
    return " ".join(
        [_volume(found), _quality(found), *_wins(found), *_time(found), *_leak(found), *_filled_in(found)]
    )


def other(found: Backtest) -> str:
    """What the candidate is compared with."""
    return "what was really handed over" if found.is_against_history else "the current version"


def _volume(found: Backtest) -> str:
    mine, theirs = found.candidate.leads, found.against.leads
    gained, lost = found.groups[GroupName.GAINED].leads, found.groups[GroupName.LOST].leads
    change = ""
    if theirs and mine != theirs:
        more = "more" if mine > theirs else "fewer"
        change = f", {percent(abs(mine - theirs) / theirs)} % {more}" if mine < 2 * theirs else ""
    against = "were really handed over" if found.is_against_history else "under the current version"
    return (
        f"The candidate makes {leads(mine)} an MQL in the period; {theirs:,} {against}{change}. "
        f"It gains {gained:,} and loses {lost:,}."
    )


def _quality(found: Backtest) -> str:
    accepted = found.candidate.accepted
    if accepted.n < FEW or found.against.accepted.n < FEW:
        return "Sales answered too few of them to say whether they are better."
    gap = found.accepted_difference
    shares = f"sales accepted {accepted.words}, against {found.against.accepted.words}"
    if gap is None or not gap.excludes(0.0):
        return f"Whether those that sales really got are better cannot be told: {shares}."
    return f"Those that sales really got are {'better' if gap.value > 0 else 'worse'}: {shares}."


def _wins(found: Backtest) -> list[str]:
    """Deals won that the candidate would have missed: what a stricter bar costs."""
    lost, all_won = found.groups[GroupName.LOST].wins, found.against.wins
    return [f"Of the {all_won:,} won since, it would have missed {lost:,}."] if lost else []


def _time(found: Backtest) -> list[str]:
    earlier = found.days_earlier
    if earlier is None or not earlier.excludes(0.0) or abs(earlier.value) < ENOUGH_DAYS:
        return []
    way = "earlier" if earlier.value > 0 else "later"
    return [f"Leads that both find, it finds {days(abs(earlier.value))} {way} (median)."]


def _leak(found: Backtest) -> list[str]:
    if not found.after_contact:
        return []
    return [
        f"It finds {leads(found.after_contact)} only when sales was already in contact; they do not count, "
        "because what is known from then on may be sales' own work."
    ]


def _filled_in(found: Backtest) -> list[str]:
    if not found.suspicious:
        return []
    names = ", ".join(found.suspicious)
    looks = "it looks as if sales filled it in"
    if len(found.suspicious) > 1:
        looks = "they look as if sales filled them in"
    return [f"Beware of {names}: {looks}, and what is found by that is no finding."]


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


def of_gained(found: Backtest) -> str:
    """What can be said of the leads gained, of whom most never met sales."""
    group = found.groups[GroupName.GAINED]
    if not group.leads:
        return "Nobody is gained."
    advice = "neither successes nor failures: hand over a sample of them, or run the candidate in shadow."
    if group.handed == 0:
        return (
            f"None of the {leads(group.leads)} gained was ever handed to sales, so nobody knows what would "
            f"have become of them. They are {advice}"
        )
    known = (
        f"{group.handed:,} of the {leads(group.leads)} gained had been handed to sales; only of these is it "
        "known what became of them."
    )
    return f"{known} The others are {advice}" if group.without_outcome else known


def of_lost(found: Backtest) -> str:
    """What the candidate would cost."""
    group = found.groups[GroupName.LOST]
    if not group.leads:
        return "Nobody is lost."
    told = f"Of the {leads(group.leads)} lost, sales had accepted {group.accepted.words}; won were "
    told += f"{group.won.words}."
    if found.lost_to_contact:
        told += (
            f" {found.lost_to_contact:,} of them the candidate would have found later, but sales was in "
            "contact before: whether they would have come by themselves, nobody can tell."
        )
    return told


def small(group: Group) -> str:
    """A warning where a group is too small for its shares; empty where it is not."""
    if not group.handed or group.accepted.n >= FEW:
        return ""
    return f"with {group.accepted.n:,} answered, shares say little"


def days(value: float) -> str:
    """A number of days.

    Examples
    --------
    >>> days(0.04), days(1.0), days(3.25)
    ('1.0 hours', '1 day', '3.2 days')
    """
    if value < 1:
        return f"{value * 24:.1f} hours"
    return "1 day" if value == 1 else f"{value:.1f} days"


def leads(count: int) -> str:
    """A number of leads.

    Examples
    --------
    >>> leads(1), leads(1200)
    ('1 lead', '1,200 leads')
    """
    return "1 lead" if count == 1 else f"{count:,} leads"
