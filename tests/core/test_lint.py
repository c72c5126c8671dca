"""What the file alone shows: errors, doubts, and no false alarms."""

import pytest

from handraise.core.definition import read_definition
from handraise.core.errors import Problem
from handraise.core.lint import lint
from handraise.templates import TEMPLATES, template_text

SOUND = """\
name: Sound
applies_to: {not: {lead.country: [KP]}}
signals:
  pricing: {event: page, where: {path: {starts_with: /pricing}}}
  demo: {event: Demo Requested}
  opened: {event: Email Opened}
lists: {rivals: [rivaldesk.example]}
fit:
  bar: 20
  rules:
    - {rule: leader, when: {lead.seniority: [vp, director]}, points: 20}
    - {rule: big, when: {account.employees: {at_least: 100}}, points: 10}
engagement:
  bar: 40
  rules:
    - {rule: demo, signal: demo, points: 50}
    - {rule: pricing, signal: pricing, points: 15}
    - {rule: silent, none_of: opened, in_last: 30 days, points: -5}
patterns:
  - {pattern: keen, all: [{lead.seniority: vp}, {signal: pricing, at_least: 3}]}
qualify:
  mql: {any: [{all: [fit, engagement]}, {pattern: keen}]}
  grades: {fit: {A: 30, B: 0}, engagement: {1: 50, 2: 0}}
disqualify:
  - {reason: competitor, when: {lead.email_domain: {in_list: rivals}}}
"""


def found(*changes: tuple[str, str]) -> list[Problem]:
    """What is found after these texts were replaced in a sound definition."""
    text = SOUND
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    return list(lint(read_definition(text)))


def codes(*changes: tuple[str, str]) -> list[str]:
    return [problem.code for problem in found(*changes)]


def placed(problem: Problem, *changes: tuple[str, str]) -> str:
    """The text that stands where a problem points."""
    text = SOUND
    for before, after in changes:
        text = text.replace(before, after)
    return text.splitlines()[problem.line - 1][problem.column - 1 :]


def test_a_sound_definition_raises_nothing() -> None:
    assert found() == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_raises_nothing(name: str) -> None:
    assert lint(read_definition(template_text(name))) == ()


# ---------------------------------------------------------------------------------------------- errors


def test_a_bar_above_all_points_is_unreachable() -> None:
    change = ("bar: 20", "bar: 31")
    (problem,) = [each for each in found(change) if each.code == "unreachable-bar"]
    assert placed(problem, change).startswith("bar: 31")
    assert "fit rules together give at most 30" in problem.message


def test_a_bar_above_its_cap_names_the_cap() -> None:
    (problem,) = found(("bar: 40", "bar: 40\n  cap: 30"), ("engagement: {1: 50", "engagement: {1: 20"))[:1]
    assert problem.code == "unreachable-bar"
    assert "the cap of 30 is below it" in problem.message


def test_rules_that_exclude_each_other_do_not_add_up_to_a_bar() -> None:
    change = (
        "{rule: big, when: {account.employees: {at_least: 100}}",
        "{rule: chief, when: {lead.seniority: c_suite}",
    )
    assert "unreachable-bar" in codes(change, ("bar: 20", "bar: 30"))
    assert "unreachable-bar" not in codes(change)


def test_rules_on_a_list_fact_may_both_hold() -> None:
    has = "{rule: leader, when: {account.technologies: salesforce}"
    also = "{rule: big, when: {account.technologies: hubspot}"
    both = [
        ("{rule: leader, when: {lead.seniority: [vp, director]}", has),
        ("{rule: big, when: {account.employees: {at_least: 100}}", also),
        ("bar: 20", "bar: 30"),
    ]
    assert "unreachable-bar" not in codes(*both)


def test_a_rule_that_counts_each_event_has_no_upper_end() -> None:
    each = ("signal: pricing, points: 15", "signal: pricing, each: event, points: 15")
    assert "unreachable-bar" not in codes(each, ("bar: 40", "bar: 4000"))


