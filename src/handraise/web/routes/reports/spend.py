"""Spend: what marketing paid by month, source and campaign, entered by hand or as a file."""

from typing import Annotated, Final

from fastapi import File, Form, UploadFile
from starlette.responses import Response

from handraise.core.errors import InputInvalid
from handraise.core.spend import PARTS, spent_of
from handraise.files.spend import Wrong, read_spend
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.store import spend
from handraise.store.reports.periods import month_of
from handraise.store.spend import SpentRow
from handraise.web.naming import money, month_name
from handraise.web.routes.reports.sections import show_report
from handraise.web.sheets import sheet
from handraise.web.sites import site
from handraise.web.visits import go_to, visit_of

router = site("/reports")
MayRead = Annotated[Call, needs("reports:read")]
MayWrite = Annotated[Call, needs("imports:write")]
MayExport = Annotated[Call, needs("export")]
Part = Annotated[str, Form(max_length=300)]
LARGEST: Final = 1024 * 1024
"""Bytes of a file."""
_SHOWN: Final = 300
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
        return _page(call, status=422, wrong=str(error), given=given)
    spend.keep(call.connection, [one], call.by, call.now)
    detail = {**given, "month": f"{one.month:%Y-%m}", "amount_cents": one.amount_cents}
    call.record("spend.enter", f"spend:{one.month:%Y-%m}", detail)
    return go_to(call, "/reports/spend", said=visit_of(call).gettext("The sum is kept."))


@router.post("/spend/file")
def take_file(
    call: MayWrite,
    file: Annotated[UploadFile, File()],
    only_check: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Take a file of sums, all of it or nothing; or only say what is in it."""
    visit = visit_of(call)
    content = file.file.read(LARGEST + 1)
    try:
        if len(content) > LARGEST:
            raise InputInvalid("the file is over 1 MB; split it")
        good, wrong = read_spend(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _page(call, status=422, file_wrong=visit.gettext("The file is not in UTF-8; save it so."))
    except InputInvalid as error:
        return _page(call, status=422, file_wrong=str(error))
    if wrong:
        return _page(call, status=422, wrong_rows=wrong, good_rows=len(good))
    if only_check:
        return _page(call, good_rows=len(good))
    new, replaced = spend.keep(call.connection, good, call.by, call.now)
    name = (file.filename or "file.csv")[:200]
    call.record("spend.import", "spend", {"file": name, "new": new, "replaced": replaced})
    said = visit.gettext(
        "%(new)s sums are new, %(replaced)s took another's place.", new=new, replaced=replaced
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
    wrong_rows: list[Wrong] | None = None,
    good_rows: int | None = None,
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
        given=given or empty,
        wrong=wrong,
        file_wrong=file_wrong,
        wrong_rows=wrong_rows or [],
        good_rows=good_rows,
        month_name=lambda month: month_name(visit, month),
        money=lambda one: money(visit, one.amount_cents, one.currency),
        parts=", ".join(PARTS),
        back=_BACK,
    )
