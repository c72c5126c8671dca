"""Facts about leads and accounts, derived from what people type; no function here raises on any text."""

from handraise.facts.catalog import CATALOG, Fact, Kind
from handraise.facts.company import Range, industry_of, number_range
from handraise.facts.email import (
    EmailKind,
    built_in_list,
    domain_of,
    email_domain,
    email_kind,
    email_registrable_domain,
    in_domain_list,
    is_under,
    registrable_domain,
)
from handraise.facts.place import country_of, phone_of
from handraise.facts.title import Function, Seniority, function_of, seniority_named, seniority_of

__all__ = [
    "CATALOG",
    "EmailKind",
    "Fact",
    "Function",
    "Kind",
    "Range",
    "Seniority",
    "built_in_list",
    "country_of",
    "domain_of",
    "email_domain",
    "email_kind",
    "email_registrable_domain",
    "function_of",
    "in_domain_list",
    "industry_of",
    "is_under",
    "number_range",
    "phone_of",
    "registrable_domain",
    "seniority_named",
    "seniority_of",
]
