"""Whom an audience means, on a company at work: the evaluator's word, however it is asked."""

from datetime import timedelta
from typing import Any

import pytest

from handraise.core.audiences import NOBODY, asked, read_audience
from handraise.core.audiences.starters import STARTERS
from handraise.core.errors import DefinitionInvalid
from handraise.flow import audiences as verb
from handraise.flow.audiences import Audiences, DefinitionNotLive, Found, Some, StillReading
from handraise.flow.define import roll_back
from handraise.flow.preview import Previews, Reading
from handraise.store import audiences as kept
from handraise.store import managed_lists, scores
from handraise.store.audiences import AudienceNameTaken, AudienceUnknown
from tests.clients.product import until
from tests.journeys.company import DEFINITION, Company

NAME = "Mid-market"
PEOPLE: dict[str, dict[str, Any]] = {
    "vera": {"title": "VP Sales", "employees": 90, "country": "DE", "consent": True},
    "dirk": {"title": "Director of IT", "employees": 900, "country": "AT"},
    "anna": {"title": "Analyst", "country": "DE"},
    "stu": {"title": "Student", "country": "DE"},
    "nora": {"title": "CEO", "country": "CH", "consent": False},
    "uwe": {"title": "CEO", "country": "DE"},
}


@pytest.fixture
def busy(company: Company) -> Company:
    """Six people; Vera and Anna looked at prices, Uwe unsubscribed, a browser has no name."""
    company.hired = company.hire("Sam")  # type: ignore[attr-defined]
    company.team("inbound", company.hired)  # type: ignore[attr-defined]
    company.publish()
    for who, traits in PEOPLE.items():
        company.identify(who, f"{who}@{who}.example", firstName=who.title(), **traits)
    company.visit("vera", "/pricing", "/pricing", "/blog")
    company.visit("anna", "/pricing", "/pricing", "/pricing")
    company.track("uwe", "Unsubscribed")
    company.visit("nobody", "/blog")
    return company


def found(company: Company, text: str, name: str | None = NAME, asking: Audiences | None = None) -> Found:
    asking = asking or Audiences()
    with company.database.transaction() as connection:
        ready = asking.ready(connection, text, name, company.now)
        shown = asking.found(connection, company.database, [ready], company.now)
    assert isinstance(shown, list), shown
    return shown[0]


def who(company: Company, text: str, name: str | None = NAME) -> set[str]:
    """First names, or the e-mail's; `browser` for nobody."""
    ids = found(company, text, name).ids.tolist()
    rows = company.rows("select email from lead where id = any(:ids)", ids=ids)
    return {"browser" if email is None else email.partition("@")[0] for (email,) in rows}


def some(company: Company, asking: Audiences, text: str, **given: Any) -> Some:
    with company.database.transaction() as connection:
        ready = asking.ready(connection, text, NAME, company.now)
        shown = asking.some(connection, company.database, ready, company.now, **given)
    assert isinstance(shown, Some), shown
    return shown


MEANT: tuple[tuple[str, set[str]], ...] = (
    ("who: {lead.country: DE}", {"vera", "anna", "stu", "uwe"}),
    ("who: {lead.country: [AT, CH]}", {"dirk", "nora"}),
    ("who: {all: [{lead.country: DE}, {not: {lead.seniority: student}}]}", {"vera", "anna", "uwe"}),
    ("who: {account.employees: {at_least: 100}}", {"dirk"}),
    ("who: {lead.email: {unknown: true}}", {"browser"}),
    ("who: {signal: pricing_visit, at_least: 3, within: 7 days}", {"anna"}),
    ("who: {signal: pricing_visit, in_last: 7 days}", {"vera", "anna"}),
    ("who: {any: [{signal: careers_visit}, {fit: 30}]}", {"vera"}),
    ("who: {all: [fit, {not: engagement}]}", {"vera", "dirk", "nora", "uwe"}),
    ("who: {all: [{not: fit}, engagement]}", {"anna"}),
    ("who: {grade: [A3]}", {"vera"}),
    ("who: {stage: subscriber, lead.email: {known: true}}", {"dirk", "nora", "uwe"}),
    ("who: {first_seen: {unknown: true}}", {"dirk", "stu", "nora"}),
    (STARTERS[0].text, {"vera", "dirk", "nora", "uwe"}),
    (STARTERS[1].text, {"anna"}),
    ("signals: {left: {event: Unsubscribed}}\nwho: {signal: left}", {"uwe"}),
)  # fmt: skip


