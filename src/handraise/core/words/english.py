"""Every English word said about a definition. Another language is another module with the same names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from handraise.core.definition.conditions import Scalar
from handraise.core.duration import Duration
from handraise.core.points import written


@dataclass(frozen=True)
class FactLabel:
    """What people call a fact; `amount` is the clause for numbers, `single` the same clause for 1."""

    label: str
    amount: str = ""
    single: str = ""

    def clause(self, amount: str) -> str:
        """The fact with an amount such as `50 to 500`."""
        if not self.amount:
            return f"{self.label} is {amount}"
        return (self.single if self.single and amount.split()[-1] == "1" else self.amount).format(amount)


FACTS: Final = {
    "lead.age": FactLabel("age", "age is {}"),
    "lead.age_range": FactLabel("age range"),
    "lead.consent": FactLabel("consent"),
    "lead.country": FactLabel("country"),
    "lead.created_at": FactLabel("date of the first record"),
    "lead.device": FactLabel("device"),
    "lead.email": FactLabel("e-mail address"),
    "lead.email_domain": FactLabel("e-mail domain"),
    "lead.email_kind": FactLabel("kind of e-mail address"),
    "lead.email_registrable_domain": FactLabel("registered e-mail domain"),
    "lead.first_name": FactLabel("first name"),
    "lead.function": FactLabel("function"),
    "lead.income_level": FactLabel("income level"),
    "lead.last_name": FactLabel("last name"),
    "lead.location": FactLabel("place"),
    "lead.phone": FactLabel("phone number"),
    "lead.purchase_role": FactLabel("role in the purchase"),
    "lead.seniority": FactLabel("title level"),
    "lead.source": FactLabel("source"),
    "lead.title": FactLabel("job title"),
    "account.country": FactLabel("company country"),
    "account.domain": FactLabel("company domain"),
    "account.employees": FactLabel(
        "number of employees", "company has {} employees", "company has {} employee"
    ),
    "account.engagement": FactLabel("engagement of the account"),
    "account.growth_stage": FactLabel("growth stage"),
    "account.headquarters": FactLabel("headquarters"),
    "account.industry": FactLabel("industry"),
    "account.leads_engaged": FactLabel("engaged people of the account"),
    "account.name": FactLabel("company name"),
    "account.revenue": FactLabel("company revenue"),
    "account.target_account": FactLabel("target account"),
    "account.technologies": FactLabel("technology in use"),
}
# What an audience may ask of a lead beside its facts.
STANDING: Final = {
    "standing.nurture": FactLabel("nurture stream"),
    "standing.owner": FactLabel("owner"),
    "standing.reject_reason": FactLabel("reason of the last rejection by sales"),
    "standing.rejected": FactLabel("last rejection by sales"),
    "standing.stage": FactLabel("stage"),
    "standing.stage_since": FactLabel("beginning of the stage"),
    "standing.stalled": FactLabel("too long in the stage"),
}
VALUES: Final = {
    "c_suite": "C-suite",
    "vp": "VP",
    "individual_contributor": "individual contributor",
    "revenue_operations": "revenue operations",
    "customer_success": "customer success",
    "mql": "MQL",
    "sal": "SAL",
    "sql": "SQL",
    "true": "yes",
    "false": "no",
}
PROPERTIES: Final = {
    "campaign": ("campaign", "campaigns"),
    "kind": ("kind", "kinds"),
    "path": ("path", "paths"),
    "session_id": ("session", "sessions"),
    "title": ("title", "titles"),
    "url": ("link", "links"),
}
SPELLINGS: Final = {
    "crm": "CRM", "cta": "CTA", "email": "e-mail", "emails": "e-mails", "roi": "ROI", "url": "URL",
    "id": "ID", "icp": "ICP", "sql": "SQL", "mql": "MQL", "sal": "SAL", "faq": "FAQ", "api": "API",
    "vp": "VP",
}  # fmt: skip
STAGES: Final = {
    "mql": "MQL",
    "sal": "SAL (accepted by sales)",
    "sql": "SQL (qualified by sales)",
}
THEN: Final = {
    "recycle": "goes back to nurture",
    "review": "is reviewed",
    "disqualify": "is archived",
}
TRIGGERS: Final = {
    "job_change": "a change of job",
    "funding_round": "a funding round",
    "technology_change": "a change of technology",
    "new_intent": "new intent",
    "renewed_engagement": "renewed engagement",
    "date_reached": "the date a “not now” named",
}
NURTURE: Final = {
    "low_fit_high_engagement": "low fit, high engagement",
    "high_fit_low_engagement": "high fit, low engagement",
    "low_fit_low_engagement": "low fit, low engagement",
    "recycled": "given back by sales",
}
FRAMEWORKS: Final = {"bant": "BANT", "meddic": "MEDDIC", "champ": "CHAMP"}
ROLES: Final = {
    "account_owner": "the account's owner",
    "lead_owner": "the lead's owner",
    "queue": "the queue",
}
CHOSEN: Final = {"round_robin": "in turn", "weight": "by weight", "capacity": "by free capacity"}
CHANNELS: Final = {"slack": "Slack", "email": "e-mail", "webhook": "webhook"}
DIMENSIONS: Final = {"fit": "fit", "engagement": "engagement", "total": "fit and engagement together"}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_LIKE_CONSONANTS: Final = ("uni", "use", "usa", "euro", "one", "once")
_LIKE_VOWELS: Final = ("MQL", "SQL", "SAL", "FAQ", "hour", "honest")


# ------------------------------------------------------------------------------------------ small grammar


def named(name: str) -> str:
    """A name of the file as people say it.

    Examples
    --------
    >>> named("pricing_visit"), named("email_click"), named("webinar_attended")
    ('pricing visit', 'e-mail click', 'attended webinar')
    """
    words = [SPELLINGS.get(word.lower(), word) for word in name.replace("_", " ").split()]
    if len(words) > 1 and _is_participle(words[-1]):
        words = [words[-1], *words[:-1]]
    return " ".join(words)


def listed_name(name: str) -> str:
    """The name of a managed list as people say it."""
    return " ".join(SPELLINGS.get(word.lower(), word) for word in name.replace("_", " ").split())


def _is_participle(word: str) -> bool:
    return len(word) > 4 and word.endswith("ed") and not word.endswith("eed")


def one(noun: str) -> str:
    """The noun with its article.

    Examples
    --------
    >>> one("pricing visit"), one("e-mail click"), one("any page")
    ('a pricing visit', 'an e-mail click', 'any page')
    """
    if noun.lower().startswith("any "):
        return noun
    vowel = noun[:1].lower() in "aeiou" and not noun.lower().startswith(_LIKE_CONSONANTS)
    return f"{'an' if vowel or noun.startswith(_LIKE_VOWELS) else 'a'} {noun}"


def many(noun: str) -> str:
    """The noun in the plural.

    Examples
    --------
    >>> many("pricing visit"), many("any page"), many("reply"), many("search"), many("sales")
    ('pricing visits', 'pages', 'replies', 'searches', 'sales')
    """
    noun = noun[4:] if noun.lower().startswith("any ") else noun
    last = noun.lower()
    if last.endswith(("ss", "x", "ch", "sh", "z")):
        return noun + "es"
    if last.endswith("s"):
        return noun
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def either(items: Sequence[str]) -> str:
    """The items as a choice.

    Examples
    --------
    >>> either(["VP", "director", "manager"])
    'VP, director or manager'
    """
    return _listed(items, "or")


def both(items: Sequence[str]) -> str:
    """The items together.

    Examples
    --------
    >>> both(["a demo", "a guide"])
    'a demo and a guide'
    """
    return _listed(items, "and")


def _listed(items: Sequence[str], word: str) -> str:
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def clauses(items: Sequence[str], *, choice: bool) -> str:
    """Whole clauses joined so that it stays clear what belongs together.

    Examples
    --------
    >>> clauses(["fit is known", "title is VP or director"], choice=False)
    'fit is known, and title is VP or director'
    >>> clauses(["a", "b or c", "d"], choice=True)
    'a; b or c; or d'
    """
    word = "or" if choice else "and"
    plain = not any(
        part in item.replace(" or more", "") for item in items for part in (",", ";", " and ", " or ")
    )
    if plain or len(items) < 2:
        return _listed(items, word)
    if len(items) == 2:
        return f"{items[0]}, {word} {items[1]}"
    return f"{'; '.join(items[:-1])}; {word} {items[-1]}"


def inside(items: Sequence[str], *, choice: bool) -> str:
    """A group of clauses inside a group of the other kind."""
    if len(items) == 2 and not any(";" in item for item in items):
        return f"either {items[0]} or {items[1]}" if choice else clauses(items, choice=False)
    return f"{'one' if choice else 'all'} of ({'; '.join(items)})"


# --------------------------------------------------------------------------------------------- values


def fact(name: str) -> FactLabel:
    """What people call a fact; one that the product does not know is called by its own name.

    Examples
    --------
    >>> fact("lead.seniority").label, fact("account.open_roles").label, fact("path").label
    ('title level', 'company open roles', 'path')
    """
    if (label := FACTS.get(name) or STANDING.get(name)) is not None:
        return label
    owner, _, own = name.rpartition(".")
    said = " ".join(SPELLINGS.get(word, word) for word in own.replace("_", " ").split()) or name
    return FactLabel(f"company {said}" if owner == "account" else said)


def value(given: Scalar) -> str:
    """A value as people read it."""
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, Decimal):
        return number(given)
    return VALUES.get(given.casefold(), given)


def number(given: Decimal) -> str:
    """A number with thousands apart and no idle places.

    Examples
    --------
    >>> number(Decimal("5000")), number(Decimal("2.50"))
    ('5,000', '2.5')
    """
    digits = f"{given:,f}"
    plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return plain.replace("-", "−")


def amount(given: Decimal | datetime) -> str:
    """A bound: a number or a date."""
    return moment(given) if isinstance(given, datetime) else number(given)


def moment(given: datetime) -> str:
    """A date, with the time where it is not midnight in UTC.

    Examples
    --------
    >>> from datetime import UTC
    >>> moment(datetime(2026, 1, 31, tzinfo=UTC)), moment(datetime(2026, 1, 31, 14, 5, tzinfo=UTC))
    ('31 January 2026', '31 January 2026, 14:05 UTC')
    """
    if not (given.hour or given.minute or given.second or given.microsecond):
        return day(given)
    precise = "seconds" if not given.microsecond else "microseconds"
    time = f"{given:%H:%M}" if not (given.second or given.microsecond) else given.time().isoformat(precise)
    return f"{day(given)}, {time} UTC"


def day(given: date) -> str:
    """A date.

    Examples
    --------
    >>> day(date(2026, 10, 1))
    '1 October 2026'
    """
    return f"{given.day} {_MONTHS[given.month - 1]} {given.year}"


def duration(given: Duration) -> str:
    """A length of time."""
    return str(given)


def seconds(given: Decimal) -> str:
    """Seconds as people count them: in minutes where they are whole.

    Examples
    --------
    >>> seconds(Decimal(600)), seconds(Decimal(45)), seconds(Decimal(60))
    ('10 minutes', '45 seconds', '1 minute')
    """
    minutes, rest = divmod(given, 60)
    if minutes and not rest:
        return f"{number(minutes)} minute{'' if minutes == 1 else 's'}"
    return f"{number(given)} second{'' if given == 1 else 's'}"


def points(given: int) -> str:
    """Hundredths with their unit.

    Examples
    --------
    >>> points(1500), points(100)
    ('15 points', '1 point')
    """
    return f"{written(given)} point{'' if abs(given) == 100 else 's'}"


def quoted(name: str) -> str:
    """A name that somebody gave."""
    return f"“{name}”"
