"""`handraise backup` and `handraise restore`: everything that is known, in a folder, and back."""

import json as js
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import HandraiseError, InputInvalid

if TYPE_CHECKING:
    from handraise.settings import Settings

DUMP: Final = "database.dump"
NOTE: Final = "backup.json"
_DRAFT: Final = ".partial"


class RestoreRefused(HandraiseError):
    """What is there would be lost, or what was given is no backup."""


def backup(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for the backup.")],
    json: Json = False,
) -> None:
    """Back up everything into a new folder, while the product runs: its database, and the secret it made.

    The backup is of one instant. It holds personal data and secrets: keep it as you keep the product.
    """
    from handraise.cli.moments import now
    from handraise.settings import read_settings
    from handraise.store import schema
    from handraise.store.backup import dump

    settings = read_settings()
    if folder.exists():
        raise InputInvalid(f"`{folder}` is there already; name one that is not, such as the date")
    draft = folder.with_name(folder.name + _DRAFT)
    shutil.rmtree(draft, ignore_errors=True)
    with _owned(settings) as (owner_url, _):
        draft.mkdir(mode=0o700, parents=True)
        dump(owner_url, draft / DUMP)
    if (secret := _secret_file(settings)) is not None:
        shutil.copy(secret, draft / secret.name)
    told: dict[str, Any] = {
        "made_at": now().isoformat(),
        "schema_version": schema.version_needed(),
        "bytes": (draft / DUMP).stat().st_size,
        "has_secret": secret is not None,
    }
    (draft / NOTE).write_text(js.dumps(told, indent=1) + "\n")
    draft.rename(folder)
    if json:
        output.document({"folder": str(folder), **told})
        return
    output.say(
        f"Everything is in {folder} ({told['bytes'] / 1024**2:,.1f} MB). `handraise restore {folder}` brings "
        "it back into an empty product."
    )
    if secret is None:
        output.say("HANDRAISE_SECRET_KEY is not in it; keep it too, or everybody has to log in again.")


def restore(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder that `handraise backup` made.")],
    json: Json = False,
) -> None:
    """Bring a backup back into an empty product: a folder or a database with nothing of ours in it."""
    from handraise.cli.up import held
    from handraise.settings import read_settings
    from handraise.store import backup as kept

    settings = read_settings()
    if not (folder / DUMP).exists() or not (folder / NOTE).exists():
        raise RestoreRefused(f"`{folder}` is no backup: it has no {DUMP} or no {NOTE}.")
    secret = folder / _secret_name()
    with held(settings.folder.absolute()), _owned(settings, fresh=True) as (owner_url, role):
        kept.restore(owner_url, folder / DUMP, app_role=role)
        if secret.exists() and settings.secret_key is None:
            shutil.copy(secret, settings.folder / secret.name)
    told = js.loads((folder / NOTE).read_text())
    if json:
        output.document({"restored": str(folder), "made_at": told["made_at"]})
        return
    output.say(f"Everything of {told['made_at']} is back; `handraise up` starts it.")


@contextmanager
def _owned(settings: "Settings", *, fresh: bool = False) -> Iterator[tuple[str, str]]:
    """The address of the owner of the tables, and the application's role."""
    from handraise.cli.live import own_server
    from handraise.cli.migrate import role_of
    from handraise.store.embedded import Embedded
    from handraise.store.schema import APP_ROLE

    if settings.database_url is None:
        with Embedded(settings.folder.absolute()) if fresh else own_server(settings) as server:
            yield server.address("handraise_owner", over_socket=True), APP_ROLE
    elif settings.database_owner_url is None:
        raise InputInvalid(
            "HANDRAISE_DATABASE_OWNER_URL is not set: only the owner of the tables sees and makes all of them"
        )
    else:
        yield (
            settings.database_owner_url.get_secret_value(),
            role_of(settings.database_url.get_secret_value()),
        )


def _secret_file(settings: "Settings") -> Path | None:
    """The secret that the product made for itself; None when it was given one."""
    found = settings.folder / _secret_name()
    return found if settings.secret_key is None and found.exists() else None


def _secret_name() -> str:
    from handraise.wiring.services import SECRET_FILE

    return SECRET_FILE
