"""`handraise settings`: every setting, what it is now, and what it is for."""

from typing import Any

from handraise.cli import output
from handraise.cli.options import Json


def settings(json: Json = False) -> None:
    """List every setting of the live product with its value now; secrets are not shown."""
    from pydantic import SecretStr

    from handraise.settings import PREFIX, read_settings, reference

    now = read_settings()

    def value(variable: str) -> Any:
        found = getattr(now, variable.removeprefix(PREFIX).lower())
        return "(set)" if isinstance(found, SecretStr) else found

    rows = [(row, value(row.variable)) for row in reference()]
    if json:
        output.document(
            [
                {
                    "name": row.variable,
                    "kind": row.kind,
                    "value": now,
                    "default": row.default,
                    "is": row.meaning,
                }
                for row, now in rows
            ]
        )
        return
    shown = [[row.variable, "" if now in (None, ()) else str(now), row.meaning] for row, now in rows]
    output.table(["setting", "now", "meaning"], shown)
