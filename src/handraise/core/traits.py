"""What messages say of people and companies, as facts.

Identify calls say what they like: well-known traits go by the names of the standard facts, others by their
own (`lead.plan`), those of an object with its name before (`lead.address_street`). Other calls are about
something else, so of their properties only those are facts whose names leave no doubt that the person is
meant.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from handraise.core.message import Message

# Names as they come once case, spaces, `_` and `-` are gone.
_LEAD: Final[Mapping[str, str]] = {
    "email": "lead.email",
    "emailaddress": "lead.email",
    "firstname": "lead.first_name",
    "givenname": "lead.first_name",
    "lastname": "lead.last_name",
    "surname": "lead.last_name",
    "familyname": "lead.last_name",
    "name": "lead.name",
    "fullname": "lead.name",
    "title": "lead.title",
    "jobtitle": "lead.title",
    "position": "lead.title",
    "phone": "lead.phone",
    "phonenumber": "lead.phone",
    "mobile": "lead.phone",
    "age": "lead.age",
    "createdat": "lead.created_at",
    "country": "lead.country",
    "address.country": "lead.country",
    "city": "lead.location",
    "address.city": "lead.location",
    "consent": "lead.consent",
    "seniority": "lead.seniority",
    "function": "lead.function",
    "department": "lead.function",
    "purchaserole": "lead.purchase_role",
    "company": "account.name",
    "companyname": "account.name",
    "organization": "account.name",
    "organisation": "account.name",
    "companysize": "account.employees",
    "employees": "account.employees",
    "industry": "account.industry",
    "website": "account.domain",
    "companywebsite": "account.domain",
}
_COMPANY: Final[Mapping[str, str]] = {
    "name": "account.name",
    "employees": "account.employees",
    "employeecount": "account.employees",
    "numberofemployees": "account.employees",
    "size": "account.employees",
    "industry": "account.industry",
    "website": "account.domain",
    "domain": "account.domain",
    "revenue": "account.revenue",
    "annualrevenue": "account.revenue",
    "country": "account.country",
    "address.country": "account.country",
    "technologies": "account.technologies",
    "growthstage": "account.growth_stage",
    "headquarters": "account.headquarters",
    "targetaccount": "account.target_account",
}
# A property `name` or `title` is the page's or the download's.
_DOUBTFUL: Final = frozenset(
    {"name", "title", "age", "city", "function", "position", "createdat", "seniority", "address.city"}
)
_SKIPPED: Final = frozenset({"id", "userid", "anonymousid", "avatar", "company.id"})
_MOST: Final = 200  # facts of one call
_LONGEST: Final = 2_000  # letters of one value


def facts_in(message: Message) -> dict[str, Any]:
    """The facts of the person that the message tells, by full fact name; None takes one back.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> traits = {"jobTitle": "VP Sales", "company": {"name": "Acme", "employees": 80}, "plan": "pro"}
    >>> facts_in(Message("identify", "identify", "m1", noon, noon, traits=traits))
    {'lead.title': 'VP Sales', 'account.name': 'Acme', 'account.employees': 80, 'lead.plan': 'pro'}
    >>> form = {"title": "Buyer's guide", "email": "ann@acme.com", "company": "Acme"}
    >>> message = Message("track", "Download", "m2", noon, noon, properties=form, email="ann@acme.com")
    >>> facts_in(message)
    {'account.name': 'Acme', 'lead.email': 'ann@acme.com'}
    """
    if message.kind == "group":
        return {}
    found: dict[str, Any] = {}
    if message.kind == "track" and message.email and not message.user_id:
        found |= _of_form(message.properties)
    if message.kind in ("identify", "track", "page", "screen"):
        found |= _of_traits(message.traits)
    if message.email and ("lead.email" in found or message.kind == "identify" or not message.user_id):
        found["lead.email"] = message.email
    return found


def account_facts_in(message: Message) -> dict[str, Any]:
    """The facts of the company that a group call tells, by full fact name."""
    if message.kind != "group":
        return {}
    return {
        _COMPANY.get(squeezed(name), _own("account", name)): value
        for name, value in _values(message.traits)
        if squeezed(name) not in _SKIPPED
    }


def squeezed(name: str) -> str:
    """A trait's name without case, spaces and joining marks.

    Examples
    --------
    >>> squeezed("Job_Title"), squeezed("address.country")
    ('jobtitle', 'address.country')
    """
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "").removeprefix("$")


def _of_form(properties: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in _values(properties):
        plain = squeezed(name)
        fact = (
            _COMPANY.get(plain.removeprefix("company.")) if plain.startswith("company.") else _LEAD.get(plain)
        )
        if fact is not None and fact != "lead.email" and plain not in _DOUBTFUL and value is not None:
            found[fact] = value
    return found


def _of_traits(traits: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in _values(traits):
        plain = squeezed(name)
        if plain in _SKIPPED:
            continue
        if plain.startswith("company."):
            own = name.partition(".")[2]
            found[_COMPANY.get(plain.removeprefix("company."), _own("account", own))] = value
        else:
            found[_LEAD.get(plain, _own("lead", name))] = value
    return found


def _own(owner: str, name: str) -> str:
    """A fact of one's own; definitions ask for names with one dot."""
    return f"{owner}.{name.replace('.', '_')}"


def _values(record: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Values under names with dots; at most as many, and as long, as a person or company has."""
    for place, (name, value) in enumerate(record.items()):
        if place >= _MOST or len(name) > _LONGEST:
            return
        if isinstance(value, dict):
            if before.count(".") < 4:
                yield from _values(value, f"{before}{name}.")
        elif isinstance(value, str):
            yield before + name, value.strip()[:_LONGEST] or None
        else:
            yield before + name, value
