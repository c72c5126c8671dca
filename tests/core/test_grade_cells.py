"""Which squares of the grades are MQLs by their points."""

from handraise.core.definition import read_definition
from handraise.core.grade_cells import grade_cells
from handraise.templates import template_text


def square(mql: str, fit: str = "{A: 40, B: 20, C: 0}", engagement: str = "{1: 40, 2: 20, 3: 0}") -> str:
    """The grades of a definition whose dimensions go up to 60, as rows of y (yes), p (in part) and n (no)."""
    cells = grade_cells(
        read_definition(
            f"""
name: Square
signals: {{demo: {{event: Demo Requested}}}}
fit: {{bar: 20, rules: [{{rule: a, when: {{lead.a: x}}, points: 60}}]}}
engagement: {{bar: 30, rules: [{{rule: b, signal: demo, points: 60}}]}}
patterns: [{{pattern: keen, signal: demo}}]
qualify: {{mql: {mql}, grades: {{fit: {fit}, engagement: {engagement}}}}}
"""
        ).definition
    )
    letters = {"always": "y", "in part": "p", "never": "n"}
    return " ".join("".join(letters[cell.is_mql] for cell in row) for row in cells)


def test_a_cell_above_both_bars_is_an_mql_and_one_across_a_bar_is_so_in_part() -> None:
    assert square("{all: [fit, engagement]}") == "ypn ypn nnn"


def test_one_bar_alone_takes_whole_columns() -> None:
    assert square("engagement") == "ypn ypn ypn"


def test_a_total_runs_across_the_square() -> None:
    # A1 has 40 + 40 at least; A2 40 + 20 to 60 + 39.99; A3 at most 60 + 19.99; B2 at most 39.99 + 39.99
    assert square("{total: 80}") == "ypn pnn nnn"


def test_a_total_that_only_the_best_of_both_can_reach_is_reached_in_part() -> None:
    assert square("{total: 120}") == "pnn nnn nnn"


def test_named_grades_are_the_mqls() -> None:
    assert square("{grade: [A1, A2, B1]}") == "yyn ynn nnn"


def test_facts_and_patterns_beside_the_points_count_as_not_given() -> None:
    assert square("{any: [{all: [fit, engagement]}, {pattern: keen}]}") == "ypn ypn nnn"
    assert square("{all: [fit, engagement, {lead.country: DE}]}") == "nnn nnn nnn"


def test_not_turns_the_answer_round() -> None:
    assert square("{not: {engagement: 30}}") == "npy npy npy"


def test_one_row_of_grades_is_a_square_too() -> None:
    assert square("engagement", fit="{}", engagement="{hot: 30, cold: 0}") == "yn"


def test_a_definition_without_grades_has_no_square() -> None:
    assert grade_cells(read_definition("{name: x, qualify: {mql: {total: 1}}}").definition) == ()


def test_every_point_of_the_full_template_falls_into_a_cell_that_agrees() -> None:
    cells = [cell for row in grade_cells(read_definition(template_text("full")).definition) for cell in row]
    for fit in range(-5000, 4600, 250):
        for engagement in range(-2500, 10001, 250):
            (home,) = [
                cell
                for cell in cells
                if cell.fit[0] <= fit <= cell.fit[1]
                and cell.engagement[0] <= engagement <= cell.engagement[1]
            ]
            passes = fit >= 3000 and engagement >= 4000
            assert home.is_mql in (("always", "in part") if passes else ("never", "in part"))