def test_a_rule_that_counts_at_most_three_ends_at_three() -> None:
    three = ("signal: pricing, points: 15", "signal: pricing, each: event, at_most: 3, points: 15")
    assert "unreachable-bar" not in codes(three, ("bar: 40", "bar: 95"))
    assert "unreachable-bar" in codes(three, ("bar: 40", "bar: 96"))


def test_a_group_gives_no_more_than_its_cap() -> None:
    grouped = [
        ("bar: 40", "bar: 61\n  groups: {strong: {cap: 60}}"),
        ("signal: demo, points: 50", "signal: demo, points: 50, group: strong"),
        ("signal: pricing, points: 15", "signal: pricing, points: 15, group: strong"),
    ]
    assert "unreachable-bar" in codes(*grouped)
    assert "unreachable-bar" not in codes(*grouped, ("bar: 61", "bar: 60"))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("{total: 96}", "unreachable-threshold"),
        ("{total: 95}", None),
        ("{fit: 31}", "unreachable-threshold"),
        ("{engagement: 65}", None),
    ],
)
def test_a_threshold_that_no_lead_can_reach_is_an_error(asked: str, code: str | None) -> None:
    change = ("{any: [{all: [fit, engagement]}, {pattern: keen}]}", f"{{any: [{asked}, {{pattern: keen}}]}}")
    assert ("unreachable-threshold" in codes(change)) == (code is not None)


def test_a_threshold_of_a_promise_is_looked_at_too() -> None:
    change = ("disqualify:", "handoff: {sla: [{within: 2 hours, when: {total: 500}}]}\ndisqualify:")
    (problem,) = found(change)
    assert problem.code == "unreachable-threshold"
    assert placed(problem, change).startswith("total: 500")


def test_a_grade_that_nobody_can_get_is_an_error() -> None:
    change = ("fit: {A: 30", "fit: {A: 31")
    (problem,) = found(change)
    assert problem.code == "unreachable-grade"
    assert placed(problem, change).startswith("A: 31")


CONTRADICTIONS = [
    "all: [{lead.seniority: vp}, {lead.seniority: manager}]",
    "all: [{lead.seniority: vp}, {lead.seniority: [manager, director]}]",
    "{lead.seniority: {is: vp, not_in: [VP, director]}}",
    "all: [{account.employees: {between: [1, 10]}}, {account.employees: {between: [11, 50]}}]",
    "{account.employees: {at_least: 500, at_most: 100}}",
    "all: [{account.employees: {at_least: 500}}, {all: [{account.employees: {at_most: 499}}]}]",
    "{account.employees: {is: 7, at_least: 8}}",
    "{lead.phone: {known: true, unknown: true}}",
    "all: [{lead.title: {unknown: true}}, {lead.title: {contains: sales}}]",
    "{lead.title: {is: VP Sales, starts_with: Head}}",
    "{lead.title: {is: VP Sales, contains: marketing}}",
    "all: [{lead.title: {starts_with: Head}}, {lead.title: {starts_with: [VP, Chief]}}]",
    "{account.technologies: {has: salesforce, lacks: [Salesforce, hubspot]}}",
    "all: [{lead.source: ads}, {not: {lead.source: ads}}]",
    "all: [{lead.email_domain: quayside.example}, {lead.email_domain: {in_list: rivals}}]",
    "{lead.created_at: {before: 2026-01-01, after: 2026-02-01}}",
    "{lead.created_at: {before: 30 days, in_last: 7 days}}",
    "{sessions: {at_least: 3, at_most: 2}}",
    "{last_seen: {before: 30 days, in_last: 30 days}}",
    "all: [{first_seen: {in_last: 7 days}}, {last_seen: {before: 8 days}}]",
    "all: [{last_seen: {before: 30 days}}, {signal: demo, in_last: 30 days}]",
    "all: [{none_of: opened, in_last: 30 days}, {signal: opened, in_last: 7 days}]",
    "all: [{last_seen: {unknown: true}}, {signal: demo}]",
    "any: [{all: [{lead.seniority: vp}, {lead.seniority: manager}]}, {signal: demo}]",
    "not: {all: [{lead.seniority: vp}, {lead.seniority: manager}]}",
]


