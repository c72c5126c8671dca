"""German words and small grammar: names, lists, numbers, dates, lengths of time and their cases."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar

from handraise.core.definition.conditions import Scalar
from handraise.core.duration import Duration
from handraise.core.points import written
from handraise.core.words import english
from handraise.core.words.clause import Clause, FactLabel
from handraise.core.words.german import nouns


class Grammar(english.Grammar):
    """What the sentences are made of."""

    language = "de"

    FACTS: ClassVar[Mapping[str, FactLabel]] = {
        "lead.age": FactLabel("Alter", "das Alter", Clause("das Alter", "beträgt", "{} Jahre")),
        "lead.age_range": FactLabel("Altersgruppe", "die Altersgruppe"),
        "lead.consent": FactLabel("Einwilligung", "die Einwilligung"),
        "lead.country": FactLabel("Land", "das Land"),
        "lead.created_at": FactLabel("Tag der ersten Erfassung", "der Tag der ersten Erfassung"),
        "lead.device": FactLabel("Gerät", "das Gerät"),
        "lead.email": FactLabel("E-Mail-Adresse", "die E-Mail-Adresse"),
        "lead.email_domain": FactLabel("E-Mail-Domain", "die E-Mail-Domain"),
        "lead.email_kind": FactLabel("Art der E-Mail-Adresse", "die Art der E-Mail-Adresse"),
        "lead.email_registrable_domain": FactLabel(
            "registrierte E-Mail-Domain", "die registrierte E-Mail-Domain"
        ),
        "lead.first_name": FactLabel("Vorname", "der Vorname"),
        "lead.function": FactLabel("Funktion", "die Funktion"),
        "lead.income_level": FactLabel("Einkommensstufe", "die Einkommensstufe"),
        "lead.last_name": FactLabel("Nachname", "der Nachname"),
        "lead.location": FactLabel("Ort", "der Ort"),
        "lead.phone": FactLabel("Telefonnummer", "die Telefonnummer"),
        "lead.purchase_role": FactLabel("Rolle beim Kauf", "die Rolle beim Kauf"),
        "lead.seniority": FactLabel("Titelstufe", "die Titelstufe"),
        "lead.source": FactLabel("Quelle", "die Quelle"),
        "lead.title": FactLabel("Berufsbezeichnung", "die Berufsbezeichnung"),
        "account.country": FactLabel("Land der Firma", "das Land der Firma"),
        "account.domain": FactLabel("Domain der Firma", "die Domain der Firma"),
        "account.employees": FactLabel(
            "Zahl der Beschäftigten",
            "die Zahl der Beschäftigten",
            Clause("die Firma", "hat", "{} Beschäftigte"),
            Clause("die Firma", "hat", "{} beschäftigte Person"),
        ),
        "account.engagement": FactLabel("Engagement der Firma", "das Engagement der Firma"),
        "account.growth_stage": FactLabel("Wachstumsphase", "die Wachstumsphase"),
        "account.headquarters": FactLabel("Hauptsitz", "der Hauptsitz"),
        "account.industry": FactLabel("Branche", "die Branche"),
        "account.leads_engaged": FactLabel(
            "aktive Personen der Firma", "die Zahl der aktiven Personen der Firma"
        ),
        "account.name": FactLabel("Name der Firma", "der Name der Firma"),
        "account.revenue": FactLabel("Umsatz der Firma", "der Umsatz der Firma"),
        "account.target_account": FactLabel("Zielkunde", "die Angabe „Zielkunde“"),
        "account.technologies": FactLabel(
            "eingesetzte Technologien", "die Liste der eingesetzten Technologien"
        ),
    }
    STANDING: ClassVar[Mapping[str, FactLabel]] = {
        "standing.nurture": FactLabel("Nurturing-Strecke", "die Nurturing-Strecke"),
        "standing.owner": FactLabel("Besitzer", "der Besitzer"),
        "standing.reject_reason": FactLabel(
            "Grund der letzten Ablehnung durch den Vertrieb",
            "der Grund der letzten Ablehnung durch den Vertrieb",
        ),
        "standing.rejected": FactLabel(
            "letzte Ablehnung durch den Vertrieb", "die letzte Ablehnung durch den Vertrieb"
        ),
        "standing.stage": FactLabel("Stufe", "die Stufe"),
        "standing.stage_since": FactLabel("Beginn der Stufe", "der Beginn der Stufe"),
        "standing.stalled": FactLabel("zu lange in der Stufe", "die Angabe „zu lange in der Stufe“"),
    }
    VALUES: ClassVar[Mapping[str, str]] = {
        "c_suite": "C-Level",
        "vp": "VP",
        "director": "Director",
        "manager": "Manager",
        "individual_contributor": "Fachkraft ohne Führungsaufgabe",
        "student": "Studierende",
        "intern": "Praktikum",
        "freelancer": "freiberuflich",
        "revenue_operations": "Revenue Operations",
        "customer_success": "Customer Success",
        "marketing": "Marketing",
        "sales": "Vertrieb",
        "business": "geschäftlich",
        "personal": "privat",
        "disposable": "Wegwerfadresse",
        "desktop": "Desktop",
        "mobile": "Mobilgerät",
        "tablet": "Tablet",
        "economic_buyer": "Budgetverantwortung",
        "decision_maker": "Entscheidung",
        "end_user": "Anwendung",
        "startup": "Start-up",
        "subscriber": "Abonnent",
        "lead": "Lead",
        "mql": "MQL",
        "sal": "SAL",
        "sql": "SQL",
        "opportunity": "Chance",
        "customer": "Kunde",
        "recycled": "Zurückgegeben",
        "disqualified": "Ausgeschlossen",
        "true": "ja",
        "false": "nein",
    }
    PROPERTIES: ClassVar[Mapping[str, tuple[str, str]]] = {
        name: (noun.single, noun.plural) for name, noun in nouns.PROPERTIES.items()
    }
    SPELLINGS: ClassVar[Mapping[str, str]] = {
        **english.Grammar.SPELLINGS, "email": "E-Mail", "emails": "E-Mails",
    }  # fmt: skip
    STAGES: ClassVar[Mapping[str, str]] = {
        "subscriber": "Abonnent",
        "lead": "Lead",
        "mql": "MQL",
        "sal": "SAL (vom Vertrieb angenommen)",
        "sql": "SQL (vom Vertrieb qualifiziert)",
        "opportunity": "Chance",
        "customer": "Kunde",
        "recycled": "Zurückgegeben",
        "disqualified": "Ausgeschlossen",
    }
    THEN: ClassVar[Mapping[str, str]] = {
        "recycle": "geht zurück ins Nurturing",
        "review": "wird geprüft",
        "disqualify": "wird archiviert",
    }
    TRIGGERS: ClassVar[Mapping[str, str]] = {
        "job_change": "ein Stellenwechsel",
        "funding_round": "eine Finanzierungsrunde",
        "technology_change": "ein Technologiewechsel",
        "new_intent": "neue Kaufabsicht",
        "renewed_engagement": "erneutes Engagement",
        "date_reached": "das Datum, das ein „nicht jetzt“ nannte",
    }
    NURTURE: ClassVar[Mapping[str, str]] = {
        "low_fit_high_engagement": "geringe Passung, hohes Engagement",
        "high_fit_low_engagement": "hohe Passung, geringes Engagement",
        "low_fit_low_engagement": "geringe Passung, geringes Engagement",
        "recycled": "vom Vertrieb zurückgegeben",
    }
    FRAMEWORKS: ClassVar[Mapping[str, str]] = english.Grammar.FRAMEWORKS
    ROLES: ClassVar[Mapping[str, str]] = {
        "account_owner": "den Besitzer der Firma",
        "lead_owner": "den Besitzer des Leads",
        "queue": "die Warteschlange",
    }
    CHOSEN: ClassVar[Mapping[str, str]] = {
        "round_robin": "reihum",
        "weight": "nach Gewicht",
        "capacity": "nach freier Kapazität",
    }
    CHANNELS: ClassVar[Mapping[str, str]] = {"slack": "Slack", "email": "E-Mail", "webhook": "Webhook"}
    DIMENSIONS: ClassVar[Mapping[str, str]] = {
        "fit": "Passung",
        "engagement": "Engagement",
        "total": "Passung und Engagement zusammen",
    }
    _MONTHS = (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
        "November", "Dezember",
    )  # fmt: skip
    _UNITS: ClassVar[Mapping[str, nouns.Noun]] = {
        "second": nouns.Noun("Sekunde", "Sekunden", "f"),
        "minute": nouns.Noun("Minute", "Minuten", "f"),
        "hour": nouns.Noun("Stunde", "Stunden", "f"),
        "day": nouns.Noun("Tag", "Tage", "m"),
        "week": nouns.Noun("Woche", "Wochen", "f"),
        "month": nouns.Noun("Monat", "Monate", "m"),
        "year": nouns.Noun("Jahr", "Jahre", "n"),
    }

    def named(self, name: str) -> str:
        """A name of the file as people say it; a signal of our own templates in German, others as written.

        Examples
        --------
        >>> Grammar().named("pricing_visit"), Grammar().named("email_roundup")
        ('Besuch der Preisseite', 'E-Mail roundup')
        """
        known = nouns.SIGNALS.get(name)
        return known.single if known else self.listed_name(name)

    def listed_name(self, name: str) -> str:
        return " ".join(self.SPELLINGS.get(word.lower(), word) for word in name.replace("_", " ").split())

    def one(self, name: str) -> str:
        return nouns.signal(name).one

    def many(self, name: str) -> str:
        return nouns.signal(name).plural

    def either(self, items: Sequence[str]) -> str:
        return self._listed(items, "oder")

    def digits(self, text: str) -> str:
        return _german_digits(text)

    def both(self, items: Sequence[str]) -> str:
        return self._listed(items, "und")

    def clauses(self, items: Sequence[str], *, choice: bool, verb_last: bool = False) -> str:
        """Whole clauses joined; where each ends with its verb, no more than commas is needed.

        Examples
        --------
        >>> Grammar().clauses(["A ist X oder Y", "B ist Z"], choice=False)
        'A ist X oder Y, und B ist Z'
        >>> Grammar().clauses(["A X oder Y ist", "B Z ist"], choice=False, verb_last=True)
        'A X oder Y ist und B Z ist'
        >>> Grammar().clauses(["A X ist und B Z ist", "C Y ist"], choice=True, verb_last=True)
        'A X ist und B Z ist, oder C Y ist'
        """
        word = "oder" if choice else "und"
        if verb_last:
            grouped = choice and len(items) > 1 and any(" und " in item for item in items)
            return f"{', '.join(items[:-1])}, oder {items[-1]}" if grouped else self._listed(items, word)
        told = [item.replace(" oder mehr", "") for item in items]
        plain = not any(part in item for item in told for part in (",", ";", " und ", " oder "))
        if plain or len(items) < 2:
            return self._listed(items, word)
        if len(items) == 2:
            return f"{items[0]}, {word} {items[1]}"
        return f"{'; '.join(items[:-1])}; {word} {items[-1]}"

    def fact(self, name: str) -> FactLabel:
        """What people call a fact; one that the product does not know is quoted.

        Examples
        --------
        >>> [Grammar().fact(name).head for name in ("lead.seniority", "account.open_roles", "path")]
        ['die Titelstufe', 'die Firmenangabe „open roles“', 'der Pfad']
        """
        if (known := self.FACTS.get(name) or self.STANDING.get(name)) is not None:
            return known
        if name in nouns.PROPERTIES:
            noun = nouns.PROPERTIES[name]
            return FactLabel(noun.single, nouns.with_article(noun))
        owner, _, own = name.rpartition(".")
        label = self.listed_name(own) or name
        kind = {"account": "Firmenangabe", "": "Eigenschaft"}.get(owner, "Angabe")
        return FactLabel(f"{label} (Firma)" if owner == "account" else label, f"die {kind} „{label}“")

    def stage(self, name: str) -> str:
        return self.STAGES.get(name, name)

    def from_to(self, low: str, high: str) -> str:
        return f"{low} bis {high}"

    def value(self, given: Scalar) -> str:
        if isinstance(given, bool):
            return "ja" if given else "nein"
        return super().value(given)

    def number(self, given: Decimal) -> str:
        """A number with thousands apart and no idle places.

        Examples
        --------
        >>> Grammar().number(Decimal("5000")), Grammar().number(Decimal("2.50"))
        ('5.000', '2,5')
        """
        return _german_digits(super().number(given))

    def day(self, given: date) -> str:
        """A date.

        Examples
        --------
        >>> Grammar().day(date(2026, 10, 1))
        '1. Oktober 2026'
        """
        return f"{given.day}. {self._MONTHS[given.month - 1]} {given.year}"

    def duration(self, given: Duration) -> str:
        """A length of time, as subject or object.

        Examples
        --------
        >>> Grammar().duration(Duration(45, "day")), Grammar().duration(Duration(1, "hour"))
        ('45 Tage', '1 Stunde')
        """
        unit = self._UNITS[given.unit]
        return f"{given.amount} {unit.single if given.amount == 1 else unit.plural}"

    def _after_preposition(self, given: Duration) -> str:
        """The length after `von`, `vor` and `seit`: `7 Tagen`, `einem Tag`."""
        unit = self._UNITS[given.unit]
        if given.amount == 1:
            return f"{'einer' if unit.gender == 'f' else 'einem'} {unit.single}"
        return f"{given.amount} {unit.plural if unit.plural.endswith('n') else unit.plural + 'n'}"

    def _in_the_last(self, given: Duration) -> str:
        """The stretch up to now: `in den letzten 7 Tagen`, and of 1 what it is made of."""
        if given.amount == 1 and given.unit in ("hour", "minute", "second"):
            return f"in der letzten {self._UNITS[given.unit].single}"
        length = {"day": (24, "hour"), "week": (7, "day"), "month": (30, "day"), "year": (365, "day")}
        plain = Duration(*length[given.unit]) if given.amount == 1 else given
        return f"in den letzten {self._after_preposition(plain)}"

    def _again_and_again(self, given: Duration) -> str:
        """The rhythm: `alle 45 Tage`, `jeden Tag`."""
        if given.amount > 1:
            return f"alle {self.duration(given)}"
        unit = self._UNITS[given.unit]
        return f"{ {'m': 'jeden', 'f': 'jede', 'n': 'jedes'}[unit.gender] } {unit.single}"

    def seconds(self, given: Decimal) -> str:
        """Seconds as people count them, after a preposition: in minutes where they are whole.

        Examples
        --------
        >>> [Grammar().seconds(Decimal(number)) for number in (600, 45, 60)]
        ['10 Minuten', '45 Sekunden', '1 Minute']
        """
        minutes, rest = divmod(given, 60)
        if minutes and not rest:
            return f"{self.number(minutes)} Minute{'' if minutes == 1 else 'n'}"
        return f"{self.number(given)} Sekunde{'' if given == 1 else 'n'}"

    def written(self, given: int, *, sign: bool = False) -> str:
        """Hundredths without their unit.

        Examples
        --------
        >>> Grammar().written(-250), Grammar().written(123400, sign=True)
        ('−2,5', '+1.234')
        """
        return _german_digits(written(given, sign=sign))

    def points(self, given: int) -> str:
        """Hundredths with their unit.

        Examples
        --------
        >>> Grammar().points(1500), Grammar().points(100)
        ('15 Punkte', '1 Punkt')
        """
        return f"{self.written(given)} Punkt{'' if abs(given) == 100 else 'e'}"

    def _of_points(self, given: int) -> str:
        """Points after a preposition: `von 40 Punkten`."""
        return f"{self.written(given)} Punkt{'' if abs(given) == 100 else 'en'}"

    def quoted(self, name: str) -> str:
        return f"„{name}“"


def _german_digits(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))
