"""Template C by hand in DuckDB SQL: one pass over the events, joined to the leads."""

import pyarrow as pa

from bench.catalogue import PERSONAL_DOMAINS, TARGET_INDUSTRIES, titles_of
from bench.data import Dataset
from bench.floor import warm_connection
from bench.period import AS_OF
from bench.template_c import ENGAGEMENT_POINTS, FIT_POINTS, POINTS, SILENCE_FROM


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_FIT = {
    "target_leader": f"title in ({_listed(titles_of('vp', 'director', 'manager', target=True))})",
    "c_suite": f"title in ({_listed(titles_of('c_suite', target=False))})",
    "target_contributor": f"title in ({_listed(titles_of('individual_contributor', target=True))})",
    "employees_50_500": "employees between 50 and 500",
    "employees_501_5000": "employees between 501 and 5000",
    "target_industry": f"industry in ({_listed(TARGET_INDUSTRIES)})",
    "student_or_freelancer": f"title in ({_listed(titles_of('student', 'freelancer', target=False))})",
    "employees_1_10": "employees between 1 and 10",
    "other_industry": f"industry not in ({_listed(TARGET_INDUSTRIES)})",
    "personal_email": f"split_part(email, '@', 2) in ({_listed(PERSONAL_DOMAINS)})",
}
# An event satisfies at most one of these, so one CASE gives each event its bit. The bits of a lead's relevant
# events are collected by one bit_or: half the time of one `count(*) filter (…)` a signal.
_SIGNAL = f"""case event
    when 'page' then case
      when starts_with(path, '/pricing') then 2
      when starts_with(path, '/vs/') or starts_with(path, '/compare') then 4 end
    when 'Demo Requested' then 1
    when 'Webinar Attended' then case kind when 'product' then 8 when 'educational' then 16 end
    when 'Email Link Clicked' then case kind when 'cta' then 32 when 'content' then 64 end
    when 'Content Downloaded' then case kind when 'roi-calculator' then 128 when 'ebook' then 256 end
    when 'Newsletter Subscribed' then 512
    when 'Email Opened' then case when occurred_at > timestamptz '{SILENCE_FROM.isoformat()}' then 1024 end
  end"""
_ENGAGEMENT = {
    "demo_request": "signals & 1 > 0",
    "pricing_visit": "pricing_visits > 0",
    "second_pricing_visit": "pricing_visits > 1",
    "comparison": "signals & 4 > 0",
    "webinar_product": "signals & 8 > 0",
    "webinar_educational": "signals & 16 > 0",
    "click_cta": "signals & 32 > 0",
    "click_content": "signals & 64 > 0",
    "download_bottom": "signals & 128 > 0",
    "download_top": "signals & 256 > 0",
    "newsletter": "signals & 512 > 0",
    "no_email_opened": f"created_at <= timestamptz '{SILENCE_FROM.isoformat()}'"
    " and coalesce(signals, 0) & 1024 = 0",
}


def query(data: Dataset) -> str:
    """The whole statement for one data set."""
    lines = ",\n    ".join(
        f"case when {satisfied} then {POINTS[name]} else 0 end as {name}"
        for name, satisfied in {**_FIT, **_ENGAGEMENT}.items()
    )
    return f"""
with relevant as (
  select lead_id, {_SIGNAL} as signal
  from read_parquet('{data.events_glob}')
  where occurred_at <= timestamptz '{AS_OF.isoformat()}' and signal is not null
), counted as (
  select lead_id, bit_or(signal) as signals, count(*) filter (signal = 2) as pricing_visits
  from relevant
  group by lead_id
), lines as (
  select lead_id,
    {lines}
  from read_parquet('{data.leads_file}') left join counted using (lead_id)
)
select *, {" + ".join(FIT_POINTS)} as fit, {" + ".join(ENGAGEMENT_POINTS)} as engagement,
  fit + engagement as total
from lines"""


def template_c(data: Dataset) -> pa.Table:
    """Scores and lines of every lead."""
    return warm_connection().sql(query(data)).to_arrow_table()
