"""Spend: what marketing paid by month, source and campaign, entered by hand or taken in as a file."""

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Final, Literal

from fastapi import File, Form, UploadFile
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.saying import Saying
from handraise.core.spend import PARTS, spent_of
from handraise.files.spend import GIVEN, Reading, columns_of, read_spend
from handraise.files.tables import decoded, header_of, lines_above, rows_of, wrong_rows
from handraise.files.written import FIRSTS, MARKS
from handraise.flow import spending
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.store import spend
from handraise.store.reports.periods import month_of
from handraise.store.spend import SpentRow
from handraise.web.naming import money, month_name
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import sheet
from handraise.web.sites import form_of, site
from handraise.web.visits import go_to, visit_of

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayWrite = Annotated[Call, needs("imports:write")]
MayExport = Annotated[Call, needs("export")]
Part = Annotated[str, Form(max_length=300)]
Content = Annotated[str, Form(max_length=2_100_000)]
LARGEST: Final = 2 * 1024 * 1024
"""Bytes of a file; between the steps it travels in the form. Larger ones are for the command line."""
_SHOWN: Final = 300
_LOOKED_AT: Final = 20
_FILES: Final = 20
_LONGEST_EXAMPLE: Final = 40
_BACK: Final = 36  # months


@router.get("/spend")
def spend_page(call: MayRead) -> Response:
    """What was spent, the latest month first, and the ways to enter more."""
    return _page(call)


@router.post("/spend")
def enter(
    call: MayWrite,
    month: Part = "",
    source: Part = "",
    amount: Part = "",
    currency: Part = "",
    campaign: Part = "",
) -> Response:
    """Write one sum down; it takes the place of the one before it."""
    given = dict(zip(PARTS, (month, source, campaign, amount, currency), strict=True))
    try:
        one = spent_of(given)
    except InputInvalid as error:
        return _page(call, status=422, wrong=visit_of(call).told(error), given=given)
    spend.keep(call.connection, [one], call.by, call.now)
    detail = {**given, "month": f"{one.month:%Y-%m}", "amount_cents": one.amount_cents}
    call.record("spend.enter", f"spend:{one.month:%Y-%m}", detail)
    return go_to(call, "/reports/spend", said=visit_of(call).gettext("The sum is kept."))


@router.post("/spend/file")
def upload(
    call: MayWrite,
    file: Annotated[UploadFile, File()],
    encoding: Annotated[Literal["utf-8", "cp1252"], Form()] = "utf-8",
) -> Response:
    """Take a file, and show what each column seems to be and what it would come to. Nothing is kept yet."""
    content = file.file.read(LARGEST + 1)
    name = (file.filename or "spend.csv")[:200]
    try:
        if len(content) > LARGEST:
            raise InputInvalid(Saying("the file is over 2 MB; split it, or use `handraise spend import`"))
        text = decoded(content, encoding)
        header = header_of(text, lines_above(text))
        if not any(header):
            raise InputInvalid(Saying("the file is empty; the first line has to name the columns"))
    except InputInvalid as error:
        return _page(call, status=422, file_wrong=visit_of(call).told(error))
    # What the columns seem to be is said as if somebody had chosen it: then the page shows all that counts.
    guessed = {part: theirs for theirs, part in columns_of(header, {}).items()}
    return _look(call, text, name, {f"column_{part}": theirs for part, theirs in guessed.items()})


@router.post("/spend/file/look")
def look(call: MayWrite, name: Content, text: Content) -> Response:
    """What it would come to, read so. Nothing is kept."""
    return _look(call, text, name, _fields(call))


@router.post("/spend/file/wrong")
def wrong_file(call: MayWrite, text: Content) -> Response:
    """The rows that cannot be taken, as a file to mend and take again."""
    return Response(
        wrong_rows(read_spend(text, _reading(text, _fields(call))).wrong),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="rows-with-problems.csv"'},
    )


@router.post("/spend/file/take")
def take_file(call: MayWrite, name: Content, text: Content) -> Response:
    """Take it in as it was looked at; rows that cannot be taken are left out."""
    _, fields = visit_of(call).gettext, _fields(call)
    try:
        reading = _reading(text, fields)
        read = read_spend(text, reading)
    except InputInvalid:
        return _look(call, text, name, fields)
    if fields.get("seen") != _mark_of(text, reading):
        return _look(call, text, name, fields, is_other=True)
    done = spending.take_in(call.connection, read, file_name=name[:200], by=call.by, now=call.now)
    said = _("Nothing changes: all of it stands here already.")
    if done.id is not None:
        said = _(
            "Import %(number)s is in. New sums: %(new)s, replaced: %(replaced)s.",
            number=done.id,
            new=done.counts["new"],
            replaced=done.counts["replaced"],
        )
    return go_to(call, "/reports/spend", said=said)


@router.post("/spend/imports/{import_id}/undo")
def undo(call: MayWrite, import_id: Id) -> Response:
    """Take an import back."""
    done = spending.take_back(call.connection, import_id, call.by, call.now)
    said = visit_of(call).gettext(
        "Taken back. Sums that are out: %(out)s, back instead: %(back)s, changed since and kept: %(stay)s.",
        out=done.out,
        back=done.back,
        stay=done.stay,
    )
    return go_to(call, "/reports/spend", said=said)


