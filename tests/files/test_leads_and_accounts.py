"""Leads, their accounts, and what is said when a column is not there."""

from pathlib import Path

import pyarrow as pa
import pytest

from handraise.core.definition.reading import read_definition
from handraise.core.errors import InputInvalid
from handraise.files.leads import read_leads
from handraise.files.mapping import Mapping
from handraise.files.problems import Problems
from tests.files.company import as_parquet, mapped, run, scores, small, written
from tests.files.malformed import GOOD, HEAD, LEADS

ACCOUNTS = "account_id,domain,industry,employees\nA1,acme.example,Software,100\nA2,beta.example,Banking,9\n"


def facts(
    tmp_path: Path, leads: str, accounts: str | None = ACCOUNTS, **more: object
) -> dict[str, list[object]]:
    """Facts by name, read from these texts."""
    path = written(tmp_path / "leads.csv", leads)
    file = None if accounts is None else written(tmp_path / "accounts.csv", accounts)
    table = read_leads(path, accounts=file, **more)  # type: ignore[arg-type]
    return {"lead_id": table.ids.to_pylist()} | {n: c.to_pylist() for n, c in table.columns.items()}


def test_a_column_is_a_fact_of_the_lead_unless_it_names_the_account(tmp_path: Path) -> None:
    found = facts(
        tmp_path, "lead_id,title,lead.country,account.industry,employees\nL1,CEO,DE,Software,5\n", None
    )
    assert found == {
        "lead_id": ["L1"],
        "lead.title": ["CEO"],
        "lead.country": ["DE"],
        "account.industry": ["Software"],
        "lead.employees": ["5"],
    }


def test_accounts_are_joined_by_their_id(tmp_path: Path) -> None:
    found = facts(tmp_path, "lead_id,account_id\nL1,A2\nL2, A1 \nL3,A9\nL4,\n")
    assert found["account.industry"] == ["Banking", "Software", None, None]
    assert found["account.employees"] == ["9", "100", None, None]


def test_without_an_id_the_domain_of_a_business_address_finds_the_account(tmp_path: Path) -> None:
    leads = (
        "lead_id,account_id,email\nL1,,ann@ACME.example\nL2,A9,bob@mail.acme.example\nL3,A2,cy@acme.example\n"
    )
    assert facts(tmp_path, leads)["account.industry"] == ["Software", "Software", "Banking"]


def test_a_personal_address_finds_no_account(tmp_path: Path) -> None:
    accounts = "account_id,domain,industry\nA1,gmail.com,Software\n"
    found = facts(tmp_path, "lead_id,email\nL1,ann@gmail.com\nL2,no address\nL3,\n", accounts)
    assert found["account.industry"] == [None, None, None]


def test_what_the_leads_file_says_of_the_account_comes_first(tmp_path: Path) -> None:
    leads = "lead_id,account_id,account.industry\nL1,A1,Mining\nL2,A1,\n"
    assert facts(tmp_path, leads)["account.industry"] == ["Mining", "Software"]


def test_types_of_the_two_files_may_differ(tmp_path: Path) -> None:
    leads = as_parquet(
        pa.table({"lead_id": [1, 2], "account_id": [7, 7], "account.employees": [5.5, None]}),
        tmp_path / "leads.parquet",
    )
    accounts = written(tmp_path / "accounts.csv", "account_id,employees\n7,51-200\n")
    table = read_leads(leads, accounts=accounts)
    assert table.ids.to_pylist() == ["1", "2"]
    assert table.columns["account.employees"].to_pylist() == ["5.5", "51-200"]


def test_an_account_that_stands_twice_is_written_down_and_the_first_counts(tmp_path: Path) -> None:
    problems = Problems()
    accounts = ACCOUNTS + "A1,other.example,Mining,3\n"
    found = facts(tmp_path, "lead_id,account_id\nL1,A1\n", accounts, problems=problems)
    assert found["account.industry"] == ["Software"]
    assert dict(problems.counts) == {"the account_id stood before": 1}


def test_accounts_without_anything_to_join_by_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputInvalid, match="neither `account_id` nor `domain`"):
        facts(tmp_path, LEADS, "id,industry\nA1,Software\n")