def test_facts_behaviour_and_scores_are_asked_as_the_definition_asks_them(busy: Company) -> None:
    assert [(text, who(busy, text)) for text, _ in MEANT] == list(MEANT)


def test_what_it_says_of_a_score_is_what_the_score_says(busy: Company) -> None:
    rows = busy.rows("select lead_id, version_id from lead_score")
    with busy.database.transaction() as connection:
        said = scores.scores(connection, [row.lead_id for row in rows], rows[0].version_id)
    for dimension in ("fit", "engagement"):
        for least in (-20, 0, 15, 20, 30, 55):
            expected = {lead for (lead, _), one in said.items() if getattr(one, dimension) >= least * 100}
            assert set(found(busy, f"who: {{{dimension}: {least}}}").ids.tolist()) == expected


def test_windows_end_as_time_passes(busy: Company) -> None:
    text = "who: {signal: pricing_visit, in_last: 7 days}"
    busy.until(timedelta(days=6, hours=23))
    assert who(busy, text) == {"vera", "anna"}
    busy.until(timedelta(hours=2))
    assert who(busy, text) == set()


def test_where_a_lead_stands_is_asked_beside_the_rest(busy: Company) -> None:
    sam = busy.hired  # type: ignore[attr-defined]
    busy.track("vera", "Demo Requested")
    busy.track("dirk", "Demo Requested")
    assert who(busy, "who: {stage: mql}") == {"vera", "dirk"}
    busy.until(timedelta(hours=1))
    busy.accepts(busy.handoff("vera@vera.example"), sam)
    busy.rejects(busy.handoff("dirk@dirk.example"), sam, "no_budget")
    assert who(busy, "who: {stage: sal}") == {"vera"}
    assert who(busy, "who: {owner: sam}") == {"vera"}
    assert who(busy, "who: {all: [{owner: {unknown: true}}, {lead.country: DE}]}") == {"anna", "stu", "uwe"}
    assert who(busy, "who: {rejected: {known: true}}") == {"dirk"}
    assert who(busy, "who: {rejected: {in_last: 1 day}, reject_reason: no_budget}") == {"dirk"}
    assert who(busy, "who: {all: [{stage: recycled}, {stage_since: {before: 1 day}}]}") == set()
    busy.until(timedelta(days=8))
    assert who(busy, "who: {all: [{stage: recycled}, {stage_since: {before: 1 day}}]}") == {"dirk"}
    back = next(starter.text for starter in STARTERS if starter.key == "rejected-and-back")
    assert who(busy, back) == set()
    busy.visit("dirk", "/blog")
    assert who(busy, back) == {"dirk"}


def test_stalled_is_what_the_reports_call_stalled(busy: Company) -> None:
    stalled = next(starter.text for starter in STARTERS if starter.key == "stalled-mqls")
    busy.track("vera", "Demo Requested")
    busy.accepts(busy.handoff("vera@vera.example"), busy.hired)  # type: ignore[attr-defined]
    busy.until(timedelta(days=13))
    assert who(busy, "who: {stalled: true}") == set()
    busy.until(timedelta(days=2))
    assert who(busy, "who: {stalled: true}") == {"vera"}
    assert who(busy, stalled) == set()  # she is a SAL


def test_who_must_not_be_written_to_is_told_and_left_out(busy: Company) -> None:
    busy.track("anna", "Email Marked as Spam")
    text = "who: {any: [{lead.email: {known: true}}, {lead.email: {unknown: true}}]}"
    everybody = some(busy, Audiences(), text)
    told = {one.lead.email and one.lead.email.partition("@")[0]: one.mail for one in everybody.members}
    assert told == {
        "vera": "yes",
        "dirk": "not_known",
        "anna": "spam",
        "stu": "not_known",
        "nora": "no_consent",
        "uwe": "unsubscribed",
        None: "no_address",
    }
    mailable = some(busy, Audiences(), text, only_mailable=True)
    assert [one.mail for one in mailable.members] == ["yes", "not_known", "not_known"]
    counted = found(busy, text)
    assert (counted.people, counted.mailable) == (7, 3)


