"""The shared definition as a page that both teams sign."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from handraise.core.definition import Definition, read_definition
from handraise.core.definition.conditions import Equals, FactTest
from handraise.rendering.document import document_html, document_markdown
from handraise.templates import TEMPLATES, template_text

VOID = {"meta", "link", "br", "hr", "img", "input"}


def template(name: str = "full") -> Definition:
    return read_definition(template_text(name)).definition


class Page(HTMLParser):
    """What a page is made of: its tags with their attributes, and its texts by tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self.open):
            self.texts[tag][-1] += data


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_page_is_well_formed_and_stands_alone(name: str) -> None:
    html = document_html(template(name), version=3, content_hash="sha256:ab", generated=date(2026, 10, 1))
    page = Page(html)
    assert page.open == []
    assert not [
        tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "object", "a", "form")
    ]
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "href", "srcdoc")]
    assert "url(" not in html
    assert "@import" not in html


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_page_has_every_rule_with_its_points(name: str) -> None:
    definition = template(name)
    rows = Page(document_html(definition)).texts["tr"]
    for rule in definition.rules:
        points = f"{'−' if rule.points < 0 else '+'}{abs(rule.points) // 100}"
        assert any(row.startswith(rule.rule) and row.endswith(points) for row in rows)


def test_a_page_says_everything_that_two_teams_agree_on() -> None:
    definition = template()
    text = " ".join(Page(document_html(definition)).texts["main"])
    assert (
        "A lead is an MQL when fit reaches its bar of 30 points and engagement reaches its bar of 40" in text
    )
    for said in (
        "keen director",
        "asked for a demo",
        "competitor",
        "5 minutes",
        "business hours",
        "dach",
        "retarget",
        "every 3 months",
        "For marketing",
        "For sales",
        "rivaldesk.example",
        "halves every 45 days",
        "goes straight to SQL",
        "a change of job",
        "Slack and e-mail",
    ):
        assert said in text


def test_a_page_without_lines_leaves_their_section_out() -> None:
    small = read_definition("{name: Small, engagement: {bar: 40}, qualify: {mql: engagement}}").definition
    headings = Page(document_html(small)).texts["h2"]
    assert headings == ["What an MQL is", "Agreed"]


def test_two_boxes_wait_for_a_name_a_date_and_a_signature() -> None:
    page = Page(document_html(template()))
    assert [text for text in page.texts["h3"] if text.startswith("For ")] == ["For marketing", "For sales"]
    assert page.texts["dt"] == ["Name", "Date", "Signature"] * 2


def test_the_footer_names_version_content_and_day() -> None:
    html = document_html(template(), version=3, content_hash="sha256:ab12", generated=date(2026, 10, 1))
    (footer,) = Page(html).texts["footer"]
    assert "version 3" in footer
    assert "sha256:ab12" in footer
    assert "1 October 2026" in footer


def test_without_a_day_the_page_depends_on_the_definition_only() -> None:
    assert document_html(template()) == document_html(template())
    assert "written" not in Page(document_html(template())).texts["footer"][0]


def test_every_header_cell_says_what_it_heads() -> None:
    for tag, attributes in Page(document_html(template())).tags:
        if tag == "th":
            assert attributes.get("scope") in ("row", "col")
        if tag == "table":
            assert attributes.get("aria-label") or attributes.get("aria-labelledby")


def test_the_page_says_its_language_and_has_one_main_heading() -> None:
    page = Page(document_html(template()))
    assert dict(page.tags)["html"] == {"lang": "en"}
    assert page.texts["h1"] == ["Mid-market SaaS"]
    labels = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    named = {attributes["aria-labelledby"] for _, attributes in page.tags if "aria-labelledby" in attributes}
    assert named <= labels


def test_a_grade_says_in_words_whether_it_is_an_mql() -> None:
    cells = [text for text in Page(document_html(template())).texts["td"] if re.fullmatch(r"[A-D]\d.*", text)]
    assert len(cells) == 16
    assert [text for text in cells if text.endswith("MQL")] == ["A1MQL", "A2MQL", "B1MQL", "B2MQL"]
    assert all(text.endswith(("MQL", "no")) for text in cells)


# ------------------------------------------------------------------------------------------- untrusted

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:alert(1)",
    "<!-- -->",
    "&lt;b&gt;",
]


