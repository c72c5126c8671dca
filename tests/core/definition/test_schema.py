"""The JSON Schema that editors use: it takes what the reader takes, and refuses most of what it refuses."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from handraise.core.definition.reading import CONDITIONS, CONSTRUCTS, DEFINITION
from handraise.core.definition.schema import DRAFT, json_schema
from handraise.templates import TEMPLATES, template_text
from tests.core.definition.malformed import MALFORMED
from tests.shared import shared_path

VALIDATOR = Draft202012Validator(json_schema())


def as_editors_see(text: str) -> Any:
    """The YAML with keys as text and without objects of Python."""
    content = YAML(typ="safe", pure=True).load(text)
    return json.loads(json.dumps(content, default=str))


def errors(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(as_editors_see(text))]


def test_the_schema_is_a_schema() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DRAFT


def test_every_reference_leads_somewhere() -> None:
    schema = json_schema()
    named = set(re.findall(r'"#/\$defs/([^"]+)"', json.dumps(schema)))
    assert named <= set(schema["$defs"])


def test_every_construct_and_condition_is_in_it() -> None:
    names = {each.name.replace(" ", "_") for each in CONSTRUCTS if each is not DEFINITION}
    assert names | {each.schema_name() for each in CONDITIONS} == set(json_schema()["$defs"])


def test_every_key_says_what_it_means() -> None:
    assert all(part["description"] for part in json_schema()["properties"].values())


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_are_valid(name: str) -> None:
    assert errors(template_text(name)) == []


def test_the_worked_example_of_the_specification_is_valid() -> None:
    page = shared_path("spec/definition.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n", 1)[1].split("```", 1)[0]
    assert errors(example) == []


def test_points_with_two_places_are_valid() -> None:
    assert errors("{name: x, engagement: {bar: 0.07}, qualify: {mql: engagement}}") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{name: x}", "'qualify' is a required property"),
        ("{name: x, qualify: {mql: engagement}, colour: red}", "'colour' was unexpected"),
        ("{name: x, qualify: {mql: engagement}, motion: sideways}", "is not one of"),
        ("{name: x, qualify: {mql: engagement}, review: {every: often}}", "does not match"),
        ("{name: x, qualify: {mql: engagement}, engagement: {bar: high}}", "is not of type 'number'"),
        (
            "{name: x, qualify: {mql: engagement}, fit: {rules: [{rule: r, points: 1}]}}",
            "'when' is a required",
        ),
    ],
)
def test_what_is_wrong_in_shape_is_refused(text: str, told: str) -> None:
    assert any(told in message for message in errors(text)), errors(text)


STRUCTURAL = re.compile(r"has no key|needs `|cannot be asked here|expected|found (a list|nothing|a group)")


def test_most_malformed_definitions_are_refused_too() -> None:
    """Only the reader knows what needs the whole file: names given elsewhere, windows that contradict."""
    accepted, readable = [], 0
    for text, told in MALFORMED:
        try:
            content = as_editors_see(text.replace("§", ""))
        except (YAMLError, ValueError, TypeError):
            continue
        if STRUCTURAL.search(told):
            readable += 1
            accepted += [told] * VALIDATOR.is_valid(content)
    assert readable > 30
    assert len(accepted) / readable < 0.2, accepted
