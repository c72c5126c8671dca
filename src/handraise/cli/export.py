"""`handraise export`: the live base as files, for backtest, threshold, lift, learning, health and drift."""

import json as js
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import typer

from handraise.cli import output
from handraise.cli.options import Json
from handraise.core.errors import HandraiseError, InputInvalid

KINDS: Final = ("leads", "events", "facts", "outcomes")
KEY: Final = "HANDRAISE_API_KEY"
_DRAFT: Final = ".partial"
_SECONDS: Final = 120.0

Page = Mapping[str, Any]


class ExportFailed(HandraiseError):
    """The product did not give its leads; the message says why."""


def export(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A new folder for the files.")],
    address: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="URL",
            help="A product elsewhere: its address. An API key with the scope `export` is read from "
            f"{KEY}. Default: the product of this machine's settings.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Write the live base into files: leads, events, since when facts hold, what sales made of the leads.

    `handraise backtest`, `threshold`, `lift`, `learn`, `health` and `drift` read them. They hold personal
    data.
    """
    if folder.exists():
        raise InputInvalid(f"`{folder}` is there already; name a folder that is not")
    draft = folder.with_name(folder.name + _DRAFT)
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700, parents=True)
    counts = dict.fromkeys(KINDS, 0)
    with ExitStack() as stack:
        progress = stack.enter_context(output.Progress("exporting", "leads"))
        files = {kind: stack.enter_context((draft / f"{kind}.jsonl").open("w")) for kind in KINDS}
        for page in _local() if address is None else _remote(address):
            for kind in KINDS:
                counts[kind] += len(page[kind])
                files[kind].writelines(f"{js.dumps(row, ensure_ascii=False)}\n" for row in page[kind])
            progress(counts["leads"])
    draft.rename(folder)
    if json:
        output.document({"folder": str(folder), **counts})
        return
    told = ", ".join(f"{count:,} {_WORDS[kind]}" for kind, count in counts.items())
    output.say(f"{folder}: {told}.")


_WORDS: Final = {"leads": "leads", "events": "events", "facts": "facts learned", "outcomes": "outcomes"}


def _local() -> Iterator[Page]:
    """Page by page, each in a transaction of its own: a long export holds nobody up."""
    from handraise.cli.live import BY, opened
    from handraise.flow import audit
    from handraise.flow.exporting import rows_after

    with opened() as live:
        after: int | None = 0
        leads = 0
        while after is not None:
            with live.database.transaction() as connection:
                found = rows_after(connection, after)
            after, leads = found.after, leads + len(found.leads)
            yield {kind: getattr(found, kind) for kind in KINDS}
        with live.database.transaction() as connection:
            audit.record(connection, BY, "leads.export", "leads", live.now, {"leads": leads})


def _remote(address: str) -> Iterator[Page]:
    import httpcore

    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise InputInvalid(f"`{address}` is no address; write for example https://leads.example.com")
    key = os.environ.get(KEY)  # noqa: TID251 (a secret has no place on a command line)
    if not key:
        raise InputInvalid(
            f"{KEY} is not set: an API key with the scope `export`, see `handraise keys create`"
        )
    headers: Sequence[tuple[str, str]] = (("authorization", f"Bearer {key}"),)
    cursor: str | None = None
    with httpcore.ConnectionPool() as pool:
        while True:
            asked = f"{address.rstrip('/')}/api/v1/export" + (f"?cursor={cursor}" if cursor else "")
            page = _got(pool, asked, headers)
            yield page
            if (cursor := page["next"]) is None:
                return


def _got(pool: Any, asked: str, headers: Sequence[tuple[str, str]]) -> Any:
    import httpcore

    limits = dict.fromkeys(("connect", "read", "write", "pool"), _SECONDS)
    try:
        answer = pool.request("GET", asked, headers=headers, extensions={"timeout": limits})
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
        raise ExportFailed(f"{urlsplit(asked).netloc} does not answer: {type(error).__name__}") from None
    try:
        said = js.loads(answer.content)
    except ValueError:
        said = {}
    if answer.status != 200:
        why = said.get("detail") or said.get("title") if isinstance(said, dict) else None
        raise ExportFailed(f"{urlsplit(asked).netloc} says {answer.status}: {why or 'no reason given'}")
    return said
