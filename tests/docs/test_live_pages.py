"""The pages of the live product say what the program does: its codes, moves, reasons, effects, adapters."""

import json
import re
import runpy
from collections.abc import Iterable
from dataclasses import fields
from typing import get_args

import pytest

from handraise.api.ingest.paths import DROPPED, ENTRIES, POSTHOG_SETTINGS
from handraise.connect.inbound import generic
from handraise.connect.inbound.decoding import MOST_CALLS
from handraise.connect.inbound.formats import GENERIC, WEBHOOKS
from handraise.connect.inbound.poison import DEEPEST
from handraise.connect.inbound.refusing import LARGEST_CALL, LONGEST_EVENT, LONGEST_ID
from handraise.core import effects
from handraise.core.reasons import REASONS, Reason
from handraise.core.routing import RoutingPolicy
from handraise.core.stage import LEGAL, STAGES, Stage
from handraise.store.facts import PRECEDENCE
from tests.databases import Database
from tests.docs.pages import DOCS, ROOT, Block, blocks

SRC = ROOT / "src" / "handraise"
CAPTURE = (DOCS / "reference" / "capture.md").read_text(encoding="utf-8")
LIFECYCLE = (DOCS / "reference" / "lifecycle.md").read_text(encoding="utf-8")
CONNECT = (DOCS / "how-to" / "connect-a-source.md").read_text(encoding="utf-8")
# Said only where no application stands behind the ingest door.
UNSEEN = frozenset({"no_such_path"})


def codes(sources: str, pattern: str) -> set[str]:
    """What the pattern finds in these sources."""
    return {
        code
        for path in sorted(SRC.glob(sources))
        for code in re.findall(pattern, path.read_text(encoding="utf-8"))
    }


REFUSALS = sorted(
    codes("connect/inbound/*.py", r'Unfit\(\s*"(\w+)"')
    | codes("connect/inbound/poison.py", r'(?:= \(|return )"(\w+)", f?"')
    | codes("api/ingest/*.py", r'RequestRefused\(\s*\d+,\s*"(\w+)"')
    | codes("flow/capture.py", r'NOT_STORABLE: Final = "(\w+)"')
)


def test_the_codes_are_found_in_the_sources() -> None:
    assert {"nul", "too_deep", "bad_time", "not_storable", "too_many", "not_inflatable"} <= set(REFUSALS)


@pytest.mark.parametrize("code", [code for code in REFUSALS if code not in UNSEEN])
def test_each_code_of_capture_is_explained(code: str) -> None:
    assert f"`{code}`" in CAPTURE


@pytest.mark.parametrize("path", sorted({*ENTRIES, *DROPPED, *POSTHOG_SETTINGS}))
def test_each_path_of_the_ingest_door_is_documented(path: str) -> None:
    name = path.rpartition("/")[2]
    assert f"`{path}`" in CAPTURE or (path.startswith("/v1/") and (len(name) == 1 or f"`{name}`" in CAPTURE))


def test_the_limits_of_capture_are_those_of_the_program() -> None:
    written = (
        f"| one call | {LARGEST_CALL // 1024} KiB |",
        f"| calls in a batch | {MOST_CALLS:,} |",
        f"| the name of an event | {LONGEST_EVENT} characters |",
        f"| an id | {LONGEST_ID} characters |",
        f"| lists and objects in one another | {DEEPEST} levels |",
    )
    assert [line for line in written if line not in CAPTURE] == []


# ------------------------------------------------------------------------------------------ the lifecycle


def section(heading: str) -> str:
    """The text under a heading, up to the next one."""
    return re.split(r"^#+ ", LIFECYCLE.partition(f" {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize(("heading", "by"), [("A rule", "rule"), ("A person", "person")])
@pytest.mark.parametrize("stage", STAGES)
def test_each_legal_move_is_in_its_table(heading: str, by: str, stage: Stage) -> None:
    legal = ", ".join(f"`{to}`" for to in LEGAL[by][stage]) or "–"  # type: ignore[index]
    assert f"| `{stage}` | {legal} |\n" in section(heading)


HEADINGS = {
    "reject": "Rejecting a hand-off",
    "disqualify": "Disqualifying",
    "recycle": "Recycling",
    "lost": "Losing a deal",
}


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: f"{reason.kind}-{reason.code}")
def test_each_reason_is_in_its_table(reason: Reason) -> None:
    then = f" {reason.then} |" if reason.kind == "reject" else ""
    assert f"| `{reason.code}` | {reason.label} |{then}\n" in section(HEADINGS[reason.kind])


def test_no_table_has_more_reasons_than_there_are() -> None:
    rows = sum(section(heading).count("\n| `") for heading in HEADINGS.values())
    assert rows == len(REASONS)


@pytest.mark.parametrize("name", get_args(effects.LeadType))
def test_each_lead_type_is_explained(name: str) -> None:
    assert f"\n| `{name}` |" in section("Lead types")


@pytest.mark.parametrize("effect", get_args(effects.Effect), ids=lambda effect: effect.__name__)
def test_each_effect_is_explained(effect: type) -> None:
    assert f"`{effect.__name__}`" in section("Effects")


# ------------------------------------------------------------------------------------------------ how-to


@pytest.mark.parametrize("name", [*WEBHOOKS, GENERIC])
def test_each_sender_of_webhooks_is_documented(name: str) -> None:
    assert f"`{name}`" in CONNECT


@pytest.mark.parametrize("name", [field.name for field in fields(generic.Fields)])
def test_each_entry_of_a_mapping_is_documented(name: str) -> None:
    assert f"`{name}`" in CONNECT


def of(page: str, info: str) -> Iterable[Block]:
    return [block for block in blocks() if block.page.endswith(page) and block.info == info]


def test_the_mapping_of_the_example_can_be_used() -> None:
    [block] = of("connect-a-source.md", "json")
    assert generic.fields_from(json.loads(block.text)["mapping"]).event == "type"


@pytest.mark.parametrize("block", of("connect-a-source.md", "python"), ids=str)
def test_a_snippet_for_a_client_is_python(block: Block) -> None:
    compile(block.text, str(block), "exec")


def test_the_script_that_sets_up_teams_runs(database: Database) -> None:
    [block] = of("route-leads.md", "python")
    given = {"URL": database.url}
    exec(compile(block.text, str(block), "exec"), given)
    assert {"ann", "office"} <= given.keys()


def test_how_long_a_lead_waits_for_working_hours_is_what_the_program_does() -> None:
    policy, page = RoutingPolicy(), (DOCS / "how-to" / "route-leads.md").read_text(encoding="utf-8")
    hours = [
        f"within {wait.total_seconds() / 3600:g} hours"
        for wait in (policy.keep_for_owner, policy.wait_for_next_open)
    ]
    assert [words for words in hours if words not in page] == []


def test_sources_of_facts_stand_in_their_order() -> None:
    page = (DOCS / "explanation" / "identity.md").read_text(encoding="utf-8")
    places = [page.index(f"| `{source}` |") for source in PRECEDENCE]
    assert places == sorted(places)


# ---------------------------------------------------------------------------------------------- generated


def test_the_page_of_settings_is_what_the_program_says() -> None:
    pages = runpy.run_path(str(ROOT / "scripts" / "reference.py"))["PAGES"]
    assert (DOCS / "reference" / "settings.md").read_text(encoding="utf-8") == pages["settings.md"](), (
        "run: python scripts/reference.py"
    )
