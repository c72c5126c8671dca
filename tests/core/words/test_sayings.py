"""What is found, refused and concluded can be read in German: every saying has its German, place by place."""

import ast
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import handraise
from handraise.core.audiences import reading as audience_reading
from handraise.core.calendar.reading import CalendarInvalid, calendar_from
from handraise.core.definition import asking, read_definition, reading
from handraise.core.definition.grammar import Key, NameOf, Reader, Record
from handraise.core.errors import DefinitionInvalid
from handraise.core.lint import lint
from handraise.core.saying import Saying
from handraise.core.words import ENGLISH, GERMAN
from handraise.core.words.german.sayings import SAYINGS
from tests.core.definition.malformed import MALFORMED

PACKAGE = Path(handraise.__file__).parent
SAYING = ("Saying", "expected", "Text")
PLACE = re.compile(r"\{(\w+)\}")


def written() -> Iterator[str]:
    """Every form that stands in the code: in the call itself, or under a name of the same module."""
    for file in PACKAGE.rglob("*.py"):
        text = file.read_text(encoding="utf-8") if "node_modules" not in file.parts else ""
        if "Saying(" not in text:
            continue
        tree = ast.parse(text)
        named: dict[str, list[str]] = {}
        for each in ast.walk(tree):
            match each:
                case (
                    ast.Assign(targets=[ast.Name(name)], value=ast.Constant(str(form)))
                    | ast.AnnAssign(target=ast.Name(name), value=ast.Constant(str(form)))
                ):
                    named.setdefault(name, []).append(form)
        for each in ast.walk(tree):
            match each:
                case ast.Call(func=ast.Name(name), args=[first, *_]) if name in SAYING:
                    yield from _forms(first, named)


def _forms(first: ast.expr, named: dict[str, list[str]]) -> list[str]:
    match first:
        case ast.Constant(str(form)):
            return [form]
        case ast.Name(name):
            return named.get(name, [])
        case ast.IfExp(body=one, orelse=other):
            return [*_forms(one, named), *_forms(other, named)]
    return []


def called() -> Iterator[str]:
    """What the parts of the language are called, and what their keys mean."""
    for each in (*reading.CONSTRUCTS, *reading.CONDITIONS, audience_reading.AUDIENCE):
        yield from _called(each)


def _called(reader: object) -> Iterator[str]:
    match reader:
        case Key():
            yield reader.doc
            yield from _called(reader.reader)
        case Record():
            yield reader.name
            for key in reader.keys:
                yield from _called(key)
        case NameOf():
            yield from (reader.what, reader.kind, reader.add)
        case asking.ConditionReader():
            yield reader.name
        case Reader():
            yield from filter(None, [getattr(reader, "what", "")])
            yield from _called(getattr(reader, "item", None))
            yield from _called(getattr(reader, "value", None))


FORMS = sorted({*written(), *called()})


def test_every_saying_has_its_german() -> None:
    assert len(FORMS) > 200
    assert [form for form in FORMS if form not in SAYINGS] == []


@pytest.mark.parametrize("form", sorted(SAYINGS))
def test_the_german_has_the_same_places(form: str) -> None:
    assert set(PLACE.findall(form)) == set(PLACE.findall(SAYINGS[form]))


@pytest.mark.parametrize("marked", [marked for marked, _ in MALFORMED])
def test_what_is_wrong_in_a_text_is_told_in_german(marked: str) -> None:
    with pytest.raises(DefinitionInvalid) as refusal:
        read_definition(marked.replace("§", ""))
    for problem in refusal.value.problems:
        told = GERMAN.retold(problem.message)
        assert ENGLISH.retold(problem.message) == problem.message
        outside = re.sub(r"`[^`]*`|\{.*\}|\(.*\)", "", told)
        assert not re.search(r"\b(the|expected|found|there|with|not|and|write|use|of|this)\b", outside), told


def test_a_finding_is_told_with_german_words_and_numbers() -> None:
    found = lint(
        read_definition(
            """
name: Small
signals: {demo: {event: Demo Requested}}
fit: {bar: 1500, rules: [{rule: VP, when: {lead.seniority: vp, lead.title: {unknown: true}}, points: 12.5}]}
engagement: {rules: [{rule: asked, signal: demo, points: 50}]}
qualify: {mql: {all: [fit, {lead.seniority: vp}, {lead.seniority: c_suite}]}}
"""
        )
    )
    told = [GERMAN.retold(problem.message) for problem in found]
    assert (
        "kein Lead kann bei Passung die Schwelle von 1.500 erreichen: alle Regeln dort geben "
        "zusammen höchstens 12,5; senken Sie die Schwelle oder ergänzen Sie Regeln"
    ) in told
    assert (
        "das kann nie zutreffen: „die Titelstufe ist VP“ und „die Titelstufe ist C-Level“ schließen sich "
        "aus; streichen Sie eines davon oder setzen Sie beide unter `any:`"
    ) in told


def test_a_saying_is_english_text_for_whoever_asks_no_language() -> None:
    said = Saying("there is no {kind} `{name}`; {add}", kind=Saying("signal"), name="a{b}", add="add {it}")
    assert said == "there is no signal `a{b}`; add {it}"
    assert pickle.loads(pickle.dumps(said)).places == said.places
    assert GERMAN.retold(said) == "ein Signal `a{b}` gibt es nicht; add {it}"


def test_everything_wrong_in_a_calendar_is_told_in_german() -> None:
    hours = {"monday": [["9", "12:00"]], "tuesday": [["12:00", "09:00"]]}
    given = {"name": "Support", "zone": "Europe/Berlyn", "hours": hours, "closures": [{"from": "May"}]}
    with pytest.raises(CalendarInvalid) as refusal:
        calendar_from(given)
    assert GERMAN.retold(refusal.value.said).splitlines() == [
        "zone: `Europe/Berlyn` ist keine Zeitzone; meinten Sie `Europe/Berlin`?",
        (
            "hours.monday[0]: `9` ist keine Uhrzeit; schreiben Sie sie wie `09:00` "
            "(das Ende des Tages ist `24:00`)"
        ),
        (
            "hours.tuesday[0]: `12:00-09:00` endet nicht nach dem Beginn; schreiben Sie Zeiten über "
            "Mitternacht "
            "als zwei: bis `24:00` am einen Tag und ab `00:00` am nächsten"
        ),
        "closures[0].to: fehlt",
        (
            "closures[0]: `May` bis `` ist keine Schließung; schreiben Sie zwei Tage oder zwei "
            "Zeitpunkte wie "
            "2026-12-24T12:00+01:00"
        ),
    ]
    assert str(refusal.value) == "\n".join(refusal.value.problems)
