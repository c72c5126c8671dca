"""`handraise backtest` on the example company: it points the right way, and refuses what it cannot use."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import Run
from tests.cli.past_files import drivers, past_files
from tests.rendering.test_document import Page

OLD_RULE = """
name: Old rule
timezone: Europe/Berlin
signals:
  asked: {event: [Demo Requested, Contact Form Submitted]}
  download: {event: Content Downloaded}
qualify:
  mql: {any: [{signal: asked}, {all: [{signal: download}, {lead.email_kind: business}]}]}
"""
# Demos and prices as the old rule knows them, and everything that sales' own follow-up leaves behind.
LEAKED = """
name: Leaked
timezone: Europe/Berlin
signals:
  follow_up: {event: Email Opened, where: {campaign: sales-follow-up}}
  meeting: {event: Meeting Booked, where: {campaign: sales-follow-up}}
qualify:
  mql: {any: [{signal: follow_up}, {signal: meeting}]}
"""


@pytest.fixture(scope="session")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An example company with enough outcomes to tell something."""
    from handraise.example import generate, write

    folder = tmp_path_factory.mktemp("larger")
    write(generate(leads=800, seed=5), folder)
    return folder


def written(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_planted_drivers_are_better_than_the_old_rule(
    handraise: Run, larger: Path, tmp_path: Path
) -> None:
    old = written(tmp_path, OLD_RULE, "old.yaml")
    answer = handraise(
        "backtest", drivers(tmp_path), "--against", old, *past_files(larger), "--capacity", 5, "--json"
    )
    assert answer.code == 0, answer.err
    found = answer.json
    assert found["accepted_difference"]["low"] > 0
    assert found["candidate"]["sql"]["low"] > found["against"]["sql"]["share"]
    assert found["groups"]["lost"]["accepted"]["high"] < found["candidate"]["accepted"]["low"]
    assert "are better" in found["in_short"]
    people = found["people"]
    assert sum(1 for row in people if row["group"] == "lost") == found["groups"]["lost"]["leads"]


def test_the_old_rule_replayed_is_what_really_happened(handraise: Run, larger: Path, tmp_path: Path) -> None:
    """All but leads whose event came late: sales had them before the events told of it."""
    found = handraise("backtest", written(tmp_path, OLD_RULE, "old.yaml"), *past_files(larger), "--json").json
    same = found["groups"]["same"]["leads"]
    assert same > 0.85 * found["against"]["leads"]
    assert found["groups"]["earlier"]["leads"] == 0


def test_a_gain_that_is_sales_own_work_is_no_gain(handraise: Run, larger: Path, tmp_path: Path) -> None:
    leaked = written(tmp_path, LEAKED, "leaked.yaml")
    found = handraise("backtest", leaked, *past_files(larger), "--json").json
    assert found["after_contact"] > 50
    assert found["groups"]["gained"]["leads"] == 0
    assert found["candidate"]["leads"] == 0
    assert "sales' own work" in found["in_short"]


def test_a_fact_that_sales_filled_in_shows_no_gain_once_its_time_is_known(
    handraise: Run, larger: Path, tmp_path: Path
) -> None:
    """A quality that sales writes down after the call looks like an oracle, until its time is told."""
    from handraise.files.outcomes import read_outcomes

    outcomes = read_outcomes(larger / "outcomes.csv").to_pylist()
    accepted = [row for row in outcomes if row["accepted_at"]]
    qualities = "".join(
        f"{row['lead_id']},quality,high,{row['accepted_at'].isoformat()}\n" for row in accepted
    )
    history = written(tmp_path, f"lead_id,fact,value,known_since\n{qualities}", "facts.csv")
    leads = (larger / "leads.csv").read_text(encoding="utf-8").splitlines()
    high = {row["lead_id"] for row in accepted}
    told = [leads[0] + ",quality", *(f"{x},{'high' if x.split(',')[0] in high else ''}" for x in leads[1:])]
    written(tmp_path, "\n".join(told) + "\n", "leads.csv")
    candidate = written(
        tmp_path,
        "{name: Q, qualify: {mql: {pattern: q}}, patterns: [{pattern: q, lead.quality: high}]}",
        "q.yaml",
    )
    options = past_files(larger)
    options[options.index("--leads") + 1] = str(tmp_path / "leads.csv")
    leaking = handraise("backtest", candidate, *options, "--json").json
    assert leaking["candidate"]["leads"] > 100
    assert list(leaking["suspicious"]) == ["lead.quality"]
    assert "Beware of lead.quality" in leaking["in_short"]
    honest = handraise("backtest", candidate, *options, "--fact-history", history, "--json").json
    assert honest["candidate"]["leads"] == 0
    assert honest["groups"]["gained"]["leads"] == 0
    assert honest["after_contact"] == len(accepted)


def test_a_folder_gets_report_figures_and_people(
    handraise: Run, company: Path, saas: Path, tmp_path: Path
) -> None:
    out = tmp_path / "backtest"
    answer = handraise("backtest", saas, *past_files(company), "--capacity", 3, "--out", out)
    assert answer.code == 0, answer.err
    assert sorted(path.name for path in out.iterdir()) == ["backtest.json", "people.parquet", "report.html"]
    page = Page((out / "report.html").read_text(encoding="utf-8"))
    assert page.open == []
    for question in ("Who is gained and who is lost?", "Are they better leads?", "How to read this"):
        assert question in page.texts["h2"]
    assert len(page.texts["svg"]) >= 3
    people = pq.read_table(out / "people.parquet")
    assert set(people["group"].to_pylist()) >= {"lost"}
    assert "with outcome" in answer.out


@pytest.mark.parametrize("name", ["people.csv", "people.jsonl", "report.html"])
def test_one_file_can_be_asked_for(
    handraise: Run, company: Path, saas: Path, tmp_path: Path, name: str
) -> None:
    answer = handraise("backtest", saas, *past_files(company), "--out", tmp_path / name, "--json")
    assert answer.code == 0, answer.err
    assert (tmp_path / name).stat().st_size > 100
    assert answer.json["out"] == [str(tmp_path / name)]


def test_two_versions_that_say_the_same_have_no_difference(handraise: Run, company: Path, saas: Path) -> None:
    found = handraise("backtest", saas, "--against", saas, *past_files(company), "--json").json
    changed = {name: group["leads"] for name, group in found["groups"].items() if name != "same"}
    assert not any(changed.values())
    assert found["groups"]["same"]["leads"] == found["candidate"]["leads"]


def test_the_period_can_be_named(handraise: Run, company: Path, saas: Path) -> None:
    asked = ("--from", "2026-01-01", "--until", "2026-07-01T00:00Z")
    found = handraise("backtest", saas, *past_files(company), *asked, "--json").json
    assert found["period"] == {"start": "2025-12-31T23:00:00Z", "end": "2026-07-01T00:00:00Z"}
    whole = handraise("backtest", saas, *past_files(company), "--json").json
    assert found["against"]["leads"] < whole["against"]["leads"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--from", "2026-07-01", "--until", "2026-01-01"), "before it begins"),
        (("--from", "soon"), "`--from soon` is no date"),
        (("--out", "report.pdf"), "must be a folder, or end in"),
        (("--capacity", "0"), "capacity"),
        (("--against", "absent.yaml"), "there is no file `absent.yaml`"),
        (("--map", "Nobody=won_at"), "has no column `Nobody`"),
    ],
)
def test_wrong_input_is_told_plainly(
    handraise: Run, company: Path, saas: Path, options: tuple[str, ...], said: str
) -> None:
    answer = handraise("backtest", saas, *past_files(company), *options)
    assert answer.code == 2
    assert said in answer.err


def test_outcomes_of_other_leads_are_noticed(
    handraise: Run, company: Path, saas: Path, tmp_path: Path
) -> None:
    strange = written(
        tmp_path, "lead_id,accepted_at\nZ9,2026-01-01T00:00:00Z\nZ8,2026-03-01T00:00:00Z\n", "o.csv"
    )
    options = past_files(company)
    options[options.index("--outcomes") + 1] = str(strange)
    answer = handraise("backtest", saas, *options)
    assert answer.code == 0
    assert "are the lead ids those of the outcomes?" in answer.err
