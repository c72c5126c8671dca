"""The words of audiences: what lines ask, how they test, whether somebody may be written to."""

from collections.abc import Callable, Mapping, Sequence

from handraise.core.definition.model import Definition
from handraise.core.stage import STAGES
from handraise.web.visits import Visit

Gettext = Callable[..., str]


def mail_words(_: Gettext) -> Mapping[str, str]:
    """Whether somebody may be written to."""
    return {
        "yes": _("Yes"),
        "not_known": _("Not said"),
        "no_consent": _("No: not agreed"),
        "spam": _("No: marked a mail as spam"),
        "unsubscribed": _("No: unsubscribed"),
        "no_address": _("No address"),
    }


def starter_words(_: Gettext) -> Mapping[str, tuple[str, str]]:
    """What each starter is called, and what it is for."""
    return {
        "retarget": (_("High fit, low engagement"), _("Right for you, but quiet: show them something.")),
        "educate": (
            _("Low fit, high engagement"),
            _("Keen, but not whom you sell to today: a nurture stream of their own."),
        ),
        "rejected-and-back": (_("Rejected and back"), _("Sales said no, and they have come back since.")),
        "stalled-mqls": (_("Stalled MQLs"), _("MQLs that nobody has taken on in time.")),
    }


def subject_words(_: Gettext) -> Mapping[str, str]:
    """What people call what a line asks about; facts go by their own names."""
    return {
        "fit": _("Fit"),
        "engagement": _("Engagement"),
        "total": _("Fit and engagement"),
        "grade": _("Grade"),
        "pattern": _("Pattern"),
        "stage": _("Stage"),
        "stage_since": _("In the stage since"),
        "stalled": _("Too long in the stage"),
        "owner": _("Owner"),
        "rejected": _("Last rejected by sales"),
        "reject_reason": _("Reason of the rejection"),
        "nurture": _("Nurture stream"),
        "sessions": _("Visits"),
        "first_seen": _("First seen"),
        "last_seen": _("Last seen"),
    }


def words_of_tests(_: Gettext) -> Mapping[str, str]:
    """What people call the tests."""
    return {
        "is": _("is"),
        "not_in": _("is known, and is not"),
        "at_least": _("is at least"),
        "at_most": _("is at most"),
        "between": _("is between"),
        "starts_with": _("starts with"),
        "contains": _("contains"),
        "in_list": _("is on the list"),
        "has": _("includes"),
        "lacks": _("does not include"),
        "known": _("is known"),
        "unknown": _("is not known"),
        "before": _("is at least … ago"),
        "after": _("is on or after"),
        "in_last": _("is in the last"),
    }


def kinds_of(
    visit: Visit, definition: Definition, signals: Sequence[str]
) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a line can be, in groups: those that mean something under the definition."""
    _ = visit.gettext
    subjects = subject_words(_)
    did = (
        [("signal", _("They did something")), ("none_of", _("They did not do something"))] if signals else []
    )
    seen = ("sessions", "first_seen", "last_seen")
    scores = ["fit", "engagement", "total"]
    scores += ["grade"] if grades_of(definition) else []
    scores += ["pattern"] if definition.patterns else []
    has_scores = bool(definition.rules)
    groups = [
        (_("Who they are"), [("fact", _("A fact"))]),
        (_("What they did"), [*did, *((one, subjects[one]) for one in seen)]),
        (_("How they score"), [(one, subjects[one]) for one in scores] if has_scores else []),
        (
            _("Where they stand"),
            [
                (one, subjects[one])
                for one in (
                    "stage", "stage_since", "stalled", "owner", "rejected", "reject_reason", "nurture",
                )
            ],
        ),
        (_("Together"), [("group", _("A group of lines"))]),
    ]  # fmt: skip
    return [(label, items) for label, items in groups if items]


def choices_of(definition: Definition) -> Mapping[str, Sequence[str]]:
    """Values that a field suggests."""
    return {
        "grade": grades_of(definition),
        "pattern": [one.pattern for one in definition.patterns],
        "stage": STAGES,
        "nurture": [stream for _, stream in definition.nurture],
    }


def grades_of(definition: Definition) -> list[str]:
    """The grades that the definition gives."""
    grades = definition.qualify.grades
    if grades is None:
        return []
    return [a + b for a, _ in grades.fit or (("", 0),) for b, _ in grades.engagement or (("", 0),) if a + b]
