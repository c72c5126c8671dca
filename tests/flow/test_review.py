"""The quarterly review: what a quarter was, and what a change really did beside what was expected of it."""

import io
import re
from datetime import UTC
from typing import Any

import pytest
from pypdf import PdfReader

from handraise.core.quarter import Quarter
from handraise.flow import define, studying
from handraise.flow.preview import Preview, Previews, as_figures
from handraise.flow.review import Review, quarters, review, version_of
from handraise.learn.shares import Share
from handraise.rendering.review import Page, review_pdf
from handraise.store import evidence, reviews
from handraise.store.definitions import read_text
from handraise.store.reports import answers
from handraise.store.session import Database
from handraise.web.reviewing import MINUTES, Speaking, page_of
from tests.builders import MINUTE, at
from tests.journeys.company import DEFINITION, Company

Q1, Q2 = Quarter(2026, 1), Quarter(2026, 2)
LOOSER = DEFINITION.replace("  bar: 40", "  bar: 10")


@pytest.fixture
def company(connected: Database) -> Company:
    return Company(connected, now=at("2026-03-24 10:00", "Europe/Berlin"))


def asks(company: Company, name: str, *, event: str = "Demo Requested") -> Any:
    who, email = f"browser-{name}", f"{name}@{name}.example"
    company.identify(who, email, firstName=name.title(), lastName="Kern", title="VP Sales", employees=90)
    company.track(who, event)
    company.until(2 * MINUTE)
    return company.handoff(email)


def changed(company: Company, text: str) -> Preview:
    """A version with frozen evidence goes live."""
    with company.database.transaction() as connection:
        made = define.publish(connection, text, {}, "mia", None, company.now)
        shown = Previews().preview(connection, company.database, read_text(text, {}).definition, company.now)
        assert isinstance(shown, Preview)
        evidence.freeze(connection, made.id, as_figures(shown), "mia", company.now)
        for side, by in (("marketing", "mia"), ("sales", "sven")):
            define.sign(connection, made.id, side, by, company.now)  # type: ignore[arg-type]
        define.go_live(connection, made.id, "mia", company.now)
    company.settle()
    return shown


@pytest.fixture
def worked(company: Company) -> tuple[Company, Preview]:
    """Two hand-offs in March, one of them rejected; a looser version in April, which finds one more."""
    company.publish()
    company.calendar()
    sam = company.hire("Sam")
    company.team("inbound", sam)
    first = asks(company, "ann")
    company.accepts(first, sam)
    company.calls_lead(first, sam)
    company.rejects(asks(company, "bob"), sam, "no_budget", note="asks again in = #autumn")
    company.identify("browser-eve", "eve@eve.example", firstName="Eve", title="VP Sales", employees=90)
    company.visit("browser-eve", "/pricing")
    company.until(at("2026-04-14 10:00", "Europe/Berlin"))
    expected = changed(company, LOOSER)
    company.until(at("2026-05-12 10:00", "Europe/Berlin"))
    company.accepts(asks(company, "dan", event="Webinar Attended"), sam)
    return company, expected


def of(company: Company, quarter: Quarter) -> Review:
    with company.database.transaction() as connection:
        found = review(connection, quarter, company.now)
    assert found is not None
    return found


def told(found: Review, language: str = "en") -> Page:
    return page_of(found, Speaking(language, UTC), {"mia": "Mia Berg"})


