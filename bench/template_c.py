"""The point table "B2B SaaS" as every contestant has to compute it: 22 rules, exact integers.

What each rule means here, at ``as_of`` = 2026-10-01T00:00Z, with events of ``occurred_at <= as_of`` only.
Every lead of the file of leads gets one row, also a lead without events. Points of a rule are given once.
A missing fact satisfies no rule about it.

Fit, from the file of leads:

- seniority and function are looked up in :data:`bench.catalogue.TITLES` by exact title; the target functions
  are marketing and sales. VP, director, manager and individual contributor count in a target function only;
  C-suite, and student, intern or freelancer, in any.
- employees: 1–10, 50–500 and 501–5,000, both ends included.
- industry: the four of :data:`bench.catalogue.TARGET_INDUSTRIES` are target, all others are not; an unknown
  one is neither.
- personal e-mail: the part after the ``@`` is one of :data:`bench.catalogue.PERSONAL_DOMAINS`.

Engagement, from the events (text is compared as it is; the data has lower-case paths and kinds only):

- demo request: event ``Demo Requested``; newsletter: event ``Newsletter Subscribed``;
- pricing visit: event ``page`` and path starts with ``/pricing``; second pricing visit: two or more of them;
- comparison: event ``page`` and path starts with ``/vs/`` or ``/compare``;
- webinars: event ``Webinar Attended`` with kind ``product`` or ``educational``;
- clicks: event ``Email Link Clicked`` with kind ``cta`` or ``content``;
- downloads: event ``Content Downloaded`` with kind ``roi-calculator`` (bottom) or ``ebook`` (top of funnel);
- no e-mail opened: ``created_at <= as_of − 30 days`` and no ``Email Opened`` in (as_of − 30 days, as_of].

The answer of a contestant is an Arrow table with lead_id, fit, engagement, total and one column of points for
each rule (zero where it gave none), in any order of rows: the columns of :data:`COLUMNS`.
"""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.period import AS_OF

SILENCE_FROM = AS_OF - timedelta(days=30)

FIT_POINTS = {
    "target_leader": 15,
    "c_suite": 20,
    "target_contributor": 5,
    "employees_50_500": 10,
    "employees_501_5000": 5,
    "target_industry": 10,
    "student_or_freelancer": -20,
    "employees_1_10": -15,
    "other_industry": -10,
    "personal_email": -5,
}
ENGAGEMENT_POINTS = {
    "demo_request": 50,
    "pricing_visit": 15,
    "second_pricing_visit": 10,
    "comparison": 10,
    "webinar_product": 20,
    "webinar_educational": 10,
    "click_cta": 5,
    "click_content": 2,
    "download_bottom": 15,
    "download_top": 5,
    "newsletter": 3,
    "no_email_opened": -5,
}
POINTS = {**FIT_POINTS, **ENGAGEMENT_POINTS}
COLUMNS = ("lead_id", "fit", "engagement", "total", *POINTS)


class WrongAnswerError(ValueError):
    """A contestant's answer is not of the agreed shape, or its lines do not sum to its scores."""


def checksum(answer: pa.Table) -> dict[str, int]:
    """What two equal answers have in common whatever the order of their rows: sums, weighed by lead.

    Parameters
    ----------
    answer
        The columns of :data:`COLUMNS`; other columns are ignored.

    Returns
    -------
    dict
        ``leads``, ``total`` (the sum over leads of total × a hash of the id's digits), each rule's sum.

    Raises
    ------
    WrongAnswerError
        Where a column is missing, a score is null, or the lines do not sum to fit, engagement and total.

    Examples
    --------
    >>> none = {name: [0] for name in POINTS}
    >>> scores = {"fit": [20], "engagement": [50], "total": [70]}
    >>> lines = {**none, "c_suite": [20], "demo_request": [50]}
    >>> checksum(pa.table({"lead_id": ["L00000001"], **scores, **lines}))["total"]
    185810503270
    """
    if missing := set(COLUMNS) - set(answer.column_names):
        raise WrongAnswerError(f"columns are missing: {', '.join(sorted(missing))}")
    values = {name: _integers(answer, name) for name in COLUMNS[1:]}
    for score, points in (("fit", FIT_POINTS), ("engagement", ENGAGEMENT_POINTS), ("total", POINTS)):
        if not np.array_equal(values[score], np.sum([values[name] for name in points], axis=0)):
            raise WrongAnswerError(f"the lines do not sum to {score}")
    digits = pc.utf8_slice_codeunits(answer["lead_id"].cast(pa.string()), 1).cast(pa.int64())
    hashed = digits.to_numpy().astype(np.uint64) * np.uint64(2_654_435_761) % np.uint64(2**32)
    weighed = int(np.sum(hashed.astype(np.int64) * values["total"]))
    return {"leads": answer.num_rows, "total": weighed, **{name: int(values[name].sum()) for name in POINTS}}


def _integers(answer: pa.Table, name: str) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    column = answer[name]
    if column.null_count:
        raise WrongAnswerError(f"{name} is null for {column.null_count} leads")
    whole: np.ndarray[tuple[int], np.dtype[np.int64]] = column.cast(pa.int64()).to_numpy()
    return whole
