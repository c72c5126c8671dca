"""Commands about a definition alone: templates, init, check, document, diff, schema."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from pypdf import PdfReader

from handraise.cli.definitions import load
from handraise.core.definition.hashing import content_hash
from handraise.templates import TEMPLATES, template_text
from tests.cli.conftest import Run


def changed(path: Path, old: str, new: str, name: str = "new.yaml") -> Path:
    """A copy of the file with one text replaced."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    copy = path.with_name(name)
    copy.write_text(text.replace(old, new), encoding="utf-8")
    return copy


# ------------------------------------------------------------------------------- templates and init


def test_templates_lists_every_template(handraise: Run) -> None:
    answer = handraise("templates")
    assert answer.code == 0
    assert all(name in answer.out for name in TEMPLATES)
    assert [each["name"] for each in handraise("templates", "--json").json] == list(TEMPLATES)


def test_init_writes_the_template_and_its_schema(handraise: Run, tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    assert handraise("init", file, "--template", "classic").code == 0
    assert file.read_text(encoding="utf-8") == template_text("classic")
    Draft202012Validator.check_schema(json.loads((tmp_path / "definition.schema.json").read_text()))
    assert handraise("check", file).code == 0


def test_init_does_not_replace_a_file_unless_told(handraise: Run, saas: Path) -> None:
    saas.write_text("mine")
    answer = handraise("init", saas)
    assert (answer.code, saas.read_text()) == (2, "mine")
    assert "--force" in answer.err
    assert handraise("init", saas, "--force").code == 0
    assert saas.read_text(encoding="utf-8") == template_text("b2b-saas")


def test_init_names_the_templates_when_there_is_none_of_that_name(handraise: Run, tmp_path: Path) -> None:
    answer = handraise("init", tmp_path / "x.yaml", "--template", "nonsense")
    assert answer.code == 2
    assert "b2b-saas" in answer.err
    assert not (tmp_path / "x.yaml").exists()


# --------------------------------------------------------------------------------------------- check


def test_check_of_a_sound_definition_is_content(handraise: Run, saas: Path) -> None:
    answer = handraise("check", saas)
    assert answer.code == 0
    assert "no errors, no doubts in 22 rules and 12 signals" in answer.out
    assert content_hash(load(saas).definition)[:12] in answer.out


def test_check_shows_the_line_the_column_and_a_suggestion(handraise: Run, saas: Path) -> None:
    broken = changed(saas, "signal: demo_request, ", "signal: demo_reqest,  ")
    answer = handraise("check", broken)
    assert answer.code == 1
    first, line, caret, *_ = answer.out.splitlines()
    assert first.startswith(
        f"{broken}:55:49: error: there is no signal `demo_reqest`; did you mean `demo_request`?"
    )
    assert line.startswith("   55 |     - {rule: demo request")
    assert line[caret.index("^") :].startswith("demo_reqest")
    assert "1 error, no doubts" in answer.out


def test_check_finds_a_bar_nobody_can_reach(handraise: Run, saas: Path) -> None:
    broken = changed(saas, "mql: {total: 50}", "mql: {total: 5000}")
    answer = handraise("check", broken)
    assert answer.code == 1
    assert "error:" in answer.out


def test_doubts_alone_leave_the_exit_code_at_0(handraise: Run, saas: Path) -> None:
    doubtful = changed(saas, "  any_download: ", "  idle_signal: {event: Idle}\n  any_download: ")
    answer = handraise("check", doubtful, "--json")
    assert answer.code == 0
    assert [each["severity"] for each in answer.json["problems"]] == ["warning"]
    assert answer.json["is_valid"] is True


def test_check_as_json_has_places(handraise: Run, saas: Path) -> None:
    broken = changed(saas, "points: 50}", "points: many}")
    answer = handraise("check", broken, "--json")
    assert answer.code == 1
    problem = answer.json["problems"][0]
    assert (problem["line"], problem["severity"]) == (55, "error")
    assert answer.json["is_valid"] is False


def test_check_against_data_finds_rules_nobody_meets_and_a_share_out_of_line(
    handraise: Run, saas: Path, files: list[str]
) -> None:
    odd = changed(
        saas,
        "- {rule: newsletter,",
        "- {rule: never, signal: newsletter_signup, at_least: 900, points: 1}\n    - {rule: newsletter,",
    )
    odd = changed(odd, "mql: {total: 50}", "mql: {total: 1}", "odd.yaml")
    answer = handraise("check", odd, *files)
    assert answer.code == 0
    assert "no lead in the data ever meets `never`" in answer.out
    assert "15 to 25 % is usual" in answer.out
    assert "of 120 leads qualify" in answer.out


def test_check_finds_two_rules_that_always_go_together(handraise: Run, saas: Path, files: list[str]) -> None:
    twins = changed(
        saas,
        "- {rule: second pricing page visit,",
        "- {rule: pricing again, signal: [pricing_visit, demo_request], points: 1}\n"
        "    - {rule: any pricing or demo, signal: [demo_request, pricing_visit], points: 2}\n"
        "    - {rule: second pricing page visit,",
    )
    codes = [each["code"] for each in handraise("check", twins, *files, "--json").json["problems"]]
    assert "always-together" in codes


def test_check_against_events_needs_leads(handraise: Run, saas: Path, company: Path) -> None:
    answer = handraise("check", saas, "--events", company / "events.parquet")
    assert answer.code == 2
    assert "--leads" in answer.err


# ------------------------------------------------------------------------------------------ document


def test_document_writes_a_page_with_the_hash_in_its_footer(
    handraise: Run, saas: Path, tmp_path: Path
) -> None:
    out = tmp_path / "pages" / "saas.html"
    assert handraise("document", saas, "--out", out, "--date", "2026-10-01").code == 0
    page = out.read_text(encoding="utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert content_hash(load(saas).definition)[:12] in page
    assert "1 October 2026" in page


def test_document_without_a_place_is_markdown_on_standard_output(handraise: Run, saas: Path) -> None:
    answer = handraise("document", saas)
    assert answer.out.startswith("# B2B SaaS\n")


def test_document_goes_onto_paper(handraise: Run, saas: Path, tmp_path: Path) -> None:
    out = tmp_path / "saas.pdf"
    assert handraise("document", saas, "--out", out, "--date", "2026-10-01").code == 0
    assert "1 October 2026" in PdfReader(out).pages[0].extract_text()


def test_document_knows_its_kinds_of_page(handraise: Run, saas: Path, tmp_path: Path) -> None:
    answer = handraise("document", saas, "--out", tmp_path / "saas.docx")
    assert answer.code == 2
    assert "must end in .pdf, .html or .md" in answer.err


# ---------------------------------------------------------------------------------------------- diff


def test_diff_says_in_words_what_changed(handraise: Run, saas: Path) -> None:
    new = changed(
        saas, "signal: pricing_visit,                   points: 15", "signal: pricing_visit, points: 20"
    )
    answer = handraise("diff", saas, new)
    assert answer.code == 1
    assert answer.out == "Changes scores\n  pricing page visit 15 → 20\n"


def test_diff_tells_what_leaves_scores_alone(handraise: Run, saas: Path) -> None:
    new = changed(saas, "review: {every: 3 months}", "review: {every: 6 months}")
    assert handraise("diff", saas, new).out.startswith("Does not change scores\n")
    assert handraise("diff", saas, new, "--json").json["changes_scores"] is False


def test_diff_of_the_same_is_0(handraise: Run, saas: Path) -> None:
    same = changed(saas, "# B2B SaaS: 22 lines", "# Another remark, 22 lines")
    assert handraise("diff", saas, same).code == 0
    assert handraise("diff", saas, same, "--json").json == {
        "equal": True,
        "changes_scores": False,
        "differences": [],
    }


# -------------------------------------------------------------------------------------------- schema


def test_schema_is_one_json_document(handraise: Run) -> None:
    answer = handraise("schema")
    assert answer.code == 0
    Draft202012Validator.check_schema(answer.json)


# --------------------------------------------------------------------------------------- list files


LISTED = """
name: Listed
lists: {near: {file: countries.txt}}
fit: {bar: 1, rules: [{rule: near, when: {lead.country: {in_list: near}}, points: 1},
  {rule: target, when: {account.domain: {in_list: targets}}, points: 1}]}
qualify: {mql: fit}
"""


def test_lists_come_from_files_beside_the_definition(tmp_path: Path) -> None:
    file = tmp_path / "d.yaml"
    file.write_text(LISTED)
    (tmp_path / "countries.txt").write_text("# where we sell\nDE\n\nAT  # and Austria\n")
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "targets.csv").write_text("domain,owner\nacme.example,Ann\n")
    lists = load(file).definition.lists
    assert lists == {"near": ("at", "de"), "targets": ("acme.example",)}


@pytest.mark.parametrize("path", ["nowhere.txt", "../outside.txt", "/etc/hostname", "lists"])
def test_a_list_file_that_is_not_beside_the_definition_is_an_error(
    handraise: Run, tmp_path: Path, path: str
) -> None:
    folder = tmp_path / "inside"
    (folder / "lists").mkdir(parents=True)
    (folder / "lists" / "targets.txt").write_text("acme.example")
    (tmp_path / "outside.txt").write_text("DE")
    file = folder / "d.yaml"
    file.write_text(LISTED.replace("countries.txt", path))
    answer = handraise("check", file)
    assert answer.code == 1
    assert f"no readable list file `{path}`" in answer.out
