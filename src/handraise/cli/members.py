"""`handraise members …`: the people who work with the product."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    from handraise.store.access import Member

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address they log in with.")]


def add(
    email: Email,
    name: Annotated[str, typer.Option(metavar="NAME", help="How they are called.")],
    role: Annotated[str, typer.Option(metavar="ROLE", help="admin, marketing, sales or viewer.")] = "sales",
    json: Json = False,
) -> None:
    """Add a member; gives the password they log in with the first time."""
    from handraise.cli.live import BY, connected
    from handraise.flow.access import add_member

    with connected() as (connection, now):
        made, password = add_member(connection, email=email, name=name, role=role, by=BY, now=now)
    _told(made, password, json=json)


def listed(json: Json = False) -> None:
    """List the members, inactive ones too."""
    from handraise.cli.live import connected
    from handraise.store.access import members

    with connected() as (connection, _):
        found = members(connection, limit=10_000)
    if json:
        output.document([_as_json(one) for one in found])
        return
    rows = [[str(m.id), m.email, m.name, m.role, "" if m.is_active else "inactive"] for m in found]
    output.table(["member", "email", "name", "role", ""], rows)


def reset_password(email: Email, json: Json = False) -> None:
    """Give a member a new first password, for who lost theirs; all their sessions end."""
    from handraise.cli.live import BY, connected
    from handraise.flow.access import reset_password as reset
    from handraise.store.access import member_by_email

    with connected() as (connection, now):
        member = member_by_email(connection, email.strip().lower())
        if member is None:
            raise InputInvalid(f"there is no member `{email}`; `handraise members list` shows who there is")
        password = reset(connection, member.id, BY, now)
    _told(member, password, json=json)


def _told(member: "Member", password: str, *, json: bool) -> None:
    if json:
        output.document({**_as_json(member), "password": password})
        return
    output.say(password)
    output.notice(f"{member.email} logs in with it once and then chooses their own; it is shown this once")


def _as_json(member: "Member") -> dict[str, Any]:
    names = ("id", "email", "name", "role", "zone", "language", "is_active", "created_at")
    return {name: getattr(member, name) for name in names}
