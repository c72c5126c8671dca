"""Compiled passes over columns say what the plain rule for one value says."""

import re

import numpy as np
import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from handraise.engine.columns import codes_at, counted_codes, encoded, summed_millionths
from handraise.engine.keys import by_domain
from handraise.engine.layout import NOT_FIRED, OUTPUT_COLUMNS
from handraise.engine.match import millionths
from handraise.engine.passes import count_lines, lines_of

PLAIN = re.compile(r"[A-Za-z0-9._+-]{1,64}(@[A-Za-z0-9.-]+)")
addresses = st.lists(st.text("aZ9._+-@ ü", max_size=9) | st.integers(60, 70).map(lambda n: "a" * n + "@b.c"))


@given(addresses)
@example(["@", "a@", "@a", "a@b@c", ""])
def test_addresses_are_put_together_by_domain_only_when_they_are_plain(texts: list[str]) -> None:
    expected = [f"someone{found[1]}" if (found := PLAIN.fullmatch(text)) else text for text in texts]
    assert by_domain(pa.array(texts, pa.string())).to_pylist() == expected


@given(st.lists(st.none() | st.floats(-2e11, 2e11) | st.integers(-9, 9).map(lambda n: (2 * n + 1) / 2e6)))
@example([float("nan"), float("inf"), 1e11, 0.0000005, -0.0000015, 72057594038.125, 8123456.7654325])
def test_a_column_of_numbers_is_summed_as_each_number_is(numbers: list[float | None]) -> None:
    assert summed_millionths(pa.array(numbers, pa.float64())).tolist() == [millionths(n) for n in numbers]


@given(st.lists(st.none() | st.sampled_from(["a", "A", "b", "1", "c"])), st.integers(0, 3))
def test_values_are_told_apart_without_case_wherever_the_column_begins(
    texts: list[str | None], first: int
) -> None:
    column = encoded(pa.array(texts, pa.string())).slice(first)
    codes, kept = counted_codes(column).tolist(), texts[first:]
    assert [code == -1 for code in codes] == [text is None for text in kept]
    for code, text in zip(codes, kept, strict=True):
        assert [other == code for other in codes] == [
            (other or "").casefold() == (text or "").casefold() for other in kept
        ]
    rows = np.arange(len(kept))[::2]
    named = [*column.dictionary.to_pylist(), None]
    assert [named[code] for code in codes_at(column, rows)] == kept[::2]


def test_caps_of_both_dimensions_come_before_floors() -> None:
    output = np.zeros((2, OUTPUT_COLUMNS + 3 + 1 + 2), np.int64)
    output[:, OUTPUT_COLUMNS + 2] = NOT_FIRED
    output[1, OUTPUT_COLUMNS : OUTPUT_COLUMNS + 3] = 500, 2, 7
    output[1, -3:] = -100, 30, -40  # the group's cap took, fit's floor gave, engagement's cap took
    lines = count_lines(output, 1)
    start, lead, place = np.empty(3, np.int32), np.empty(lines, np.int64), np.empty(lines, np.int32)
    points, count, last = np.empty((lines, 2), np.int64), np.empty(lines, np.int64), np.empty(lines, np.int64)
    lines_of(output, 1, start, lead, place, points, count, last)
    assert start.tolist() == [0, 0, 4]
    assert place.tolist() == [0, 1, 3, 4]  # rule, group, engagement's cap, fit's floor
    assert points[:, 0].tolist() == [500, -100, -40, 30]
    assert (count.tolist(), last.tolist()) == ([2, 0, 0, 0], [7, -1, -1, -1])