def test_a_count_a_list_in_pages_and_everybody_agree(busy: Company) -> None:
    text, asking = "who: {lead.country: {known: true}}", Audiences()
    ids: list[int] = []
    after: int | None = 0
    while after is not None:
        page = some(busy, asking, text, after=after, limit=2)
        assert len(page.members) <= 2
        ids, after = ids + [one.lead.id for one in page.members], page.after
    with busy.database.transaction() as connection:
        ready = asking.ready(connection, text, NAME, busy.now)
    told = verb.everybody(busy.database, asking, ready, busy.now, only_mailable=False)
    assert ids == [one.lead.id for members in told for one in members]
    assert ids == found(busy, text).ids.tolist()
    assert len(ids) == 6
    first = [busy.one("select email from lead where id = :id", id=one) for one in found(busy, text).first]
    assert first[:2] == ["vera@vera.example", "anna@anna.example"]  # most points first


def _many(first: int) -> str:
    asked = ", ".join(f"{{signal: demo_request, at_least: {2 + first * 200 + n}}}" for n in range(200))
    return f"who: {{any: [{{lead.country: DE}}, {asked}]}}"


def test_several_audiences_are_counted_in_one_pass_without_mixing(busy: Company) -> None:
    texts = [
        "signals: {x: {event: Unsubscribed}}\nwho: {signal: x}",
        "signals: {x: {event: page}}\nwho: {signal: x}",
        *(f"who: {{fit: {n}}}" for n in range(55)),
        *(_many(n) for n in range(3)),  # each asks for two hundred things: all are too many for one pass
    ]
    asking = Audiences()
    with busy.database.transaction() as connection:
        ready = [asking.ready(connection, text, NAME, busy.now) for text in texts]
        together = asking.found(connection, busy.database, ready, busy.now)
    assert isinstance(together, list)
    for place in (0, 1, 22, 56, 57, 59):
        assert together[place].ids.tolist() == found(busy, texts[place]).ids.tolist(), texts[place][:60]


def test_an_audience_without_a_definition_asks_facts_and_its_own_events(company: Company) -> None:
    company.identify("vera", "vera@vera.example", title="VP Sales")
    company.visit("vera", "/pricing")
    text = "signals: {prices: {event: page}}\nwho: {lead.seniority: vp, signal: prices, at_least: 1}"
    assert who(company, text, None) == {"vera"}


def test_an_audience_means_the_definition_that_is_live_at_the_time(busy: Company) -> None:
    text = "who: {all: [fit, {lead.email: {known: true}}]}"
    assert who(busy, text) == {"vera", "dirk", "nora", "uwe"}
    busy.publish(DEFINITION.replace("  bar: 20", "  bar: 25"))
    assert who(busy, text) == {"vera"}
    with busy.database.transaction() as connection:
        roll_back(connection, NAME, "mia", "too few", busy.now)
    assert who(busy, text) == {"vera", "dirk", "nora", "uwe"}


def test_words_of_a_definition_that_is_not_live_mean_nothing(busy: Company) -> None:
    with pytest.raises(DefinitionNotLive, match="Elsewhere"):
        found(busy, "who: {fit: 30}", "Elsewhere")


def test_lists_are_taken_as_they_are_now(busy: Company) -> None:
    text = "who: {lead.email_domain: {in_list: friends}}"
    with pytest.raises(DefinitionInvalid, match="no list"):
        found(busy, text)
    for entries, members in (
        (["vera.example"], {"vera"}),
        (["anna.example", "uwe.example"], {"anna", "uwe"}),
    ):
        with busy.database.transaction() as connection:
            managed_lists.keep(connection, "friends", entries, None, "mia", busy.now)
        assert who(busy, text) == members


