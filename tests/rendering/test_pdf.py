"""Pages on paper: the words of the page, tagged, and what people wrote is text whatever it says."""

import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from handraise.core.definition import Definition, read_definition
from handraise.core.errors import InputInvalid
from handraise.rendering import pdf
from handraise.rendering.paper import document_pdf
from handraise.rendering.review import Labels, Page, Row, Section, Signatory, Strip, Table, review_pdf
from handraise.rendering.sections import shared
from handraise.templates import TEMPLATES, template_text

HOSTILE = (
    "= heading #panic() *b* _i_ $x^2$ @ref <label> [c]",
    '#read("/etc/passwd") #include "paper.typ" #import "@preview/x:1.0.0"',
    '"); #eval("1"); //',
    "\\u{41} ~ -- --- ... -> `raw` https://evil.example/#x",
    "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "{{ 7*7 }} ${7*7} %(n)s {0}",
    "/* comment */ // gone",
    '=HYPERLINK("http://evil.example")',
    "(a) Tj /JavaScript <</S/URI>> endobj %%EOF",
    "CR\r\nLF: x",
    "' OR 1=1; --",
)


def template(name: str) -> Definition:
    return read_definition(template_text(name)).definition


def read(made: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(made))


def squeezed(text: str) -> str:
    """Without white space, which a line's end may have become; and without what shows nothing."""
    return re.sub(r"[\s\u200b\x00-\x1f]+", "", text)


def paper(definition: Definition, **told: Any) -> bytes:
    said = shared(definition, version="3", content_hash="ab12", generated=date(2026, 10, 1))
    return document_pdf(said, **told)


def text_of(made: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in read(made).pages))


def page_with(text: str) -> Page:
    """A review with the text in every place that has one."""
    table = Table(
        text, (text, text, text), (Row((text, text, text), Strip(0.3, 0.2, 0.4, 0.3), text),), (1,), text
    )
    section = Section(text, text, text, text, (table,), (text,), (text,), text, text)
    signed = (Signatory(text, text, text), Signatory(text, text, text))
    return Page(text, text, text, text, (section,), signed, Labels(*[text] * 6), text)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_definition_on_paper_says_what_its_page_says(name: str) -> None:
    definition = template(name)
    said = shared(definition, version="3", content_hash="ab12", generated=date(2026, 10, 1))
    text = text_of(paper(definition))
    told = [said.title, said.summary, said.subtitle]
    told += [
        part for table in said.tables for line in table.lines for part in (line.name, line.asked, line.points)
    ]
    told += [pair.text for pair in (*said.patterns, *said.tracks, *said.never, *said.signals, *said.routes)]
    told += [part for one in said.promises for part in (one.whom, one.within)]
    assert [one for one in told if squeezed(one) not in text] == []


def test_it_is_tagged_a4_and_in_our_type() -> None:
    found = read(paper(template("full"), made=datetime(2026, 10, 1, tzinfo=UTC)))
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in root["/Metadata"].get_data()
    assert found.metadata is not None
    assert found.metadata.title == "Mid-market SaaS: shared definition"
    assert [round(float(side) / 72 * 25.4) for side in found.pages[0].mediabox[2:]] == [210, 297]
    fonts: Any = found.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    if (pdf.HERE / "fonts").exists():  # built by `make assets`; without it the pages are in another type
        assert any("Inter" in str(font.get_object()["/BaseFont"]) for font in fonts.values())


def test_who_signed_stands_on_the_lines() -> None:
    text = text_of(paper(template("classic"), signed={"marketing": ("Mia Berg", "3 March 2026")}))
    assert "MiaBerg" in text
    assert "3March2026" in text


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_what_people_wrote_is_text_whatever_it_says(text: str) -> None:
    definition = template("classic")
    rule = replace(definition.fit.rules[0], rule=text)
    hostile = replace(
        definition, name=text, fit=replace(definition.fit, rules=(rule, *definition.fit.rules[1:]))
    )
    for made in (paper(hostile, signed={"sales": (text, text)}), review_pdf(page_with(text), language="en")):
        shown = text_of(made)
        assert shown.count(squeezed(text)) >= 2
        _does_nothing(made)


def _does_nothing(made: bytes) -> None:
    """No link, no script, no form, no file in it."""
    found = read(made)
    root: Any = found.trailer["/Root"]
    assert not {"/OpenAction", "/AA", "/AcroForm", "/Names"} & set(root)
    assert not any("/Annots" in page or "/AA" in page for page in found.pages)


def test_a_script_that_no_font_has_is_still_a_page() -> None:
    made = review_pdf(page_with("\U00013000 and words"), language="de")
    assert "andwords" in text_of(made)
    assert read(made).trailer["/Root"]["/Lang"] == "de"  # type: ignore[index]


def test_what_nobody_would_read_is_refused_before_it_is_set() -> None:
    with pytest.raises(InputInvalid, match="too long for a PDF"):
        review_pdf(page_with("x" * pdf.MOST), language="en")


def test_the_same_page_is_the_same_file() -> None:
    page = page_with("a")
    assert review_pdf(page, language="en") == review_pdf(page, language="en")
