"""`handraise keys …` and `handraise sources …`: programs' ways in, and places that send events."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import InputInvalid

if TYPE_CHECKING:
    from handraise.store.sources import Source, SourceKind

KeyId = Annotated[int, typer.Argument(metavar="KEY", help="The key's number.")]
SourceId = Annotated[int, typer.Argument(metavar="SOURCE", help="The source's number.")]


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    scopes: Annotated[
        list[str],
        typer.Option("--scope", metavar="SCOPE", help="What it may, such as leads:read. Repeatable."),
    ],
    role: Annotated[str, typer.Option(metavar="ROLE", help="How far it reaches at most.")] = "admin",
    json: Json = False,
) -> None:
    """Make an API key. It is shown once."""
    from handraise.cli.live import BY, connected
    from handraise.flow.access import add_key

    with connected() as (connection, now):
        made, key = add_key(connection, name=name, scopes=scopes, by=BY, now=now, role=role)
    if json:
        output.document({"id": made.id, "name": made.name, "scopes": sorted(made.scopes), "key": key})
        return
    output.say(key)
    output.notice(f"key {made.id}; it is shown this once, only its hash is kept")


def listed(json: Json = False) -> None:
    """List the API keys, revoked ones too."""
    from handraise.cli.live import connected
    from handraise.store.access import keys

    with connected() as (connection, _):
        found = keys(connection, limit=10_000)
    if json:
        output.document(found)
        return
    rows = [
        [str(one.id), one.name, f"…{one.hint}", ", ".join(one.scopes), "revoked" if one.revoked_at else ""]
        for one in found
    ]
    output.table(["key", "name", "ends in", "may", ""], rows)


def revoke(key: KeyId, json: Json = False) -> None:
    """Make an API key worth nothing from now on."""
    from handraise.cli.live import BY, connected
    from handraise.flow.access import revoke_key

    with connected() as (connection, now):
        revoke_key(connection, key, BY, now)
    output.document({"id": key, "revoked": True}) if json else output.say(f"Key {key} is worth nothing now.")


def add_source(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")],
    kind: Annotated[str, typer.Option(metavar="KIND", help="server, browser or webhook.")] = "server",
    origins: Annotated[
        list[str] | None,
        typer.Option(
            "--origin", metavar="URL", help="A page's origin a browser key is good for. Repeatable."
        ),
    ] = None,
    adapter: Annotated[
        str, typer.Option(metavar="NAME", help="The format of a webhook: calendly, sendgrid, …")
    ] = "segment",
    secret: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What a webhook's calls are signed with.")
    ] = None,
    json: Json = False,
) -> None:
    """Add a place that sends events; gives its write key."""
    from handraise.cli.live import BY, connected
    from handraise.flow import audit
    from handraise.store.sources import create_source

    kinds: dict[str, SourceKind] = {"server": "server", "browser": "browser", "webhook": "webhook"}
    if kind not in kinds:
        raise InputInvalid(f"`{kind}` is no kind of source; there is {', '.join(kinds)}")
    with connected() as (connection, now):
        made, key = create_source(
            connection,
            name=name,
            kind=kinds[kind],
            now=now,
            adapter=adapter,
            origins=origins or (),
            secret=secret,
        )
        audit.record(connection, BY, "source.add", f"source:{made.id}", now, {"kind": kind})
    if json:
        output.document({**_source(made), "key": key})
        return
    output.say(key)
    output.notice(f"source {made.id}" + ("" if kind == "browser" else "; the key is shown this once"))


def sources(json: Json = False) -> None:
    """List the places that send events, revoked ones too."""
    from handraise.cli.live import connected
    from handraise.store.sources import sources as all_sources

    with connected() as (connection, _):
        found = all_sources(connection)
    if json:
        output.document([_source(one) for one in found])
        return
    rows = [
        [
            str(one.id), one.name, one.kind, one.public_key or "",
            "revoked" if one.revoked_at else "" if one.first_event_at else "nothing came yet",
        ]
        for one in found
    ]  # fmt: skip
    output.table(["source", "name", "kind", "public key", ""], rows)


def rotate_source(source: SourceId, json: Json = False) -> None:
    """Give a source a new write key; the old one is worth nothing from now on."""
    from handraise.cli.live import BY, connected
    from handraise.flow import audit
    from handraise.store.sources import rotate

    with connected() as (connection, now):
        key = rotate(connection, source)
        audit.record(connection, BY, "source.rotate", f"source:{source}", now)
    output.document({"id": source, "key": key}) if json else output.say(key)


def revoke_source(source: SourceId, json: Json = False) -> None:
    """Take nothing more from a source. What it sent stays."""
    from handraise.cli.live import BY, connected
    from handraise.flow import audit
    from handraise.store.sources import revoke as end

    with connected() as (connection, now):
        end(connection, source, now)
        audit.record(connection, BY, "source.revoke", f"source:{source}", now)
    told = f"Nothing more is taken from source {source}."
    output.document({"id": source, "revoked": True}) if json else output.say(told)


def _source(one: "Source") -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "kind": one.kind,
        "adapter": one.adapter,
        "origins": one.origins,
        "public_key": one.public_key,
        "is_active": one.is_active,
        "first_event_at": one.first_event_at,
    }
