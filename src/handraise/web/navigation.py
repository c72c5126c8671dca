"""Where one can go: the pages of the side navigation, those that exist and the viewer may see."""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Final

from handraise.core.roles import Permission
from handraise.web.wording import to_translate as _


@dataclass(frozen=True)
class Destination:
    """A page of the navigation; `icon` is a name in `templates/parts/icons.html.jinja`."""

    path: str
    label: str
    icon: str
    permission: Permission


NAVIGATION: Final = (
    Destination("/inbox", _("Inbox"), "inbox", "handoffs:read"),
    Destination("/leads", _("Leads"), "leads", "leads:read"),
    Destination("/accounts", _("Accounts"), "accounts", "leads:read"),
    Destination("/definition", _("Definition"), "definition", "definitions:read"),
    Destination("/reports", _("Reports"), "reports", "reports:read"),
    Destination("/audiences", _("Audiences"), "audiences", "leads:read"),
    Destination("/settings", _("Settings"), "settings", "settings:read"),
)
START: Final = Destination("/start", _("First start"), "start", "settings:read")
"""Before all others while no definition acts."""


def destinations(
    served: Container[str], may: Callable[[Permission], bool], *, is_new: bool = False
) -> Sequence[Destination]:
    """Those that are served and allowed, in order; with the first start where the product is new."""
    there = (START, *NAVIGATION) if is_new else NAVIGATION
    return tuple(one for one in there if one.path in served and may(one.permission))
