"""Qualification frameworks: what is missing, when the bar is reached, which one suits, and one's own."""

import pytest

from handraise.core.framework import (
    BANT,
    CHAMP,
    MEDDIC,
    Framework,
    FrameworkInvalid,
    framework_from,
    suggested,
)

THREE = {"budget": 20_000, "authority": "the CFO", "need": "reporting"}


def test_partial_answers_leave_the_rest_missing() -> None:
    assert [each.name for each in BANT.missing({"budget": 20_000, "need": " "})] == [
        "authority",
        "need",
        "timeline",
    ]
    assert not BANT.is_complete(THREE)
    assert BANT.is_complete(THREE | {"timeline": "2026-10-01"})


def test_no_and_zero_are_answers() -> None:
    assert [each.name for each in BANT.answered({"budget": 0, "authority": False})] == ["budget", "authority"]


def test_the_bar_takes_so_many_criteria_and_the_named_ones() -> None:
    assert BANT.is_met(THREE)
    assert not BANT.is_met({"budget": 1, "authority": "me", "timeline": "now"}), "the need is a must"
    assert not BANT.is_met({"need": "reporting"})


@pytest.mark.parametrize("framework", [BANT, MEDDIC, CHAMP])
def test_every_criterion_can_be_asked(framework: Framework) -> None:
    assert all(each.label and each.question.endswith("?") for each in framework.criteria)
    assert set(framework.must) <= {each.name for each in framework.criteria}


@pytest.mark.parametrize(
    ("deal", "people", "motion", "expected"),
    [
        (8_000, 1, "inbound", BANT),
        (25_000, 1, "outbound", BANT),
        (25_001, 2, "inbound", MEDDIC),
        (None, 5, "inbound", MEDDIC),
        (100_000, None, "outbound", MEDDIC),
        (8_000, 2, "inbound", CHAMP),
        (100_000, 1, "inbound", CHAMP),
        (100_000, 1, "outbound", MEDDIC),
        (None, None, "inbound", CHAMP),
        (None, None, "product", CHAMP),
        (None, None, "outbound", BANT),
    ],
)
def test_a_framework_is_suggested_by_size_stakeholders_and_motion(
    deal: int | None, people: int | None, motion: str, expected: Framework
) -> None:
    framework, why = suggested(deal, people, motion)  # type: ignore[arg-type]
    assert (framework.name, bool(why.strip(" :,"))) == (expected.name, True)
    assert not why.startswith((":", ","))


def test_teams_can_write_their_own() -> None:
    own = framework_from(
        {
            "name": "spiced",
            "criteria": [
                "situation",
                {"name": "impact", "question": "What would it change?", "kind": "money"},
                {"name": "size", "choices": ["small", "large"]},
            ],
            "needs": 2,
            "must": ["impact"],
        }
    )
    assert [(each.label, each.kind) for each in own.criteria] == [
        ("Situation", "text"), ("Impact", "money"), ("Size", "choice")
    ]  # fmt: skip
    assert own.is_met({"impact": 1, "size": "small"})
    assert not own.is_met({"situation": "x", "size": "small"})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"criteria": ["a"]}, "needs a `name`"),
        ({"name": "My Own", "criteria": ["a"]}, "small letters"),
        ({"name": "own"}, "has no criteria"),
        ({"name": "own", "criteria": []}, "has no criteria"),
        ({"name": "own", "criteria": ["a", "a"]}, "`a` twice"),
        ({"name": "own", "criteria": ["a"], "needs": 2}, "1 to 1"),
        ({"name": "own", "criteria": ["a"], "needs": True}, "1 to 1"),
        ({"name": "own", "criteria": ["a"], "must": ["b"]}, "names `b`"),
        ({"name": "own", "criteria": ["a"], "must": "a"}, "list of names"),
        ({"name": "own", "criteria": [7]}, "a name or a group of keys"),
        ({"name": "own", "criteria": [{"name": "a", "kind": "colour"}]}, "no kind of answer"),
        ({"name": "own", "criteria": [{"name": "a", "kind": "choice"}]}, "needs `choices`"),
        ({"name": "own", "criteria": [{"name": "a", "weight": 2}]}, "has no `weight`"),
        ({"name": "own", "criteria": ["a"], "bar": 1}, "has no `bar`"),
    ],
)
def test_what_is_wrong_with_a_framework_is_said(given: dict[str, object], said: str) -> None:
    with pytest.raises(FrameworkInvalid, match=said):
        framework_from(given)
