"""Definitions: published as they are, signed by both sides, live one at a time, and back in one step."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from handraise.core.errors import DefinitionInvalid
from handraise.flow.define import (
    DefinitionNotSigned,
    NoEarlierVersion,
    PlanInThePast,
    SignedByOne,
    begin_planned,
    end_shadow,
    go_live,
    plan_live,
    publish,
    retire,
    roll_back,
    shadow,
    sign,
    withdraw_plan,
)
from handraise.store import definitions, plans, settings_kept
from handraise.store.definitions import Version, VersionUnknown
from handraise.store.leads import make_leads
from handraise.store.session import Database
from tests.builders import DAY, HOUR, NOW

TEXT = """
name: Small
signals: {demo: {event: Demo Requested}}
fit: {bar: 5, rules: [{rule: rival, when: {lead.email_domain: {in_list: rivals}}, points: -30},
                      {rule: manager, when: {lead.seniority: manager}, points: 10}]}
engagement: {bar: 50, rules: [{rule: asked for a demo, signal: demo, points: 50}]}
qualify: {mql: {all: [fit, engagement]}}
"""
LISTS = {"rivals": ["b.example", "a.example"]}


@pytest.fixture
def connection(connected: Database) -> Iterator[sa.Connection]:
    with connected.transaction() as opened:
        yield opened


def made(connection: sa.Connection, text: str = TEXT, **lists: list[str]) -> Version:
    return publish(connection, text, lists or LISTS, "mia", "first", NOW)


def signed(connection: sa.Connection, text: str = TEXT) -> Version:
    version = made(connection, text)
    sign(connection, version.id, "marketing", "mia", NOW)
    sign(connection, version.id, "sales", "sam", NOW)
    return version


def marks(connection: sa.Connection) -> int:
    """How many leads are marked for the definition's sake; the marks are taken out."""
    return connection.execute(sa.text("delete from dirty_lead where cause_kind = 'definition'")).rowcount


# ---------------------------------------------------------------------------------------------- publishing


def test_the_same_definition_published_again_is_the_same_version(connection: sa.Connection) -> None:
    first = made(connection)
    assert made(connection, "# in other words\n" + TEXT) == first
    assert definitions.versions(connection) == [first]


def test_another_list_makes_another_version(connection: sa.Connection) -> None:
    first = made(connection)
    assert made(connection, rivals=["c.example"]).id != first.id


def test_a_definition_that_cannot_be_read_is_refused_with_every_problem(connection: sa.Connection) -> None:
    with pytest.raises(DefinitionInvalid) as refused:
        made(connection, TEXT.replace("points: 50", "poins: 50").replace("bar: 5,", "bar: five,"))
    assert len(refused.value.problems) >= 2
    assert definitions.versions(connection) == []


def test_a_definition_that_nobody_can_satisfy_is_refused(connection: sa.Connection) -> None:
    with pytest.raises(DefinitionInvalid, match="60"):
        made(connection, TEXT.replace("bar: 50", "bar: 60"))


def test_nobody_changes_what_was_published_or_signed(connected: Database) -> None:
    with connected.transaction() as connection:
        signed(connection)
    for change in (
        "update definition_version set text = ''",
        "delete from definition_version",
        "update signature set signed_by = 'x'",
        "delete from signature",
    ):
        with (
            pytest.raises(sa.exc.ProgrammingError, match="permission"),
            connected.transaction() as connection,
        ):
            connection.execute(sa.text(change))


# ------------------------------------------------------------------------------------------------- signing


def test_a_version_acts_only_when_both_sides_have_signed_it(connection: sa.Connection) -> None:
    version = made(connection)
    sign(connection, version.id, "marketing", "mia", NOW)
    with pytest.raises(DefinitionNotSigned, match="sales") as refused:
        go_live(connection, version.id, "mia", NOW)
    assert refused.value.missing == ("sales",)
    sign(connection, version.id, "sales", "sam", NOW)
    assert go_live(connection, version.id, "mia", NOW).mode == "live"


def test_signatures_of_one_version_do_not_count_for_the_next(connection: sa.Connection) -> None:
    signed(connection)
    changed = made(connection, TEXT.replace("points: 10", "points: 15"))
    with pytest.raises(DefinitionNotSigned):
        go_live(connection, changed.id, "mia", NOW)


def test_one_person_does_not_sign_for_both_sides_unless_it_is_allowed(connection: sa.Connection) -> None:
    version = made(connection)
    sign(connection, version.id, "marketing", "mia", NOW)
    with pytest.raises(SignedByOne, match="marketing already"):
        sign(connection, version.id, "sales", "mia", NOW)
    settings_kept.keep(connection, "one_person_may_sign_for_both", True, "root", NOW)
    sign(connection, version.id, "sales", "mia", NOW)
    assert go_live(connection, version.id, "mia", NOW).is_open


def test_who_signed_first_stays(connection: sa.Connection) -> None:
    version = signed(connection)
    sign(connection, version.id, "sales", "sue", NOW + HOUR)
    assert definitions.signatures(connection, version.id)["sales"].by == "sam"


# --------------------------------------------------------------------------------------------- rolling out


def test_going_live_ends_what_was_live_and_marks_everybody_once(connection: sa.Connection) -> None:
    make_leads(connection, [True, True, False], NOW)
    first, second = signed(connection), signed(connection, TEXT.replace("points: 10", "points: 15"))
    go_live(connection, first.id, "mia", NOW)
    assert marks(connection) == 3
    go_live(connection, first.id, "mia", NOW + HOUR)
    assert marks(connection) == 0
    go_live(connection, second.id, "mia", NOW + DAY)
    assert marks(connection) == 3
    assert [each.version_id for each in definitions.open_rollouts(connection)] == [second.id]