_WORDS_OF_CONTRADICTIONS = ("lead.", "account.", "{pattern: keen", "not:")


def _pattern(condition: str) -> tuple[str, str]:
    body = condition if condition[0] != "{" else condition[1:-1]
    return (
        "{pattern: keen, all: [{lead.seniority: vp}, {signal: pricing, at_least: 3}]}",
        f"{{pattern: keen, {body}}}",
    )


@pytest.mark.parametrize("condition", CONTRADICTIONS)
def test_conditions_that_exclude_each_other_are_an_error(condition: str) -> None:
    change = _pattern(condition)
    problems = [each for each in found(change) if each.code == "contradiction"]
    assert len(problems) == 1
    assert problems[0].severity == "error"
    assert placed(problems[0], change).startswith(_WORDS_OF_CONTRADICTIONS)


@pytest.mark.parametrize(
    "condition",
    [
        "all: [{account.technologies: salesforce}, {account.technologies: hubspot}]",
        "all: [{lead.country: Germany}, {lead.country: DE}]",
        "all: [{account.employees: {between: [1, 10]}}, {account.employees: {between: [10, 50]}}]",
        "any: [{lead.seniority: vp}, {lead.seniority: manager}]",
        "all: [{lead.seniority: [vp, manager]}, {lead.seniority: [manager, director]}]",
        "{account.employees: {at_least: 100, at_most: 100}}",
        "{lead.title: {unknown: true}, account.technologies: {unknown: true, lacks: salesforce}}",
        "all: [{lead.title: {starts_with: Head}}, {lead.title: {starts_with: Head of}}]",
        "all: [{last_seen: {before: 30 days}}, {signal: demo, in_last: 31 days}]",
        "all: [{none_of: opened, in_last: 30 days}, {signal: opened, in_last: 31 days}]",
        "all: [{none_of: opened, in_last: 30 days}, {signal: opened}]",
        "all: [{first_seen: {before: 30 days}}, {last_seen: {in_last: 7 days}}]",
        "all: [{lead.email_domain: eu.rivaldesk.example}, {lead.email_domain: {in_list: rivals}}]",
        "all: [{lead.email_domain: gmail.com}, {lead.email_domain: {in_list: personal_domains}}]",
        "{lead.created_at: {before: 2026-01-01, in_last: 30 days}}",
        "all: [{lead.consent: true}, {lead.consent: 'yes'}]",
    ],
)
def test_conditions_that_may_hold_together_are_left_alone(condition: str) -> None:
    assert "contradiction" not in codes(_pattern(condition))


def test_contradictions_among_event_properties_are_found() -> None:
    change = ("where: {path: {starts_with: /pricing}}", "where: {path: {starts_with: /pricing, is: /home}}")
    assert "contradiction" in codes(change)


def test_more_different_values_than_a_signal_lets_through_can_never_be_there() -> None:
    change = [
        ("where: {path: {starts_with: /pricing}}", "where: {path: [/pricing, /prices]}"),
        ("signal: pricing, at_least: 3", "signal: pricing, distinct: path, at_least: 3"),
    ]
    assert "too-few-values" in codes(*change)
    assert "too-few-values" not in codes(
        *change, ("distinct: path, at_least: 3", "distinct: path, at_least: 2")
    )


