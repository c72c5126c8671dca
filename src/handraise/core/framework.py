"""Qualification frameworks: what sales finds out between MQL and SQL. BANT, MEDDIC and CHAMP, or your own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from handraise.core.definition.model import Motion
from handraise.core.errors import HandraiseError
from handraise.core.saying import Saying

ValueKind = Literal["text", "number", "money", "date", "yes_no", "choice"]
VALUE_KINDS: Final[tuple[ValueKind, ...]] = get_args(ValueKind)
FrameworkAnswers = Mapping[str, object]
ONE_BUYER_UP_TO: Final = Decimal(25_000)  # USD; the deal size up to which BANT is enough


class FrameworkInvalid(HandraiseError):
    """A framework cannot be used; the message says which part of it and what would do."""


@dataclass(frozen=True)
class Criterion:
    """One thing to find out: its name, what people read, what to ask, and the kind of answer."""

    name: str
    label: str
    question: str
    kind: ValueKind = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Framework:
    """Criteria, and the bar at which they make an SQL.

    The bar is met when every criterion in `must` is answered and at least `needs` of all are.
    """

    name: str
    label: str
    criteria: tuple[Criterion, ...]
    needs: int
    must: tuple[str, ...] = ()
    suits: str = ""

    def answered(self, answers: FrameworkAnswers) -> tuple[Criterion, ...]:
        """The criteria that have an answer; `False` and 0 are answers, an empty text is none."""
        return tuple(criterion for criterion in self.criteria if _is_answer(answers.get(criterion.name)))

    def missing(self, answers: FrameworkAnswers) -> tuple[Criterion, ...]:
        """The criteria that have no answer, in the framework's order."""
        known = self.answered(answers)
        return tuple(criterion for criterion in self.criteria if criterion not in known)

    def is_complete(self, answers: FrameworkAnswers) -> bool:
        """Whether every criterion is answered.

        Examples
        --------
        >>> BANT.is_complete({"budget": 20_000, "authority": "CFO", "need": "reporting"})
        False
        """
        return not self.missing(answers)

    def is_met(self, answers: FrameworkAnswers) -> bool:
        """Whether the bar to SQL is reached.

        Examples
        --------
        >>> BANT.is_met({"budget": 20_000, "authority": "CFO", "need": "reporting"})
        True
        """
        known = [criterion.name for criterion in self.answered(answers)]
        return len(known) >= self.needs and set(self.must) <= set(known)


def _is_answer(value: object) -> bool:
    return value is not None and not (isinstance(value, str) and not value.strip())


@dataclass(frozen=True)
class Filled:
    """A framework with what is known of one lead so far; `answered_at` is the time of the latest answer."""

    framework: Framework
    answers: FrameworkAnswers
    answered_at: datetime | None = None


BANT: Final = Framework(
    "bant",
    "BANT",
    (
        Criterion("budget", "Budget", "What have you set aside for this?", "money"),
        Criterion("authority", "Authority", "Who decides, and who else has a say?"),
        Criterion("need", "Need", "What do you want to solve?"),
        Criterion("timeline", "Timeline", "By when should it be in place?", "date"),
    ),
    needs=3,
    must=("need",),
    suits="deals up to about 25,000 USD with one decision-maker",
)
MEDDIC: Final = Framework(
    "meddic",
    "MEDDIC",
    (
        Criterion("metrics", "Metrics", "Which figure should change, and by how much?"),
        Criterion("economic_buyer", "Economic buyer", "Who can release the money?"),
        Criterion("decision_criteria", "Decision criteria", "What will you judge offers by?"),
        Criterion("decision_process", "Decision process", "Which steps lead to a signature, and by when?"),
        Criterion("identify_pain", "Identify pain", "What does it cost you to leave things as they are?"),
        Criterion("champion", "Champion", "Who inside wants this to happen?"),
    ),
    needs=4,
    must=("identify_pain",),
    suits="enterprise deals with several stakeholders and procurement",
)
CHAMP: Final = Framework(
    "champ",
    "CHAMP",
    (
        Criterion("challenges", "Challenges", "What is hardest for you today?"),
        Criterion("authority", "Authority", "Who decides, and who else has a say?"),
        Criterion("money", "Money", "How would this be paid for?", "money"),
        Criterion("prioritization", "Prioritisation", "Where does this stand among your plans?"),
    ),
    needs=3,
    must=("challenges",),
    suits="inbound, consultative sales",
)
FRAMEWORKS: Final[Mapping[str, Framework]] = {one.name: one for one in (BANT, MEDDIC, CHAMP)}


