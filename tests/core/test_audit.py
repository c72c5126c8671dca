"""Whatever is done to the rows of the audit chain, `verify` names the row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handraise.core.audit import (
    BEGINNING,
    AuditEntry,
    AuditHead,
    Broken,
    ChainedEntry,
    canonical,
    chained,
    entry_hash,
    verify,
)
from handraise.core.errors import InputInvalid

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KEY = b"kept away from the database"
TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
DETAIL = st.dictionaries(TEXT, JSON, max_size=3)
ANY_STEPS = st.lists(st.tuples(TEXT, TEXT, TEXT, DETAIL), min_size=1, max_size=4)
STEPS = st.lists(
    st.sampled_from(
        [("member:1", "login", "member:1", {}), ("rule", "lead.mql", "lead:4", {"cycle": 1, "why": ["demo"]})]
    ),
    min_size=1,
    max_size=8,
)
KEYS = st.sampled_from([None, KEY])


def chain_of(
    steps: list[tuple[str, str, str, dict[str, Any]]], key: bytes | None = None
) -> list[ChainedEntry]:
    rows, head = list[ChainedEntry](), BEGINNING
    for minute, (actor, action, subject, detail) in enumerate(steps):
        rows.append(chained(head, NOW + timedelta(minutes=minute), actor, action, subject, detail, key))
        head = rows[-1].head
    return rows


def story(length: int, key: bytes | None = None) -> list[ChainedEntry]:
    return chain_of([("member:1", "lead.merge", f"lead:{number}", {}) for number in range(length)], key)


def kinds(broken: list[Broken]) -> list[tuple[int, str]]:
    return [(row.seq, row.kind) for row in broken]


def edited(row: ChainedEntry, **changes: Any) -> ChainedEntry:
    return replace(row, entry=replace(row.entry, **changes))


# Laws


@given(ANY_STEPS, KEYS)
def test_a_chain_as_it_was_written_holds(steps: Any, key: bytes | None) -> None:
    rows = chain_of(steps, key)
    assert verify(rows, rows[-1].head, key) == []


@given(STEPS, KEYS, st.data())
def test_a_changed_field_is_named_and_no_other_row(
    steps: Any, key: bytes | None, data: st.DataObject
) -> None:
    rows = chain_of(steps, key)
    index = data.draw(st.integers(0, len(rows) - 1))
    entry = rows[index].entry
    changes: dict[str, Any] = data.draw(
        st.sampled_from(
            [
                {"at": entry.at + timedelta(microseconds=1)},
                {"actor": entry.actor + "x"},
                {"action": entry.action + " "},
                {"subject": entry.subject + "0"},
                {"detail": {**entry.detail, "new key of the detail": None}},
                {"actor": entry.actor + "a", "action": "a" + entry.action},
                {"detail": {"fraction": 0.5}},
            ]
        )
    )
    forged = [*rows[:index], edited(rows[index], **changes), *rows[index + 1 :]]
    assert kinds(verify(forged, rows[-1].head, key)) == [(index + 1, "changed")]


@given(STEPS, KEYS, st.data())
def test_a_changed_hash_or_link_is_named(steps: Any, key: bytes | None, data: st.DataObject) -> None:
    rows = chain_of(steps, key)
    index = data.draw(st.integers(0, len(rows) - 1))
    row, flipped = rows[index], data.draw(st.integers(0, 255))

    def forged_hash(value: bytes) -> bytes:
        return (int.from_bytes(value) ^ (1 << flipped)).to_bytes(32)

    forged = [*rows]
    if data.draw(st.booleans()):
        forged[index] = replace(row, hash=forged_hash(row.hash))
    else:
        forged[index] = replace(row, previous_hash=forged_hash(row.previous_hash))
    assert kinds(verify(forged, rows[-1].head, key)) == [(index + 1, "changed")]


@given(STEPS, KEYS, st.data())
def test_rows_taken_out_are_named_by_the_first(steps: Any, key: bytes | None, data: st.DataObject) -> None:
    rows = chain_of(steps, key)
    first = data.draw(st.integers(0, len(rows) - 1))
    after = data.draw(st.integers(first + 1, len(rows)))
    assert kinds(verify([*rows[:first], *rows[after:]], rows[-1].head, key)) == [(first + 1, "missing")]


@given(STEPS.filter(lambda steps: len(steps) > 1), KEYS, st.data())
def test_rows_in_another_order_are_named(steps: Any, key: bytes | None, data: st.DataObject) -> None:
    rows = chain_of(steps, key)
    one, other = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=2, max_size=2)))
    swapped = [*rows]
    swapped[one], swapped[other] = rows[other], rows[one]
    found = kinds(verify(swapped, rows[-1].head, key))
    assert (one + 1, "missing") in found
    assert (one + 1, "out_of_order") in found


@given(STEPS.filter(lambda steps: len(steps) > 1), KEYS, st.data())
def test_two_rows_that_exchanged_their_numbers_are_both_named(
    steps: Any, key: bytes | None, data: st.DataObject
) -> None:
    rows = chain_of(steps, key)
    one, other = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=2, max_size=2)))
    swapped = [*rows]
    swapped[one], swapped[other] = edited(rows[other], seq=one + 1), edited(rows[one], seq=other + 1)
    assert kinds(verify(swapped, rows[-1].head, key)) == [(one + 1, "changed"), (other + 1, "changed")]


@given(STEPS, st.data())
def test_a_row_written_anew_with_a_hash_that_fits_is_named(steps: Any, data: st.DataObject) -> None:
    """Whoever can write and knows how, but has not the head: the row that followed gives it away."""
    rows = chain_of(steps)
    index = data.draw(st.integers(0, len(rows) - 1))
    entry = replace(rows[index].entry, actor=rows[index].entry.actor + "!")
    forged = [*rows]
    forged[index] = replace(rows[index], entry=entry, hash=entry_hash(rows[index].previous_hash, entry))
    assert kinds(verify(forged, rows[-1].head)) == [(index + 1, "replaced")]


@given(STEPS, st.data())
def test_a_chain_written_anew_to_its_end_does_not_end_at_the_head(steps: Any, data: st.DataObject) -> None:
    rows = chain_of(steps)
    index = data.draw(st.integers(0, len(rows) - 1))
    forged_steps = [*steps]
    forged_steps[index] = ("somebody else", *steps[index][1:])
    assert kinds(verify(chain_of(forged_steps), rows[-1].head)) == [(len(rows), "replaced")]


@given(STEPS, st.data())
def test_without_the_key_a_row_written_anew_is_itself_named(steps: Any, data: st.DataObject) -> None:
    rows = chain_of(steps, KEY)
    index = data.draw(st.integers(0, len(rows) - 1))
    entry = replace(rows[index].entry, actor=rows[index].entry.actor + "!")
    forged = [*rows]
    forged[index] = replace(rows[index], entry=entry, hash=entry_hash(rows[index].previous_hash, entry))
    assert kinds(verify(forged, rows[-1].head, KEY)) == [(index + 1, "changed")]


# Stories


def test_the_words_say_which_row_and_what() -> None:
    rows = story(6)
    found = verify([rows[0], edited(rows[1], actor="member:2"), rows[4]], rows[5].head)
    assert [str(broken) for broken in found] == [
        "2: is not what was written: its content and its hash disagree",
        "3: missing from its place, and all up to 4",
        "6: missing at the end of the chain",
    ]


def test_every_row_gone_is_a_chain_cut_off_at_its_beginning() -> None:
    assert [str(broken) for broken in verify([], story(3)[-1].head)] == [
        "1: missing at the end of the chain, and all up to 3"
    ]


def test_an_empty_chain_that_was_never_begun_holds() -> None:
    assert verify([], BEGINNING) == []
    assert verify([], None) == []


def test_rows_without_a_kept_head_are_not_to_be_trusted_to_be_all() -> None:
    assert kinds(verify(story(3), None)) == [(4, "missing")]


def test_rows_behind_the_head_were_added_by_somebody_else() -> None:
    rows = story(4)
    assert kinds(verify(rows, rows[1].head)) == [(3, "added"), (4, "added")]


def test_a_row_that_comes_twice_is_named() -> None:
    rows = story(3)
    assert kinds(verify([rows[0], rows[1], rows[1], rows[2]], rows[-1].head)) == [(2, "out_of_order")]


def test_a_row_that_was_moved_back_accuses_none_of_its_neighbours() -> None:
    one, two, three, four, five = story(5)
    assert kinds(verify([one, three, four, two, five], five.head)) == [(2, "missing"), (2, "out_of_order")]


def test_a_first_row_that_was_not_the_first_is_named() -> None:
    elsewhere = chained(AuditHead(0, b"x" * 32), NOW, "member:1", "login", "member:1")
    assert kinds(verify([elsewhere], elsewhere.head)) == [(1, "replaced")]


def test_a_check_goes_on_from_where_an_earlier_one_ended() -> None:
    rows = story(5)
    assert verify(rows[3:], rows[-1].head, after=rows[2].head) == []
    assert kinds(verify(rows[4:], rows[-1].head, after=rows[2].head)) == [(4, "missing")]
    assert kinds(verify(rows[3:], rows[-1].head, after=AuditHead(3, b"x" * 32))) == [(4, "replaced")]


def test_a_chain_does_not_hold_under_another_key_or_none() -> None:
    rows = story(2, KEY)
    for key in (None, b"another"):
        assert kinds(verify(rows, rows[-1].head, key)) == [(1, "changed"), (2, "changed")]


def test_one_entry_has_one_form_whatever_the_zone_and_the_order_of_its_keys() -> None:
    berlin = timezone(timedelta(hours=1))
    one = AuditEntry(1, NOW, "a", "b", "c", {"x": [1, 2], "y": {"é": None}})
    same = AuditEntry(1, NOW.astimezone(berlin), "a", "b", "c", {"y": {"é": None}, "x": (1, 2)})
    assert canonical(one) == canonical(same)


@pytest.mark.parametrize(
    ("detail", "says"),
    [
        ({"share": 0.5}, "detail.share"),
        ({"rows": [{"n": 2**53}]}, r"detail.rows\[0\].n"),
        ({1: "x"}, "keys are text"),
        ({"at": NOW}, "detail.at"),
        ({"text": "\ud800"}, "surrogate"),
    ],
)
def test_what_has_no_one_form_is_refused(detail: Any, says: str) -> None:
    with pytest.raises(InputInvalid, match=says):
        chained(BEGINNING, NOW, "member:1", "login", "member:1", detail)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InputInvalid, match="zone"):
        chained(BEGINNING, NOW.replace(tzinfo=None), "member:1", "login", "member:1")
