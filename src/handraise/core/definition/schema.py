"""The language as JSON Schema, so that editors complete and validate while somebody writes."""

from typing import Any, Final

from handraise.core.definition.grammar import Schema
from handraise.core.definition.reading import CONDITIONS, CONSTRUCTS, DEFINITION

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> Schema:
    """The whole language as one schema (draft 2020-12), made from the tables the reader itself uses.

    It knows the shape: keys, kinds of values, choices. What needs the whole file (names that must be given
    elsewhere, windows that contradict each other) only reading and `check` know.

    Examples
    --------
    >>> schema = json_schema()
    >>> schema["required"], "a_fit_rule" in schema["$defs"]
    (['name', 'qualify'], True)
    """
    parts: dict[str, Any] = {
        construct.schema()["$ref"].rpartition("/")[2]: construct.definition()
        for construct in CONSTRUCTS
        if construct is not DEFINITION
    }
    parts |= {condition.schema_name(): condition.definition() for condition in CONDITIONS}
    head = {
        "$schema": DRAFT,
        "title": "Handraise definition",
        "description": "What a qualified lead is, said once.",
    }
    whole: Schema = _exact({**head, **DEFINITION.definition(), "$defs": dict(sorted(parts.items()))})
    return whole


def _exact(part: Any) -> Any:
    """Without `multipleOf`: validators divide in binary and refuse 0.07; reading is exact."""
    if isinstance(part, dict):
        return {key: _exact(value) for key, value in part.items() if key != "multipleOf"}
    if isinstance(part, list):
        return [_exact(item) for item in part]
    return part