@pytest.mark.parametrize(
    "rule", ["signal: demo", "same_session: [demo, pricing]", "sequence: [pricing, demo]"]
)
def test_a_rule_about_the_event_that_resets_can_never_count(rule: str) -> None:
    change = [("rule: demo, signal: demo", f"rule: demo, {rule}"), ("bar: 40", "bar: 15\n  reset_on: demo")]
    assert "reset-rule" in codes(*change)


def test_a_rule_about_the_reset_or_something_else_still_counts() -> None:
    change = [
        ("rule: demo, signal: demo", "rule: demo, signal: [demo, opened]"),
        ("bar: 40", "bar: 40\n  reset_on: demo"),
    ]
    assert "reset-rule" not in codes(*change)


@pytest.mark.parametrize(
    "mql",
    [
        "{total: 5000}",
        "{all: [{lead.seniority: vp}, {lead.seniority: manager}]}",
        "{all: [fit, {fit: 99}]}",
        "{lead.email_domain: {in_list: rivals}}",
        "{lead.country: KP}",
    ],
)
def test_a_definition_under_which_nobody_qualifies_is_an_error(mql: str) -> None:
    change = ("mql: {any: [{all: [fit, engagement]}, {pattern: keen}]}", f"mql: {mql}")
    problems = [each for each in found(change) if each.code == "never-mql"]
    assert len(problems) == 1
    assert placed(problems[0], change).startswith("mql:")


def test_a_fast_track_can_be_the_only_way_in() -> None:
    change = (
        "mql: {any: [{all: [fit, engagement]}, {pattern: keen}]}",
        "fast_track: [{rule: asked, when: {signal: demo}}]\n  mql: {total: 5000}",
    )
    assert "never-mql" not in codes(change)


def test_a_fast_track_that_nobody_can_take_is_an_error() -> None:
    change = ("  grades:", "  fast_track: [{rule: asked, when: {signal: demo}, needs: {fit: 99}}]\n  grades:")
    assert "never-mql" in codes(change)


def test_a_way_in_that_disqualifies_itself_is_an_error() -> None:
    change = (
        "{pattern: keen}]}",
        "{all: [{lead.email_domain: {in_list: rivals}}, {pattern: keen}]}, {pattern: keen}]}",
    )
    assert codes(change) == ["closed-way"]


# -------------------------------------------------------------------------------------------- warnings


DOUBTS = [
    (
        "shadowed-by-cap",
        "points: 50",
        [("bar: 40", "bar: 40\n  cap: 45"), ("engagement: {1: 50", "engagement: {1: 45")],
    ),
    (
        "shadowed-by-cap",
        "points: 20",
        [
            ("bar: 20", "bar: 20\n  groups: {who: {cap: 15}}"),
            ("points: 20", "points: 20, group: who"),
            ("A: 30", "A: 25"),
        ],
    ),
    (
        "no-points",
        "points: 0",
        [("at_least: 100}}, points: 10", "at_least: 100}}, points: 0"), ("A: 30", "A: 20")],
    ),
    (
        "identical-rules",
        "{rule: large",
        [
            (
                "engagement:\n",
                "    - {rule: large, when: {account.employees: {at_least: 100}}, points: 1}\nengagement:\n",
            )
        ],
    ),
    (
        "identical-rules",
        "{rule: demo again",
        [("patterns:", "    - {rule: demo again, signal: demo, points: 1}\npatterns:")],
    ),
    (
        "identical-signals",
        "asked: {event",
        [
            ("lists:", "  asked: {event: demo requested}\nlists:"),
            ("signal: pricing, points", "signal: [pricing, asked], points"),
        ],
    ),
    ("unused-signal", "chat: {event", [("lists:", "  chat: {event: Chat Started}\nlists:")]),
    ("unused-list", "friends:", [("lists: {", "lists: {friends: [quayside.example], ")]),
    ("empty-list", "rivals: []", [("rivals: [rivaldesk.example]", "rivals: []")]),
    (
        "unused-pattern",
        "{pattern: calm",
        [("\nqualify:", "\n  - {pattern: calm, all: [{signal: demo}]}\nqualify:")],
    ),
    ("unused-group", "idle:", [("bar: 20", "bar: 20\n  groups: {idle: {cap: 5}}")]),
    (
        "needless-fast-track",
        "{rule: in anyway",
        [
            (
                "  grades:",
                "  fast_track: [{rule: in anyway, when: {signal: demo, lead.seniority: vp}}]\n  grades:",
            ),
            ("{pattern: keen}]}", "{pattern: keen}, {signal: demo}]}"),
        ],
    ),
    (
        "no-disqualify",
        "name: Sound",
        [
            ("disqualify:\n  - {reason: competitor, when: {lead.email_domain: {in_list: rivals}}}\n", ""),
            ("lists: {rivals: [rivaldesk.example]}\n", ""),
        ],
    ),
    ("unknown-fact", "lead.senority: vp", [("lead.seniority: vp}, {sig", "lead.senority: vp}, {sig")]),
    (
        "line-never-read",
        "{within: 1 day}",
        [
            (
                "disqualify:",
                "handoff: {sla: [{within: 1 day}, {within: 2 hours, when: {total: 80}}]}\ndisqualify:",
            )
        ],
    ),
    (
        "line-never-read",
        "{team: inbound}",
        [
            (
                "disqualify:",
                "handoff: {route: [{to: account_owner}, {team: inbound}, {team: dach}]}\ndisqualify:",
            )
        ],
    ),
]


