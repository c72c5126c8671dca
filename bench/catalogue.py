"""What the invented leads of the benchmark are called and what they do: small fixed tables."""

from collections.abc import Iterator
from dataclasses import dataclass

TARGET_FUNCTIONS = frozenset({"marketing", "sales"})

# title -> (seniority, function); plain English, so that nobody can disagree about any of them
TITLES: dict[str, tuple[str, str]] = {
    "CEO": ("c_suite", "executive"),
    "Chief Executive Officer": ("c_suite", "executive"),
    "Chief Marketing Officer": ("c_suite", "marketing"),
    "CMO": ("c_suite", "marketing"),
    "Chief Technology Officer": ("c_suite", "engineering"),
    "CTO": ("c_suite", "engineering"),
    "Chief Financial Officer": ("c_suite", "finance"),
    "CFO": ("c_suite", "finance"),
    "VP Marketing": ("vp", "marketing"),
    "Vice President of Marketing": ("vp", "marketing"),
    "VP Sales": ("vp", "sales"),
    "Vice President of Sales": ("vp", "sales"),
    "SVP Sales": ("vp", "sales"),
    "VP Engineering": ("vp", "engineering"),
    "VP Finance": ("vp", "finance"),
    "Vice President of Engineering": ("vp", "engineering"),
    "Director of Marketing": ("director", "marketing"),
    "Marketing Director": ("director", "marketing"),
    "Head of Marketing": ("director", "marketing"),
    "Director of Sales": ("director", "sales"),
    "Sales Director": ("director", "sales"),
    "Head of Sales": ("director", "sales"),
    "Finance Director": ("director", "finance"),
    "Director of Engineering": ("director", "engineering"),
    "Head of Engineering": ("director", "engineering"),
    "Head of IT": ("director", "it"),
    "IT Director": ("director", "it"),
    "Head of Human Resources": ("director", "hr"),
    "Marketing Manager": ("manager", "marketing"),
    "Digital Marketing Manager": ("manager", "marketing"),
    "Senior Marketing Manager": ("manager", "marketing"),
    "Content Marketing Manager": ("manager", "marketing"),
    "Sales Manager": ("manager", "sales"),
    "Regional Sales Manager": ("manager", "sales"),
    "Senior Sales Manager": ("manager", "sales"),
    "Engineering Manager": ("manager", "engineering"),
    "IT Manager": ("manager", "it"),
    "HR Manager": ("manager", "hr"),
    "Finance Manager": ("manager", "finance"),
    "Marketing Specialist": ("individual_contributor", "marketing"),
    "Marketing Analyst": ("individual_contributor", "marketing"),
    "Marketing Coordinator": ("individual_contributor", "marketing"),
    "Senior Marketing Specialist": ("individual_contributor", "marketing"),
    "Sales Representative": ("individual_contributor", "sales"),
    "Sales Development Representative": ("individual_contributor", "sales"),
    "Sales Associate": ("individual_contributor", "sales"),
    "Inside Sales Representative": ("individual_contributor", "sales"),
    "Software Engineer": ("individual_contributor", "engineering"),
    "Senior Software Engineer": ("individual_contributor", "engineering"),
    "Software Developer": ("individual_contributor", "engineering"),
    "Data Analyst": ("individual_contributor", "data"),
    "Data Scientist": ("individual_contributor", "data"),
    "Accountant": ("individual_contributor", "finance"),
    "Recruiter": ("individual_contributor", "hr"),
    "Graphic Designer": ("individual_contributor", "design"),
    "Student": ("student", "education"),
    "Marketing Intern": ("student", "marketing"),
    "Sales Intern": ("student", "sales"),
    "Intern": ("student", "education"),
    "Software Engineering Intern": ("student", "engineering"),
    "Freelancer": ("freelancer", "other"),
    "Freelance Graphic Designer": ("freelancer", "design"),
}


def titles_of(*seniorities: str, target: bool) -> tuple[str, ...]:
    """The titles of these seniorities: of a target function only, or of any.

    Examples
    --------
    >>> titles_of("freelancer", target=False)
    ('Freelancer', 'Freelance Graphic Designer')
    """
    return tuple(
        title
        for title, (seniority, function) in TITLES.items()
        if seniority in seniorities and (function in TARGET_FUNCTIONS or not target)
    )


SENIORITY_SHARES = {
    "c_suite": 0.07,
    "vp": 0.06,
    "director": 0.13,
    "manager": 0.28,
    "individual_contributor": 0.36,
    "student": 0.07,
    "freelancer": 0.03,
}