@router.post("/spend/{number}/delete")
def delete(call: MayWrite, number: Id) -> Response:
    """Take a sum back."""
    gone = spend.forget(call.connection, number)
    detail = {
        "source": gone.source,
        "campaign": gone.campaign,
        "amount_cents": gone.amount_cents,
        "currency": gone.currency,
    }
    call.record("spend.delete", f"spend:{gone.month:%Y-%m}", detail)
    return go_to(call, "/reports/spend", said=visit_of(call).gettext("The sum is deleted."))


@router.get("/spend.csv")
def spend_file(call: MayExport) -> Response:
    """What was spent as a file that can be imported again."""
    rows = [
        [f"{one.month:%Y-%m}", one.source, one.campaign,
         f"{one.amount_cents // 100}.{one.amount_cents % 100:02}", one.currency]
        for one in _found(call)
    ]  # fmt: skip
    return sheet("spend.csv", PARTS, rows)


def _found(call: Call) -> list[SpentRow]:
    return spend.spent_between(call.connection, month_of(call.now, 1 - _BACK), month_of(call.now, 12))


def _page(
    call: Call,
    status: int = 200,
    *,
    wrong: str = "",
    given: dict[str, str] | None = None,
    file_wrong: str = "",
) -> Response:
    visit, found = visit_of(call), _found(call)
    empty = dict.fromkeys(PARTS, "") | {"month": f"{month_of(call.now):%Y-%m}"}
    if found:
        empty["currency"] = found[0].currency
    return show_report(
        call,
        "spend",
        status=status,
        found=found[:_SHOWN],
        more=max(0, len(found) - _SHOWN),
        sources=sorted({one.source for one in found}),
        files=spending.taken_in(call.connection, limit=_FILES) if visit.may("imports:write") else [],
        given=given or empty,
        wrong=wrong,
        file_wrong=file_wrong,
        month_name=lambda month: month_name(visit, month),
        money=lambda one: money(visit, one.amount_cents, one.currency),
        back=_BACK,
    )


def _look(call: Call, text: str, name: str, fields: Mapping[str, str], *, is_other: bool = False) -> Response:
    """The page of a file: what its columns are, and what it would come to or why that cannot be said."""
    visit = visit_of(call)
    try:
        columns = _examples(text)
    except InputInvalid as error:
        return _page(call, status=422, file_wrong=visit_of(call).told(error))
    read, done, wrong, seen = None, None, "", ""
    try:
        reading = _reading(text, fields)
        seen = _mark_of(text, reading)
        read = read_spend(text, reading)
        done = spending.rehearse(call.connection, read)
    except InputInvalid as error:
        wrong = visit.told(error)
    return show_report(
        call,
        "spend_file",
        status=422 if wrong else 200,
        name=name,
        text=text,
        fields=fields,
        columns=columns,
        read=read,
        done=done,
        wrong=wrong,
        seen=seen,
        is_other=is_other,
        shown=_LOOKED_AT,
        month_name=lambda month: month_name(visit, month),
        money=lambda cents, currency: money(visit, cents, currency, is_exact=True),
    )


def _fields(call: Call) -> dict[str, str]:
    return {name: given for name, given in form_of(call.request).items() if isinstance(given, str)}


def _reading(text: str, fields: Mapping[str, str]) -> Reading:
    """How the form says that the file is to be read: a column that is chosen for nothing is not read."""
    chosen: dict[str, str] = {}
    for part in PARTS:
        if theirs := fields.get(f"column_{part}", ""):
            if theirs in chosen:
                raise InputInvalid(
                    Saying("the column `{name}` is chosen twice; it is one thing", name=theirs)
                )
            chosen[theirs] = part
    unread = {theirs: "" for theirs in header_of(text, lines_above(text)) if theirs}
    return Reading(
        {**unread, **chosen},
        {part: fields.get(f"given_{part}", "") for part in GIVEN},
        first=next((one for one in FIRSTS if one == fields.get("first")), None),
        mark=next((one for one in MARKS if one == fields.get("mark")), None),
        adds_up=bool(fields.get("adds_up")),
    )


def _mark_of(text: str, reading: Reading) -> str:
    """What tells whether a file was looked at as it is to be taken in."""
    lines = text.splitlines()  # forms write ends of lines in a way of their own
    return sha256(repr((lines, reading)).encode()).hexdigest()


def _examples(text: str) -> dict[str, str]:
    """The columns of a file, each with what stands in its first rows."""
    above = lines_above(text)
    header = header_of(text, above)
    twice = {theirs: "" for theirs, count in Counter(header).items() if count > 1}
    rows = rows_of(text, twice, above=above)[:3]
    return {
        theirs: " · ".join(row.cells[theirs] for row in rows if theirs in row.cells)[:_LONGEST_EXAMPLE]
        for theirs in header
        if theirs
    }
