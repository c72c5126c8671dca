"""Properties of events and leads as flat names and values: one reading for files and for the store."""

import json
from collections.abc import Iterator, Mapping
from typing import Any


def flattened(record: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Nested objects as names with dots; lists as JSON text.

    Examples
    --------
    >>> dict(flattened({"account": {"domain": "a.example"}, "tools": ["x"]}))
    {'account.domain': 'a.example', 'tools': '["x"]'}
    """
    for name, value in record.items():
        if isinstance(value, dict):
            yield from flattened(value, f"{before}{name}.")
        elif isinstance(value, list):
            yield before + name, json.dumps(value, ensure_ascii=False)
        else:
            yield before + name, value
