"""Invented people: who they are, what they want, and what they type into a form."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from handraise.example.accounts import COUNTRIES, ZONES_OF_COUNTRIES, Accounts, account_ids
from handraise.example.draw import Bools, Floats, Ints, picks, row_picks, shares
from handraise.example.planted import COMPETITOR_DOMAINS
from handraise.example.seasons import SPAN, Seasons, near_days, popular_days
from handraise.example.titles import SENIORITIES, mixed_languages, titles_for
from handraise.example.words import COUNTRY_TYPED, FIRST_NAMES, PHONE_PATTERNS, SURNAMES

PERSONAS = ("buyer", "passer-by", "student", "freelancer", "job seeker", "competitor")
BUYER, PASSER_BY, STUDENT, FREELANCER, JOB_SEEKER, COMPETITOR = range(len(PERSONAS))
_PERSONA_WEIGHTS = (0.785, 0.06, 0.065, 0.03, 0.04, 0.02)

EMAIL_KINDS = ("business", "personal", "student", "disposable")
BUSINESS, PERSONAL, STUDENT_ADDRESS, DISPOSABLE = range(len(EMAIL_KINDS))

SOURCES = (
    "organic",
    "paid search",
    "paid social",
    "webinar",
    "referral",
    "partner",
    "outbound",
    "AI assistant",
    "direct",
)
_SOURCE_WEIGHTS = (0.24, 0.16, 0.13, 0.10, 0.06, 0.06, 0.10, 0.05, 0.10)
_SOURCE_INTEREST = (0.1, 0.2, -0.5, 0.0, 0.6, 0.3, -0.4, 0.4, 0.1)
CAMPAIGNS: dict[str, tuple[str, ...]] = {
    "paid search": ("search-brand", "search-shared-inbox", "search-free-template"),
    "paid social": ("social-team-stories", "social-inbox-zero"),
    "webinar": ("webinar-series",),
    "referral": ("customer-referral",),
    "partner": ("partner-directory", "partner-bundle"),
    "outbound": ("outbound-dach", "outbound-uk-us"),
}
"""Campaigns that bring leads, per source; the other sources have none."""

_PERSONAL_DOMAINS = ("gmail.com", "gmx.de", "outlook.com", "yahoo.com", "web.de", "orange.fr", "icloud.com")
_STUDENT_DOMAINS = ("example.edu", "stud.example.edu", "business.example.edu")
_SENIORITY_BY_PERSONA = np.asarray(
    [  # c_suite, vp, director, manager, individual contributor, student, freelancer
        (0.11, 0.07, 0.15, 0.28, 0.385, 0.005, 0.0),
        (0.06, 0.03, 0.09, 0.27, 0.55, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
        (0.0, 0.0, 0.02, 0.18, 0.7, 0.1, 0.0),
        (0.1, 0.1, 0.2, 0.3, 0.3, 0.0, 0.0),
    ]
)
_LANGUAGE_OF_COUNTRIES = (1, 1, 1, 2, 0, 0, 3, 0, 0, 0)


@dataclass(frozen=True)
class People:
    """Columns of the leads in truth, one row a lead, in no order.

    Attributes
    ----------
    persona, source, country, seniority, email_kind
        Positions in `PERSONAS`, `SOURCES`, `COUNTRIES`, `SENIORITIES`, `EMAIL_KINDS`.
    account
        Row of the account, -1 where none is known.
    campaign
        Position in the campaigns of the source, -1 for none.
    intent
        About standard normal: how much the lead wants a desk; half of it is shared by the account.
    day
        Local day (since 1970) on which the lead becomes known.
    comes_by_web
        Became known by filling in something, not by a list or a call.
    """

    persona: Ints
    account: Ints
    source: Ints
    campaign: Ints
    country: Ints
    zone: Ints
    seniority: Ints
    functions: list[str]
    titles: list[str | None]
    first_names: list[str]
    surnames: list[str]
    email_kind: Ints
    emails: list[str]
    intent: Floats
    day: Ints
    is_duplicate: Bools
    comes_by_web: Bools
    consents: Bools
    has_scanner: Bools

    @property
    def rows(self) -> int:
        """Number of leads."""
        return len(self.emails)

    def is_persona(self, *personas: int) -> Bools:
        """Which leads are one of these."""
        return np.isin(self.persona, personas)


def people_for(rng: np.random.Generator, calendar: Seasons, accounts: Accounts, rows: int) -> People:
    """As many people as asked for, most of them at one of the accounts."""
    persona = picks(rng, _PERSONA_WEIGHTS, rows)
    email_kind = _email_kinds(rng, persona)
    account = _accounts_of(rng, accounts, persona, email_kind)
    known = np.maximum(account, 0)
    own_country = picks(rng, (40, 6, 6, 13, 15, 14, 4, 2, 4, 2), rows)
    country = np.where(account >= 0, accounts.country[known], own_country)
    zone = np.where(account >= 0, accounts.zone[known], np.asarray(ZONES_OF_COUNTRIES)[own_country])
    near = near_days(rng, calendar, accounts.moment[known], 18.0)
    day = np.where(account >= 0, near, near_days(rng, calendar, popular_days(rng, calendar, rows), 0.0))
    source, campaign = _sources(rng, calendar, day)
    seniority = np.minimum(
        row_picks(rng, np.log(_SENIORITY_BY_PERSONA[persona] + 1e-12)), len(SENIORITIES) - 1
    )
    titles, functions = titles_for(
        rng, mixed_languages(rng, np.asarray(_LANGUAGE_OF_COUNTRIES)[country]), seniority
    )
    shared = np.where(account >= 0, accounts.interest[known], rng.standard_normal(rows))
    intent = 0.65 * shared + 0.75 * rng.standard_normal(rows) + np.asarray(_SOURCE_INTEREST)[source]
    intent = intent + np.asarray((0.0, -0.8, -0.3, -0.2, -1.0, 0.0))[persona]
    by_list = np.isin(source, (SOURCES.index("outbound"), SOURCES.index("partner")))
    first, last = picks(rng, [1] * len(FIRST_NAMES), rows), picks(rng, [1] * len(SURNAMES), rows)
    is_duplicate = _duplicates(rng, account, email_kind)
    before = np.where(is_duplicate, np.roll(np.arange(rows), 1), np.arange(rows))
    first, last = first[before], last[before]
    first_names = [FIRST_NAMES[at] for at in first.tolist()]
    surnames = [SURNAMES[at] for at in last.tolist()]
    return People(
        persona=persona,
        account=np.where(is_duplicate, account[before], account),
        source=source,
        campaign=campaign,
        country=country[before],
        zone=zone[before],
        seniority=seniority[before],
        functions=[functions[at] for at in before.tolist()],
        titles=[titles[at] for at in before.tolist()],
        first_names=first_names,
        surnames=surnames,
        email_kind=email_kind,
        emails=_emails(rng, accounts, first_names, surnames, account[before], email_kind),
        intent=intent,
        day=day,
        is_duplicate=is_duplicate,
        comes_by_web=~(by_list & shares(rng, 0.6, rows)) | (persona != BUYER),
        consents=shares(rng, 0.78, rows),
        has_scanner=np.where(
            account[before] >= 0, accounts.has_scanner[np.maximum(account[before], 0)], False
        ),
    )


def _email_kinds(rng: np.random.Generator, persona: Ints) -> Ints:
    by_persona = np.asarray(
        [  # business, personal, student, disposable
            (0.895, 0.10, 0.0, 0.005),
            (0.80, 0.18, 0.0, 0.02),
            (0.0, 0.25, 0.75, 0.0),
            (0.0, 1.0, 0.0, 0.0),
            (0.05, 0.95, 0.0, 0.0),
            (0.9, 0.1, 0.0, 0.0),
        ]
    )
    return row_picks(rng, np.log(by_persona[persona] + 1e-12))


def _accounts_of(rng: np.random.Generator, accounts: Accounts, persona: Ints, email_kind: Ints) -> Ints:
    """An account for everybody on a business address and for some buyers on a personal one."""
    rows = len(persona)
    drawn = picks(rng, accounts.pull, rows)
    rivals = picks(rng, [1] * len(COMPETITOR_DOMAINS), rows)
    told = (persona == BUYER) & shares(rng, 0.25, rows)
    known = (email_kind == BUSINESS) | told
    return np.where(known, np.where(persona == COMPETITOR, rivals, drawn), -1)


def _sources(rng: np.random.Generator, calendar: Seasons, day: Ints) -> tuple[Ints, Ints]:
    """Sources and campaigns; AI assistants send next to nobody at first and many at the end."""
    weights = np.tile(np.log(np.asarray(_SOURCE_WEIGHTS)), (len(day), 1))
    weights[:, SOURCES.index("AI assistant")] += -1.6 + 2.4 * (day - calendar.first_day) / SPAN
    source = row_picks(rng, weights)
    sizes = np.asarray([len(CAMPAIGNS.get(name, ())) for name in SOURCES])[source]
    campaign = (rng.random(len(day)) * sizes).astype(np.int64)
    return source, np.where(sizes > 0, campaign, -1)


def _duplicates(rng: np.random.Generator, account: Ints, email_kind: Ints) -> Bools:
    """Rows that are the person of the row before again, under another spelling of the address."""
    again = shares(rng, 0.015, len(account)) & (account >= 2) & (email_kind == BUSINESS)
    original = np.roll((account >= 2) & ~again, 1)
    original[:1] = False
    return np.asarray(again & original, dtype=np.bool_)


def _emails(
    rng: np.random.Generator,
    accounts: Accounts,
    first_names: list[str],
    surnames: list[str],
    account: Ints,
    email_kind: Ints,
) -> list[str]:
    """Unlike addresses; personal ones carry `example` and a long number: they are nobody's mailbox."""
    rows = len(first_names)
    personal = picks(rng, (40, 16, 14, 10, 8, 5, 7), rows).tolist()
    campus = picks(rng, (3, 2, 1), rows).tolist()
    seen: set[str] = set()
    emails: list[str] = []
    for lead in range(rows):
        local = f"{first_names[lead]}.{surnames[lead]}".lower().translate(_PLAIN)
        kind = int(email_kind[lead])
        if kind == BUSINESS:
            domain = accounts.domains[int(account[lead])]
            if f"{local}@{domain}" in seen:
                local = f"{local[0]}.{surnames[lead].lower()}{lead}"
        else:
            # digits of the row keep these apart from each other and from every real mailbox
            local = f"{local}.example.{lead:07d}"
            domain = (
                _PERSONAL_DOMAINS[personal[lead]]
                if kind == PERSONAL
                else (_STUDENT_DOMAINS[campus[lead]] if kind == STUDENT_ADDRESS else "mailinator.com")
            )
        email = f"{local}@{domain}"
        seen.add(email)
        emails.append(email)
    return emails


