"""What commands take from files: their text, mappings, one lead's history."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handraise.core.definition.model import Definition
from handraise.core.errors import InputInvalid
from handraise.core.event import Lead

if TYPE_CHECKING:
    from handraise.files.mapping import Mapping
    from handraise.files.problems import Problems


def mapping_of(columns: Sequence[str], missing: Sequence[str]) -> "Mapping":
    """What `--map` and `--missing` say together."""
    from handraise.files.mapping import Mapping

    return Mapping.parse(columns, missing=missing)


def text_of(file: Path, encoding: str) -> str:
    """The text of a file that is taken in.

    Raises
    ------
    InputInvalid
        Naming the file, when it cannot be read or is in another encoding.
    """
    from handraise.files.tables import decoded

    try:
        return decoded(file.read_bytes(), encoding)
    except OSError as error:
        raise InputInvalid(f"`{file}` cannot be read: {error.strerror or error}") from None
    except InputInvalid as error:
        raise InputInvalid(f"`{file}`: {error}") from None


def lead_of(
    definition: Definition,
    lead_id: str,
    leads: Path,
    accounts: Path | None,
    events: Path | None,
    columns: Sequence[str],
    missing: Sequence[str],
    *,
    encoding: str,
) -> Lead:
    """The lead with its facts and events, as the files have them; `check` and `score` tell of bad rows."""
    from handraise.files.histories import lead_history

    return lead_history(
        lead_id,
        leads,
        accounts,
        events,
        mapping=mapping_of(columns, missing),
        zone=definition.timezone,
        encoding=encoding,
    )


def left_out(problems: "Problems") -> list[str]:
    """What there is to say of the rows read: notices, and rows that could not be used."""
    rows = [f"{count:,} rows were left out: {reason}" for reason, count in problems.counts.most_common()]
    return [*problems.notices, *rows]
