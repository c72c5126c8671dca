"""A real export of leads, as it came."""

from pathlib import Path

from handraise.core.definition.reading import read_definition
from tests.files.company import mapped, run
from tests.shared import shared_path

DEFINITION = read_definition("""
name: Courses
fit:
  rules:
    - {rule: works, when: {lead.occupation: Working Professional}, points: 30}
    - {rule: was on the site, when: {lead.seconds: {at_least: 600}}, points: 20}
    - {rule: said what they study, when: {lead.specialization: {known: true}}, points: 10}
    - {rule: in India, when: {lead.country: IN}, points: 5}
qualify: {mql: {fit: 40}}
""").definition
MAPPING = (
    "Prospect ID=lead_id", "What is your current occupation=occupation",
    "Total Time Spent on Website=seconds",
    "Specialization=specialization", "Country=country",
)  # fmt: skip


def test_every_lead_is_scored_and_select_is_nothing(tmp_path: Path) -> None:
    leads = shared_path("data/leads/x_education.csv")
    out = tmp_path / "scores.parquet"
    summary = run(DEFINITION, leads, None, out, mapping=mapped(*MAPPING, missing=["Select"]))
    assert (summary.leads, summary.errors) == (9240, {})
    assert summary.mqls > 100
    import pyarrow.parquet as pq

    lines = pq.read_table(out)["lines"].to_pylist()
    named = sum(any(line["rule"] == "said what they study" for line in each) for each in lines)
    with_select = run(DEFINITION, leads, None, mapping=mapped(*MAPPING))
    assert 0 < named < 9240 - 1900, "1,942 said `Select`"
    assert with_select.mqls > summary.mqls
