"""What each role may, said as sentences; the table itself is data."""

from typing import get_args

import pytest

from handraise.core.errors import InputInvalid
from handraise.core.roles import (
    GRANTS,
    PERMISSIONS,
    READS,
    ROLES,
    Permission,
    Reach,
    allowed,
    may,
    may_with,
    reach,
    scopes_of,
)


def permitted(role: str) -> set[str]:
    return {permission for permission in PERMISSIONS if may(role, permission)}


def test_every_permission_has_one_row_and_every_row_says_something_for_every_role() -> None:
    assert sorted(PERMISSIONS) == sorted(get_args(Permission))
    assert all(set(grant.reach) == set(ROLES) and grant.words for grant in GRANTS)


def test_the_viewer_changes_nothing() -> None:
    assert permitted("viewer") < READS


def test_an_administrator_may_everything_but_send_events_which_is_for_keys() -> None:
    assert permitted("admin") == set(PERMISSIONS) - {"capture:write"}
    assert {reach("admin", permission) for permission in permitted("admin")} == {Reach.ALL}


@pytest.mark.parametrize("permission", ["users:write", "settings:write", "audit:read", "leads:erase"])
def test_only_administrators_run_the_place(permission: Permission) -> None:
    assert [role for role in ROLES if may(role, permission)] == ["admin"]


def test_marketing_does_not_answer_or_move_handoffs() -> None:
    assert not may("marketing", "handoffs:answer")
    assert not may("marketing", "handoffs:assign")
    assert may("marketing", "handoffs:read")


def test_each_side_signs_for_itself_alone() -> None:
    assert [role for role in ROLES if may(role, "definitions:sign_sales")] == ["admin", "sales"]
    assert [role for role in ROLES if may(role, "definitions:sign_marketing")] == ["admin", "marketing"]


def test_sales_does_not_publish_or_take_data_out() -> None:
    assert permitted("sales").isdisjoint({"definitions:publish", "lists:write", "export", "imports:write"})


@pytest.mark.parametrize("role", ["", "Admin", "root", "guest"])
def test_an_unknown_role_may_nothing(role: str) -> None:
    assert permitted(role) == set()


@pytest.mark.parametrize(
    ("owner", "owning_teams", "sees", "answers"),
    [
        (7, set(), True, True),  # own, by the account, of no team
        (8, {1}, True, False),  # a colleague's
        (8, {2}, False, False),  # another team's
        (None, {1}, True, True),  # in the team's queue: whoever is first
        (None, {2}, False, False),
        (None, set(), False, False),  # in nobody's queue: for administrators
    ],
)
def test_sales_sees_its_own_and_its_teams_and_answers_its_own(
    owner: int | None, owning_teams: set[int], sees: bool, answers: bool
) -> None:
    assert may_with("sales", "handoffs:read", 7, {1}, owner, owning_teams) is sees
    assert may_with("sales", "leads:write", 7, {1}, owner, owning_teams) is sees
    assert may_with("sales", "handoffs:answer", 7, {1}, owner, owning_teams) is answers
    assert may_with("sales", "handoffs:assign", 7, {1}, owner, owning_teams) is answers


def test_to_own_a_handoff_grants_nothing_that_the_role_does_not() -> None:
    assert not may_with("marketing", "handoffs:answer", 7, {1}, 7, {1})
    assert not may_with("viewer", "leads:write", 7, {1}, 7, {1})


def test_an_administrator_may_with_every_handoff() -> None:
    assert may_with("admin", "handoffs:answer", 7, set(), 8, {2})


def test_a_scope_grants_itself_and_nothing_else() -> None:
    for scope in PERMISSIONS:
        assert [permission for permission in PERMISSIONS if allowed({scope}, permission)] == [scope]


def test_a_scope_that_does_not_exist_grants_nothing() -> None:
    assert not any(allowed({"*", "leads:*", "admin"}, permission) for permission in PERMISSIONS)


def test_scopes_are_read_as_asked_for() -> None:
    assert scopes_of(["leads:read", "export", "export"]) == {"leads:read", "export"}


@pytest.mark.parametrize("names", [["*"], ["leads:READ"], ["leads:read", "zzzz"], []])
def test_what_is_no_scope_is_refused(names: list[str]) -> None:
    with pytest.raises(InputInvalid, match="scope"):
        scopes_of(names)
