"""Reports as pages, and their pictures."""

import re
from dataclasses import replace
from datetime import date

import pytest

from handraise.rendering.charts import (
    ACCENT,
    STAGE_HUES,
    TOKENS,
    Bar,
    Interval,
    Point,
    bars,
    curves,
    intervals,
    svg,
)
from handraise.rendering.report import Figure, Report, Section, Table, report_html
from tests.rendering.test_document import Page

HUES = {"gained": STAGE_HUES["mql"], "lost": STAGE_HUES["sql"]}
SHARES = [
    Interval("accepted", 0.4, 0.3, 0.5, "gained"),
    Interval("accepted", 0.1, 0.05, 0.2, "lost"),
]
PICTURES = {
    "bars": bars([Bar("page", 12), Bar("demo", 3)], "events"),
    "intervals": intervals(SHARES, "share", hues=HUES, reference=0.3),
    "curves": curves([Point(0, 0.1, "a"), Point(9, 0.5, "a")], "bar", "share", marks=[(4, "now")]),
}
TABLE = Table(("group", "accepted"), (("gained", "40 % (30–50 %), n = 99"),), right=(1,))


def report(**changes: object) -> Report:
    section = Section("Who?", "These.", TABLE, Figure(PICTURES["intervals"], "Shares"), ("n is small",))
    said: dict[str, object] = {
        "kind": "Backtest",
        "title": "Small",
        "answer": "Two more.",
        "sections": (section, replace(section, question="Which?")),
        "reading": (("interval", "where the truth may lie"),),
    }
    return Report(**{**said, **changes})  # type: ignore[arg-type]


def test_a_report_is_well_formed_and_stands_alone() -> None:
    html = report_html(report(generated=date(2026, 10, 1)))
    page = Page(html)
    assert page.open == []
    assert not [
        tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "object", "a", "form")
    ]
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "href", "srcdoc")]
    assert not re.search(r"url\((?!#)", html)
    assert "@import" not in html
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids)), "two pictures share the name of a part"


def test_a_report_says_question_answer_table_notes_and_how_to_read_it() -> None:
    text = Page(report_html(report())).texts
    assert text["h2"] == ["In short", "Who?", "Which?", "How to read this"]
    whole = " ".join(text["main"])
    for said in ("Two more.", "These.", "40 % (30–50 %), n = 99", "n is small", "where the truth may lie"):
        assert said in whole


def test_texts_from_anybody_stay_texts_also_in_pictures() -> None:
    hostile = "</svg><script>x</script>\u202e"
    drawn = Figure(bars([Bar(hostile, 1), Bar("b", 2)], hostile), hostile)
    table = Table((hostile,), ((hostile,),))
    html = report_html(report(title=hostile, sections=(Section(hostile, hostile, table, drawn),)))
    assert "<script" not in html
    assert Page(html).open == []


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_takes_its_colours_from_the_page(name: str) -> None:
    drawn = svg(PICTURES[name], name="f")
    light = {light for light, _ in TOKENS.values()}
    assert not [colour for colour in re.findall(r"#[0-9a-f]{6}", drawn) if colour in light]
    assert "var(--" in drawn


def test_light_and_dark_have_every_colour() -> None:
    html = report_html(report())
    for name, (light, dark) in TOKENS.items():
        assert f"--{name}: {light};" in html
        assert f"--{name}: {dark};" in html
    assert TOKENS["accent"][0] == ACCENT


def test_a_legend_tells_each_group_once() -> None:
    assert svg(PICTURES["intervals"], name="f").count(">gained<") == 1


def test_colours_can_be_told_apart_from_paper() -> None:
    """WCAG: pictures need 3 : 1 against what is around them; words 4.5 : 1."""
    for name, pair in TOKENS.items():
        if name in ("paper", "hair"):
            continue
        needed = 4.5 if name in ("ink", "quiet", "accent") else 3.0
        for colour, paper in zip(pair, TOKENS["paper"], strict=True):
            assert contrast(colour, paper) >= needed, name


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_a_figure_without_its_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no table beside it"):
        Section("Who?", "These.", figure=Figure(PICTURES["bars"], "x"))


def test_a_row_that_does_not_fit_its_heads_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells under 1 heads"):
        Table(("a",), (("x", "y"),))
