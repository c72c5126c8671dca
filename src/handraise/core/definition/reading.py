"""Reading a definition: every construct of the language with its keys, and how each becomes a value."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from handraise.core.definition.asking import (
    EACH_KEYS,
    FORM_KEYS,
    MODIFIER_KEYS,
    PLACES,
    RECORDS,
    SIGNAL_NAME,
    ConditionReader,
    behaviour_of,
)
from handraise.core.definition.conditions import ALWAYS
from handraise.core.definition.grammar import (
    Choice,
    DurationReader,
    Fields,
    Flag,
    Key,
    ListOf,
    MappingOf,
    NameOf,
    PointsReader,
    Reader,
    Reading,
    Record,
    Refused,
    Schema,
    Text,
    described,
    expected,
    nearest,
)
from handraise.core.definition.model import (
    BUILT_IN_LISTS,
    Bounds,
    Decay,
    Definition,
    Disqualifier,
    Engagement,
    EngagementRule,
    FastTrack,
    Fit,
    FitRule,
    Grades,
    HalfLife,
    Handoff,
    Pattern,
    Qualify,
    Recycle,
    Route,
    ServiceLevel,
    Signal,
    SkipToSql,
    StageLimit,
    Steps,
    Trigger,
)
from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode, parsed
from handraise.core.duration import Duration
from handraise.core.errors import DefinitionInvalid, Problem
from handraise.core.points import SMALLEST_STEP
from handraise.core.saying import Saying
from handraise.core.stage import STAGES

TRIGGERS: Final = (
    "job_change", "funding_round", "technology_change", "new_intent", "renewed_engagement", "date_reached",
)  # fmt: skip
NURTURE: Final = ("low_fit_high_engagement", "high_fit_low_engagement", "low_fit_low_engagement", "recycled")

PROPERTIES = ConditionReader(PLACES["properties"], "conditions on the event's properties")
FACTS = ConditionReader(PLACES["facts"], "a condition on facts")
BEHAVIOUR = ConditionReader(PLACES["behaviour"], "a condition on facts and behaviour")
QUALIFY = ConditionReader(PLACES["qualify"], "a condition on scores, facts and behaviour")
ACTING = ConditionReader(PLACES["acting"], "a condition on the lead and its stage")


class HalfLifeReader(Reader["HalfLife | None"]):
    """A duration, or `none`."""

    def read(self, node: Node, to: Reading) -> HalfLife | None:
        if isinstance(node, ScalarNode) and node.text.strip().lower() == "none":
            return None
        return HalfLife(DurationReader().read(node, to))

    def schema(self) -> Schema:
        return {"anyOf": [{"const": "none"}, DurationReader().schema()]}


class StepsReader(Reader[Steps]):
    """`50 % every 3 months`."""

    def read(self, node: Node, to: Reading) -> Steps:
        share, found, every = (node.text if isinstance(node, ScalarNode) else "").partition("every")
        try:
            lose = Decimal(share.strip().removesuffix("%").strip()) / 100
            if not found or "%" not in share or not 0 < lose <= 1 or lose != round(lose, 6):
                raise ValueError
            if lose < SMALLEST_STEP:
                small = "a step takes at least 0.01 %, found {found}; take longer steps"
                raise to.refuse(node, Saying(small, found=described(node)))
            return Steps(lose, Duration.parse(every))
        except (ValueError, InvalidOperation):
            raise to.refuse(node, expected("steps such as `50 % every 3 months`", node)) from None

    def schema(self) -> Schema:
        return {"type": "string", "pattern": r"^\s*[0-9.]+\s*%\s*every\s+[0-9]+\s*[A-Za-z]+\s*$"}


class ZoneReader(Reader[str]):
    """An IANA time zone."""

    def read(self, node: Node, to: Reading) -> str:
        name = Text("a time zone such as Europe/Berlin").read(node, to)
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            hint = nearest(name, available_timezones()) or Saying("; write one such as Europe/Berlin")
            raise to.refuse(node, Saying("`{name}` is no time zone{hint}", name=name, hint=hint)) from None
        return name

    def schema(self) -> Schema:
        return {"type": "string"}


# ---------------------------------------------------------------------------------------------- signals

SIGNAL: Final = Record(
    "a signal",
    [
        Key("event", ListOf(Text("the name of an event"), single=True),
            "the event's name (`page` for page views, `*` for any), or a list of names", required=True),
        Key("where", PROPERTIES, "what its properties must satisfy"),
    ],
    lambda f: Signal("", f.get("event"), f.get("where", ALWAYS)),
    "A named kind of event.",
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ scores

GROUP_KEY: Final = "the group whose cap and floor hold this rule's points too"


def _bounds(f: Fields) -> Bounds:
    cap, floor = f.get("cap"), f.get("floor")
    if cap is not None and floor is not None and floor > cap:
        raise f.refuse(Saying("the floor is above the cap"), "floor")
    return Bounds(cap, floor)


_BOUND_KEYS: Final = (
    Key("cap", PointsReader(), "the sum is never more than this"),
    Key("floor", PointsReader(), "the sum is never less than this"),
)
GROUP: Final = Record("a group", _BOUND_KEYS, _bounds)

FIT_RULE: Final = Record(
    "a fit rule",
    [
        Key(
            "rule",
            Text("the rule's name"),
            "what people call it; every line of a score carries it",
            required=True,
        ),
        Key("when", FACTS, "the facts it asks for", required=True),
        Key("points", PointsReader(), "what it adds, at most two decimal places", required=True),
        Key("group", NameOf("fit group", "add it under `fit: groups:`"), GROUP_KEY),
    ],
    lambda f: FitRule(f.get("rule"), f.get("when"), f.get("points"), f.get("group")),
    "Points for who somebody is.",
)


@dataclass(frozen=True)
class _Undecided:
    """An engagement rule before the dimension's default decay is known."""

    rule: EngagementRule
    own_decay: bool