def test_which_version_was_live_is_known_of_any_time(connection: sa.Connection) -> None:
    first, second = signed(connection), signed(connection, TEXT.replace("points: 10", "points: 15"))
    go_live(connection, first.id, "mia", NOW)
    go_live(connection, second.id, "mia", NOW + DAY)
    retire(connection, "Small", NOW + 2 * DAY)

    def live(at: object) -> list[int]:
        return [version.id for version in definitions.live_at(connection, at)]  # type: ignore[arg-type]

    times = (NOW - HOUR, NOW, NOW + DAY - HOUR, NOW + DAY, NOW + 2 * DAY)
    assert [live(at) for at in times] == [[], [first.id], [first.id], [second.id], []]


def test_rolling_back_goes_to_the_version_before_and_back_again(connection: sa.Connection) -> None:
    first, second = signed(connection), signed(connection, TEXT.replace("points: 10", "points: 15"))
    go_live(connection, first.id, "mia", NOW)
    with pytest.raises(NoEarlierVersion):
        roll_back(connection, "Small", "mia", "oops", NOW)
    go_live(connection, second.id, "mia", NOW + HOUR)
    make_leads(connection, [True], NOW)
    marks(connection)
    back = roll_back(connection, "Small", "mia", "too many", NOW + DAY)
    assert (back.version_id, back.reason, back.by) == (first.id, "too many", "mia")
    assert marks(connection) == 1
    assert roll_back(connection, "Small", "mia", "after all", NOW + 2 * DAY).version_id == second.id
    history = [each.version_id for each in definitions.rollouts(connection, "Small")]
    assert history == [second.id, first.id, second.id, first.id]


def test_a_version_in_shadow_needs_no_signature_and_leaves_the_live_one(connection: sa.Connection) -> None:
    first = signed(connection)
    go_live(connection, first.id, "mia", NOW)
    candidate = made(connection, TEXT.replace("points: 10", "points: 15"))
    shadow(connection, candidate.id, "mia", NOW)
    assert [each.mode for each in definitions.open_rollouts(connection)] == ["live", "shadow"]
    assert [v.id for v in definitions.live_at(connection, NOW)] == [first.id]
    assert end_shadow(connection, candidate.id, NOW)
    assert not end_shadow(connection, candidate.id, NOW)


def test_a_version_that_goes_live_is_in_shadow_no_more(connection: sa.Connection) -> None:
    version = signed(connection)
    shadow(connection, version.id, "mia", NOW)
    go_live(connection, version.id, "mia", NOW + HOUR)
    assert [each.mode for each in definitions.open_rollouts(connection)] == ["live"]


def test_definitions_of_other_names_are_left_alone(connection: sa.Connection) -> None:
    first, other = signed(connection), signed(connection, TEXT.replace("Small", "Other"))
    go_live(connection, first.id, "mia", NOW)
    go_live(connection, other.id, "mia", NOW)
    assert retire(connection, "Other", NOW) == 1
    assert [each.version_id for each in definitions.open_rollouts(connection)] == [first.id]


def test_a_version_that_is_not_there_is_said_so(connection: sa.Connection) -> None:
    with pytest.raises(VersionUnknown, match="version 77"):
        go_live(connection, 77, "mia", NOW)


# ------------------------------------------------------------------------------------- live at a date


def test_a_signed_version_goes_live_at_its_date(connection: sa.Connection) -> None:
    version = signed(connection)
    plan = plan_live(connection, version.id, NOW + DAY, "mia", NOW, "with the new site")
    assert (plans.due(connection, NOW), plans.due(connection, NOW + DAY)) == ([], [plan.id])
    assert begin_planned(connection, plan.id, NOW) is None
    made = begin_planned(connection, plan.id, NOW + DAY)
    assert made is not None
    assert (made.version_id, made.mode, made.by, made.reason) == (
        version.id,
        "live",
        "mia",
        "with the new site",
    )
    assert plans.open_plans(connection) == []
    assert begin_planned(connection, plan.id, NOW + DAY) is None, "a plan is carried out once"


def test_what_is_not_signed_is_not_planned_either(connection: sa.Connection) -> None:
    version = made(connection)
    with pytest.raises(DefinitionNotSigned):
        plan_live(connection, version.id, NOW + DAY, "mia", NOW)
    with pytest.raises(PlanInThePast):
        plan_live(connection, signed(connection).id, NOW, "mia", NOW)


def test_a_plan_gives_way_to_the_next_and_to_what_goes_live_at_once(connection: sa.Connection) -> None:
    first, second = signed(connection), signed(connection, TEXT.replace("bar: 50", "bar: 40"))
    plan_live(connection, first.id, NOW + DAY, "mia", NOW)
    plan_live(connection, second.id, NOW + 2 * DAY, "mia", NOW)
    assert [each.version_id for each in plans.open_plans(connection, "Small")] == [second.id]
    go_live(connection, first.id, "mia", NOW)
    assert plans.open_plans(connection) == []


def test_a_plan_is_withdrawn_by_hand_or_with_its_definition(connection: sa.Connection) -> None:
    version = signed(connection)
    plan_live(connection, version.id, NOW + DAY, "mia", NOW)
    assert withdraw_plan(connection, "Small", NOW)
    assert not withdraw_plan(connection, "Small", NOW)
    plan_live(connection, version.id, NOW + DAY, "mia", NOW)
    retire(connection, "Small", NOW)
    assert plans.open_plans(connection) == []