@pytest.mark.parametrize(
    ("code", "where", "changes"), DOUBTS, ids=[f"{code}: {where}" for code, where, _ in DOUBTS]
)
def test_what_is_probably_not_meant_is_a_warning_at_its_place(
    code: str, where: str, changes: list[tuple[str, str]]
) -> None:
    (problem,) = found(*changes)
    assert (problem.code, problem.severity) == (code, "warning")
    assert placed(problem, *changes).startswith(where)


def test_a_penalty_that_a_floor_makes_good_at_once_is_a_warning() -> None:
    alone = [
        ("in_last: 30 days, points: -5", "in_last: 30 days, points: -5, group: quiet"),
        ("bar: 40", "bar: 40\n  groups: {quiet: {floor: 0}}"),
    ]
    assert codes(*alone) == ["swallowed-by-floor"]


def test_a_penalty_among_rewards_is_left_alone() -> None:
    assert codes(("bar: 40", "bar: 40\n  floor: 0")) == []


def test_signals_lists_and_patterns_used_only_by_the_hand_off_are_used() -> None:
    assert (
        codes(
            ("lists: {", "lists: {friends: [quayside.example], "),
            ("lists:", "  chat: {event: Chat Started}\nlists:"),
            ("\nqualify:", "\n  - {pattern: calm, all: [{signal: opened}]}\nqualify:"),
            (
                "disqualify:",
                "handoff: {route: [{team: a, when: {signal: chat}}, {team: b, when: {pattern: calm}}, "
                "{team: c, when: {lead.email_domain: {in_list: friends}}}]}\ndisqualify:",
            ),
        )
        == []
    )


def test_a_signal_that_only_resets_or_brings_back_is_used() -> None:
    assert (
        codes(
            ("lists:", "  left: {event: Unsubscribed}\n  chat: {event: Chat Started}\nlists:"),
            ("bar: 40", "bar: 40\n  reset_on: left"),
            ("disqualify:", "requalify: [chat]\ndisqualify:"),
        )
        == []
    )


def test_every_finding_has_a_place_and_says_what_to_do() -> None:
    everything = [change for _, _, changes in DOUBTS[3:9] for change in changes[:1]]
    for problem in [*found(*everything[:1]), *found(("bar: 20", "bar: 99")), *found(("{1: 50", "{1: 66"))]:
        assert problem.line > 0
        assert problem.column > 0
        assert ";" in problem.message
        assert problem.code