def _engagement_rule(f: Fields) -> _Undecided:
    behaviour, points = behaviour_of(f), f.get("points")
    own = f.has("half_life") or f.has("lose")
    decay: Decay | None = f.get("half_life") or f.get("lose")
    if f.has("half_life") and f.has("lose"):
        raise f.refuse(Saying("a rule decays by `half_life` or in steps (`lose`), not both"), "lose")
    if decay is not None and points < 0:
        window = decay.duration if isinstance(decay, HalfLife) else decay.every
        raise f.refuse(
            Saying(
                "a negative rule does not decay: it would let a score rise by itself; "
                "use `in_last: {window}` instead",
                window=str(window),
            ),
            "half_life" if f.has("half_life") else "lose",
        )
    if decay is not None and behaviour.form == "none_of":
        raise f.refuse(
            Saying("silence has no event to decay from; drop the decay"),
            "half_life" if f.has("half_life") else "lose",
        )
    if behaviour.form == "none_of" and behaviour.each and points > 0:
        raise f.refuse(
            Saying("points for every stretch of silence would rise for ever; use negative points"), "points"
        )
    return _Undecided(
        EngagementRule(f.get("rule"), behaviour, points, f.get("when"), decay, f.get("group")), own
    )


ENGAGEMENT_RULE: Final = Record(
    "an engagement rule",
    [
        Key(
            "rule",
            Text("the rule's name"),
            "what people call it; every line of a score carries it",
            required=True,
        ),
        *FORM_KEYS,
        Key("points", PointsReader(), "what it adds, at most two decimal places", required=True),
        *MODIFIER_KEYS,
        *EACH_KEYS,
        Key("when", FACTS, "gives the points only to leads whose facts satisfy this"),
        Key("half_life", HalfLifeReader(), "the contribution halves every …, or `none`"),
        Key("lose", StepsReader(), "the contribution loses a share in steps, such as `50 % every 3 months`"),
        Key("group", NameOf("engagement group", "add it under `engagement: groups:`"), GROUP_KEY),
    ],
    _engagement_rule,
    "Points for what somebody did.",
)