def test_only_wanted_columns_are_kept(tmp_path: Path) -> None:
    found = facts(tmp_path, "lead_id,title,email,secret\nL1,CEO,a@b.example,x\n", wanted=["lead.title"])
    assert found == {"lead_id": ["L1"], "lead.title": ["CEO"]}


def test_leads_may_be_a_folder_of_parquet_with_lists_and_nested_columns(tmp_path: Path) -> None:
    place = tmp_path / "leads"
    place.mkdir()
    as_parquet(pa.table({"lead_id": ["L1"], "account.technologies": [["SAP", "Slack"]]}), place / "a.parquet")
    as_parquet(pa.table({"lead_id": ["L2"], "title": ["CEO"]}), place / "b.parquet")
    table = read_leads(place)
    assert table.ids.to_pylist() == ["L1", "L2"]
    assert table.columns["account.technologies"].to_pylist() == ['["SAP", "Slack"]', None]
    assert table.columns["lead.title"].to_pylist() == [None, "CEO"]


def test_nested_objects_of_jsonl_are_columns_with_dots(tmp_path: Path) -> None:
    text = '{"lead_id": 7, "title": "CEO", "account": {"industry": "Software", "employees": 90}}\n'
    table = read_leads(written(tmp_path / "leads.jsonl", text))
    assert table.ids.to_pylist() == ["7"]
    assert table.columns["account.industry"].to_pylist() == ["Software"]
    assert table.columns["account.employees"].to_pylist() == [90]


def test_columns_are_renamed_and_words_for_missing_are_nothing(tmp_path: Path) -> None:
    mapping = mapped("Prospect ID=lead_id", "What do you do?=title", missing=["Select"])
    found = facts(
        tmp_path, "Prospect ID,lead_id,What do you do?\nP1,x,CEO\nP2,y, select \nSELECT,z,CFO\n", None,
        mapping=mapping,
    )  # fmt: skip
    assert found == {"lead_id": ["P1", "P2"], "lead.title": ["CEO", None]}


NEEDS_ACCOUNT = read_definition("""
name: Account
signals: {demo: {event: Demo Requested}}
fit:
  rules:
    - {rule: mid-market, when: {account.employees: {between: [50, 500]}}, points: 10}
    - {rule: industry, when: {account.industry: software}, points: 10}
    - {rule: tools, when: {account.technologies: {has: SAP}}, points: 10}
qualify: {mql: {total: 20}}
""").definition


