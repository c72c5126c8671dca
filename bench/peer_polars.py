"""Template C by hand in Polars: lazy, on the streaming engine."""

import polars as pl
import pyarrow as pa

from bench.catalogue import PERSONAL_DOMAINS, TARGET_INDUSTRIES, titles_of
from bench.data import Dataset
from bench.period import AS_OF
from bench.template_c import ENGAGEMENT_POINTS, FIT_POINTS, POINTS, SILENCE_FROM


def _signals() -> dict[str, pl.Expr]:
    event, kind, path = pl.col("event"), pl.col("kind"), pl.col("path")
    page, webinar = event == "page", event == "Webinar Attended"
    click, download = event == "Email Link Clicked", event == "Content Downloaded"
    return {
        "demo_requests": event == "Demo Requested",
        "pricing_visits": page & path.str.starts_with("/pricing"),
        "comparisons": page & (path.str.starts_with("/vs/") | path.str.starts_with("/compare")),
        "product_webinars": webinar & (kind == "product"),
        "educational_webinars": webinar & (kind == "educational"),
        "cta_clicks": click & (kind == "cta"),
        "content_clicks": click & (kind == "content"),
        "bottom_downloads": download & (kind == "roi-calculator"),
        "top_downloads": download & (kind == "ebook"),
        "newsletters": event == "Newsletter Subscribed",
        "late_opens": (event == "Email Opened") & (pl.col("occurred_at") > SILENCE_FROM),
    }


def _is_relevant() -> pl.Expr:
    """Whether any rule looks at the event: the rest need not be grouped, which halves the time."""
    others = ["Demo Requested", "Webinar Attended", "Email Link Clicked", "Content Downloaded"]
    others += ["Newsletter Subscribed", "Email Opened"]
    page = (pl.col("event") == "page") & pl.col("path").str.contains("^/(pricing|vs/|compare)")
    return pl.col("event").is_in(others) | page


def _satisfied() -> dict[str, pl.Expr]:
    title, employees, industry = pl.col("title"), pl.col("employees"), pl.col("industry")
    domain = pl.col("email").str.split_exact("@", 1).struct.field("field_1")
    no_late_open = pl.col("late_opens").fill_null(0) == 0
    return {
        "target_leader": title.is_in(titles_of("vp", "director", "manager", target=True)),
        "c_suite": title.is_in(titles_of("c_suite", target=False)),
        "target_contributor": title.is_in(titles_of("individual_contributor", target=True)),
        "employees_50_500": employees.is_between(50, 500),
        "employees_501_5000": employees.is_between(501, 5000),
        "target_industry": industry.is_in(TARGET_INDUSTRIES),
        "student_or_freelancer": title.is_in(titles_of("student", "freelancer", target=False)),
        "employees_1_10": employees.is_between(1, 10),
        "other_industry": ~industry.is_in(TARGET_INDUSTRIES),
        "personal_email": domain.is_in(PERSONAL_DOMAINS),
        "demo_request": pl.col("demo_requests") > 0,
        "pricing_visit": pl.col("pricing_visits") > 0,
        "second_pricing_visit": pl.col("pricing_visits") > 1,
        "comparison": pl.col("comparisons") > 0,
        "webinar_product": pl.col("product_webinars") > 0,
        "webinar_educational": pl.col("educational_webinars") > 0,
        "click_cta": pl.col("cta_clicks") > 0,
        "click_content": pl.col("content_clicks") > 0,
        "download_bottom": pl.col("bottom_downloads") > 0,
        "download_top": pl.col("top_downloads") > 0,
        "newsletter": pl.col("newsletters") > 0,
        "no_email_opened": (pl.col("created_at") <= SILENCE_FROM) & no_late_open,
    }


def template_c(data: Dataset) -> pa.Table:
    """Scores and lines of every lead."""
    counted = (
        pl.scan_parquet(data.events_glob)
        .filter((pl.col("occurred_at") <= AS_OF) & _is_relevant())
        .group_by("lead_id")
        .agg(wanted.sum().alias(name) for name, wanted in _signals().items())
    )
    lines = [
        pl.when(satisfied).then(POINTS[name]).otherwise(0).cast(pl.Int32).alias(name)
        for name, satisfied in _satisfied().items()
    ]
    scored = (
        pl.scan_parquet(data.leads_file)
        .join(counted, on="lead_id", how="left")
        .select("lead_id", *lines)
        .with_columns(fit=pl.sum_horizontal(*FIT_POINTS), engagement=pl.sum_horizontal(*ENGAGEMENT_POINTS))
        .with_columns(total=pl.col("fit") + pl.col("engagement"))
    )
    return scored.collect(engine="streaming").to_arrow()