_DIMENSION_KEYS: Final = (
    Key("bar", PointsReader(), "the dimension passes at this score or more"),
    *_BOUND_KEYS,
    Key("groups", MappingOf(GROUP), "groups of rules with a cap and a floor of their own"),
)


def _fit(f: Fields) -> Fit:
    return Fit(f.get("rules", ()), f.get("bar"), _bounds(f), f.get("groups", ()))


FIT: Final = Record(
    "fit",
    [*_DIMENSION_KEYS, Key("rules", ListOf(FIT_RULE, what="a list of rules"), "the rules")],
    _fit,
    "Who they are: explicit data.",
)


def _engagement(f: Fields) -> Engagement:
    default: Decay | None = f.get("half_life") or f.get("lose")
    if f.has("half_life") and f.has("lose"):
        raise f.refuse(Saying("the default is `half_life` or steps (`lose`), not both"), "lose")
    rules = tuple(_decided(undecided, default) for undecided in f.get("rules", ()))
    return Engagement(rules, f.get("bar"), _bounds(f), f.get("groups", ()), f.get("reset_on", ()))


def _decided(undecided: _Undecided, default: Decay | None) -> EngagementRule:
    rule = undecided.rule
    if undecided.own_decay or rule.points <= 0 or rule.behaviour.form == "none_of":
        return rule
    return EngagementRule(rule.rule, rule.behaviour, rule.points, rule.when, default, rule.group)


ENGAGEMENT: Final = Record(
    "engagement",
    [
        *_DIMENSION_KEYS,
        Key("half_life", HalfLifeReader(), "the default for positive rules: contributions halve every …"),
        Key("lose", StepsReader(), "the default for positive rules: contributions lose a share in steps"),
        Key(
            "reset_on",
            ListOf(SIGNAL_NAME, single=True),
            "signals that take what was earned before back to zero",
        ),
        Key("rules", ListOf(ENGAGEMENT_RULE, what="a list of rules"), "the rules"),
    ],
    _engagement,
    "What they did: implicit data.",
)


# ----------------------------------------------------------------------------------- deciding


class PatternEntry(Reader[Pattern]):
    """`{pattern: NAME, …}`: a name with a condition beside it."""

    def read(self, node: Node, to: Reading) -> Pattern:
        if not isinstance(node, MappingNode) or node.get("pattern") is None:
            nameless = Saying("a pattern needs a name: {pattern: NAME, all: [...]}")
            raise to.refuse(node, nameless, "missing-key")
        name = Text("the pattern's name").read(node.get("pattern") or node, to)
        rest = MappingNode(
            node.line, node.column, tuple((k, v) for k, v in node.entries if k.text != "pattern")
        )
        if not rest.entries:
            empty = "pattern `{name}` asks for nothing; add `all: [...]` or `any: [...]`"
            raise to.refuse(node, Saying(empty, name=name))
        return Pattern(name, BEHAVIOUR.read(rest, to))

    def schema(self) -> Schema:
        body = BEHAVIOUR.definition()
        return body | {
            "properties": {"pattern": {"type": "string"}, **body["properties"]},
            "required": ["pattern"],
        }


FAST_TRACK: Final = Record(
    "a fast track",
    [
        Key("rule", Text("the rule's name"), "what people call it", required=True),
        Key("when", BEHAVIOUR, "what qualifies at once", required=True),
        Key("needs", QUALIFY, "what must hold all the same, such as the bar of `fit`"),
    ],
    lambda f: FastTrack(f.get("rule"), f.get("when"), f.get("needs", ALWAYS)),
)
SKIP: Final = Record(
    "skip_to_sql",
    [
        Key("framework", Choice("bant", "meddic", "champ"), "the framework to be filled in", required=True),
        Key("complete", Flag(), "whether every criterion must be answered (default true)"),
    ],
    lambda f: SkipToSql(f.get("framework"), f.get("complete", True)),
)


