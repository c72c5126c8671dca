"""The names of the standard facts, so that a misspelt one can be told from one of your own."""

from typing import Final

FACT_NAMES: Final = (
    "lead.age",
    "lead.age_range",
    "lead.consent",
    "lead.country",
    "lead.created_at",
    "lead.device",
    "lead.email",
    "lead.email_domain",
    "lead.email_kind",
    "lead.email_registrable_domain",
    "lead.first_name",
    "lead.function",
    "lead.income_level",
    "lead.last_name",
    "lead.location",
    "lead.phone",
    "lead.purchase_role",
    "lead.seniority",
    "lead.source",
    "lead.title",
    "account.country",
    "account.domain",
    "account.employees",
    "account.engagement",
    "account.growth_stage",
    "account.headquarters",
    "account.industry",
    "account.leads_engaged",
    "account.name",
    "account.revenue",
    "account.target_account",
    "account.technologies",
)
ALSO_COLUMNS: Final = ("lead.lead_id", "lead.account_id", "account.account_id")
LIST_FACTS: Final = ("account.technologies",)
SPELT_MANY_WAYS: Final = (
    "lead.country", "lead.phone", "account.country", "account.headquarters", "account.industry",
)  # fmt: skip


def misspelt(name: str) -> str | None:
    """The standard fact that this name was probably meant to be, if it is none and near to one.

    Examples
    --------
    >>> misspelt("lead.senority"), misspelt("lead.employees"), misspelt("lead.country"), misspelt("lead.nps")
    ('lead.seniority', 'account.employees', None, None)
    """
    lowered = name.lower()
    if name in FACT_NAMES or name in ALSO_COLUMNS:
        return None
    if lowered in FACT_NAMES:
        return lowered
    owner, _, own = lowered.partition(".")
    for fact in FACT_NAMES:
        if fact.partition(".")[2] == own:
            return fact
    near = [
        (_edits(own, fact.partition(".")[2]), fact) for fact in FACT_NAMES if fact.startswith(owner + ".")
    ]
    edits, fact = min(near, default=(99, ""))
    return fact if edits <= (1 if len(own) < 7 else 2) else None


def _edits(left: str, right: str) -> int:
    """How many letters must be added, dropped, changed or swapped with a neighbour."""
    before, row = list(range(len(right) + 1)), list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        two_before, before, row = before, row, [i]
        for j, b in enumerate(right, start=1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b)))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                row[j] = min(row[j], two_before[j - 2] + 1)
    return row[-1]
