"""What came in: files that were imported, and calls that could not be read."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from fastapi import File, Form, UploadFile
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.flow import importing, pipeline
from handraise.flow.importing import Imported, Kind, Plan
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.http.paging import Cursor
from handraise.store import imports, quarantine
from handraise.web.routes.settings.sections import Fields, show_section
from handraise.web.sites import site
from handraise.web.visits import go_to, visit_of

router = site("/settings")
MayImport = Annotated[Call, needs("imports:write")]
MayRepair = Annotated[Call, needs("capture:repair")]
Content = Annotated[str, Form(max_length=2_100_000)]
Which = Annotated[Kind, Form()]
LARGEST: Final = 2 * 1024 * 1024
"""Bytes; between the steps the file travels in the form. Larger ones are for the command line."""
_SHOWN: Final = 20
_PAGE: Final = 50
# What columns are often called, by what they are here.
GUESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "email": ("e-mail", "email", "mail", "e-mail-adresse", "email address", "work email"),
    "user_id": ("user id", "userid", "contact id", "prospect id", "record id"),
    "title": ("job title", "title", "position", "funktion", "role"),
    "first_name": ("first name", "firstname", "vorname", "given name"),
    "last_name": ("last name", "lastname", "nachname", "surname"),
    "phone": ("phone", "telephone", "telefon", "mobile"),
    "country": ("country", "land"),
    "account.name": ("company", "company name", "firma", "account name", "organization"),
    "account.employees": ("employees", "company size", "number of employees", "mitarbeiter"),
    "account.industry": ("industry", "branche"),
    "domain": ("domain", "website", "company domain", "url"),
    "event": ("event", "event name", "activity"),
    "occurred_at": ("occurred at", "timestamp", "date", "time", "datum", "created at"),
}


@router.get("/imports")
def list_imports(call: MayImport) -> Response:
    """The imports there were, and the way to another."""
    return _list(call)


@router.post("/imports")
def upload(
    call: MayImport,
    kind: Which,
    file: Annotated[UploadFile, File()],
    encoding: Annotated[Literal["utf-8", "cp1252"], Form()] = "utf-8",
) -> Response:
    """Take a file, and show its columns with what each seems to be. Nothing is kept yet."""
    content = file.file.read(LARGEST + 1)
    try:
        text = _text(content, encoding)
        header = importing.header_of(text)
        if not any(header):
            raise InputInvalid(Saying("the file is empty; the first line has to name the columns"))
    except InputInvalid as error:
        return _list(call, status=422, wrong=visit_of(call).told(error))
    name = (file.filename or "file.csv")[:200]
    guessed = {column: _guess(column, kind) for column in header if column}
    return _mapping(call, kind, name, text, guessed)


@router.post("/imports/rehearse")
def rehearse(call: MayImport, kind: Which, name: Content, text: Content, fields: Fields) -> Response:
    """What it would come to: counts, and the rows that cannot be taken. Nothing is kept."""
    mapped = _mapped(text, fields)
    try:
        planned = _planned(call, kind, text, mapped)
        with call.connection.begin_nested() as rehearsal:
            done = _commit(call, planned, name, mapped)
            rehearsal.rollback()
    except InputInvalid as error:
        return _mapping(call, kind, name, text, mapped, status=422, wrong=visit_of(call).told(error))
    return show_section(
        call,
        "import_rehearsed",
        kind=kind,
        name=name,
        text=text,
        mapped=mapped,
        done=done,
        wrong_rows=planned.wrong[:_SHOWN],
        more=max(0, len(planned.wrong) - _SHOWN),
        rows=planned.rows,
    )


@router.post("/imports/errors")
def errors(call: MayImport, kind: Which, text: Content, fields: Fields) -> Response:
    """The rows that cannot be taken, as a file to mend and import again."""
    planned = _planned(call, kind, text, _mapped(text, fields))
    return Response(
        importing.wrong_rows(planned.wrong),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="rows-with-problems.csv"'},
    )


@router.post("/imports/commit")
def commit(call: MayImport, kind: Which, name: Content, text: Content, fields: Fields) -> Response:
    """Take it in; rows that cannot be taken are left out."""
    mapped = _mapped(text, fields)
    done = _commit(call, _planned(call, kind, text, mapped), name, mapped)
    said = visit_of(call).gettext("Import %(number)s is in.", number=done.id)
    return go_to(call, "/settings/imports", said=said)


@router.post("/imports/{import_id}/undo")
def undo(call: MayImport, import_id: Id) -> Response:
    """Take an import back."""
    _ = visit_of(call).gettext
    done = importing.undo(call.connection, import_id, call.by, call.now)
    call.record("import.undo", f"import:{import_id}")
    said = _(
        "Taken back: %(facts)s facts, %(events)s events, %(leads)s leads; %(kept)s leads stay.",
        facts=done.facts,
        events=done.events,
        leads=done.leads,
        kept=done.leads_kept,
    )
    return go_to(call, "/settings/imports", said=said)


def _list(call: Call, status: int = 200, wrong: str = "") -> Response:
    return show_section(call, "imports", status=status, found=imports.imports(call.connection), wrong=wrong)


def _mapping(
    call: Call,
    kind: Kind,
    name: str,
    text: str,
    guessed: Mapping[str, str],
    status: int = 200,
    wrong: str = "",
) -> Response:
    sample = importing.rows_of(text, {})[:3] if not wrong else []
    return show_section(
        call,
        "import_mapping",
        status=status,
        kind=kind,
        name=name,
        text=text,
        columns=list(guessed.items()),
        sample={column: [row.cells.get(column, "") for row in sample] for column in guessed},
        wrong=wrong,
    )


def _planned(call: Call, kind: Kind, text: str, mapped: Mapping[str, str]) -> Plan:
    columns = {theirs: ours for theirs, ours in mapped.items() if ours != theirs}
    return importing.plan(kind, importing.rows_of(text, columns, ("Select",)), call.now)


def _commit(call: Call, planned: Plan, name: str, mapped: Mapping[str, str]) -> Imported:
    # A moment of its own: what is said then counts as this import's.
    now = call.services.now()
    return pipeline.import_rows(
        call.connection, planned, file_name=name[:200], mapping=dict(mapped), by=call.by, now=now
    )


def _mapped(text: str, fields: Mapping[str, str]) -> dict[str, str]:
    """What each column is, as the form says; one that is left empty is left out."""
    header = [column for column in importing.header_of(text) if column]
    found = {}
    for place, column in enumerate(header):
        given = fields.get(f"column_{place}", column).strip()[:200]
        found[column] = given
    return found


def _guess(column: str, kind: Kind) -> str:
    plain = column.strip().lower().replace("_", " ")
    for ours, theirs in GUESSES.items():
        if plain in theirs and not (kind == "accounts" and ours == "email"):
            return ours.removeprefix("account.") if kind == "accounts" else ours
    return column


def _text(content: bytes, encoding: str) -> str:
    if len(content) > LARGEST:
        raise InputInvalid(Saying("the file is over 2 MB; split it, or use `handraise leads import`"))
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError:
        raise InputInvalid(Saying("the file is in another encoding; try the other one")) from None


# --- quarantine ---------------------------------------------------------------------------------------------


@router.get("/quarantine")
def list_held(call: MayRepair, cursor: Cursor = None) -> Response:
    """Calls that could not be read, the oldest first, with what is wrong."""
    found = quarantine.waiting(call.connection, after=call.place(cursor) or 0, limit=_PAGE + 1)
    held = [(one, bytes(one.raw[:2_000]).decode(errors="replace")) for one in found[:_PAGE]]
    return show_section(
        call,
        "quarantine",
        held=held,
        counts=quarantine.count_waiting(call.connection),
        next=call.cursor(found[_PAGE - 1].id) if len(found) > _PAGE else None,
    )


@router.post("/quarantine/replay")
def replay(call: MayRepair, one: Annotated[int | None, Form(ge=1)] = None) -> Response:
    """Read them again as the program does today: one, or all that wait."""
    done = pipeline.replay_quarantine(call.connection, None if one is None else [one], call.now)
    call.record("quarantine.replay", "quarantine", {"taken": done.taken, "still_wrong": done.still_wrong})
    said = visit_of(call).gettext(
        "%(taken)s taken now, %(wrong)s still cannot be read.", taken=done.taken, wrong=done.still_wrong
    )
    return go_to(call, "/settings/quarantine", said=said)


@router.post("/quarantine/discard")
def discard(call: MayRepair, one: Annotated[int | None, Form(ge=1)] = None) -> Response:
    """Give one up, or all that wait."""
    count = quarantine.discard(call.connection, None if one is None else [one], call.now)
    call.record("quarantine.discard", "quarantine", {"discarded": count})
    said = visit_of(call).ngettext("%(n)s call given up.", "%(n)s calls given up.", count)
    return go_to(call, "/settings/quarantine", said=said)
