"""The standard facts about a lead and its account: what each is, and what it is derived from.

The value of a fact for a lead is ``normalise(own column)`` when that column holds something, else
``derive(source column)`` when there is a source. All functions take text and return None for what they
cannot read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from handraise.facts.columns import boolean_of, email_of, list_of, number_of, text_of, time_of
from handraise.facts.company import industry_of, number_range
from handraise.facts.email import (
    domain_of,
    email_domain,
    email_kind,
    email_registrable_domain,
    registrable_domain,
)
from handraise.facts.folding import folded
from handraise.facts.place import country_of, phone_of
from handraise.facts.title import function_of, seniority_named, seniority_of


class Kind(StrEnum):
    """What sort of value a fact has; it says which comparisons make sense."""

    TEXT = "text"
    NUMBER = "number"
    RANGE = "range"
    LIST = "list"
    DATE = "date"
    BOOLEAN = "boolean"
    DOMAIN = "domain"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Fact:
    """One standard fact.

    Attributes
    ----------
    name
        As a definition writes it: ``lead.seniority``.
    kind
        The sort of value.
    doc
        One sentence for people.
    derived_from
        Names of the facts it is derived from when its own column is empty; `derive` takes the first.
    derive, normalise
        From the text of the source, and of its own column, to the value; None where there is nothing to do.
    """

    name: str
    kind: Kind
    doc: str
    derived_from: tuple[str, ...] = ()
    derive: Callable[[str], object] | None = None
    normalise: Callable[[str], object] | None = None


def _country(text: str) -> str | None:
    return country_of(text) or text.strip().upper() or None


def _industry(text: str) -> str | None:
    return industry_of(text) or text.strip().casefold() or None


def _phone(text: str) -> str | None:
    return phone_of(text, None) or text_of(text)


def _named(names: Mapping[str, str]) -> Callable[[str], str | None]:
    """A normaliser that knows some names of some values, and keeps other text in lower case."""
    values = {_squeezed(name): value for value, text in names.items() for name in (value, *text.split(","))}

    def named(text: str) -> str | None:
        return values.get(_squeezed(text)) or text.strip().casefold() or None

    return named


def _squeezed(text: str) -> str:
    return "".join(letter for letter in folded(text) if letter.isalnum())


_purchase_role = _named(
    {
        "economic_buyer": "buyer, budget holder, budget owner, acheteur, comprador",
        "decision_maker": "decider, entscheider, entscheiderin, décideur, décideuse, decisor",
        "champion": "internal champion, sponsor, fürsprecher, prescripteur interne, promotor",
        "influencer": "recommender, beeinflusser, influenceur, influenciador, prescriptor, prescripteur",
        "end_user": "user, anwender, nutzer, endanwender, utilisateur, utilisatrice, usuario, usuario final",
        "gatekeeper": "blocker, torwächter, filtre, guardián",
    }
)
_growth_stage = _named(
    {
        "startup": "start-up, early stage, seed, pre-seed, series a, gründungsphase, jeune pousse",
        "growth": "scale-up, scaleup, growth stage, series b, series c, wachstum, croissance, crecimiento",
        "enterprise": "mature, established, konzern, großunternehmen, grande entreprise, gran empresa",
    }
)


# --- the facts --------------------------------------------------------------------------------------------

_FACTS = (
    Fact("lead.email", Kind.TEXT, "The e-mail address.", normalise=email_of),
    Fact(
        "lead.email_domain",
        Kind.DOMAIN,
        "The domain of the e-mail address.",
        ("lead.email",),
        email_domain,
        domain_of,
    ),
    Fact(
        "lead.email_registrable_domain",
        Kind.DOMAIN,
        "The registered part of the e-mail domain (acme.co.uk for mail.acme.co.uk).",
        ("lead.email",),
        email_registrable_domain,
        registrable_domain,
    ),
    Fact(
        "lead.email_kind",
        Kind.TEXT,
        "Whether the e-mail address is business, personal, disposable or student.",
        ("lead.email",),
        email_kind,
        lambda text: text.strip().casefold() or None,
    ),
    Fact("lead.first_name", Kind.TEXT, "The given name.", normalise=text_of),
    Fact("lead.last_name", Kind.TEXT, "The family name.", normalise=text_of),
    Fact("lead.title", Kind.TEXT, "The job title as typed.", normalise=text_of),
    Fact(
        "lead.seniority",
        Kind.TEXT,
        "How senior the job title is, from c_suite to individual_contributor, or student, or freelancer.",
        ("lead.title",),
        seniority_of,
        seniority_named,
    ),
    Fact(
        "lead.function",
        Kind.TEXT,
        "What the person works on: marketing, sales, engineering and so on.",
        ("lead.title",),
        function_of,
        lambda text: text.strip().casefold().replace(" ", "_") or None,
    ),
    Fact("lead.country", Kind.COUNTRY, "The country, as an ISO 3166 alpha-2 code.", normalise=_country),
    Fact(
        "lead.phone", Kind.TEXT, "The telephone number, in E.164 where it says its country.", normalise=_phone
    ),
    Fact("lead.created_at", Kind.DATE, "When the lead became known.", normalise=time_of),
    Fact("lead.source", Kind.TEXT, "Where the lead came from.", normalise=text_of),
    Fact("lead.consent", Kind.BOOLEAN, "Whether the person agreed to be contacted.", normalise=boolean_of),
    Fact("lead.age", Kind.NUMBER, "Age in years.", normalise=number_of),
    Fact(
        "lead.age_range", Kind.RANGE, "Age in years, as a range.", ("lead.age",), number_range, number_range
    ),
    Fact("lead.location", Kind.TEXT, "The place as typed: a town, a region, a post code.", normalise=text_of),
    Fact("lead.income_level", Kind.TEXT, "The level of income as typed.", normalise=text_of),
    Fact("lead.device", Kind.TEXT, "The type of device: desktop, mobile, tablet.", normalise=text_of),
    Fact(
        "lead.purchase_role",
        Kind.TEXT,
        "The role in a purchase: economic_buyer, decision_maker, champion, influencer, end_user, gatekeeper.",
        normalise=_purchase_role,
    ),
    Fact("account.name", Kind.TEXT, "The name of the company.", normalise=text_of),
    Fact("account.domain", Kind.DOMAIN, "The web domain of the company.", normalise=domain_of),
    Fact(
        "account.industry",
        Kind.TEXT,
        "The industry, by the names of handraise where known.",
        normalise=_industry,
    ),
    Fact(
        "account.employees",
        Kind.RANGE,
        "How many people work there, exactly or as a range.",
        normalise=number_range,
    ),
    Fact(
        "account.revenue",
        Kind.RANGE,
        "Yearly revenue, exactly or as a range, in the currency typed.",
        normalise=number_range,
    ),
    Fact("account.country", Kind.COUNTRY, "The country, as an ISO 3166 alpha-2 code.", normalise=_country),
    Fact(
        "account.growth_stage",
        Kind.TEXT,
        "The growth stage: startup, growth or enterprise.",
        normalise=_growth_stage,
    ),
    Fact("account.technologies", Kind.LIST, "The tools that the company uses.", normalise=list_of),
    Fact(
        "account.target_account",
        Kind.BOOLEAN,
        "Whether the account is on the list of target accounts.",
        normalise=boolean_of,
    ),
    Fact("account.headquarters", Kind.TEXT, "The place of the headquarters as typed.", normalise=text_of),
    Fact(
        "account.leads_engaged",
        Kind.NUMBER,
        "How many of its people have points for engagement; the live product counts them.",
        normalise=number_of,
    ),
    Fact(
        "account.engagement",
        Kind.NUMBER,
        "The points for engagement of all its people; the live product adds them up.",
        normalise=number_of,
    ),
)

CATALOG: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in _FACTS})
"""Every standard fact under its name."""
