"""What marketing spent, by month, source and campaign: entered, or taken in as files."""

from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from handraise.core.errors import InputInvalid
from handraise.core.spend import Spent, spent_of
from handraise.files.spend import Reading, read_spend
from handraise.files.tables import wrong_rows
from handraise.files.written import First, Mark
from handraise.flow import spending
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.store import spend
from handraise.store.reports.funnel import LONGEST
from handraise.store.reports.periods import month_of

router = resource("/reports/spend")
MayWrite = Annotated[Call, needs("imports:write")]
Name = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f]*$")]
_LARGEST: Final = 2 * 1024 * 1024  # letters of a file
_SHOWN: Final = 20


class GivenSpend(BaseModel, extra="forbid"):
    """A sum spent in a month on a source, or on one campaign of it. `amount_cents` is hundredths."""

    month: str = Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="Such as 2026-03.")
    source: str = Field(min_length=1, max_length=200)
    campaign: str = Field("", max_length=200)
    currency: str = Field(pattern="^[A-Z]{3}$")
    amount_cents: int = Field(ge=0, lt=10**14)

    @property
    def spent(self) -> Spent:
        """As the store takes it."""
        cents = f"{self.amount_cents // 100}.{self.amount_cents % 100:02}"
        parts = {"month": self.month, "source": self.source, "campaign": self.campaign}
        return spent_of({**parts, "currency": self.currency, "amount": cents})


class GivenSpends(BaseModel, extra="forbid"):
    """Sums to be kept: all of them, or none when one is wrong."""

    items: list[GivenSpend] = Field(min_length=1, max_length=5_000)


class KeptSpend(BaseModel):
    """A sum as it is kept."""

    id: int
    month: date
    source: str
    campaign: str
    currency: str
    amount_cents: int
    entered_by: str
    entered_at: datetime
    import_id: int | None


class SpendReport(BaseModel):
    """What was spent, the latest month first."""

    items: list[KeptSpend]


class Counts(BaseModel):
    """How many sums are new, took the place of another, and stood there already."""

    new: int
    replaced: int
    unchanged: int


class GivenParts(BaseModel, extra="forbid"):
    """What holds for rows that do not say it."""

    month: Name = ""
    source: Name = ""
    campaign: Name = ""
    currency: Name = ""


class SpendFile(BaseModel, extra="forbid"):
    """A CSV file of sums, and how it is to be read."""

    text: str = Field(max_length=_LARGEST)
    file_name: Name = "spend.csv"
    columns: dict[Name, Name] = Field(
        {}, max_length=200, description="Names in the file to month, source, campaign, amount, currency."
    )
    given: GivenParts = GivenParts()
    missing: list[Name] = Field(["--"], max_length=20, description="Words that mean that nothing is known.")
    first: First | None = Field(None, description="What comes first in 3/1/2026; null: as the file tells.")
    mark: Mark | None = Field(None, description="What stands before the cents; null: as the file tells.")
    adds_up: bool = Field(False, description="Add up rows of the same month, source, campaign, currency.")
    is_rehearsal: bool = Field(False, description="Say what it would come to, and change nothing.")

    @property
    def reading(self) -> Reading:
        """How it is to be read."""
        given = self.given.model_dump()
        return Reading(self.columns, given, self.missing, self.first, self.mark, self.adds_up)


class ChangedSum(BaseModel):
    """A sum of the file, beside the hundredths that stood in its place."""

    month: date
    source: str
    campaign: str
    currency: str
    amount_cents: int
    was_cents: int | None


class WrongRow(BaseModel):
    """A row that cannot be taken, by the line it begins in."""

    model_config = ConfigDict(from_attributes=True)

    line: int
    problem: str


class TakenFile(BaseModel):
    """What a file came to. `id` is null of a rehearsal, and of a file that changes nothing."""

    id: int | None
    counts: dict[str, int]
    columns: dict[str, str]
    sums: list[ChangedSum] = Field(description=f"The first {_SHOWN}.")
    wrong: list[WrongRow] = Field(description=f"The first {_SHOWN}.")
    wrong_rows: str = Field(description="All of them as CSV, to be mended and taken in like the file.")


class SpendImport(BaseModel):
    """A file that was taken in."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    file_name: str
    counts: dict[str, int]
    imported_by: str
    imported_at: datetime
    undone_at: datetime | None
    undone_by: str | None


class SpendImports(BaseModel):
    """The files that were taken in, the newest first."""

    items: list[SpendImport]


class TakenBack(BaseModel):
    """Sums that are out, came back into their place, and stay as others have changed them since."""

    model_config = ConfigDict(from_attributes=True)

    out: int
    back: int
    stay: int


@router.get("")
def show_spend(
    call: Annotated[Call, needs("reports:read")], months: Annotated[int, Query(ge=1, le=LONGEST)] = 12
) -> SpendReport:
    """What was spent in the last months."""
    found = spend.spent_between(call.connection, month_of(call.now, 1 - months), month_of(call.now))
    return SpendReport(items=[KeptSpend(**vars(one)) for one in found])


@router.put("")
def keep_spend(call: MayWrite, given: GivenSpends) -> Counts:
    """Write sums down: one for the same month, source, campaign and currency takes the other's place."""
    spent = [one.spent for one in given.items]
    if len({(one.month, one.source, one.campaign, one.currency) for one in spent}) < len(spent):
        raise InputInvalid("two of the sums have the same month, source, campaign and currency")
    counts = spending.counted(spend.keep(call.connection, spent, call.by, call.now))
    call.record("spend.enter", "spend", {**counts, "months": _months(spent)})
    return Counts(**counts)


@router.delete("/{number}", status_code=204)
def delete_spend(call: MayWrite, number: Id) -> Response:
    """Take a sum back."""
    gone = spend.forget(call.connection, number)
    call.record("spend.delete", f"spend:{gone.month:%Y-%m}", _said(gone))
    return Response(status_code=204)


@router.get("/imports")
def list_imports(call: MayWrite) -> SpendImports:
    """The files that were taken in, the newest first."""
    found = spending.taken_in(call.connection)
    return SpendImports(items=[SpendImport.model_validate(one) for one in found])


@router.post("/imports")
def take_file(call: MayWrite, given: SpendFile) -> TakenFile:
    """Take in the rows that can be taken, and tell of the others. The same file again changes nothing."""
    read = read_spend(given.text, given.reading)
    if given.is_rehearsal:
        done = spending.rehearse(call.connection, read)
    else:
        done = spending.take_in(
            call.connection, read, file_name=given.file_name or "spend.csv", by=call.by, now=call.now
        )
    return TakenFile(
        id=done.id,
        counts=dict(done.counts),
        columns=dict(read.columns),
        sums=[ChangedSum(**vars(one.spent), was_cents=one.was) for one in done.changes[:_SHOWN]],
        wrong=[WrongRow.model_validate(one) for one in read.wrong[:_SHOWN]],
        wrong_rows=wrong_rows(read.wrong) if read.wrong else "",
    )


@router.post("/imports/{import_id}/undo")
def undo_import(call: MayWrite, import_id: Id) -> TakenBack:
    """Take an import back: what it had replaced stands there again; what was changed since stays so."""
    return TakenBack.model_validate(spending.take_back(call.connection, import_id, call.by, call.now))


def _months(spent: list[Spent]) -> list[str]:
    return sorted({f"{one.month:%Y-%m}" for one in spent})


def _said(one: Spent) -> dict[str, Any]:
    return {"source": one.source, "campaign": one.campaign, "amount_cents": one.amount_cents,
            "currency": one.currency}  # fmt: skip
