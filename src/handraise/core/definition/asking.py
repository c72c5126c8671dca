"""How conditions are read: tests on facts, behaviour, scores, and how they combine."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Flag, auto
from typing import Any, Final

from handraise.core.definition.conditions import (
    After,
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Before,
    Behaviour,
    Between,
    Condition,
    Contains,
    Each,
    Equals,
    FactTest,
    FromStage,
    GradeIn,
    Has,
    InLast,
    InList,
    Known,
    Lacks,
    Matches,
    Negation,
    NotIn,
    PatternHolds,
    Scalar,
    ScoreAtLeast,
    Seen,
    SessionCount,
    StartsWith,
    Test,
    Unknown,
)
from handraise.core.definition.grammar import (
    Comparable,
    DurationReader,
    Fields,
    Key,
    ListOf,
    Moment,
    NameOf,
    Number,
    OneOf,
    PointsReader,
    Reader,
    Reading,
    Record,
    Refused,
    Schema,
    Text,
    Whole,
    described,
    expected,
    moment_of,
    nearest,
)
from handraise.core.definition.source import ListNode, MappingNode, Node, ScalarNode
from handraise.core.duration import Duration
from handraise.core.saying import Saying


class May(Flag):
    """What a condition may ask about at its place in the file."""

    FACTS = auto()
    PROPERTIES = auto()
    BEHAVIOUR = auto()
    SCORES = auto()
    PATTERNS = auto()
    STAGE = auto()


class ScalarReader(Reader[Scalar]):
    """A text, a number, or true/false."""

    def read(self, node: Node, to: Reading) -> Scalar:
        if not isinstance(node, ScalarNode) or node.value is None:
            raise to.refuse(node, expected("a value", node))
        if isinstance(node.value, str):
            return Text("a value").read(node, to)
        return node.value

    def schema(self) -> Schema:
        return {"type": ["string", "number", "boolean"]}


class Yes(Reader[bool]):
    """`true`, for tests that need no value."""

    def read(self, node: Node, to: Reading) -> bool:
        if isinstance(node, ScalarNode) and node.value is True:
            return True
        raise to.refuse(
            node, Saying("write `true` here, or leave the key out; found {found}", found=described(node))
        )

    def schema(self) -> Schema:
        return {"const": True}


class PatternReader(Reader[str]):
    """An RE2 pattern that compiles."""

    def read(self, node: Node, to: Reading) -> str:
        import re2

        pattern = Text("an RE2 pattern").read(node, to)
        options = re2.Options()
        options.log_errors = False
        try:
            re2.compile(pattern, options)
        except re2.error as error:
            told = {"pattern": pattern, "why": _said(error)}
            raise to.refuse(
                node, Saying("`{pattern}` is not a pattern that RE2 knows: {why}", **told)
            ) from None
        return pattern

    def schema(self) -> Schema:
        return {"type": "string"}


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else error
    return said.decode() if isinstance(said, bytes) else str(said)


class PastReader(Reader["Duration | Any"]):
    """How long ago (`30 days`), or a date."""

    def read(self, node: Node, to: Reading) -> Any:
        if isinstance(node, ScalarNode):
            moment = moment_of(node.text)
            return moment if moment is not None else DurationReader().read(node, to)
        raise to.refuse(node, expected("a duration such as `30 days` or a date", node))

    def schema(self) -> Schema:
        return {"type": "string"}


class PairReader(Reader["tuple[Any, Any]"]):
    """Two bounds, the lower first."""

    def read(self, node: Node, to: Reading) -> tuple[Any, Any]:
        if not isinstance(node, ListNode) or len(node.items) != 2:
            raise to.refuse(node, expected("two bounds such as [50, 500]", node))
        bounds: list[Any] = [Comparable().read(item, to) for item in node.items]
        low, high = bounds
        if type(low) is not type(high):
            raise to.refuse(node, Saying("both bounds must be numbers, or both dates"))
        if low > high:
            first, second = (item.text for item in node.items if isinstance(item, ScalarNode))
            told = {"first": first, "second": second}
            raise to.refuse(
                node, Saying("nothing is between {first} and {second}: write [{second}, {first}]", **told)
            )
        return low, high

    def schema(self) -> Schema:
        return {"type": "array", "items": Comparable().schema(), "minItems": 2, "maxItems": 2}


_SCALARS = ListOf(ScalarReader(), single=True, what="a value or a list of values")
_TEXTS = ListOf(Text(), single=True, what="a text or a list of texts")

TESTS: Final[tuple[tuple[Key, Callable[[Any], Test]], ...]] = (
    (Key("is", _SCALARS, "equal to the value, or to one of the list"), Equals),
    (Key("not_in", _SCALARS, "known, and none of these"), NotIn),
    (
        Key("between", PairReader(), "from the first to the second, both included"),
        lambda pair: Between(*pair),
    ),
    (Key("at_least", Comparable(), "this or more (or, of a date, this or later)"), AtLeast),
    (Key("at_most", Comparable(), "this or less (or, of a date, this or earlier)"), AtMost),
    (Key("starts_with", _TEXTS, "the text starts with this, or with one of these"), StartsWith),
    (Key("contains", _TEXTS, "the text contains this, or one of these"), Contains),
    (Key("matches", PatternReader(), "the RE2 pattern is found in the text"), Matches),
    (
        Key(
            "in_list",
            NameOf("list", "add it under `lists:` or as lists/NAME.txt beside the file"),
            "an entry of this list",
        ),
        InList,
    ),
    (Key("has", _SCALARS, "the list has this, or one of these"), Has),
    (Key("lacks", _SCALARS, "the list has none of these, or is unknown"), Lacks),
    (Key("known", Yes(), "something is known"), lambda _: Known()),
    (Key("unknown", Yes(), "nothing is known"), lambda _: Unknown()),
    (Key("before", PastReader(), "at least this long ago, or before this date"), Before),
    (Key("after", Moment(), "at or after this date"), After),
    (Key("in_last", DurationReader(), "less than this long ago"), InLast),
)
FORM_TESTS: Final = tuple(key.name for key, _ in TESTS if key.name != "matches")
"""Tests that forms offer: all but patterns, which are for who writes text."""
_BUILD: Final = {key.name: build for key, build in TESTS}


def _tests(fields: Fields) -> tuple[Test, ...]:
    if not fields.values:
        raise fields.refuse(Saying("expected a test: {tests}", tests=OneOf(tuple(_BUILD))))
    return tuple(_BUILD[name](value) for name, value in fields.values.items())


TEST_GROUP: Final = Record(
    "a test", [key for key, _ in TESTS], _tests, "Tests on one fact; several are *and*."
)


class TestReader(Reader["tuple[Test, ...]"]):
    """A value, a list of values, or a group of tests."""

    __test__ = False  # not a pytest class, whatever its name starts with

    def read(self, node: Node, to: Reading) -> tuple[Test, ...]:
        if isinstance(node, MappingNode):
            return TEST_GROUP.read(node, to)
        return (Equals(_SCALARS.read(node, to)),)

    def schema(self) -> Schema:
        return {"anyOf": [_SCALARS.schema(), TEST_GROUP.schema()]}


NUMERIC_TESTS = ("is", "between", "at_least", "at_most", "not_in")
TIME_TESTS = ("before", "after", "in_last", "known", "unknown")


_EACH: Final = OneOf(("event", "1 per day", "1 per week", "1 per month", "1 per session", "1 per 30 days"))


class EachReader(Reader[Each]):
    """`event`, `1 per week`, `1 per 30 days`, or `30 days`."""

    def read(self, node: Node, to: Reading) -> Each:
        if isinstance(node, ScalarNode) and node.value is not None:
            words = node.text.strip().lower().split()
            if words == ["event"] or node.value is True:
                return Each("event")
            match words:
                case [number, "per", "day" | "week" | "month" | "session" as unit] if _is_limit(number):
                    return Each(unit, int(number))
            written = node.text.strip()
            if written.lower().startswith("1 per "):
                written = written[6:]
            try:
                return Each("duration", 1, Duration.parse(written))
            except ValueError:
                pass
        raise to.refuse(node, expected(_EACH, node))

    def schema(self) -> Schema:
        return {"type": ["string", "boolean"]}


def _is_limit(number: str) -> bool:
    return number.isdecimal() and len(number) < 10 and 0 < int(number) < 10_000


SIGNALS_KEY = "the name of a signal, or a list of names"
SIGNAL_NAME: Final = NameOf("signal", "name it under `signals:`")
SIGNALS: Final = ListOf(SIGNAL_NAME, single=True, what=SIGNALS_KEY)
_STEPS = ListOf(SIGNAL_NAME, least=2, what="a list of signals")

FORM_KEYS: Final = (
    Key("signal", SIGNALS, "counts the lead's events that match this signal (of a list: any of them)"),
    Key("same_session", _STEPS, "all of these signals in one session"),
    Key("sequence", _STEPS, "these signals one after another, each strictly later"),
    Key("none_of", SIGNALS, "no event of this signal (of a list: of none) for the time in `in_last`"),
)
FORMS: Final = tuple(key.name for key in FORM_KEYS)
MODIFIER_KEYS: Final = (
    Key("at_least", Number(), "how many it takes (default 1)"),
    Key("in_last", DurationReader(), "only events in the last …, counted back from the moment asked about"),
    Key("within", DurationReader(), "with at most this between the first and the last of them"),
    Key("distinct", Text("a property"), "count different values of this property instead of events"),
    Key("sum", Text("a property"), "add this numeric property up instead of counting"),
    Key("same", Text("a property"), "count the events that share one value of this property"),
)
EACH_KEYS: Final = (
    Key(
        "each",
        EachReader(),
        "give the points for every event, or once per day, week, month, session or duration",
    ),
    Key("at_most", Whole(), "how many of them count, the most recent"),
)
MODIFIERS: Final = tuple(key.name for key in MODIFIER_KEYS)


def behaviour_of(fields: Fields) -> Behaviour:
    """Build a behaviour from its keys, refusing combinations that mean nothing."""
    forms = [form for form in FORMS if fields.has(form)]
    if len(forms) != 1:
        raise fields.refuse(
            Saying("keep one of {names}", names=OneOf(forms))
            if forms
            else Saying("say what is looked for: one of {names}", names=OneOf(FORMS))
        )
    form = forms[0]
    for name, why in _conflicts(form, fields):
        raise fields.refuse(why, name)
    return Behaviour(
        form=form,  # type: ignore[arg-type]
        signals=fields.get(form),
        at_least=fields.get("at_least", Decimal(1)),
        in_last=fields.get("in_last"),
        within=fields.get("within"),
        each=fields.get("each"),
        at_most=fields.get("at_most"),
        distinct=fields.get("distinct"),
        sum=fields.get("sum"),
        same=fields.get("same"),
    )


def _conflicts(form: str, fields: Fields) -> list[tuple[str, Saying]]:
    """Every combination without a meaning, with the key it is reported at."""
    given = [name for name in (*MODIFIERS, "each", "at_most") if fields.has(name)]
    measures = [name for name in ("distinct", "sum", "same") if name in given]
    found = [
        (name, Saying("`{name}` has no meaning beside `{beside}`", name=name, beside=form))
        for name in given
        if name not in _ALLOWED[form]
    ]
    if len(measures) > 1:
        found.append((measures[1], Saying("keep one of {names}", names=OneOf(measures))))
    found += _each_conflicts(form, fields, measures)
    in_last, within, least = fields.get("in_last"), fields.get("within"), fields.get("at_least", Decimal(1))
    if in_last and within and within.microseconds > in_last.microseconds:
        never = "a window of {within} never fits into the last {in_last}; swap or drop one"
        found.append(("within", Saying(never, within=within, in_last=in_last)))
    if within and "sum" in measures and in_last:
        found.append(("within", Saying("with `sum`, keep one of `within` and `in_last`")))
    if within and form == "signal" and not measures and least < 2:
        needs = Saying("`within` needs `at_least: 2` or more; for recent events use `in_last`")
        found.append(("within", needs))
    if "sum" not in measures and (least < 1 or least != least.to_integral_value()):
        found.append(("at_least", Saying("a count is a whole number of at least 1")))
    if "sum" in measures and least <= 0:
        found.append(("at_least", Saying("a sum to reach must be more than 0")))
    if form == "none_of" and not in_last and not fields.get("each"):
        found.append(("none_of", Saying("silence needs a length: add `in_last: 30 days`")))
    return found


def _each_conflicts(form: str, fields: Fields, measures: Sequence[str]) -> list[tuple[str, Saying]]:
    each = fields.get("each")
    if each is None:
        alone = Saying("`at_most` bounds how many count with `each`; add `each: event`")
        return [("at_most", alone)] if fields.has("at_most") else []
    found = []
    if form == "none_of" and each.unit != "duration":
        found.append(("each", Saying("silence is counted in durations: write `each: 30 days`")))
    both = "`{name}` and `each` cannot stand together: one gives points once, the other for each event"
    doubled = (name for name in ("at_least", "within", *measures) if fields.has(name))
    found.extend((name, Saying(both, name=name)) for name in doubled)
    return found


_ALLOWED: Final = {
    "signal": ("at_least", "in_last", "within", "distinct", "sum", "same", "each", "at_most"),
    "same_session": ("in_last",),
    "sequence": ("within", "in_last"),
    "none_of": ("in_last", "each", "at_most"),
}

_BEHAVIOUR_RECORD: Final = Record("a behaviour", [*FORM_KEYS, *MODIFIER_KEYS], behaviour_of)


class ConditionReader(Reader[Condition]):
    """A condition, at a place where some kinds of leaves are allowed."""

    def __init__(self, may: May, name: str = "a condition") -> None:
        self.may, self.name = may, name

    def read(self, node: Node, to: Reading) -> Condition:
        if isinstance(node, ScalarNode) and May.SCORES in self.may and node.text in ("fit", "engagement"):
            if node.text not in to.known.get("bar", ()):
                none = "`{name}` stands for its bar, and there is none; add `{name}: bar:`"
                raise to.refuse(node, Saying(none, name=node.text))
            return ScoreAtLeast(node.text, None)  # type: ignore[arg-type]
        if not isinstance(node, MappingNode) or not node.entries:
            told = {"what": Saying(self.name), "example": self.example(), "found": described(node)}
            raise to.refuse(node, Saying("expected {what}, for example {example}, found {found}", **told))
        items, refused = [], False
        for part in (self.combined, self.behaviour, self.tested):
            try:
                items += part(node, to)
            except Refused:
                refused = True
        if refused:
            raise Refused
        return items[0] if len(items) == 1 else AllOf(tuple(items))

    def combined(self, node: MappingNode, to: Reading) -> list[Condition]:
        """`any:`, `all:` and `not:`."""
        found: list[Condition] = []
        refused = False
        for key, value in node.entries:
            try:
                if key.text in ("any", "all"):
                    items = ListOf(self, what="a list of conditions").read(value, to.at(key.text, key))
                    found.append(AnyOf(items) if key.text == "any" else AllOf(items))
                elif key.text == "not":
                    found.append(Negation(self.read(value, to.at(key.text, key))))
            except Refused:
                refused = True
        if refused:
            raise Refused
        return found

    def behaviour(self, node: MappingNode, to: Reading) -> list[Condition]:
        """A form (`signal`, `sequence` …) with its modifiers."""
        if May.BEHAVIOUR not in self.may:
            return []
        mine = tuple(
            (k, v) for k, v in node.entries if k.text in FORMS or k.text in MODIFIERS or k.text == "each"
        )
        if not mine:
            return []
        part = MappingNode(node.line, node.column, mine)
        return [_BEHAVIOUR_RECORD.read(part, to)]

    def tested(self, node: MappingNode, to: Reading) -> list[Condition]:
        """Facts, properties, scores, grades, patterns, sessions and when a lead was seen."""
        found: list[Condition] = []
        refused = False
        for key, value in node.entries:
            if key.text in ("any", "all", "not"):
                continue
            if May.BEHAVIOUR in self.may and (
                key.text in FORMS or key.text in MODIFIERS or key.text == "each"
            ):
                continue
            try:
                found.append(self.leaf(key, value, to.at(key.text, key)))
            except Refused:
                refused = True
        if refused:
            raise Refused
        return found

    def leaf(self, key: ScalarNode, value: Node, to: Reading) -> Condition:
        """One key that is a question by itself."""
        name = key.text
        leaf = _LEAVES.get(name)
        if leaf is not None and leaf[0] in self.may:
            return leaf[1](value, to)
        if May.PROPERTIES in self.may:
            return FactTest(name, _without_ages(TestReader().read(value, to), value, to))
        if May.FACTS in self.may and name.startswith(("lead.", "account.")) and len(name.split(".")) == 2:
            return FactTest(name, TestReader().read(value, to))
        words = self.words()
        is_fact = May.FACTS in self.may and name in _COMMON_FACTS
        told = {"name": name, "use": OneOf(words)}
        hint = Saying("; did you mean `{name}`?", name=f"lead.{name}") if is_fact else nearest(name, words)
        raise to.refuse(
            key, Saying("`{name}` cannot be asked here; use {use}{hint}", hint=hint, **told), "unknown-key"
        )

    def words(self) -> list[str]:
        """What may be asked here."""
        known = [word for word, (kind, _) in _LEAVES.items() if kind in self.may]
        known += [*FORMS] if May.BEHAVIOUR in self.may else []
        known += ["lead.…", "account.…"] if May.FACTS in self.may else []
        return ["any", "all", "not", *known]

    def example(self) -> str:
        """One that would be right here."""
        if May.PROPERTIES in self.may:
            return "{path: {starts_with: /pricing}}"
        if May.FACTS in self.may:
            return "{lead.seniority: [vp, director]}"
        return "{total: 50}"

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.schema_name()}"}

    def schema_name(self) -> str:
        """The name under which the schema keeps this kind of condition."""
        return "condition_" + "_".join(flag.name.lower() for flag in May if flag in self.may and flag.name)

    def definition(self) -> Schema:
        """The schema of this kind of condition."""
        properties: dict[str, Any] = {
            "any": {"type": "array", "items": self.schema(), "minItems": 1},
            "all": {"type": "array", "items": self.schema(), "minItems": 1},
            "not": self.schema(),
        }
        for name, (kind, _) in _LEAVES.items():
            if kind in self.may:
                properties[name] = _LEAF_SCHEMAS[name]()
        if May.BEHAVIOUR in self.may:
            for key in (*FORM_KEYS, *MODIFIER_KEYS):
                properties[key.name] = key.reader.schema() | {"description": key.doc}
        body: Schema = {
            "type": "object",
            "properties": properties,
            "minProperties": 1,
            "additionalProperties": False,
        }
        if May.PROPERTIES in self.may:
            body["additionalProperties"] = TestReader().schema()
        if May.FACTS in self.may:
            body["patternProperties"] = {r"^(lead|account)\.[^.]+$": TestReader().schema()}
        return {"anyOf": [{"enum": ["fit", "engagement"]}, body]} if May.SCORES in self.may else body


def _without_ages(tests: tuple[Test, ...], value: Node, to: Reading) -> tuple[Test, ...]:
    """Refuse to ask how long ago a property is: an event is matched once, whenever that is asked."""
    for test in tests:
        if isinstance(test, InLast) or (isinstance(test, Before) and isinstance(test.moment, Duration)):
            no_age = Saying(
                "a property has no age; give a date, or `in_last` on the rule for the event's age"
            )
            raise to.refuse(value, no_age)
    return tests


_COMMON_FACTS: Final = (
    "seniority",
    "title",
    "function",
    "email",
    "email_domain",
    "email_kind",
    "country",
    "employees",
)


def _limited(tests: tuple[str, ...], what: str) -> Record[tuple[Test, ...]]:
    return Record(what, [key for key, _ in TESTS if key.name in tests], _tests)


_COUNT_TESTS: Final = _limited(NUMERIC_TESTS, "a test on a count")
TIME_GROUP: Final = _limited(TIME_TESTS, "a test on a time")


def _counted(node: Node, to: Reading) -> Condition:
    if isinstance(node, MappingNode):
        return SessionCount(_COUNT_TESTS.read(node, to))
    return SessionCount((Equals((Number().read(node, to),)),))


def _score(name: str) -> Callable[[Node, Reading], Condition]:
    return lambda node, to: ScoreAtLeast(name, PointsReader().read(node, to))  # type: ignore[arg-type]


def _grades(node: Node, to: Reading) -> Condition:
    return GradeIn(ListOf(_GRADE_NAME, single=True).read(node, to))


_PATTERN_NAME: Final = NameOf("pattern", "name it under `patterns:`")
_GRADE_NAME: Final = NameOf("grade", "define it under `qualify: grades:`")

_LEAVES: Final[dict[str, tuple[May, Callable[[Node, Reading], Condition]]]] = {
    "sessions": (May.BEHAVIOUR, _counted),
    "first_seen": (May.BEHAVIOUR, lambda node, to: Seen("first_seen", TIME_GROUP.read(node, to))),
    "last_seen": (May.BEHAVIOUR, lambda node, to: Seen("last_seen", TIME_GROUP.read(node, to))),
    "fit": (May.SCORES, _score("fit")),
    "engagement": (May.SCORES, _score("engagement")),
    "total": (May.SCORES, _score("total")),
    "grade": (May.SCORES, _grades),
    "pattern": (May.PATTERNS, lambda node, to: PatternHolds(_PATTERN_NAME.read(node, to))),
    "from_stage": (
        May.STAGE,
        lambda node, to: FromStage(ListOf(Text("a stage"), single=True).read(node, to)),
    ),
}
_LEAF_SCHEMAS: Final[dict[str, Callable[[], Schema]]] = {
    "sessions": lambda: {"anyOf": [{"type": "number"}, _COUNT_TESTS.schema()]},
    "first_seen": TIME_GROUP.schema,
    "last_seen": TIME_GROUP.schema,
    "fit": PointsReader().schema,
    "engagement": PointsReader().schema,
    "total": PointsReader().schema,
    "grade": ListOf(Text(), single=True).schema,
    "pattern": Text().schema,
    "from_stage": ListOf(Text(), single=True).schema,
}
PLACES: Final = {
    "properties": May.PROPERTIES,
    "facts": May.FACTS,
    "behaviour": May.FACTS | May.BEHAVIOUR,
    "qualify": May.FACTS | May.BEHAVIOUR | May.SCORES | May.PATTERNS,
    "acting": May.FACTS | May.BEHAVIOUR | May.SCORES | May.PATTERNS | May.STAGE,
}
RECORDS: Final = (TEST_GROUP, _COUNT_TESTS, TIME_GROUP)
