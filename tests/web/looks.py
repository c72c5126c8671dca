"""Every page there is, as axe and the screenshots look at it. Who adds a page adds a line."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Look:
    """A page, and who looks: a role, or None for somebody who has not logged in.

    `path` may name what `tests/web/filled.py` made: `/leads/{lead}`. `ready` is what is there once the page
    is as it will stay.
    """

    path: str
    role: str | None = "admin"
    ready: str = "main"


LOOKS: Final = (
    Look("/login", None),
    Look("/password"),
    Look("/me"),
    Look("/inbox", "sales"),
    Look("/inbox?whose=all&handoff={accepted}"),
    Look("/inbox?whose=nobodys"),
    Look("/leads"),
    Look("/leads?text=nobody+is+called+so"),
    Look("/leads/{lead}", "sales", ready=".sentence"),
    Look("/leads/{worked}", "sales", ready=".sentence"),
    Look("/leads/{quiet}?show=pages", "viewer", ready=".sentence"),
    Look("/leads/{lead}?as_of=2026-02-24T09:00", "marketing"),
    Look("/accounts"),
    Look("/accounts/{account}"),
)
