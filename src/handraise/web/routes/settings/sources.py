"""Sources: where events come from, the keys they send with, and the snippet to paste."""

from typing import Annotated, Final, Literal

from fastapi import Form
from starlette.responses import Response

from handraise.core.errors import HandraiseError
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.store import sources
from handraise.store.sources import Source, SourceUnknown
from handraise.web.routes.settings.sections import show_section
from handraise.web.sites import site
from handraise.web.visits import go_to, show, visit_of

router = site("/settings/sources")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
Text = Annotated[str, Form(max_length=2_000)]
Kind = Annotated[Literal["browser", "server", "webhook"], Form()]
WEBHOOKS: Final = ("sendgrid", "mailgun", "postmark", "calendly", "zoom", "generic")


@router.get("")
def list_sources(call: MayRead) -> Response:
    """Every source, those that send no more last."""
    return _list(call)


@router.post("")
def add_source(
    call: MayWrite,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    kind: Kind,
    origins: Text = "",
    adapter: Text = "segment",
    secret: Text = "",
) -> Response:
    """Make a source; its key is on the answer, and (but for a browser's) nowhere else."""
    try:
        made, key = sources.create_source(
            call.connection,
            name=name.strip(),
            kind=kind,
            now=call.now,
            adapter=adapter if kind == "webhook" and adapter in WEBHOOKS else "segment",
            origins=origins.split() if kind == "browser" else (),
            secret=secret.strip() or None if kind == "webhook" else None,
        )
    except HandraiseError as error:
        given = {"name": name, "kind": kind, "origins": origins, "adapter": adapter}
        return _list(call, status=422, wrong=visit_of(call).told(error), given=given)
    call.record("source.add", f"source:{made.id}", {"kind": made.kind, "adapter": made.adapter})
    return _one(call, made, status=201, key=key)


@router.get("/{source_id}")
def show_source(call: MayRead, source_id: Id) -> Response:
    """One source, with what to paste and whether anything came."""
    return _one(call, _source(call, source_id))


@router.get("/{source_id}/first")
def first_event(call: MayRead, source_id: Id) -> Response:
    """Whether the first event has come, asked every few seconds by the page."""
    return show(call, "settings/source.html.jinja", part="first", source=_source(call, source_id))


@router.post("/{source_id}/key")
def rotate(call: MayWrite, source_id: Id) -> Response:
    """A new key; the old one is worth nothing within ten seconds."""
    key = sources.rotate(call.connection, source_id)
    call.record("source.rotate", f"source:{source_id}")
    return _one(call, _source(call, source_id), status=201, key=key)


@router.post("/{source_id}/revoke")
def revoke(call: MayWrite, source_id: Id) -> Response:
    """Take nothing more from it; what it sent stays."""
    sources.revoke(call.connection, source_id, call.now)
    call.record("source.revoke", f"source:{source_id}")
    return go_to(call, f"/settings/sources/{source_id}", said=visit_of(call).gettext("Saved."))


def _list(call: Call, status: int = 200, **values: object) -> Response:
    found = sorted(sources.sources(call.connection), key=lambda one: (not one.is_active, one.id))
    blank = {"name": "", "kind": "browser", "origins": "", "adapter": "sendgrid"}
    return show_section(
        call,
        "sources",
        status=status,
        found=found,
        pairs=[(one, one) for one in WEBHOOKS],
        **{"wrong": "", "given": blank, **values},
    )


def _one(call: Call, source: Source, status: int = 200, key: str | None = None) -> Response:
    return show_section(
        call,
        "source",
        status=status,
        source=source,
        key=key or source.public_key,
        is_new=key is not None and source.public_key is None,
        address=call.services.settings.address,
    )


def _source(call: Call, source_id: int) -> Source:
    found = next((one for one in sources.sources(call.connection) if one.id == source_id), None)
    if found is None:
        raise SourceUnknown(source_id)
    return found
