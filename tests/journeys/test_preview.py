"""What the preview of a change shows is what happens once the change is live."""

from typing import Any

import pytest

from handraise.flow import preview as previewing
from handraise.flow.define import roll_back
from handraise.flow.preview import Preview, Previews, Reading, as_figures, of_figures
from handraise.store.definitions import read_text
from tests.clients.product import until
from tests.journeys.company import DEFINITION, Company

LOOSE = DEFINITION.replace("bar: 40", "bar: 15")
STRICT = DEFINITION.replace("bar: 20", "bar: 30").replace("points: 50, half", "points: 35, half")
OTHER = (
    DEFINITION.replace("points: 45}", "points: 20}")
    .replace("  fast_track", "  # nobody at once\n  fast_track")
    .replace("points: 15, half_life: none}", "points: 40, half_life: 10 days}")
)


def preview_of(company: Company, text: str, previews: Previews | None = None) -> Preview:
    with company.database.transaction() as connection:
        found = (previews or Previews()).preview(
            connection, company.database, read_text(text, {}).definition, company.now
        )
    assert isinstance(found, Preview), found
    return found


def visited(company: Company) -> None:
    """Thirty people look around, all in one request: some want a demo, some want a job."""
    titles = ("VP Sales", "Director of IT", "Analyst", "Student", "CEO")
    calls: list[dict[str, object]] = []
    for number in range(30):
        who = {"anonymousId": f"browser-{100 + number}"}
        named = {
            "email": f"p{number}@firm{number % 7}.example",
            "title": titles[number % 5],
            "firstName": "P",
        }
        calls.append({"type": "identify", **who, "traits": {**named, "lastName": str(number)}})
        paths = ("/pricing",) * (number % 4) + ("/careers" if number % 6 == 0 else "/blog",)
        calls += [{"type": "page", **who, "properties": {"path": path}} for path in paths]
        for event, every in (("Webinar Attended", 5), ("Demo Requested", 9)):
            if number % every == 0:
                calls.append({"type": "track", "event": event, **who, "properties": {}})
    company.send(*calls)


@pytest.mark.parametrize("text", [LOOSE, STRICT, OTHER], ids=["looser", "stricter", "other points"])
def test_what_is_shown_is_what_happens(company: Company, text: str) -> None:
    company.team("inbound", company.hire("Sam"))
    company.publish()
    visited(company)
    shown = preview_of(company, text)
    handed = company.one("select count(*) from handoff")

    version = company.publish(text)

    rows = company.rows(
        "select lead_id, fit + engagement as total, is_mql from lead_score where version_id = :id",
        id=version.id,
    )
    scores = {row.lead_id: row for row in rows}
    assert sum(row.is_mql for row in rows) == shown.mqls_after
    for person in shown.coming_in:
        assert (scores[person.lead_id].is_mql, scores[person.lead_id].total) == (True, person.after)
    for person in shown.going_out:
        assert scores[person.lead_id].is_mql is False
        assert scores[person.lead_id].total == person.after
    assert company.one("select count(*) from handoff") - handed == shown.handed_off
    assert (len(shown.coming_in), len(shown.going_out)) == (shown.gained, shown.lost)
    assert shown.gained + shown.lost > 0
    assert shown.mqls_before is not None
    assert shown.mqls_after - shown.mqls_before == shown.gained - shown.lost
    assert all(sum(one.after) == shown.leads for one in shown.histograms)


def test_a_roll_back_shows_as_its_contrary(company: Company) -> None:
    company.team("inbound", company.hire("Sam"))
    company.publish()
    visited(company)
    there = preview_of(company, LOOSE)
    company.publish(LOOSE)
    back = preview_of(company, DEFINITION)
    assert {one.lead_id for one in there.coming_in} == {one.lead_id for one in back.going_out}
    assert back.handed_off == 0
    with company.database.transaction() as connection:
        roll_back(connection, "Mid-market", "mia", "too many", company.now)
    company.settle()
    assert preview_of(company, DEFINITION).gained == preview_of(company, DEFINITION).lost == 0


def test_a_first_definition_has_nothing_before(company: Company) -> None:
    visited(company)
    shown = preview_of(company, DEFINITION)
    assert (shown.against_id, shown.mqls_before, shown.weekly_before, shown.lost) == (None, None, None, 0)
    assert shown.gained == shown.mqls_after > 0
    assert all(week.before is None for week in shown.weeks)
    assert sum(week.after for week in shown.weeks) > 0 or shown.weekly_after == 0


def test_figures_are_kept_and_read_again(company: Company) -> None:
    company.publish()
    visited(company)
    shown = preview_of(company, LOOSE)
    assert of_figures(as_figures(shown)) == shown


def test_a_large_base_is_read_once_and_then_held(company: Company, monkeypatch: Any) -> None:
    company.publish()
    visited(company)
    previews = Previews(small=0)
    with company.database.transaction() as connection:
        first = previews.preview(connection, company.database, read_text(LOOSE, {}).definition, company.now)
    assert isinstance(first, Reading)

    def is_read() -> bool:
        with company.database.transaction() as connection:
            found = previews.preview(
                connection, company.database, read_text(LOOSE, {}).definition, company.now
            )
        return isinstance(found, Preview)

    until(is_read, "the base")
    monkeypatch.setattr(previewing, "snapshot", None)
    assert preview_of(company, LOOSE, previews) == preview_of(company, LOOSE)


def test_a_base_that_is_too_large_is_sampled_and_says_so(company: Company) -> None:
    company.publish()
    visited(company)
    previews = Previews(small=0, most=20)

    def is_read() -> bool:
        with company.database.transaction() as connection:
            found = previews.preview(
                connection, company.database, read_text(LOOSE, {}).definition, company.now
            )
        return isinstance(found, Preview)

    until(is_read, "the base")
    shown = preview_of(company, LOOSE, previews)
    assert (shown.leads, shown.total, shown.is_sample) == (20, 30, True)
    truth = preview_of(company, LOOSE)
    assert abs(shown.mqls_after * shown.factor - truth.mqls_after) <= 2 * shown.give_or_take(shown.mqls_after)
