"""Pages for somebody who reads German: what is said of definitions, scores and hand-offs is German too."""

import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from handraise.store import drafts
from tests.web.browsing import keep_picture
from tests.web.filled import Filled
from tests.web.proposed import LOOSER, WRONG

ENGLISH = re.compile(
    r"\b(the|and|not|with|there|found|expected|no|this|that|are|is|were|have|has|what|when|which|would|them|they"
    r"|their|can|cannot|nobody|leads|give|lower|drop|keep|write|say|choose|your|you|sales|every|of|to)\b"
)


def english(said: str) -> list[str]:
    """The words that only English has, names and what stands in quotation marks or backticks left out."""
    return ENGLISH.findall(re.sub(r"`[^`]*`|„[^“]*“", "", said))


@pytest.fixture
def gerda(filled: Filled) -> int:
    """Somebody who reads German."""
    gerda = filled.site.member("admin", "Gerda")
    with filled.site.services.database.transaction() as connection:
        connection.execute(
            sa.text("update handraise.member set language = 'de' where id = :id"), {"id": gerda}
        )
    return gerda


@pytest.fixture
def page(filled: Filled, gerda: int) -> Iterator[Page]:
    with filled.site.page(gerda, language="de") as page:
        yield page


def test_a_lead_says_in_german_why_and_what_would_do(filled: Filled, page: Page) -> None:
    page.goto(filled.path("/leads/{lead}"))
    receipt = page.locator(".receipt").first
    receipt.wait_for()
    said = page.locator("main").inner_text()
    assert "Besuch der Preisseite" in said or "Demo-Anfrage" in said
    assert "die Titelstufe ist" in said
    for english in ("pricing visit", "halves every", "title level", "satisfy", "Metrics", "Who can"):
        assert english not in said
    keep_picture(page, "german-lead")


def test_somebody_who_is_short_of_it_reads_how_far_in_german(filled: Filled, page: Page) -> None:
    page.goto(filled.path("/leads/{quiet}"))
    outlook = page.locator("#outlook")
    expect(outlook).to_contain_text("Zum MQL fehlen")
    expect(outlook).to_contain_text("Nichts, was der Lead tut, ändert das")
    keep_picture(page, "german-outlook")


def test_the_inbox_says_in_german_why_now_and_why_you(filled: Filled, page: Page) -> None:
    page.goto(filled.path("/inbox?handoff={handoff}&whose=all"))
    page.locator(".why-me").wait_for()
    page.locator(".why-me summary").click()
    said = page.locator("main").inner_text()
    assert "Guten Tag" in said
    for english in ("Hello", "is next in turn", "What do you want", "pricing visit"):
        assert english not in said
    keep_picture(page, "german-inbox")


def test_the_definition_is_a_german_page(page: Page) -> None:
    page.goto("/definition")
    document = page.locator("article.document")
    document.wait_for()
    assert document.get_attribute("lang") is None
    said = document.inner_text()
    assert "Ein Lead ist ein MQL, wenn" in said
    assert "Was der Vertrieb zusagt." in said
    for english in ("A lead is", "Rule", "Points", "within", "business hours"):
        assert english not in said
    keep_picture(page, "german-definition")


def test_the_paper_to_sign_is_german(page: Page) -> None:
    paper = PdfReader(io.BytesIO(page.request.get("/definition/document.pdf?version=1").body()))
    assert str(paper.root_object["/Lang"]) == "de"
    assert "Für den Vertrieb" in " ".join(sheet.extract_text() for sheet in paper.pages)


def written_by(filled: Filled, member: int, text: str) -> int:
    """A draft of theirs."""
    with filled.site.services.database.transaction() as connection:
        return drafts.begin(connection, text, None, f"member:{member}", filled.company.now).id


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WRONG, "ein Signal `webinars` gibt es nicht; meinten Sie `webinar`?"),
        (
            WRONG.replace("webinars", "webinar"),
            "bei Engagement die Schwelle von 400 erreichen",
        ),
        ("name: x: y\n", "hier darf kein weiterer Doppelpunkt stehen"),
    ],
    ids=["unreadable", "unreachable", "no YAML"],
)
def test_what_is_wrong_in_a_draft_is_said_in_german(
    filled: Filled, gerda: int, page: Page, text: str, told: str
) -> None:
    page.goto(f"/definition/drafts/{written_by(filled, gerda, text)}")
    problems = page.locator("#problems")
    expect(problems).to_contain_text(told)
    assert english(problems.inner_text()) == []
    keep_picture(page, f"german-draft-{told[:4]}")
    page.set_viewport_size({"width": 390, "height": 844})
    keep_picture(page, f"german-draft-{told[:4]}-390")