def test_a_large_base_is_read_once_in_the_background_and_answers_are_kept(busy: Company) -> None:
    asking = Audiences(Previews(small=0))
    text = "who: {lead.country: DE}"

    def counted() -> Found | None:
        with busy.database.transaction() as connection:
            ready = asking.ready(connection, text, NAME, busy.now)
            shown = asking.found(connection, busy.database, [ready], busy.now)
            assert isinstance(shown, Reading) or asking.is_quick(connection, [ready])
        return None if isinstance(shown, Reading) else shown[0]

    with busy.database.transaction() as connection:
        ready = asking.ready(connection, text, NAME, busy.now)
        assert not asking.is_quick(connection, [ready])
        assert Audiences().is_quick(connection, [ready])
    until(lambda: counted() is not None, "the base")
    first = counted()
    assert first is not None
    assert first is counted()
    assert first.ids.tolist() == found(busy, text).ids.tolist()


def test_a_file_is_refused_while_the_base_is_read(busy: Company) -> None:
    asking = Audiences(Previews(small=0))
    with busy.database.transaction() as connection:
        ready = asking.ready(connection, "who: {fit: 1}", NAME, busy.now)
    with pytest.raises(StillReading, match="ask again"):
        list(verb.everybody(busy.database, asking, ready, busy.now, only_mailable=True))


def test_of_a_sample_the_count_is_an_estimate_and_the_list_is_whole(busy: Company) -> None:
    asking = Audiences(Previews(small=0, most=4))
    text = "who: {lead.country: DE}"

    def counted() -> bool:
        with busy.database.transaction() as connection:
            ready = asking.ready(connection, text, NAME, busy.now)
            return isinstance(asking.found(connection, busy.database, [ready], busy.now), list)

    until(counted, "the base")
    shown = found(busy, text, asking=asking)
    assert (shown.is_sample, shown.leads, shown.total) == (True, 4, 7)
    assert shown.give_or_take > 0
    assert [one.lead.id for one in some(busy, asking, text).members] == found(busy, text).ids.tolist()
    assert len(some(busy, asking, text, limit=3).members) == 3


def test_who_changed_since_the_count_is_decided_anew_when_listed(busy: Company) -> None:
    asking = Audiences(Previews(small=0))
    text = "who: {lead.country: DE}"

    def listed() -> dict[str, str] | None:
        with busy.database.transaction() as connection:
            ready = asking.ready(connection, text, NAME, busy.now)
            shown = asking.some(connection, busy.database, ready, busy.now)
        if isinstance(shown, Reading):
            return None
        return {str(one.lead.email).partition("@")[0]: one.mail for one in shown.members}

    until(lambda: listed() is not None, "the base")
    busy.now += timedelta(minutes=1)
    busy.identify("stu", "stu@stu.example", country="FR")
    busy.track("vera", "Unsubscribed")
    assert listed() == {"vera": "unsubscribed", "anna": "not_known", "uwe": "unsubscribed"}


def test_an_audience_of_no_definition_is_asked_as_its_fast_track() -> None:
    made = asked(NOBODY, [read_audience("who: {lead.country: DE}")])
    assert [track.rule for track in made.qualify.fast_track] == ["0"]


def test_audiences_are_kept_by_name_whatever_the_case(company: Company) -> None:
    now = company.now
    with company.database.transaction() as connection:
        made = kept.add_audience(connection, "Quiet ones", NAME, "who: {fit: 1}", "member:1", now)
        kept.add_audience(connection, "all", None, "who: {lead.age: 1}", "member:1", now)
        with pytest.raises(AudienceNameTaken, match="QUIET"):
            kept.add_audience(connection, "QUIET ones", NAME, "who: {fit: 1}", "member:1", now)
        assert [one.name for one in kept.audiences(connection)] == ["all", "Quiet ones"]
        assert [one.name for one in kept.audiences(connection, after="all", limit=5)] == ["Quiet ones"]
        changed = kept.change_audience(
            connection, made.id, "Quiet", NAME, "who: {fit: 2}", "member:2", now + timedelta(hours=1)
        )
        assert (changed.made_by, changed.changed_by, changed.name) == ("member:1", "member:2", "Quiet")
        assert kept.audience_of(connection, made.id) == changed
        assert kept.drop_audience(connection, made.id) == changed
        for ask in (kept.audience_of, kept.drop_audience):
            with pytest.raises(AudienceUnknown):
                ask(connection, made.id)
        with pytest.raises(AudienceUnknown):
            kept.change_audience(connection, made.id, "Quiet", None, "", "member:1", now)
