"""Audiences read: the list with counts, one with its people, and everybody in it as a file."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Annotated, Any, Final

from fastapi import Form, Query
from starlette.responses import Response, StreamingResponse

from handraise.core.audiences.reading import NOBODY
from handraise.core.audiences.starters import starters_for
from handraise.core.errors import DefinitionInvalid, HandraiseError
from handraise.core.words import audience_words
from handraise.core.words.tongues import tongue_of
from handraise.files.guarding import guarded
from handraise.flow import audiences as asking
from handraise.flow.audiences import Found, Member, Ready
from handraise.flow.preview import Reading
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.store import audiences
from handraise.store.audiences import AudienceRow
from handraise.web.naming import names_of
from handraise.web.routes.audiences.wording import mail_words, starter_words
from handraise.web.sites import site
from handraise.web.visits import show, visit_of

router = site("/audiences")
MayRead = Annotated[Call, needs("leads:read")]
MayExport = Annotated[Call, needs("export")]
_LIST: Final = "audiences/list.html.jinja"
_ONE: Final = "audiences/one.html.jinja"
_MOST: Final = 1_000


@dataclass(frozen=True)
class Told:
    """An audience on the list; `problem` says why it cannot be asked at the moment."""

    row: AudienceRow
    words: str | None
    problem: str | None
    found: Found | None = None


@router.get("")
def all_audiences(call: MayRead, count: Annotated[str, Query(max_length=10)] = "") -> Response:
    """Every audience with what it means and how many are in it."""
    return _list(call, part=None, is_counted=count == "yes")


@router.get("/-/counts")
def counts(call: MayRead) -> Response:
    """The same with the counts, once there are any."""
    return _list(call, part="rows", is_counted=True)


def _list(call: Call, *, part: str | None, is_counted: bool) -> Response:
    rows = audiences.audiences(call.connection, limit=_MOST)
    read = [(row, *read_row(call, row)) for row in rows]
    ready = [one for _, one, _ in read if one is not None]
    reading, found = None, dict[int, Found]()
    if ready and (is_counted or call.services.audiences.is_quick(call.connection, ready)):
        shown = call.services.audiences.found(call.connection, call.services.database, ready, call.now)
        if isinstance(shown, Reading):
            reading = shown
        else:
            found = {id(one): each for one, each in zip(ready, shown, strict=True)}
    told = [
        Told(
            row,
            None if one is None else meaning(call, one),
            problem,
            None if one is None else found.get(id(one)),
        )
        for row, one, problem in read
    ]
    people = names_of(call.connection, [row.changed_by for row in rows])
    return show(
        call,
        _LIST,
        part=part,
        told=told,
        people=people,
        starters=_starters(call) if visit_of(call).may("audiences:write") else (),
        is_waiting=bool(ready) and not found,
        reading=reading,
    )


def read_row(call: Call, row: AudienceRow) -> tuple[Ready | None, str | None]:
    """The audience ready to be asked, else why it cannot be."""
    try:
        return call.services.audiences.ready(call.connection, row.text, row.definition, call.now), None
    except DefinitionInvalid as error:
        return None, error.problems[0].message
    except HandraiseError as error:
        return None, error.said


@router.get("/{audience_id}")
def one_audience(
    call: MayRead, audience_id: Id, count: Annotated[str, Query(max_length=10)] = ""
) -> Response:
    """Whom it means, how many those are, and the first of them."""
    row = audiences.audience_of(call.connection, audience_id)
    ready, problem = read_row(call, row)
    is_quick = ready is not None and call.services.audiences.is_quick(call.connection, [ready])
    return show(
        call,
        _ONE,
        row=row,
        words=None if ready is None else meaning(call, ready),
        problem=problem,
        people=names_of(call.connection, [row.made_by, row.changed_by]),
        address=f"/audiences/{row.id}/people",
        **counted(call, ready if is_quick or count == "yes" else None),
        is_ready=ready is not None,
    )


@router.get("/{audience_id}/people")
def people_of(call: MayRead, audience_id: Id) -> Response:
    """How many are in it, and the first of them."""
    row = audiences.audience_of(call.connection, audience_id)
    return people_part(call, read_row(call, row)[0], _ONE, address=f"/audiences/{row.id}/people")


@router.post("/{audience_id}/people.csv")
def file(
    call: MayExport, audience_id: Id, only_mailable: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    """Everybody in it as a file, asked again as they are now; that it was taken out is on record."""
    row = audiences.audience_of(call.connection, audience_id)
    services = call.services
    ready = services.audiences.ready(call.connection, row.text, row.definition, call.now)
    shown = services.audiences.found(call.connection, services.database, [ready], call.now)
    if isinstance(shown, Reading):
        raise asking.StillReading(shown)
    only = only_mailable == "yes"
    call.record("audience.export", f"audience:{row.id}", {"name": row.name, "only_mailable": only})
    everybody = asking.everybody(services.database, services.audiences, ready, call.now, only_mailable=only)
    return StreamingResponse(
        _rows(everybody),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="audience-{row.id}.csv"'},
    )


def _rows(everybody: Iterator[tuple[Member, ...]]) -> Iterator[str]:
    """Lines of the file, some people at a time; no cell becomes a formula where it is opened."""
    yield _line(asking.COLUMNS)
    for some in everybody:
        yield "".join(map(_line, map(asking.cells_of, some)))


def _line(cells: Sequence[object]) -> str:
    line = StringIO()
    csv.writer(line).writerow(["" if cell is None else guarded(str(cell)) for cell in cells])
    return line.getvalue()


def live_names(call: Call) -> list[str]:
    """The definitions that an audience can use, the likeliest first."""
    return [one.name for one in asking.live(call.connection, call.now)]


def _starters(call: Call) -> list[tuple[str, str, str]]:
    """Key, name and purpose of the starters that mean something under the live definition."""
    names = live_names(call)
    definition = NOBODY
    if names:
        definition, _ = call.services.audiences.definition(call.connection, names[0], call.now)
    called = starter_words(visit_of(call).gettext)
    return [(one.key, *called[one.key]) for one in starters_for(definition)]


def people_part(call: Call, ready: Ready | None, template: str, address: str) -> Response:
    """The block with the count and the first people."""
    return show(
        call, template, part="people", address=address, is_ready=ready is not None, **counted(call, ready)
    )


def counted(call: Call, ready: Ready | None) -> dict[str, Any]:
    """How many there are, and the first of them, with most points first."""
    told: dict[str, Any] = {
        "found": None,
        "reading": None,
        "first": (),
        "mail_words": mail_words(visit_of(call).gettext),
    }
    if ready is None:
        return told
    shown = call.services.audiences.found(call.connection, call.services.database, [ready], call.now)
    if isinstance(shown, Reading):
        return {**told, "reading": shown}
    [found] = shown
    mails = found.mails()
    return {
        **told,
        "found": found,
        "first": asking.members_of(call.connection, {one: mails[one] for one in found.first}),
    }


def meaning(call: Call, ready: Ready) -> str:
    """What an audience means, in the viewer's language."""
    return audience_words(ready.audience.who, ready.definition, tongue_of(visit_of(call).language))