def test_what_a_key_means_is_said_in_german(filled: Filled, gerda: int, page: Page) -> None:
    draft = written_by(filled, gerda, LOOSER)
    page.goto(f"/definition/drafts/{draft}")
    text = "name: a\nengagement:\n  h"
    found = page.evaluate(
        """async ([path, text]) => {
          const form = new URLSearchParams({text, offset: text.length});
          form.set("csrf_token", document.querySelector("input[name=csrf_token]").value);
          return (await fetch(path, {method: "POST", body: form})).json();
        }""",
        [f"/definition/drafts/{draft}/completions", text],
    )
    assert "halbiert sich alle" in {one["word"]: one["meaning"] for one in found["words"]}["half_life"]


def test_what_history_says_of_a_draft_is_said_in_german(filled: Filled, page: Page) -> None:
    page.goto(filled.path("/definition/backtests/{backtest}?draft={draft}"))
    told = page.locator("#run")
    expect(told.locator(".in-short")).to_contain_text("Der Entwurf macht im Zeitraum")
    assert told.locator("[lang=en]").count() == 0
    assert english(told.inner_text()) == []
    keep_picture(page, "german-backtest")
    page.set_viewport_size({"width": 390, "height": 844})
    keep_picture(page, "german-backtest-390")


def test_the_health_of_the_base_is_said_in_german(page: Page) -> None:
    page.goto("/reports/health")
    page.locator(".findings").wait_for()
    assert english(page.locator("main").inner_text()) == []
    keep_picture(page, "german-health")
    page.set_viewport_size({"width": 390, "height": 844})
    keep_picture(page, "german-health-390")


def test_what_a_proposal_would_do_is_said_in_german(filled: Filled, page: Page) -> None:
    page.goto(filled.path("/definition/versions/{proposed}"))
    figures = page.locator(".figures-of")
    expect(figures).to_contain_text("Kommen hinzu")
    assert english(figures.inner_text()) == []


REFUSED: Final[Sequence[tuple[str, dict[str, str], str]]] = (
    ("/settings/people", {"email": "nobody", "name": "N", "role": "sales"}, "ist keine E-Mail-Adresse"),
    ("/settings/webhooks", {"url": "http://acme.example"}, "muss mit https:// beginnen"),
    ("/settings/calendars/new", {"name": ""}, "Geben Sie dem Kalender einen Namen."),
    ("/settings/product/retention_days", {"deliveries": "some"}, "ist keine Zahl von Tagen"),
    ("/definition/drafts", {}, "Wählen Sie eine Version oder eine Vorlage zum Anfangen."),
    ("/definition/versions/{proposed}/live", {"when": "now", "reason": ""}, "ist noch nicht unterschrieben"),
    ("/inbox/{answered}/accept", {}, "es gibt nichts mehr zu beantworten"),
    ("/me", {"language": "tlh", "zone": "UTC"}, "Wählen Sie eine Sprache"),
    ("/audiences", {"name": "x" * 300, "text": "who: {stage: mql}"}, "Eine Zielgruppe braucht einen Namen"),
    ("/settings/people", {}, "Etwas fehlt oder hat eine Form, die hier nicht geht."),
)


def test_what_is_refused_is_said_in_german(filled: Filled, page: Page) -> None:
    with filled.site.services.database.transaction() as connection:
        accepted = sa.text("select min(id) from handraise.handoff where state = 'accepted'")
        answered = str(connection.execute(accepted).scalar_one())
    page.goto("/settings/people")
    for path, form, told in REFUSED:
        said = page.evaluate(
            """async ([path, form]) => {
              const body = new URLSearchParams(form);
              body.set("csrf_token", document.querySelector("input[name=csrf_token]").value);
              const answer = await fetch(path, {method: "POST", body});
              const page = new DOMParser().parseFromString(await answer.text(), "text/html");
              return (page.querySelector("[role=alert], .wrong") || page.querySelector("main")).textContent;
            }""",
            [filled.path(path.replace("{answered}", answered)), form],
        )
        assert told in said, path
        assert english(said) == [], path