def hostile(text: str) -> Definition:
    """A definition with that text in every place where a text can stand."""
    quoted = "'" + text.replace("'", "''") + "'"
    return read_definition(
        f"""
name: {quoted}
signals: {{{quoted}: {{event: {quoted}, where: {{{quoted}: {quoted}}}}}}}
lists: {{{quoted}: [{quoted}]}}
fit:
  bar: 1
  groups: {{{quoted}: {{cap: 9}}}}
  rules:
    - rule: {quoted}
      group: {quoted}
      when: {{lead.x: {{contains: {quoted}, in_list: {quoted}}}}}
      points: 5
engagement: {{rules: [{{rule: second rule, signal: {quoted}, distinct: {quoted}, points: 1}}]}}
patterns: [{{pattern: {quoted}, all: [{{signal: {quoted}}}]}}]
qualify:
  mql: {{any: [fit, {{pattern: {quoted}}}]}}
  fast_track: [{{rule: {quoted}, when: {{signal: {quoted}}}}}]
  grades: {{fit: {{{quoted}: 1}}}}
disqualify: [{{reason: {quoted}, when: {{lead.x: {{starts_with: {quoted}}}}}}}]
requalify: [{quoted}]
handoff: {{route: [{{team: {quoted}}}], sla: [{{within: 1 day, when: {{from_stage: {quoted}}}}}]}}
nurture: {{recycled: {quoted}}}
"""
    ).definition


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_text(text: str) -> None:
    definition = hostile(text)
    html = document_html(definition, version=text, content_hash=text)
    harmless = document_html(hostile("harmless"), version="harmless", content_hash="harmless")
    page, expected = Page(html), Page(harmless)
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in expected.tags]
    assert page.texts["h1"] == [text]
    assert text in page.texts["title"][0]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_text_in_markdown_too(text: str) -> None:
    told = document_markdown(hostile(text), version=text, content_hash=text)
    assert not re.search(r"(?<!\\)<", told)
    rows = [line for line in told.splitlines() if line.startswith("|")]
    expected = document_markdown(
        hostile("harmless"), version="harmless", content_hash="harmless"
    ).splitlines()
    bars = [len(re.findall(r"(?<!\\)\|", row)) for row in rows]
    assert bars == [row.count("|") for row in expected if row.startswith("|")]


def test_letters_that_turn_or_hide_a_text_are_taken_out() -> None:
    turned = replace(template("classic"), name="safe\u202egnp\u200b\u2066x")
    assert Page(document_html(turned)).texts["h1"] == ["safe gnp x"]
    assert document_markdown(turned).startswith("# safe gnp x\n")


def test_a_value_from_a_list_file_cannot_break_a_row() -> None:
    lists = replace(template("classic"), lists={"rivals": ("a\n\n# b", "c|d")})
    assert "| rivals | a \\# b, c\\|d |" in document_markdown(lists)


def test_a_condition_with_markup_reads_as_it_was_written() -> None:
    odd = replace(template("classic"), applies_to=FactTest("lead.title", (Equals(("R&D <lead>",)),)))
    assert "job title is R&D <lead>." in " ".join(Page(document_html(odd)).texts["main"])


# ---------------------------------------------------------------------------------------- what is seen


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * each for each in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    css = document_html(template("classic"))
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    light, dark, print_ = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block)) for block in blocks)
    return {"light": light, "dark": dark, "print": light | print_}


@pytest.mark.parametrize("name", ["light", "dark", "print"])
def test_text_and_lines_can_be_told_from_the_paper(name: str) -> None:
    colours = palettes()[name]
    for ink in ("ink", "quiet"):
        assert contrast(colours[ink], colours["paper"]) >= 4.5
    assert contrast(colours["ink"], colours["tint"]) >= 4.5
    for line in ("accent", "strong-hair"):
        assert contrast(colours[line], colours["paper"]) >= 3


# -------------------------------------------------------------------------------------------- markdown


@pytest.mark.parametrize("name", TEMPLATES)
def test_markdown_has_the_sections_of_the_page(name: str) -> None:
    definition = template(name)
    headings = re.findall(r"^## (.+)$", document_markdown(definition), re.MULTILINE)
    assert headings == Page(document_html(definition)).texts["h2"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_markdown_table_has_rows_of_one_width(name: str) -> None:
    for table in re.findall(r"(?:^\|.*\n)+", document_markdown(template(name)), re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(widths) == 1


def test_markdown_ends_with_one_line_break_and_holds_no_gaps() -> None:
    told = document_markdown(template(), generated=date(2026, 10, 1))
    assert told.endswith("written 1 October 2026\n")
    assert "\n\n\n" not in told