def test_an_absent_account_fact_names_the_rule_and_what_would_help(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", "lead_id,employees,title\nL1,100,CEO\n")
    with pytest.raises(InputInvalid) as refused:
        run(NEEDS_ACCOUNT, leads, None)
    lines = str(refused.value).splitlines()
    assert "`account.employees`" in lines[0]
    assert "“rule mid-market”" in lines[0]
    assert '--map "employees=account.employees"' in lines[0]
    assert "--accounts FILE" in lines[1]
    assert lines[-1] == "To score without them: --allow-missing 'account.*'"


def test_a_name_of_a_person_is_not_suggested_for_the_name_of_the_company(tmp_path: Path) -> None:
    definition = read_definition(
        "name: N\nfit: {rules: [{rule: named, when: {account.name: {known: true}}, points: 5}]}\n"
        "qualify: {mql: {total: 5}}\n"
    ).definition
    people = written(tmp_path / "leads.csv", "lead_id,first_name\nL1,Ann\n")
    with pytest.raises(InputInvalid, match="--accounts FILE"):
        run(definition, people, None)
    firms = written(tmp_path / "firms.csv", "lead_id,Company Name\nL1,Acme\n")
    with pytest.raises(InputInvalid, match=r'--map "Company Name=account\.name"'):
        run(definition, firms, None)


def test_absence_may_be_accepted(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", "lead_id,account.employees\nL1,100\n")
    assert run(NEEDS_ACCOUNT, leads, None, allow_missing=["account.*"]).leads == 1
    with pytest.raises(InputInvalid, match=r"`account\.industry`"):
        run(NEEDS_ACCOUNT, leads, None, allow_missing=["account.technologies"])


def test_an_absent_property_of_events_may_be_accepted(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    events = written(tmp_path / "events.csv", "lead_id,event,occurred_at\nL1,Demo Requested,2026-01-01\n")
    found = scores(small(), leads, None, events, allow_missing=["path"])
    assert found["L1"]["engagement"] == 50


def test_a_property_that_no_json_event_has_is_only_a_notice(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    events = written(
        tmp_path / "events.jsonl",
        '{"lead_id": "L1", "event": "Demo Requested", "occurred_at": "2026-01-01T00:00:00Z", "pathh": "/"}\n',
    )
    (notice,) = run(small(), leads, events).notices
    assert (
        notice
        == "no event in events.jsonl has `path`, which signal “pricing” looks at; the nearest is `pathh`"
    )


def test_a_mapped_column_that_no_file_has_is_refused_with_the_nearest(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS + "")
    with pytest.raises(InputInvalid, match=r"no file has a column `titel`.*did you mean `title`"):
        run(small(), leads, None, mapping=mapped("titel=lead.title"))


def test_events_of_unknown_leads_are_counted_and_not_scored(tmp_path: Path) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    strangers = "".join(GOOD.replace("L1", f"X{n}") for n in range(5)) * 2
    summary = run(small(), leads, written(tmp_path / "events.csv", HEAD + GOOD + strangers))
    assert summary.leads == 1
    assert summary.events == 11
    assert summary.notices == (
        "10 events belong to leads that are not in leads.csv (such as X0, X1, X2) and were not scored",
    )


@pytest.mark.parametrize("in_memory", [0, 10**6])
def test_streamed_events_of_unknown_leads_are_counted_too(tmp_path: Path, in_memory: int) -> None:
    leads = written(tmp_path / "leads.csv", LEADS)
    table = pa.table(
        {"lead_id": ["X1"] * 4 + ["L1"] + ["X2"] * 3, "event": ["page"] * 8, "path": ["/pricing"] * 8,
         "occurred_at": ["2026-01-01T00:00:00Z"] * 8}
    )  # fmt: skip
    events = as_parquet(table, tmp_path / "events.parquet", rows=3)
    summary = run(small(), leads, events, in_memory=in_memory)
    assert summary.leads == 1
    assert summary.notices[0].startswith("7 events belong to leads that are not in leads.csv")


def test_a_saved_mapping_and_more_entries_work_together(tmp_path: Path) -> None:
    saved = written(
        tmp_path / "crm.yaml",
        "columns: {Prospect ID: lead_id, Role: role}\nmissing: [Select]\nzone: Europe/Paris\n",
    )
    mapping = Mapping.parse([str(saved), "Role=title"], missing=["n/a"])
    assert dict(mapping.columns) == {"Prospect ID": "lead_id", "Role": "title"}
    assert (mapping.missing, mapping.zone) == (("Select", "n/a"), "Europe/Paris")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: [", "is not valid YAML"),
        ("- a", "must hold `columns:`"),
        ("colums: {}", "did you mean `columns`"),
        ("columns: [a]", "must be lines such as"),
        ("columns: {a: }", "must give a column a name"),
        ("columns: {a: {b: c}}", "must give a column a name"),
        ("columns: {a: x, b: x}", "both `a` and `b` would become `x`"),
        ("missing: {a: b}", "must be a list of words"),
        ("zone: Europe/Berln", "did you mean `Europe/Berlin`"),
        (b"\xff\xfe", "is not valid YAML"),
        ("a: &a [*a]\n", "unknown key"),
    ],
)
def test_a_mapping_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(InputInvalid) as refused:
        Mapping.read(written(tmp_path / "map.yaml", text))
    assert said in str(refused.value)


@pytest.mark.parametrize("entry", ["nowhere.yaml", "a=", "=b", "="])
def test_a_mapping_that_says_nothing_is_refused(entry: str) -> None:
    with pytest.raises(InputInvalid):
        Mapping.parse([entry])


def test_lead_ids_that_are_addresses_are_the_e_mail_too(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("lead_id,title\nann@acme.com,VP\nbob@gmail.com,CEO\n")
    assert read_leads(path).columns["lead.email"].to_pylist() == ["ann@acme.com", "bob@gmail.com"]


def test_lead_ids_are_not_taken_for_addresses_when_one_is_none(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("lead_id,title\nann@acme.com,VP\n1002,CEO\n")
    assert "lead.email" not in read_leads(path).columns