def _descending(f: Fields, name: str) -> tuple[tuple[str, int], ...]:
    levels: tuple[tuple[str, int], ...] = f.get(name, ())
    if any(above[1] <= below[1] for above, below in pairwise(levels)):
        order = "write the {dimension} grades from the best down, each starting lower than the one before"
        raise f.refuse(Saying(order, dimension=Saying(name)), name)
    return levels


GRADES: Final = Record(
    "grades",
    [
        Key("fit", MappingOf(PointsReader()), "labels with the fit each starts at, best first"),
        Key("engagement", MappingOf(PointsReader()), "labels with the engagement each starts at, best first"),
    ],
    lambda f: Grades(_descending(f, "fit"), _descending(f, "engagement")),
)
QUALIFY_RECORD: Final = Record(
    "qualify",
    [
        Key("mql", QUALIFY, "what makes a lead an MQL", required=True),
        Key("fast_track", ListOf(FAST_TRACK), "what qualifies at once, whatever the score"),
        Key("skip_to_sql", SKIP, "a filled-in framework that takes a lead past MQL"),
        Key("grades", GRADES, "letters and numbers for the two dimensions, such as A1"),
    ],
    lambda f: Qualify(f.get("mql"), f.get("fast_track", ()), f.get("skip_to_sql"), f.get("grades")),
)
DISQUALIFIER: Final = Record(
    "a disqualifier",
    [
        Key("reason", Text("a reason"), "the reason code that is kept with the lead", required=True),
        Key("when", BEHAVIOUR, "when it holds", required=True),
    ],
    lambda f: Disqualifier(f.get("reason"), f.get("when")),
)


class TriggerReader(Reader[Trigger]):
    """A named outside event, a signal's name, or a condition."""

    def read(self, node: Node, to: Reading) -> Trigger:
        if isinstance(node, MappingNode):
            return Trigger("condition", BEHAVIOUR.read(node, to))
        names = (*TRIGGERS, *to.known.get("signal", ()))
        if isinstance(node, ScalarNode) and node.text in names:
            return Trigger(node.text)
        hint = nearest(node.text, names) if isinstance(node, ScalarNode) else ""
        raise to.refuse(
            node,
            Saying(
                "{found} brings nobody back: use {triggers}, a signal, or a condition{hint}",
                found=described(node),
                triggers=", ".join(TRIGGERS),
                hint=hint,
            ),
        )

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "string"}, BEHAVIOUR.schema()]}


# --------------------------------------------------------------------------------------- acting

STAGE_LIMIT: Final = Record(
    "a stage",
    [
        Key("max_age", DurationReader(), "how long a lead may stay in it", required=True),
        Key("then", Choice("recycle", "review", "disqualify"), "what happens then", required=True),
    ],
    lambda f: StageLimit("", f.get("max_age"), f.get("then")),
)


def _route(f: Fields) -> Route:
    if f.has("to") == f.has("team"):
        raise f.refuse(Saying("a route goes `to:` a role or to a `team:`; write one of them"))
    return Route(f.get("to"), f.get("team"), f.get("by", "round_robin"), f.get("when", ALWAYS))


