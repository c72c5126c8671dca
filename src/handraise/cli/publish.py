"""`handraise definition …`: publishing to the running product, signing, rolling out, going back."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handraise.cli import output
from handraise.cli.definitions import DefinitionUnreadable, load
from handraise.cli.options import DefinitionFile, Json
from handraise.core.errors import DefinitionInvalid, InputInvalid

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from handraise.store.definitions import Version

Name = Annotated[str, typer.Argument(metavar="NAME", help="The definition's name.")]
VersionId = Annotated[int, typer.Argument(metavar="VERSION", help="The version's number.")]
Marketing = Annotated[
    str | None, typer.Option("--signed-marketing", metavar="NAME", help="Who signs it for marketing.")
]
Sales = Annotated[str | None, typer.Option("--signed-sales", metavar="NAME", help="Who signs it for sales.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why, for the history.")]


def publish(
    definition: DefinitionFile,
    signed_marketing: Marketing = None,
    signed_sales: Sales = None,
    live: Annotated[
        bool, typer.Option("--live", help="Have it act from now on; it needs both signatures.")
    ] = False,
    shadow: Annotated[bool, typer.Option("--shadow", help="Have it score beside the live one only.")] = False,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="What is new, for the history.")] = None,
    json: Json = False,
) -> None:
    """Publish a definition to the running product; unchanged, it is the version that is there already."""
    if live and shadow:
        raise InputInvalid("a version is live or in shadow, not both: leave out --live or --shadow")
    loaded = load(definition)
    from handraise.cli.live import BY, connected
    from handraise.flow import audit, define

    with connected() as (connection, now):
        try:
            version = define.publish(connection, loaded.text, loaded.lists, BY, note, now)
        except DefinitionInvalid as invalid:
            raise DefinitionUnreadable(invalid, loaded.source, loaded.text) from None
        told: dict[str, Any] = {"content_hash": version.content_hash}
        if signed_marketing is not None:
            define.sign(connection, version.id, "marketing", signed_marketing, now)
        if signed_sales is not None:
            define.sign(connection, version.id, "sales", signed_sales, now)
        if live:
            define.go_live(connection, version.id, BY, now, note)
        elif shadow:
            define.shadow(connection, version.id, BY, now, note)
        told["mode"] = "live" if live else "shadow" if shadow else "published"
        audit.record(connection, BY, "definition.publish", f"version:{version.id}", now, told)
        found = _as_json(connection, version)
    if json:
        output.document(found)
        return
    state = {
        "live": "and acts from now on",
        "shadow": "and scores in shadow",
        "published": "and does not act",
    }
    output.say(f"Version {version.id} of {version.name} is published {state[told['mode']]}.")


def listed(json: Json = False) -> None:
    """List the definitions that act or score in shadow now."""
    from handraise.cli.live import connected
    from handraise.store import definitions

    with connected() as (connection, _):
        count = Counter(version.name for version in definitions.versions(connection))
        on = {name: definitions.open_rollouts(connection, name) for name in sorted(count)}
    if json:
        output.document([{"name": name, "versions": count[name], "now": now} for name, now in on.items()])
        return
    if not on:
        output.say("Nothing is published yet: handraise definition publish my.yaml")
        return
    rows = [
        [name, str(count[name]), ", ".join(f"version {each.version_id} {each.mode}" for each in now)]
        for name, now in on.items()
    ]
    output.table(["definition", "versions", "now"], rows, right=[1])


def show(version: VersionId, json: Json = False) -> None:
    """Print a version as it was published, with who signed it."""
    from handraise.cli.live import connected
    from handraise.store import definitions

    with connected() as (connection, _):
        found = definitions.version(connection, version)
        told = _as_json(connection, found)
    if json:
        output.document({**told, "text": found.text, "lists": found.lists})
        return
    for side, signed in told["signatures"].items():
        output.notice(f"signed for {side} by {signed.by} at {output.plain(signed.at)}")
    print(found.text, end="")  # noqa: T201  (as it is, for a file)


def history(name: Name, json: Json = False) -> None:
    """List what was live or in shadow, the newest first."""
    from handraise.cli.live import connected
    from handraise.store import definitions

    with connected() as (connection, _):
        found = definitions.rollouts(connection, name)
        published = definitions.versions(connection, name)
    if not published:
        raise InputInvalid(
            f"there is no definition `{name}`; `handraise definition list` shows what there is"
        )
    if json:
        output.document(found)
        return
    rows = [
        [
            str(r.version_id),
            r.mode,
            _time(r.from_at),
            _time(r.until_at) if r.until_at else "",
            r.by,
            r.reason or "",
        ]
        for r in found
    ]
    output.table(["version", "mode", "from", "until", "by", "why"], rows)


def sign(
    version: VersionId, signed_marketing: Marketing = None, signed_sales: Sales = None, json: Json = False
) -> None:
    """Sign a published version for marketing, for sales, or for both by two people."""
    if signed_marketing is None and signed_sales is None:
        raise InputInvalid("say who signs: --signed-marketing NAME or --signed-sales NAME")
    from handraise.cli.live import BY, connected
    from handraise.flow import audit, define

    with connected() as (connection, now):
        if signed_marketing is not None:
            define.sign(connection, version, "marketing", signed_marketing, now)
        if signed_sales is not None:
            define.sign(connection, version, "sales", signed_sales, now)
        audit.record(connection, BY, "definition.sign", f"version:{version}", now)
        found = _of(connection, version)
    output.document(found) if json else output.say(f"Version {version} of {found['name']} is signed.")


def go_live(version: VersionId, reason: Reason = "", json: Json = False) -> None:
    """Have a version act from now on, in place of the one that did."""
    from handraise.cli.live import BY, connected
    from handraise.flow import audit, define

    with connected() as (connection, now):
        define.go_live(connection, version, BY, now, reason or None)
        audit.record(connection, BY, "definition.live", f"version:{version}", now)
        found = _of(connection, version)
    output.document(found) if json else output.say(f"Version {version} of {found['name']} acts from now on.")


def roll_back(name: Name, reason: Reason = "rolled back", json: Json = False) -> None:
    """Have the version act again that was live before this one."""
    from handraise.cli.live import BY, connected
    from handraise.flow import audit, define

    with connected() as (connection, now):
        made = define.roll_back(connection, name, BY, reason, now)
        audit.record(connection, BY, "definition.roll_back", f"version:{made.version_id}", now)
    output.document(made) if json else output.say(f"Version {made.version_id} of {name} acts again.")


def _of(connection: "Connection", version_id: int) -> dict[str, Any]:
    from handraise.store import definitions

    return _as_json(connection, definitions.version(connection, version_id))


def _as_json(connection: "Connection", version: "Version") -> dict[str, Any]:
    from handraise.store import definitions

    open_now = [r for r in definitions.open_rollouts(connection, version.name) if r.version_id == version.id]
    return {
        "version": version.id,
        "name": version.name,
        "motion": version.motion,
        "content_hash": version.content_hash,
        "scoring_hash": version.scoring_hash,
        "published_at": version.published_at,
        "note": version.note,
        "signatures": definitions.signatures(connection, version.id),
        "mode": open_now[0].mode if open_now else None,
    }


def _time(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