TARGET_INDUSTRIES = ("software", "financial services", "telecommunications", "media")
OTHER_INDUSTRIES = (
    "agriculture", "automotive", "construction", "education", "energy", "government", "healthcare",
    "hospitality", "insurance", "legal services", "manufacturing", "pharmaceuticals", "real estate", "retail",
    "transportation",
)  # fmt: skip
COUNTRIES = ("US", "GB", "DE", "FR", "AT", "CH", "ES", "IT", "NL", "SE", "PL", "BR", "IN")
COUNTRY_SHARES = (0.34, 0.14, 0.16, 0.09, 0.04, 0.04, 0.04, 0.03, 0.04, 0.02, 0.02, 0.02, 0.02)
PERSONAL_DOMAINS = ("gmail.com", "gmx.de", "yahoo.com", "outlook.com")
EMPLOYEE_BANDS = ((1, 10), (11, 49), (50, 500), (501, 5000), (5001, 120_000))
EMPLOYEE_SHARES = (0.22, 0.24, 0.31, 0.16, 0.07)


@dataclass(frozen=True)
class Action:
    """One thing an event can be, with its share of all events; `strong` ones follow the lead's intent."""

    event: str
    share: float
    path: str | None = None
    kind: str | None = None
    web: bool = True
    strong: bool = False


def _pages(prefix: str, names: int, share: float, *, strong: bool = False) -> Iterator[Action]:
    """Pages under one prefix; the n-th is visited about 1/n as often as the first."""
    weights = [1 / (number + 1) for number in range(names)]
    for number, weight in enumerate(weights):
        yield Action("page", share * weight / sum(weights), path=f"{prefix}{number + 1:03}", strong=strong)


def actions() -> tuple[Action, ...]:
    """Everything an event can be: the shares of `page` and of e-mail are 70 % and 25 % of all events.

    Examples
    --------
    >>> round(sum(action.share for action in actions()), 6)
    1.0
    >>> round(sum(action.share for action in actions() if action.event == "page"), 6)
    0.7
    """
    return (
        Action("page", 0.1200, path="/"),
        Action("page", 0.0160, path="/pricing", strong=True),
        Action("page", 0.0030, path="/pricing/enterprise", strong=True),
        Action("page", 0.0060, path="/compare", strong=True),
        Action("page", 0.0150, path="/careers"),
        Action("page", 0.0050, path="/blog/pricing-a-service"),  # begins otherwise: no pricing visit
        Action("page", 0.0050, path="/about/vs/history"),  # nor is this a comparison
        *_pages("/vs/rival-", 12, 0.008, strong=True),
        *_pages("/careers/job-", 40, 0.012),
        *_pages("/features/feature-", 24, 0.110),
        *_pages("/customers/customer-", 40, 0.040, strong=True),
        *_pages("/guides/guide-", 20, 0.040),
        *_pages("/docs/page-", 150, 0.120),
        *_pages("/blog/post-", 250, 0.200),
        Action("Demo Requested", 0.0008, path="/demo", strong=True),
        Action("Trial Started", 0.0008, path="/trial", strong=True),
        Action("Contact Form Submitted", 0.0010, path="/contact", strong=True),
        Action("Content Downloaded", 0.0050, path="/guides/guide-001", kind="ebook"),
        Action("Content Downloaded", 0.0020, kind="report"),
        Action("Content Downloaded", 0.0020, kind="whitepaper"),
        Action("Content Downloaded", 0.0010, kind="case-study", strong=True),
        Action("Content Downloaded", 0.0010, kind="roi-calculator", path="/pricing", strong=True),
        Action("Content Downloaded", 0.0010, kind="buyers-guide", strong=True),
        Action("Webinar Registered", 0.0024, kind="product", strong=True),
        Action("Webinar Registered", 0.0030, kind="educational"),
        Action("Newsletter Subscribed", 0.0040),
        Action("Demo Video Watched", 0.0060, strong=True),
        Action("Chat Started", 0.0050, path="/pricing"),  # on the pricing page, yet no page view
        Action("Product Activated", 0.0050),
        Action("Teammate Invited", 0.0030),
        Action("Data Imported", 0.0020),
        Action("Limit Reached", 0.0010),
        Action("Webinar Attended", 0.0014, kind="product", web=False, strong=True),
        Action("Webinar Attended", 0.0016, kind="educational", web=False),
        Action("Meeting Booked", 0.0010, web=False, strong=True),
        Action("Unsubscribed", 0.0010, web=False),
        Action("Email Delivered", 0.1600, web=False),
        Action("Email Opened", 0.0700, web=False),
        Action("Email Link Clicked", 0.0070, kind="cta", web=False, strong=True),
        Action("Email Link Clicked", 0.0120, kind="content", web=False),
    )