ROUTE: Final = Record(
    "a route",
    [
        Key("to", Choice("account_owner", "lead_owner", "queue"), "the role that gets the lead"),
        Key("team", Text("the name of a team"), "the team that gets it"),
        Key(
            "by",
            Choice("round_robin", "weight", "capacity"),
            "how the team's member is chosen (default round_robin)",
        ),
        Key("when", ACTING, "for whom; the first route that holds is taken"),
    ],
    _route,
)
SERVICE_LEVEL: Final = Record(
    "a service level",
    [
        Key("within", DurationReader(), "the time until the first contact", required=True),
        Key(
            "hours",
            Choice("business", "always"),
            "counted in the owner's business hours, or always (default)",
        ),
        Key("when", ACTING, "for whom; the first line that holds applies"),
    ],
    lambda f: ServiceLevel(f.get("within"), f.get("hours", "always"), f.get("when", ALWAYS)),
)
HANDOFF: Final = Record(
    "handoff",
    [
        Key("route", ListOf(ROUTE), "who gets the lead: the first that holds"),
        Key("sla", ListOf(SERVICE_LEVEL), "how fast they must act: the first that holds"),
        Key("alert", ListOf(Choice("slack", "email", "webhook"), single=True), "how they are told"),
    ],
    lambda f: Handoff(f.get("route", ()), f.get("sla", ()), f.get("alert", ())),
)
RECYCLE: Final = Record(
    "recycle",
    [
        Key("reset", Choice("fit", "engagement"), "what goes back to zero when sales gives a lead back"),
        Key("cool_down", DurationReader(), "how long it cannot become an MQL again"),
    ],
    lambda f: Recycle(f.get("reset"), f.get("cool_down")),
)
REVIEW: Final = Record(
    "review", [Key("every", DurationReader(), "how often both teams read it again", required=True)],
    lambda f: f.get("every"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ lists

ListFile = Callable[[str], Iterable[str] | None]
FILE_ENTRY: Final = Record(
    "a list in a file",
    [Key("file", Text("a path"), "one entry a line, beside the definition", required=True)],
    lambda f: f.get("file"),
)  # fmt: skip


class ManagedList(Reader["tuple[str, ...]"]):
    """Entries in place, or `{file: PATH}` beside the definition."""

    def __init__(self, open_list: ListFile) -> None:
        self.open_list = open_list

    def read(self, node: Node, to: Reading) -> tuple[str, ...]:
        if isinstance(node, ListNode):
            entries: Iterable[str] = ListOf(Text("an entry"), least=0).read(node, to)
        else:
            path = FILE_ENTRY.read(node, to)
            found = self.open_list(path)
            if found is None:
                missing = "there is no readable list file `{path}` beside the definition"
                raise to.refuse(node, Saying(missing, path=path), "missing-list")
            entries = found
        return tuple(sorted({entry.strip().casefold() for entry in entries if entry.strip()}))

    def schema(self) -> Schema:
        return {"anyOf": [{"type": "array", "items": {"type": ["string", "number"]}}, FILE_ENTRY.schema()]}


# -------------------------------------------------------------------------------------------- whole


def _definition_keys(open_list: ListFile) -> tuple[Key, ...]:
    return (
        Key("name", Text("the definition's name"), "what people call this definition", required=True),
        Key("timezone", ZoneReader(), "calendar days, weeks and business hours are read in it (default UTC)"),
        Key("motion", Choice("inbound", "outbound", "product"),
            "which kind of qualified lead (default inbound)"),
        Key("applies_to", BEHAVIOUR, "who this definition judges (default everybody)"),
        Key("signals", MappingOf(SIGNAL, what="signals by name"),
            "kinds of events, named once and used below"),
        Key("lists", MappingOf(ManagedList(open_list), what="lists by name"),
            "managed lists: entries in place, or {file: …}"),
        Key("fit", FIT, "who they are: rules, bar, cap"),
        Key("engagement", ENGAGEMENT, "what they did: rules, bar, cap, decay"),
        Key("patterns", ListOf(PatternEntry()), "named conditions without points"),
        Key("qualify", QUALIFY_RECORD, "when somebody is an MQL", required=True),
        Key("disqualify", ListOf(DISQUALIFIER), "who never is one, each with its reason"),
        Key("requalify", ListOf(TriggerReader()), "what brings somebody back"),
        Key("stages", MappingOf(STAGE_LIMIT, keys=STAGES), "how long a lead may stay in a stage"),
        Key("handoff", HANDOFF, "who gets a qualified lead, how fast they act, who is told"),
        Key("recycle", RECYCLE, "what happens when sales gives a lead back"),
        Key("nurture", MappingOf(Text("the name of a stream"), keys=NURTURE),
            "the stream for each kind of not-yet"),
        Key("review", REVIEW, "when both teams read it again"),
    )  # fmt: skip


def _no_files(_: str) -> None:
    return None


def _build_definition(f: Fields) -> Definition:
    return Definition(
        name=f.get("name"),
        qualify=f.get("qualify"),
        timezone=f.get("timezone", "UTC"),
        motion=f.get("motion", "inbound"),
        applies_to=f.get("applies_to", ALWAYS),
        signals=tuple(Signal(name, signal.events, signal.where) for name, signal in f.get("signals", ())),
        fit=f.get("fit", Fit()),
        engagement=f.get("engagement", Engagement()),
        patterns=f.get("patterns", ()),
        disqualify=f.get("disqualify", ()),
        requalify=f.get("requalify", ()),
        lists=MappingProxyType(dict(f.get("lists", ()))),
        stages=tuple(StageLimit(name, limit.max_age, limit.then) for name, limit in f.get("stages", ())),
        handoff=f.get("handoff", Handoff()),
        recycle=f.get("recycle"),
        nurture=f.get("nurture", ()),
        review=f.get("review"),
    )


DEFINITION: Final = Record("the definition", _definition_keys(_no_files), _build_definition)


@dataclass(frozen=True)
class Read:
    """A definition with where each part of it stands.

    Parts go by path, such as ("engagement", "rules", 3, "points").
    """

    definition: Definition
    positions: Mapping[tuple[str | int, ...], tuple[int, int]]

    def place(self, *path: str | int) -> tuple[int, int]:
        """Line and column of the part, or of the nearest part around it."""
        while path and path not in self.positions:
            path = path[:-1]
        return self.positions.get(path, (0, 0))


def read_definition(
    text: str, open_list: ListFile = _no_files, beside: Mapping[str, Iterable[str]] | None = None
) -> Read:
    """Read a definition from YAML text.

    Parameters
    ----------
    text
        YAML 1.2.
    open_list
        Gives the entries of a list file named in `lists:`, or None when it cannot be read.
    beside
        Lists found beside the file, by name; `lists:` in the file comes first.

    Raises
    ------
    DefinitionInvalid
        With every problem found, each at its line and column.

    Examples
    --------
    >>> read = read_definition('''
    ... name: Small
    ... signals: {demo: {event: Demo Requested}}
    ... engagement: {rules: [{rule: asked for a demo, signal: demo, points: 50}]}
    ... qualify: {mql: {total: 50}}
    ... ''')
    >>> read.definition.engagement.rules[0].points, read.place("engagement", "rules", 0, "points")
    (5000, (4, 61))
    """
    root = parsed(text)
    if not isinstance(root, MappingNode):
        plain = Saying("a definition is a group of keys: name, signals, fit …")
        raise DefinitionInvalid([Problem(root.line, root.column, plain)])
    found = {
        name: tuple(sorted({e.strip().casefold() for e in entries if e.strip()}))
        for name, entries in (beside or {}).items()
    }
    to = Reading(known=_names(root, found))
    record = Record("the definition", _definition_keys(open_list), _build_definition)
    definition: Definition | None = None
    with suppress(Refused):  # what was refused is among the problems
        definition = record.read(root, to)
    to.problems.extend(_repeated(root))
    if to.problems or definition is None:
        raise DefinitionInvalid(sorted(set(to.problems)))
    return Read(_with_lists(definition, found), to.positions)


def _with_lists(definition: Definition, beside: Mapping[str, tuple[str, ...]]) -> Definition:
    from dataclasses import replace

    from handraise.core.definition.conditions import FactTest, InList, leaves
    from handraise.core.definition.model import conditions_of

    named = [condition for _, condition in conditions_of(definition)] + [
        signal.where for signal in definition.signals
    ]
    named += [route.when for route in definition.handoff.route]
    named += [level.when for level in definition.handoff.sla]
    named += [trigger.when for trigger in definition.requalify if trigger.when is not None]
    used = {
        test.name
        for condition in named
        for leaf in leaves(condition)
        if isinstance(leaf, FactTest)
        for test in leaf.tests
        if isinstance(test, InList)
    }
    lists = {name: entries for name, entries in beside.items() if name in used} | dict(definition.lists)
    return replace(definition, lists=MappingProxyType(lists))


def _names(root: MappingNode, beside: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    """The names the file gives, so that every use of one can be checked where it stands."""
    fit, engagement = root.get("fit"), root.get("engagement")
    grades = _inside(_inside(root.get("qualify")).get("grades"))
    letters, numbers = _inside(grades.get("fit")).keys(), _inside(grades.get("engagement")).keys()
    return {
        "signal": _inside(root.get("signals")).keys(),
        "list": (*_inside(root.get("lists")).keys(), *beside, *BUILT_IN_LISTS),
        "pattern": tuple(name for name, _ in _entries(root.get("patterns"), "pattern")),
        "fit group": _inside(_inside(fit).get("groups")).keys(),
        "engagement group": _inside(_inside(engagement).get("groups")).keys(),
        "bar": tuple(d for d in ("fit", "engagement") if _inside(root.get(d)).get("bar") is not None),
        "grade": tuple(a + b for a in letters or ("",) for b in numbers or ("",) if a + b),
    }


def _inside(node: Node | None) -> MappingNode:
    return node if isinstance(node, MappingNode) else MappingNode(0, 0, ())


def _entries(node: Node | None, key: str) -> list[tuple[str, Node]]:
    items = node.items if isinstance(node, ListNode) else ()
    found = [(item.get(key)) for item in items if isinstance(item, MappingNode)]
    return [(scalar.text.strip(), scalar) for scalar in found if isinstance(scalar, ScalarNode)]


def _repeated(root: MappingNode) -> list[Problem]:
    """Names that stand twice where a name must tell things apart."""
    rules = [
        *_entries(_inside(root.get("fit")).get("rules"), "rule"),
        *_entries(_inside(root.get("engagement")).get("rules"), "rule"),
    ]
    groups: list[tuple[str, list[tuple[str, Node]]]] = [
        ("rule", rules),
        ("pattern", _entries(root.get("patterns"), "pattern")),
        ("reason", _entries(root.get("disqualify"), "reason")),
        ("fast track", _entries(_inside(root.get("qualify")).get("fast_track"), "rule")),
    ]
    problems = []
    for kind, named in groups:
        seen: dict[str, Node] = {}
        for name, node in named:
            first = seen.setdefault(name.casefold(), node)
            if first is not node:
                twice = "there is a {kind} `{name}` at line {line} already; give each its own name"
                message = Saying(twice, kind=Saying(kind), name=name, line=first.line)
                problems.append(Problem(node.line, node.column, message, "error", "repeated-name"))
    return problems


CONSTRUCTS: Final[tuple[Record[Any], ...]] = (
    DEFINITION, SIGNAL, FIT, FIT_RULE, ENGAGEMENT, ENGAGEMENT_RULE, GROUP, QUALIFY_RECORD, FAST_TRACK, SKIP,
    GRADES, DISQUALIFIER, STAGE_LIMIT, HANDOFF, ROUTE, SERVICE_LEVEL, RECYCLE, REVIEW, FILE_ENTRY, *RECORDS,
)  # fmt: skip
CONDITIONS: Final[tuple[ConditionReader, ...]] = (PROPERTIES, FACTS, BEHAVIOUR, QUALIFY, ACTING)
