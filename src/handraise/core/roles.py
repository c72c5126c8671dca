"""Who may do what: one table of roles and permissions, and the scopes of API keys, which have the same names.

What the table does not grant is refused, to an unknown role or scope too.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, get_args

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying

Role = Literal["admin", "marketing", "sales", "viewer"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

Permission = Literal[
    "capture:write",
    "capture:repair",
    "leads:read",
    "leads:write",
    "leads:erase",
    "handoffs:read",
    "handoffs:answer",
    "handoffs:assign",
    "definitions:read",
    "definitions:propose",
    "definitions:sign_marketing",
    "definitions:sign_sales",
    "definitions:publish",
    "lists:write",
    "audiences:write",
    "reports:read",
    "imports:write",
    "export",
    "settings:read",
    "settings:write",
    "users:write",
    "audit:read",
]


class Reach(StrEnum):
    """How far a permission goes. Beyond hand-offs and their leads there is only all or nothing."""

    ALL = "all"
    TEAM = "own and the team's"
    OWN = "own, and those in the team's queue that nobody has yet"
    NONE = "none"


@dataclass(frozen=True)
class Grant:
    """A permission: what it lets people do, and how far for each role."""

    permission: Permission
    words: str
    reach: Mapping[Role, Reach]


def _grant(
    permission: Permission, words: str, admin: Reach, marketing: Reach, sales: Reach, viewer: Reach
) -> Grant:
    reach: dict[Role, Reach] = {"admin": admin, "marketing": marketing, "sales": sales, "viewer": viewer}
    return Grant(permission, words, MappingProxyType(reach))


_ALL, _TEAM, _OWN, _NO = Reach.ALL, Reach.TEAM, Reach.OWN, Reach.NONE

# Marketing does not answer for sales, nor sales sign for marketing. An administrator can stand in for either:
# a company of three has to be able to work, and whoever stood in is on record. No role sends events: keys do.
GRANTS: Final = (
    # for admin, marketing, sales, viewer
    _grant("capture:write", "send events", _NO, _NO, _NO, _NO),
    _grant("capture:repair", "see, replay and discard what is in quarantine", _ALL, _ALL, _NO, _NO),
    _grant("leads:read", "see leads, their history and why they score", _ALL, _ALL, _ALL, _ALL),
    _grant("leads:write", "change facts and stages, answer frameworks, merge", _ALL, _ALL, _TEAM, _NO),
    _grant("leads:erase", "erase a person for good, hand them their data", _ALL, _NO, _NO, _NO),
    _grant("handoffs:read", "see hand-offs, their briefs and clocks", _ALL, _ALL, _TEAM, _ALL),
    _grant("handoffs:answer", "accept, reject, recycle, log contacts", _ALL, _NO, _OWN, _NO),
    _grant("handoffs:assign", "give a hand-off to somebody else", _ALL, _NO, _OWN, _NO),
    _grant("definitions:read", "read definitions, their versions and lists", _ALL, _ALL, _ALL, _ALL),
    _grant("definitions:propose", "propose a version, run it over history", _ALL, _ALL, _ALL, _NO),
    _grant("definitions:sign_marketing", "sign for marketing", _ALL, _ALL, _NO, _NO),
    _grant("definitions:sign_sales", "sign for sales", _ALL, _NO, _ALL, _NO),
    _grant("definitions:publish", "make a signed version live, or roll back", _ALL, _ALL, _NO, _NO),
    _grant("lists:write", "change managed lists", _ALL, _ALL, _NO, _NO),
    _grant("audiences:write", "make, change and delete audiences", _ALL, _ALL, _NO, _NO),
    _grant("reports:read", "see reports", _ALL, _ALL, _ALL, _ALL),
    _grant("imports:write", "import files, undo an import", _ALL, _ALL, _NO, _NO),
    _grant("export", "take leads and reports out as files", _ALL, _ALL, _NO, _NO),
    _grant("settings:read", "see sources, teams, calendars, routes and connections", _ALL, _ALL, _NO, _NO),
    _grant("settings:write", "change sources, teams, calendars and connections", _ALL, _NO, _NO, _NO),
    _grant("users:write", "invite people, change roles, make and revoke API keys", _ALL, _NO, _NO, _NO),
    _grant("audit:read", "read and verify the audit log", _ALL, _NO, _NO, _NO),
)

PERMISSIONS: Final[tuple[Permission, ...]] = tuple(grant.permission for grant in GRANTS)

# What changes nothing: all that an agent may do until it is given more. Taking data out is not among it.
READS: Final[frozenset[Permission]] = frozenset(
    ("leads:read", "handoffs:read", "definitions:read", "reports:read", "settings:read", "audit:read")
)

_REACH: Final[Mapping[tuple[str, str], Reach]] = MappingProxyType(
    {(role, grant.permission): grant.reach[role] for grant in GRANTS for role in ROLES}
)


def reach(role: str, permission: str) -> Reach:
    """How far the permission goes for somebody of that role.

    Examples
    --------
    >>> reach("sales", "handoffs:read"), reach("sales", "users:write")
    (<Reach.TEAM: "own and the team's">, <Reach.NONE: 'none'>)
    """
    return _REACH.get((role, permission), Reach.NONE)


def may(role: str, permission: Permission) -> bool:
    """Whether somebody of that role may at all; `may_with` answers for one hand-off or its lead.

    Examples
    --------
    >>> may("sales", "handoffs:answer"), may("marketing", "handoffs:answer"), may("guest", "leads:read")
    (True, False, False)
    """
    return reach(role, permission) is not Reach.NONE


def may_with(
    role: str,
    permission: Permission,
    person: int,
    teams: Collection[int],
    owner: int | None,
    owning_teams: Collection[int],
) -> bool:
    """Whether this person may with this hand-off, or with the lead it is about.

    Parameters
    ----------
    role, person, teams
        Who asks: their role, id and teams.
    permission
        What they want to do.
    owner
        Who owns the hand-off; None when it is in a queue, or there is no hand-off.
    owning_teams
        The team whose queue or turn it was, and the teams of its owner.

    Examples
    --------
    >>> may_with("sales", "handoffs:read", 7, {1}, owner=8, owning_teams={1})  # a colleague's
    True
    >>> may_with("sales", "handoffs:answer", 7, {1}, owner=8, owning_teams={1})
    False
    >>> may_with("sales", "handoffs:answer", 7, {1}, owner=None, owning_teams={1})  # in the team's queue
    True
    """
    how_far = reach(role, permission)
    if how_far is Reach.ALL:
        return True
    if how_far is Reach.NONE:
        return False
    is_the_teams = not set(teams).isdisjoint(owning_teams)
    return owner == person or (is_the_teams and (how_far is Reach.TEAM or owner is None))


def allowed(scopes: Collection[str], permission: Permission) -> bool:
    """Whether an API key with these scopes may; no scope includes another, writing not even reading.

    A key that acts for a person has to pass `may` for that person's role as well.

    Examples
    --------
    >>> allowed({"leads:write"}, "leads:write"), allowed({"leads:write"}, "leads:read")
    (True, False)
    """
    return permission in scopes


def scopes_of(names: Iterable[str]) -> frozenset[Permission]:
    """Scopes as somebody asked for them.

    Raises
    ------
    InputInvalid
        When one is not a scope, or none is given.

    Examples
    --------
    >>> scopes_of(["lead:read"])
    Traceback (most recent call last):
    handraise.core.errors.InputInvalid: `lead:read` is not a scope; did you mean `leads:read`?
    """
    known: dict[str, Permission] = {permission: permission for permission in PERMISSIONS}
    found = set[Permission]()
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            if near:
                raise InputInvalid(
                    Saying("`{name}` is not a scope; did you mean `{near}`?", name=name, near=near[0])
                )
            listed = ", ".join(PERMISSIONS)
            raise InputInvalid(
                Saying("`{name}` is not a scope; the scopes are {listed}", name=name, listed=listed)
            )
        found.add(known[name])
    if not found:
        raise InputInvalid(
            Saying("a key needs at least one scope; the scopes are {listed}", listed=", ".join(PERMISSIONS))
        )
    return frozenset(found)
