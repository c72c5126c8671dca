"""Template C by hand in pandas: text columns as categories, masks, one group-by; all events are in memory."""

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bench.catalogue import PERSONAL_DOMAINS, TARGET_INDUSTRIES, titles_of
from bench.data import Dataset
from bench.period import AS_OF
from bench.template_c import COLUMNS, ENGAGEMENT_POINTS, FIT_POINTS, POINTS, SILENCE_FROM


def template_c(data: Dataset) -> pa.Table:
    """Scores and lines of every lead."""
    leads = pd.read_parquet(data.leads_file)
    counts = _counts(_events(data)).reindex(leads["lead_id"], fill_value=0).reset_index(drop=True)
    satisfied = _fit(leads) | _engagement(leads, counts)
    scored = pd.DataFrame({name: satisfied[name].astype("int32") * points for name, points in POINTS.items()})
    scored.insert(0, "lead_id", leads["lead_id"])
    scored["fit"] = scored[list(FIT_POINTS)].sum(axis=1)
    scored["engagement"] = scored[list(ENGAGEMENT_POINTS)].sum(axis=1)
    scored["total"] = scored["fit"] + scored["engagement"]
    return pa.Table.from_pandas(scored[list(COLUMNS)], preserve_index=False)


def _events(data: Dataset) -> pd.DataFrame:
    # as categories a comparison is one of small integers: several times faster than one of texts
    texts = ["lead_id", "event", "path", "kind"]
    table = pq.read_table(data.event_files, columns=[*texts, "occurred_at"], read_dictionary=texts)
    events = table.unify_dictionaries().to_pandas(self_destruct=True, split_blocks=True)
    return events[events["occurred_at"] <= AS_OF]


def _counts(events: pd.DataFrame) -> pd.DataFrame:
    event, kind, path = events["event"], events["kind"], events["path"]
    page, webinar = event == "page", event == "Webinar Attended"
    click, download = event == "Email Link Clicked", event == "Content Downloaded"
    pages = pd.Series(path.cat.categories)
    masks = {
        "demo_request": event == "Demo Requested",
        "pricing_visit": page & path.isin(pages[pages.str.startswith("/pricing")]),
        "comparison": page & path.isin(pages[pages.str.startswith(("/vs/", "/compare"))]),
        "webinar_product": webinar & (kind == "product"),
        "webinar_educational": webinar & (kind == "educational"),
        "click_cta": click & (kind == "cta"),
        "click_content": click & (kind == "content"),
        "download_bottom": download & (kind == "roi-calculator"),
        "download_top": download & (kind == "ebook"),
        "newsletter": event == "Newsletter Subscribed",
        "late_open": (event == "Email Opened") & (events["occurred_at"] > SILENCE_FROM),
    }
    relevant = pd.DataFrame(masks)
    relevant = relevant[relevant.any(axis=1)]
    return relevant.groupby(events["lead_id"].loc[relevant.index], observed=True, sort=False).sum()


def _fit(leads: pd.DataFrame) -> dict[str, pd.Series]:
    title, employees, industry = leads["title"], leads["employees"], leads["industry"]
    domain = leads["email"].str.partition("@")[2]
    return {
        "target_leader": title.isin(titles_of("vp", "director", "manager", target=True)),
        "c_suite": title.isin(titles_of("c_suite", target=False)),
        "target_contributor": title.isin(titles_of("individual_contributor", target=True)),
        "employees_50_500": employees.between(50, 500),
        "employees_501_5000": employees.between(501, 5000),
        "target_industry": industry.isin(TARGET_INDUSTRIES),
        "student_or_freelancer": title.isin(titles_of("student", "freelancer", target=False)),
        "employees_1_10": employees.between(1, 10),
        "other_industry": industry.notna() & ~industry.isin(TARGET_INDUSTRIES),
        "personal_email": domain.isin(PERSONAL_DOMAINS),
    }


def _engagement(leads: pd.DataFrame, counts: pd.DataFrame) -> dict[str, pd.Series]:
    once = {name: counts[name] > 0 for name in counts.columns if name in ENGAGEMENT_POINTS}
    silent = (leads["created_at"] <= SILENCE_FROM) & (counts["late_open"] == 0)
    return once | {"second_pricing_visit": counts["pricing_visit"] > 1, "no_email_opened": silent}
