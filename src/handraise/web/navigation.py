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


def destinations(served: Container[str], may: Callable[[Permission], bool]) -> Sequence[Destination]:
    """Those that are served and allowed, in order."""
    return tuple(one for one in NAVIGATION if one.path in served and may(one.permission))
