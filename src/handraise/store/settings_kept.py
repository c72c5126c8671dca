"""What an administrator sets at run time, kept in the database so that every process sees the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.store.facts import PRECEDENCE
from handraise.store.tables.definitions import setting


@dataclass(frozen=True)
class Known:
    """A setting: what holds until somebody sets it, what it means, and what it takes."""

    default: Any
    meaning: str
    takes: str
    is_right: Callable[[Any], bool]


@dataclass(frozen=True)
class Kept:
    """A setting as it holds; `set_at` and `set_by` are None while it is the default."""

    name: str
    value: Any
    meaning: str
    set_at: datetime | None = None
    set_by: str | None = None


def _is_texts(value: Any) -> bool:
    return (
        isinstance(value, list)
        and all(isinstance(each, str) and each.strip() for each in value)
        and len(set(value)) == len(value)
    )


RETAINED: Final = (
    "quarantine", "deliveries", "login_attempts", "sessions", "idempotency_keys", "jobs", "score_changes",
)  # fmt: skip
"""The kinds of rows that are taken out when they are too old."""


def _is_retention(value: Any) -> bool:
    return isinstance(value, dict) and all(
        kind in RETAINED and (days is None or (type(days) is int and 1 <= days <= 36_500))
        for kind, days in value.items()
    )


KNOWN: Final[Mapping[str, Known]] = MappingProxyType(
    {
        "fact_precedence": Known(
            list(PRECEDENCE),
            "Whose word on a fact comes first: sources, the one to be believed first in front.",
            Saying("a list of sources, each once"),
            _is_texts,
        ),
        "one_person_may_sign_for_both": Known(
            False,
            "Whether the same person may sign a definition for marketing and for sales.",
            Saying("true or false"),
            lambda value: isinstance(value, bool),
        ),
        "retention_days": Known(
            {},
            "For how many days rows of a kind are kept, null being for ever, where it is not the usual time: "
            + ", ".join(RETAINED)
            + ".",
            Saying(
                'an object of kinds of rows with whole numbers of days or null, such as {"deliveries": 90}'
            ),
            _is_retention,
        ),
    }
)


def known(name: str) -> Known:
    """The setting of that name.

    Raises
    ------
    InputInvalid
        When there is none.
    """
    found = KNOWN.get(name)
    if found is None:
        near = get_close_matches(name, KNOWN, n=1)
        hint = f"did you mean `{near[0]}`?" if near else f"they are {', '.join(KNOWN)}"
        raise InputInvalid(f"`{name}` is no setting that is kept; {hint}")
    return found


def kept(connection: sa.Connection, name: str) -> Any:
    """What holds: the value set, else the default."""
    default = known(name).default
    found = connection.execute(sa.select(setting.c.value).where(setting.c.name == name)).one_or_none()
    return default if found is None else found.value


def all_kept(connection: sa.Connection) -> list[Kept]:
    """Every setting with what holds, in the order of their names."""
    there = {row.name: row for row in connection.execute(sa.select(setting))}
    return [
        Kept(name, there[name].value, one.meaning, there[name].set_at, there[name].set_by)
        if name in there
        else Kept(name, one.default, one.meaning)
        for name, one in sorted(KNOWN.items())
    ]


def keep(connection: sa.Connection, name: str, value: Any, by: str, now: datetime) -> None:
    """Set a setting.

    Raises
    ------
    InputInvalid
        When there is no such setting, or it does not take this.
    """
    one = known(name)
    if not one.is_right(value):
        raise InputInvalid(Saying("`{name}` takes {takes}", name=name, takes=one.takes))
    values = {"value": value, "set_at": now, "set_by": by}
    connection.execute(
        insert(setting)
        .values(name=name, **values)
        .on_conflict_do_update(index_elements=["name"], set_=values)
    )