def framework_from(given: Mapping[str, Any]) -> Framework:
    """A framework of one's own, from plain data as a form or a file has it.

    Parameters
    ----------
    given
        ``name``, ``criteria`` (names, or mappings with ``name``, ``label``, ``question``, ``kind``,
        ``choices``), and the bar: ``needs`` (how many, default all) and ``must`` (names).

    Raises
    ------
    FrameworkInvalid
        When something is missing, repeated or of a wrong kind.

    Examples
    --------
    >>> own = framework_from({"name": "two_things", "criteria": ["pain", "date"], "needs": 1})
    >>> own.criteria[0].label, own.is_met({"date": "2026-10-01"})
    ('Pain', True)
    """
    _only(given, {"name", "label", "criteria", "needs", "must", "suits"}, Saying("a framework"))
    name = _name(given.get("name"), Saying("a framework"))
    entries = given.get("criteria")
    if not isinstance(entries, list | tuple) or not entries:
        raise FrameworkInvalid(Saying("framework `{name}` has no criteria; list at least one", name=name))
    criteria = tuple(_criterion(entry, name) for entry in entries)
    names = [criterion.name for criterion in criteria]
    for one in names:
        if names.count(one) > 1:
            raise FrameworkInvalid(
                Saying("framework `{name}` has the criterion `{one}` twice; keep one", name=name, one=one)
            )
    must = given.get("must", ())
    if not isinstance(must, list | tuple):
        raise FrameworkInvalid(
            Saying("`must` of framework `{name}` is a list of names of criteria", name=name)
        )
    for one in must:
        if one not in names:
            raise FrameworkInvalid(
                Saying(
                    "`must` of framework `{name}` names `{one}`, which is none of its criteria: {listed}",
                    name=name,
                    one=one,
                    listed=", ".join(names),
                )
            )
    needs = given.get("needs", len(criteria))
    if not isinstance(needs, int) or isinstance(needs, bool) or not 1 <= needs <= len(criteria):
        raise FrameworkInvalid(
            Saying(
                "`needs` of framework `{name}` is how many criteria make an SQL: 1 to {criteria}",
                name=name,
                criteria=len(criteria),
            )
        )
    label = str(given.get("label") or name.replace("_", " ").capitalize())
    return Framework(name, label, criteria, needs, tuple(must), str(given.get("suits") or ""))


def _criterion(entry: object, framework: str) -> Criterion:
    if isinstance(entry, str):
        entry = {"name": entry}
    if not isinstance(entry, Mapping):
        raise FrameworkInvalid(
            Saying("a criterion of framework `{framework}` is a name or a group of keys", framework=framework)
        )
    where = Saying("a criterion of framework `{framework}`", framework=framework)
    _only(entry, {"name", "label", "question", "kind", "choices"}, where)
    name = _name(entry.get("name"), where)
    kind = entry.get("kind", "choice" if entry.get("choices") else "text")
    if kind not in VALUE_KINDS:
        raise FrameworkInvalid(
            Saying(
                "`{kind}` is no kind of answer for `{name}`; take one of {listed}",
                kind=kind,
                name=name,
                listed=", ".join(VALUE_KINDS),
            )
        )
    choices = tuple(str(choice) for choice in entry.get("choices") or ())
    if (kind == "choice") != bool(choices):
        raise FrameworkInvalid(
            Saying("criterion `{name}` needs `choices` if, and only if, its kind is choice", name=name)
        )
    label = str(entry.get("label") or name.replace("_", " ").capitalize())
    return Criterion(name, label, str(entry.get("question") or f"{label}?"), kind, choices)


def _name(value: object, what: Saying) -> str:
    if not isinstance(value, str) or not value.replace("_", "").isalnum() or value != value.lower():
        raise FrameworkInvalid(
            Saying(
                "{what} needs a `name` of small letters, digits and underscores, found {value}",
                what=what,
                value=f"{value!r}",
            )
        )
    return value


def _only(given: Mapping[str, Any], known: Iterable[str], what: Saying) -> None:
    unknown = sorted(set(map(str, given)) - set(known))
    if unknown:
        raise FrameworkInvalid(
            Saying(
                "{what} has no `{unknown}`; it has {listed}",
                what=what,
                unknown=unknown[0],
                listed=", ".join(sorted(known)),
            )
        )


def suggested(
    deal_size: Decimal | int | None, stakeholders: int | None, motion: Motion
) -> tuple[Framework, str]:
    """The framework that suits a deal, and why.

    Parameters
    ----------
    deal_size
        Expected value in USD, or None when nobody knows.
    stakeholders
        How many people have a say, or None.
    motion
        How the lead came in.

    Examples
    --------
    >>> for deal, people in ((8_000, 1), (120_000, 6), (None, None)):
    ...     framework, why = suggested(deal, people, "inbound")
    ...     print(framework.label, "–", why)
    BANT – 8,000 USD and one decision-maker: four short questions are enough
    MEDDIC – 120,000 USD and 6 people with a say: an enterprise decision
    CHAMP – inbound, and neither size nor stakeholders are known: begin with their challenges
    """
    is_large = deal_size is not None and deal_size > ONE_BUYER_UP_TO
    people = (
        f"{stakeholders} people with a say" if stakeholders and stakeholders > 1 else "one decision-maker"
    )
    said = [
        *([f"{deal_size:,} USD"] if deal_size is not None else []),
        *([people] if stakeholders is not None else []),
    ]
    facts = " and ".join(said)
    if (is_large and (stakeholders is None or stakeholders > 1)) or (stakeholders or 0) >= 3:
        return MEDDIC, f"{facts}: an enterprise decision"
    if deal_size is not None and not is_large and (stakeholders or 1) == 1:
        return BANT, f"{facts}: four short questions are enough"
    if motion == "outbound":
        return (MEDDIC, f"{facts}, outbound: find the buyer and the pain first") if is_large else (
            BANT, f"outbound{f', {facts}' if facts else ''}: check the basics first"
        )  # fmt: skip
    known = facts or "neither size nor stakeholders are known"
    return CHAMP, f"{motion}, and {known}: begin with their challenges"