def test_a_quarter_is_told_by_what_happened_in_it_and_the_effect_by_what_followed(
    worked: tuple[Company, Preview],
) -> None:
    company, expected = worked
    with company.database.transaction() as connection:
        assert quarters(connection, company.now) == [Q2, Q1]
        assert review(connection, Quarter(2025, 4), company.now) is None
    march, spring = of(company, Q1), of(company, Q2)

    assert (march.mqls, march.mqls_before, march.is_over) == (2, 0, True)
    assert march.sqls == {30: Share(0, 2), 60: None, 90: None}
    assert answers.tally(march.cells) == answers.Tally(open=0, accepted=1, rejected=1)
    assert [(one.name, one.reason, one.note) for one in march.handful] == [
        ("Bob Kern", "no_budget", "asks again in = #autumn")
    ]
    assert march.speed[None].met == march.speed["demo_request"].met == 1

    assert (spring.mqls, spring.mqls_before, spring.is_over) == (2, 2, False)
    old, new = spring.effects
    assert (old.version.id, old.changes, old.before) == (march.version.id, None, None)
    assert new.changes == expected.changes
    assert new.expected == expected
    assert new.before is not None
    assert (new.before.mqls, new.before.rejected, new.before.answered) == (2, 1, 2)
    assert (new.since.mqls, new.since.at_once) == (2, expected.gained)
    assert expected.gained == 1


def test_a_rule_of_a_version_is_told_with_what_history_says_of_it(worked: tuple[Company, Preview]) -> None:
    company, _ = worked
    with company.database.transaction() as connection:
        version = version_of(connection, Q2, company.now)
        assert version is not None
        asked, _new = reviews.begin(connection, Q2, version, "mia", company.now)
    studying.run(company.database, asked.id, lambda: company.now)
    study = of(company, Q2).study
    assert study is not None
    assert (study.state, study.problem, study.done, study.total) == ("done", None, 4, 4)
    found = study.found
    assert found is not None
    assert (found["leads"], found["handed"], found["answered"]) == (4, 4, 3)
    rules = {one["rule"]: one for one in found["rules"]}
    assert list(rules) == [rule.rule for rule in read_text(LOOSER, {}).definition.rules]
    assert (rules["demo request"]["having"], rules["demo request"]["without"]) == ([1, 2], [1, 1])
    assert rules["director or above"]["dimension"] == "fit"
    page = told(of(company, Q2))
    engagement, fit = page.sections[1].tables
    assert (len(engagement.rows), len(fit.rows)) == (5, 2)
    assert engagement.rows[0].cells[:3] == ("demo request", "+50", "1 of 2")


def test_a_study_of_a_past_quarter_knows_nothing_of_what_came_later(worked: tuple[Company, Preview]) -> None:
    company, _ = worked
    with company.database.transaction() as connection:
        version = version_of(connection, Q1, company.now)
        assert version is not None
        asked, _new = reviews.begin(connection, Q1, version, "mia", company.now)
    studying.run(company.database, asked.id, lambda: company.now)
    study = of(company, Q1).study
    assert study is not None
    assert study.found is not None
    assert study.found["until"] == Q1.end.isoformat()
    assert (study.found["leads"], study.found["handed"]) == (3, 2)


@pytest.mark.parametrize("language", ["en", "de"])
def test_paper_says_every_word_and_number_of_the_page(worked: tuple[Company, Preview], language: str) -> None:
    company, _ = worked
    with company.database.transaction() as connection:
        reviews.decide(connection, Q2, "speed", "Call = #first.\nThen write.", "mia", company.now)
    page = told(of(company, Q2), language)
    made = review_pdf(page, language=language, made=company.now)
    text = _squeezed("".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(made)).pages))
    said = [page.kind, page.title, page.subtitle, page.summary, page.labels.agreed]
    for section in page.sections:
        said += [section.question, section.minutes, section.answer, *section.changes, *section.notes]
        said += [section.decision, section.decided]
        for table in section.tables:
            said += [*table.columns, table.drawn, *(cell for row in table.rows for cell in row.cells)]
    assert [one for one in said if _squeezed(one) not in text] == []
    assert "MiaBerg" in text


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b]+", "", text)


def test_the_agenda_takes_an_hour() -> None:
    assert sum(MINUTES.values()) == 60


def test_months_that_are_not_over_have_no_rate_yet(worked: tuple[Company, Preview]) -> None:
    company, _ = worked
    assert of(company, Q2).sqls == {30: None, 60: None, 90: None}
