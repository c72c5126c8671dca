"""Definitions that cannot be read. `§` stands where the problem is told; the text beside is in it."""

from typing import Final

SIGNALS: Final = "name: Broken\nsignals: {demo: {event: Demo Requested}, view: {event: page}}\n"
MQL: Final = "qualify: {mql: {total: 1}}\n"


def in_file(part: str) -> str:
    """A file that is sound but for this part."""
    return SIGNALS + part + "\n" + MQL


def signal(body: str) -> str:
    """A file whose one signal is this."""
    return f"name: x\nsignals: {{demo: {body}}}\nqualify: {{mql: {{total: 1}}}}\n"


def rule(keys: str) -> str:
    """A file whose one engagement rule has these keys."""
    return in_file(f"engagement: {{rules: [{{rule: r, {keys}}}]}}")


def fit_rule(when: str) -> str:
    """A file whose one fit rule asks this."""
    return in_file(f"fit: {{rules: [{{rule: r, when: {when}, points: 1}}]}}")


def qualify(keys: str) -> str:
    """A file that qualifies like this."""
    return f"{SIGNALS}qualify: {{{keys}}}\n"


MALFORMED: Final[tuple[tuple[str, str], ...]] = (
    # no YAML, or no definition
    ("§- a\n- b\n", "a definition is a group of keys"),
    ("§just text\n", "a definition is a group of keys"),
    ("name: x\nsignals: {demo: {event: a}\n§qualify: {mql: {total: 1}}\n", "not valid YAML"),
    ("name: 'x\nqualify: {mql: {total: 1}}\n§", "not valid YAML"),
    ("name: x\n§\tqualify: 1\n", "not valid YAML"),
    ("name: §*nobody\n", "not valid YAML"),
    ("name: a§: b\n", "not valid YAML"),
    ("name: x\n§name: y\nqualify: {mql: {total: 1}}\n", "`name` stands twice here"),
    ("name: x\n§[a]: y\n", "a key must be plain text"),
    ("name: x\n? §{a: 1}\n: y\n", "a key must be plain text"),
    ("name: x\n§---\nname: y\n", "not valid YAML"),
    # keys of the whole
    ("§name: x\n", "the definition needs `qualify`"),
    ("§qualify: {mql: {total: 1}}\n", "the definition needs `name`"),
    ("name: x\n§qualifiy: {mql: {total: 1}}\n", "did you mean `qualify`"),
    ("name: x\n§colour: red\nqualify: {mql: {total: 1}}\n", "the definition has no key `colour`"),
    ("§name:\nqualify: {mql: {total: 1}}\n", "expected the definition's name, found nothing"),
    ("name: §[a, b]\nqualify: {mql: {total: 1}}\n", "found a list"),
    ("name: §'  '\nqualify: {mql: {total: 1}}\n", "expected the definition's name"),
    ('name: §"a\\tb"\nqualify: {mql: {total: 1}}\n', "on one line"),
    ("name: §" + "x" * 501 + "\nqualify: {mql: {total: 1}}\n", "at most 500 characters"),
    (in_file("timezone: §Europe/Berlni"), "did you mean `Europe/Berlin`"),
    (in_file("timezone: §/etc/passwd"), "is no time zone"),
    (in_file("motion: §inbond"), "did you mean `inbound`"),
    (in_file("review: §3 months"), "expected review as a group of keys"),
    (in_file("review: {every: §3 moons}"), "is not a duration"),
    (in_file("review: §{}"), "review needs `every`"),
    # signals and lists
    ("name: x\nsignals: §[demo]\nqualify: {mql: {total: 1}}\n", "expected signals by name, found a list"),
    (signal("§Demo Requested"), "expected a signal as a group"),
    (signal("§{}"), "a signal needs `event`"),
    (signal("{§evnet: a}"), "did you mean `event`"),
    (signal("{event: §[]}"), "of at least 1, found 0"),
    (signal("{event: [§[a]]}"), "found a list"),
    (signal("{event: a, where: §/pricing}"), "for example {path:"),
    (signal("{event: a, where: §{}}"), "conditions on the event's"),
    (signal("{event: a, where: {path: {§start_with: /x}}}"), "did you mean `starts_with`"),
    (signal("{event: a, where: {path: §{}}}"), "expected a test"),
    (signal("{event: a, where: {§path: }}"), "found nothing"),
    (signal("{event: a, where: {path: {matches: §'(a'}}}"), "is not a pattern that RE2 knows"),
    (signal("{event: a, where: {path: {in_list: §rivals}}}"), "there is no list `rivals`"),
    (in_file("lists: {rivals: §{file: gone.txt}}"), "no readable list file `gone.txt`"),
    (in_file("lists: {rivals: §a.example}"), "expected a list in a file as a group of keys"),
    (in_file("lists: {rivals: {§path: a}}"), "has no key `path`"),
    (in_file("lists: {rivals: [a, §[b]]}"), "expected an entry, found a list"),
    # dimensions and rules
    (in_file("fit: §30"), "expected fit as a group of keys"),
    (in_file("fit: {bar: §high}"), "expected a number of points, found `high`"),
    (in_file("fit: {bar: §1.234}"), "more than two decimal places"),
    (in_file("fit: {bar: §10000000}"), "beyond a million points"),
    (in_file("fit: {bar: §.inf}"), "expected a number of points"),
    (in_file("fit: {cap: 10, floor: §20}"), "the floor is above the cap"),
    (in_file("fit: {rules: §{rule: r}}"), "expected a list of rules, found a group of keys"),
    (in_file("fit: {rules: §[]}"), "of at least 1, found 0"),
    (in_file("fit: {rules: [§leader]}"), "expected a fit rule as a group of keys"),
    (in_file("fit: {rules: [§{rule: r, points: 1}]}"), "a fit rule needs `when`"),
    (in_file("fit: {rules: [§{when: {lead.a: 1}, points: 1}]}"), "a fit rule needs `rule`"),
    (in_file("fit: {rules: [{rule: r, when: {lead.a: 1}, points: 1, §weight: 3}]}"), "no key `weight`"),
    (
        in_file("fit: {rules: [{rule: r, when: {lead.a: 1}, points: 1, group: §gone}]}"),
        "there is no fit group `gone`",
    ),
    (
        in_file(
            "fit: {rules: [{rule: r, when: {lead.a: 1}, points: 1},"
            " {rule: §R, when: {lead.a: 2}, points: 1}]}"
        ),
        "there is a rule `R` at line 3 already",
    ),
    (in_file("fit: {groups: {g: {§top: 1}}}"), "a group has no key `top`"),
    # facts
    (fit_rule("§vp"), "expected a condition on facts"),
    (fit_rule("{§seniority: vp}"), "did you mean `lead.seniority`"),
    (fit_rule("{§company.size: 3}"), "cannot be asked here"),
    (fit_rule("{§lead: 3}"), "cannot be asked here"),
    (fit_rule("{§lead.a.b: 3}"), "cannot be asked here"),
    (fit_rule("{§signal: demo}"), "cannot be asked here"),
    (fit_rule("{§total: 3}"), "cannot be asked here"),
    (fit_rule("{lead.a: {between: §[5, 1]}}"), "write [1, 5]"),
    (fit_rule("{lead.a: {between: §[5]}}"), "expected two bounds"),
    (fit_rule("{lead.a: {between: §5}}"), "expected two bounds"),
    (fit_rule("{lead.a: {between: §[5, 2026-01-01]}}"), "both bounds must be numbers, or both dates"),
    (fit_rule("{lead.a: {between: [§low, 5]}}"), "expected a number or a date"),
    (fit_rule("{lead.a: {at_least: §many}}"), "expected a number or a date"),
    (fit_rule("{lead.a: {at_least: §1.2345678}}"), "at most six decimal places"),
    (fit_rule("{lead.a: {known: §yes please}}"), "write `true` here"),
    (fit_rule("{lead.a: {known: §false}}"), "write `true` here"),
    (fit_rule("{lead.a: {before: §yesterday}}"), "is not a duration"),
    (fit_rule("{lead.a: {after: §30 days}}"), "expected a date"),
    (fit_rule("{lead.a: {in_last: §2026-01-01}}"), "is not a duration"),
    (fit_rule("{lead.a: {in_list: §univercities}}"), "did you mean `universities`"),
    (fit_rule("{lead.a: [x, §[y]]}"), "expected a value, found a list"),
    (fit_rule("{any: §{lead.a: 1}}"), "expected a list of conditions"),
    (fit_rule("{any: §[]}"), "of at least 1, found 0"),
    (fit_rule("{not: §[{lead.a: 1}]}"), "expected a condition on facts"),
    # behaviour
    (in_file("engagement: {rules: [§{rule: r, points: 1}]}"), "say what is looked for"),
    (in_file("engagement: {rules: [§{rule: r, signal: demo, none_of: view, points: 1}]}"), "keep one of"),
    (rule("signal: §dmeo, points: 1"), "did you mean `demo`"),
    (rule("signal: demo, points: §lots"), "expected a number of points"),
    (rule("signal: demo, at_least: §0, points: 1"), "a whole number of at least 1"),
    (rule("signal: demo, at_least: §1.5, points: 1"), "a whole number of at least 1"),
    (rule("signal: demo, at_least: §two, points: 1"), "expected a number"),
    (rule("signal: demo, within: §7 days, points: 1"), "`within` needs `at_least: 2`"),
    (
        rule("signal: demo, at_least: 2, within: §8 days, in_last: 7 days, points: 1"),
        "never fits into the last 7 days",
    ),
    (rule("signal: demo, in_last: §0 days, points: 1"), "longer than nothing"),
    (rule("signal: demo, in_last: §101 years, points: 1"), "longer than 100 years"),
    (rule("signal: demo, in_last: §7, points: 1"), "is not a duration"),
    (rule("signal: demo, each: §often, points: 1"), "expected `event`, `1 per day`"),
    (rule("signal: demo, each: §0 per day, points: 1"), "expected `event`, `1 per day`"),
    (rule("signal: demo, at_most: §3, points: 1"), "add `each: event`"),
    (rule("signal: demo, each: event, at_least: §2, points: 1"), "cannot stand together"),
    (rule("signal: demo, each: event, at_most: §0, points: 1"), "a whole number of at least 1"),
    (rule("signal: demo, distinct: a, sum: §b, points: 1"), "keep one of `distinct` or `sum`"),
    (rule("signal: demo, sum: a, at_least: §0, points: 1"), "must be more than 0"),
    (
        rule("signal: demo, sum: a, within: §1 day, in_last: 2 days, points: 1"),
        "keep one of `within` and `in_last`",
    ),
    (rule("same_session: §demo, points: 1"), "expected a list of signals"),
    (rule("same_session: §[demo], points: 1"), "of at least 2, found 1"),
    (rule("same_session: [demo, view], within: §1 day, points: 1"), "has no meaning beside `same_session`"),
    (rule("sequence: [demo, §gone], points: 1"), "there is no signal `gone`"),
    (rule("none_of: §view, points: -1"), "silence needs a length"),
    (rule("none_of: view, each: §1 per week, points: -1"), "silence is counted in durations"),
    (rule("none_of: view, each: 30 days, points: §1"), "would rise for ever"),
    (
        rule("none_of: view, in_last: 9 days, half_life: §9 days, points: 1"),
        "silence has no event to decay from",
    ),
    (rule("signal: view, half_life: §9 days, points: -1"), "use `in_last: 9 days` instead"),
    (rule("signal: view, half_life: 9 days, lose: §50 % every 1 month, points: 1"), "not both"),
    (rule("signal: view, lose: §half, points: 1"), "expected steps such as"),
    (rule("signal: view, lose: §150 % every 1 month, points: 1"), "expected steps such as"),
    (in_file("engagement: {half_life: §soon}"), "is not a duration"),
    (in_file("engagement: {half_life: 9 days, lose: §50 % every 1 month}"), "not both"),
    (in_file("engagement: {reset_on: [§gone]}"), "there is no signal `gone`"),
    # deciding
    (in_file("patterns: [§{all: [{signal: demo}]}]"), "a pattern needs a name"),
    (in_file("patterns: [§{pattern: p}]"), "asks for nothing"),
    (
        in_file("patterns: [{pattern: p, signal: demo}, {pattern: §p, signal: view}]"),
        "there is a pattern `p`",
    ),
    (in_file("patterns: [{pattern: p, §fit: 3}]"), "cannot be asked here"),
    (in_file("patterns: [{pattern: p, sessions: §many}]"), "expected a number"),
    (
        in_file("patterns: [{pattern: p, last_seen: {§between: [1, 2]}}]"),
        "a test on a time has no key `between`",
    ),
    (f"{SIGNALS}qualify: §{{}}\n", "qualify needs `mql`"),
    (qualify("mql: §fit"), "`fit` stands for its bar, and there is none"),
    (qualify("mql: §sometimes"), "expected a condition on scores"),
    (qualify("mql: {§total: }"), "expected a number of points, found nothing"),
    (qualify("mql: {pattern: §keen}"), "there is no pattern `keen`"),
    (qualify("mql: {grade: §A1}"), "there is no grade `A1`"),
    (qualify("mql: {grade: §C1}, grades: {fit: {A: 1, B: 0}, engagement: {1: 1}}"), "there is no grade `C1`"),
    (qualify("mql: {total: 1}, grades: {fit: §{A: 1, B: 2}}"), "from the best down"),
    (qualify("mql: {total: 1}, fast_track: [§{rule: a}]"), "a fast track needs `when`"),
    (qualify("mql: {total: 1}, skip_to_sql: {framework: §bent}"), "did you mean `bant`"),
    (qualify("mql: {total: 1}, skip_to_sql: {framework: bant, complete: §often}"), "expected true or false"),
    (in_file("disqualify: [§{when: {sessions: 1}}]"), "a disqualifier needs `reason`"),
    (in_file("requalify: [§job_chnage]"), "did you mean `job_change`"),
    # acting
    (in_file("stages: {§mqk: {max_age: 1 day, then: review}}"), "has no meaning here"),
    (in_file("stages: {mql: {max_age: 1 day, then: §revue}}"), "did you mean `review`"),
    (in_file("handoff: {route: [§{by: weight}]}"), "write one of them"),
    (in_file("handoff: {route: [{to: §anybody}]}"), "expected `account_owner`"),
    (in_file("handoff: {sla: [§{hours: business}]}"), "a service level needs `within`"),
    (in_file("handoff: {sla: [{within: 1 day, hours: §office}]}"), "expected `business` or `always`"),
    (in_file("handoff: {alert: §pigeon}"), "expected `slack`, `email` or `webhook`"),
    (in_file("recycle: {reset: §everything}"), "expected `fit` or `engagement`"),
    (in_file("nurture: {§high: a}"), "has no meaning here"),
)