_PLAIN = str.maketrans("éëíöüñ", "eeioun")


def leads_table(rng: np.random.Generator, people: People, created: Ints, lead_ids: list[str]) -> pa.Table:
    """The leads as the company's CRM has them, one row a lead, in the order of `people`.

    Columns: lead_id, email, first_name, last_name, title, phone, country (as typed), created_at
    (timestamp[us, UTC]), source, campaign, account_id, consent (boolean). `created` is in milliseconds
    since 1970.
    """
    rows = people.rows
    spelling = rng.random(rows) ** 3
    habit = picks(rng, (0.91, 0.06, 0.03), rows).tolist()
    has_phone = shares(rng, 0.45, rows).tolist()
    number = rng.integers(0, 100, rows).tolist()
    ids = account_ids(int(people.account.max(initial=0)) + 1)
    countries: list[str | None] = []
    phones: list[str | None] = []
    for lead, code in enumerate(people.country.tolist()):
        typed = COUNTRY_TYPED[COUNTRIES[code]]
        countries.append((typed[int(spelling[lead] * len(typed))], None, "Select")[habit[lead]])
        pattern = PHONE_PATTERNS.get(COUNTRIES[code])
        phones.append(pattern.format(number[lead]) if pattern and has_phone[lead] else None)
    return pa.table(
        {
            "lead_id": pa.array(lead_ids, pa.string()),
            "email": pa.array(people.emails, pa.string()),
            "first_name": pa.array(people.first_names, pa.string()),
            "last_name": pa.array(people.surnames, pa.string()),
            "title": pa.array(people.titles, pa.string()),
            "phone": pa.array(phones, pa.string()),
            "country": pa.array(countries, pa.string()),
            "created_at": pa.array(created * 1_000, pa.timestamp("us", "UTC")),
            "source": pa.array([SOURCES[code] for code in people.source.tolist()], pa.string()),
            "campaign": pa.array(campaign_names(people), pa.string()),
            "account_id": pa.array(
                [ids[at] if at >= 0 else None for at in people.account.tolist()], pa.string()
            ),
            "consent": pa.array(people.consents, pa.bool_()),
        }
    )


def campaign_names(people: People) -> list[str | None]:
    """Campaign that brought each lead, None where the source has none."""
    return [
        CAMPAIGNS[SOURCES[source]][campaign] if campaign >= 0 else None
        for source, campaign in zip(people.source.tolist(), people.campaign.tolist(), strict=True)
    ]
