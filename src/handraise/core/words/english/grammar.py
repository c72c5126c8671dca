"""English words and small grammar: names, lists, numbers, dates, lengths of time."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from handraise.core.definition.conditions import Scalar
from handraise.core.duration import Duration
from handraise.core.points import written
from handraise.core.words.clause import Clause, FactLabel


class Grammar:
    """What the sentences are made of."""

    language: ClassVar = "en"

    FACTS: ClassVar[Mapping[str, FactLabel]] = {
        "lead.age": FactLabel("age", amount=Clause("age", "is", "{}")),
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
            "number of employees",
            amount=Clause("company", "has", "{} employees"),
            single=Clause("company", "has", "{} employee"),
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
    STANDING: ClassVar[Mapping[str, FactLabel]] = {
        "standing.nurture": FactLabel("nurture stream"),
        "standing.owner": FactLabel("owner"),
        "standing.reject_reason": FactLabel("reason of the last rejection by sales"),
        "standing.rejected": FactLabel("last rejection by sales"),
        "standing.stage": FactLabel("stage"),
        "standing.stage_since": FactLabel("beginning of the stage"),
        "standing.stalled": FactLabel("too long in the stage"),
    }
    VALUES: ClassVar[Mapping[str, str]] = {
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
    PROPERTIES: ClassVar[Mapping[str, tuple[str, str]]] = {
        "campaign": ("campaign", "campaigns"),
        "kind": ("kind", "kinds"),
        "path": ("path", "paths"),
        "session_id": ("session", "sessions"),
        "title": ("title", "titles"),
        "url": ("link", "links"),
    }
    SPELLINGS: ClassVar[Mapping[str, str]] = {
        "crm": "CRM", "cta": "CTA", "email": "e-mail", "emails": "e-mails", "roi": "ROI", "url": "URL",
        "id": "ID", "icp": "ICP", "sql": "SQL", "mql": "MQL", "sal": "SAL", "faq": "FAQ", "api": "API",
        "vp": "VP",
    }  # fmt: skip
    STAGES: ClassVar[Mapping[str, str]] = {
        "mql": "MQL",
        "sal": "SAL (accepted by sales)",
        "sql": "SQL (qualified by sales)",
    }
    THEN: ClassVar[Mapping[str, str]] = {
        "recycle": "goes back to nurture",
        "review": "is reviewed",
        "disqualify": "is archived",
    }
    TRIGGERS: ClassVar[Mapping[str, str]] = {
        "job_change": "a change of job",
        "funding_round": "a funding round",
        "technology_change": "a change of technology",
        "new_intent": "new intent",
        "renewed_engagement": "renewed engagement",
        "date_reached": "the date a “not now” named",
    }
    NURTURE: ClassVar[Mapping[str, str]] = {
        "low_fit_high_engagement": "low fit, high engagement",
        "high_fit_low_engagement": "high fit, low engagement",
        "low_fit_low_engagement": "low fit, low engagement",
        "recycled": "given back by sales",
    }
    FRAMEWORKS: ClassVar[Mapping[str, str]] = {"bant": "BANT", "meddic": "MEDDIC", "champ": "CHAMP"}
    ROLES: ClassVar[Mapping[str, str]] = {
        "account_owner": "the account's owner",
        "lead_owner": "the lead's owner",
        "queue": "the queue",
    }
    CHOSEN: ClassVar[Mapping[str, str]] = {
        "round_robin": "in turn",
        "weight": "by weight",
        "capacity": "by free capacity",
    }
    CHANNELS: ClassVar[Mapping[str, str]] = {"slack": "Slack", "email": "e-mail", "webhook": "webhook"}
    DIMENSIONS: ClassVar[Mapping[str, str]] = {
        "fit": "fit",
        "engagement": "engagement",
        "total": "fit and engagement together",
    }
    _MONTHS: ClassVar = (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    )  # fmt: skip
    _LIKE_CONSONANTS: ClassVar = ("uni", "use", "usa", "euro", "one", "once")
    _LIKE_VOWELS: ClassVar = ("MQL", "SQL", "SAL", "FAQ", "hour", "honest")

    def named(self, name: str) -> str:
        """A name of the file as people say it.

        Examples
        --------
        >>> [Grammar().named(name) for name in ("pricing_visit", "email_click", "webinar_attended")]
        ['pricing visit', 'e-mail click', 'attended webinar']
        """
        words = [self.SPELLINGS.get(word.lower(), word) for word in name.replace("_", " ").split()]
        if len(words) > 1 and self._is_participle(words[-1]):
            words = [words[-1], *words[:-1]]
        return " ".join(words)

    def listed_name(self, name: str) -> str:
        """The name of a managed list as people say it."""
        return " ".join(self.SPELLINGS.get(word.lower(), word) for word in name.replace("_", " ").split())

    def _is_participle(self, word: str) -> bool:
        return len(word) > 4 and word.endswith("ed") and not word.endswith("eed")

    def one(self, name: str) -> str:
        """A named thing with its article.

        Examples
        --------
        >>> Grammar().one("pricing_visit"), Grammar().one("email_click"), Grammar().one("any_page")
        ('a pricing visit', 'an e-mail click', 'any page')
        """
        noun = self.named(name)
        if noun.lower().startswith("any "):
            return noun
        vowel = noun[:1].lower() in "aeiou" and not noun.lower().startswith(self._LIKE_CONSONANTS)
        return f"{'an' if vowel or noun.startswith(self._LIKE_VOWELS) else 'a'} {noun}"

    def many(self, name: str) -> str:
        """A named thing in the plural.

        Examples
        --------
        >>> Grammar().many("pricing_visit"), Grammar().many("any_page"), Grammar().many("reply")
        ('pricing visits', 'pages', 'replies')
        >>> Grammar().many("search"), Grammar().many("sales")
        ('searches', 'sales')
        """
        return self._plural(self.named(name))

    def _plural(self, noun: str) -> str:
        noun = noun[4:] if noun.lower().startswith("any ") else noun
        last = noun.lower()
        if last.endswith(("ss", "x", "ch", "sh", "z")):
            return noun + "es"
        if last.endswith("s"):
            return noun
        if last.endswith("y") and last[-2:-1] not in "aeiou":
            return noun[:-1] + "ies"
        return noun + "s"

    def either(self, items: Sequence[str]) -> str:
        """The items as a choice.

        Examples
        --------
        >>> Grammar().either(["VP", "director", "manager"])
        'VP, director or manager'
        """
        return self._listed(items, "or")

    def digits(self, text: str) -> str:
        """A number that is written in English."""
        return text

    def both(self, items: Sequence[str]) -> str:
        """The items together.

        Examples
        --------
        >>> Grammar().both(["a demo", "a guide"])
        'a demo and a guide'
        """
        return self._listed(items, "and")

    def _listed(self, items: Sequence[str], word: str) -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {word} {items[-1]}"

    def clauses(self, items: Sequence[str], *, choice: bool, verb_last: bool = False) -> str:
        """Whole clauses joined so that it stays clear what belongs together.

        Examples
        --------
        >>> Grammar().clauses(["fit is known", "title is VP or director"], choice=False)
        'fit is known, and title is VP or director'
        >>> Grammar().clauses(["a", "b or c", "d"], choice=True)
        'a; b or c; or d'
        """
        word = "or" if choice else "and"
        plain = not any(
            part in item.replace(" or more", "") for item in items for part in (",", ";", " and ", " or ")
        )
        if plain or len(items) < 2:
            return self._listed(items, word)
        if len(items) == 2:
            return f"{items[0]}, {word} {items[1]}"
        return f"{'; '.join(items[:-1])}; {word} {items[-1]}"

    def fact(self, name: str) -> FactLabel:
        """What people call a fact; one that the product does not know is called by its own name.

        Examples
        --------
        >>> [Grammar().fact(name).label for name in ("lead.seniority", "account.open_roles", "path")]
        ['title level', 'company open roles', 'path']
        """
        if (label := self.FACTS.get(name) or self.STANDING.get(name)) is not None:
            return label
        owner, _, own = name.rpartition(".")
        said = " ".join(self.SPELLINGS.get(word, word) for word in own.replace("_", " ").split()) or name
        return FactLabel(f"company {said}" if owner == "account" else said)

    def stage(self, name: str) -> str:
        """A stage of the lifecycle."""
        return self.STAGES.get(name, name)

    def from_to(self, low: str, high: str) -> str:
        """Between two bounds, both included."""
        return f"{low} to {high}"

    def value(self, given: Scalar) -> str:
        """A value as people read it."""
        if isinstance(given, bool):
            return "yes" if given else "no"
        if isinstance(given, Decimal):
            return self.number(given)
        return self.VALUES.get(given.casefold(), given)

    def number(self, given: Decimal) -> str:
        """A number with thousands apart and no idle places.

        Examples
        --------
        >>> Grammar().number(Decimal("5000")), Grammar().number(Decimal("2.50"))
        ('5,000', '2.5')
        """
        digits = f"{given:,f}"
        plain = digits.rstrip("0").rstrip(".") if "." in digits else digits
        return plain.replace("-", "−")

    def amount(self, given: Decimal | datetime) -> str:
        """A bound: a number or a date."""
        return self.moment(given) if isinstance(given, datetime) else self.number(given)

    def moment(self, given: datetime) -> str:
        """A date, with the time where it is not midnight in UTC.

        Examples
        --------
        >>> from datetime import UTC
        >>> Grammar().moment(datetime(2026, 1, 31, tzinfo=UTC))
        '31 January 2026'
        >>> Grammar().moment(datetime(2026, 1, 31, 14, 5, tzinfo=UTC))
        '31 January 2026, 14:05 UTC'
        """
        if not (given.hour or given.minute or given.second or given.microsecond):
            return self.day(given)
        precise = "seconds" if not given.microsecond else "microseconds"
        time = (
            f"{given:%H:%M}" if not (given.second or given.microsecond) else given.time().isoformat(precise)
        )
        return f"{self.day(given)}, {time} UTC"

    def day(self, given: date) -> str:
        """A date.

        Examples
        --------
        >>> Grammar().day(date(2026, 10, 1))
        '1 October 2026'
        """
        return f"{given.day} {self._MONTHS[given.month - 1]} {given.year}"

    def duration(self, given: Duration) -> str:
        """A length of time."""
        return str(given)

    def seconds(self, given: Decimal) -> str:
        """Seconds as people count them: in minutes where they are whole.

        Examples
        --------
        >>> [Grammar().seconds(Decimal(number)) for number in (600, 45, 60)]
        ['10 minutes', '45 seconds', '1 minute']
        """
        minutes, rest = divmod(given, 60)
        if minutes and not rest:
            return f"{self.number(minutes)} minute{'' if minutes == 1 else 's'}"
        return f"{self.number(given)} second{'' if given == 1 else 's'}"

    def written(self, given: int, *, sign: bool = False) -> str:
        """Hundredths without their unit."""
        return written(given, sign=sign)

    def points(self, given: int) -> str:
        """Hundredths with their unit.

        Examples
        --------
        >>> Grammar().points(1500), Grammar().points(100)
        ('15 points', '1 point')
        """
        return f"{self.written(given)} point{'' if abs(given) == 100 else 's'}"

    def quoted(self, name: str) -> str:
        """A name that somebody gave."""
        return f"“{name}”"
