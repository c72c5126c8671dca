"""Audiences: kept under a name, counted, and listed with whether each person may be written to."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from handraise.core.errors import DefinitionInvalid, HandraiseError
from handraise.core.words import audience_words
from handraise.flow import audiences as asking
from handraise.flow.audiences import Found, Ready
from handraise.flow.preview import Reading
from handraise.http.callers import Call, needs, resource
from handraise.http.ids import Id
from handraise.http.paging import Cursor, Limit, Page
from handraise.http.problems import Refusal
from handraise.store import audiences
from handraise.store.audiences import AudienceRow

router = resource("/audiences")
MayRead = Annotated[Call, needs("leads:read")]
MayWrite = Annotated[Call, needs("audiences:write")]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Mail = Literal["yes", "not_known", "no_consent", "spam", "unsubscribed", "no_address"]
_LONGEST = 100_000


class Audience(BaseModel):
    """An audience as it is kept; `definition` names the one whose words its text uses."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    definition: str | None
    text: str
    made_by: str
    made_at: datetime
    changed_by: str
    changed_at: datetime


class ToldAudience(Audience):
    """An audience with what it means in words; `problem` says why it cannot be asked at the moment."""

    words: str | None
    problem: str | None


class Asked(BaseModel, extra="forbid"):
    """Whom to ask for, in YAML: `who:` and a condition."""

    text: str = Field(max_length=_LONGEST)
    definition: str | None = Field(
        None, max_length=200, description="Whose words it uses; left out, the live definition's, null: none."
    )


class Wanted(Asked):
    """An audience to be kept."""

    name: Name


class Counted(BaseModel):
    """How many are in an audience.

    Of a base larger than what is held in memory `people` is an estimate: `asked` of `leads` were asked, and
    the true number is `give_or_take` from it (95 %).
    """

    people: int
    mailable: int = Field(description="Those whom nothing keeps from being written to.")
    as_of: datetime
    asked: int
    leads: int
    give_or_take: int
    words: str


class Member(BaseModel):
    """Somebody in an audience; points are hundredths. `mail` says whether they may be written to."""

    id: int
    name: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    account: str | None
    stage: str
    owner: str | None
    fit: int | None
    engagement: int | None
    grade: str | None
    mail: Mail


@router.get("")
def list_audiences(call: MayRead, cursor: Cursor = None, limit: Limit = 50) -> Page[Audience]:
    """Audiences by name."""
    found = audiences.audiences(call.connection, after=call.place(cursor) or "", limit=limit + 1)
    following = call.cursor(found[limit - 1].name.lower()) if len(found) > limit else None
    return Page(items=[Audience.model_validate(one) for one in found[:limit]], next=following)


@router.post("", status_code=201)
def make_audience(call: MayWrite, given: Wanted) -> Audience:
    """Keep a new audience."""
    ready, name = _ready(call, given), asking.name_of(given.name)
    made = audiences.add_audience(
        call.connection, name, _definition(call, given), ready.text, call.by, call.now
    )
    call.record("audience.make", f"audience:{made.id}", {"name": made.name})
    return Audience.model_validate(made)


@router.post("/count")
def count(call: MayRead, given: Asked) -> Counted:
    """How many a condition means, without keeping it.

    503 while the base is read for the first time: ask again.
    """
    return _counted(call, _ready(call, given))


@router.get("/{audience_id}")
def show_audience(call: MayRead, audience_id: Id) -> ToldAudience:
    """An audience, and what it means in words."""
    kept = audiences.audience_of(call.connection, audience_id)
    words, problem = None, None
    try:
        ready = _of(call, kept)
        words = audience_words(ready.audience.who, ready.definition)
    except DefinitionInvalid as error:
        problem = error.problems[0].message
    except HandraiseError as error:
        problem = str(error)
    return ToldAudience(**Audience.model_validate(kept).model_dump(), words=words, problem=problem)


@router.put("/{audience_id}")
def change_audience(call: MayWrite, audience_id: Id, given: Wanted) -> Audience:
    """Have an audience be this from now on."""
    before = audiences.audience_of(call.connection, audience_id)
    ready, name = _ready(call, given), asking.name_of(given.name)
    kept = audiences.change_audience(
        call.connection, audience_id, name, _definition(call, given), ready.text, call.by, call.now
    )
    call.record("audience.change", f"audience:{kept.id}", {"name": kept.name, "before": before.name})
    return Audience.model_validate(kept)


@router.delete("/{audience_id}", status_code=204)
def delete_audience(call: MayWrite, audience_id: Id) -> Response:
    """Delete an audience; nobody in it is touched."""
    gone = audiences.drop_audience(call.connection, audience_id)
    call.record("audience.delete", f"audience:{gone.id}", {"name": gone.name, "text": gone.text})
    return Response(status_code=204)


@router.get("/{audience_id}/count")
def count_audience(call: MayRead, audience_id: Id) -> Counted:
    """How many are in it.

    503 while the base is read for the first time: ask again.
    """
    return _counted(call, _of(call, audiences.audience_of(call.connection, audience_id)))


@router.get("/{audience_id}/leads")
def list_members(
    call: MayRead, audience_id: Id, cursor: Cursor = None, limit: Limit = 50, only_mailable: bool = False
) -> Page[Member]:
    """Who is in it, by id; a page may hold fewer than `limit`, only `next: null` says that it is the last.

    `only_mailable` leaves out who must not be written to: no consent, unsubscribed, marked a mail as spam, no
    address.
    """
    ready = _of(call, audiences.audience_of(call.connection, audience_id))
    found = call.services.audiences.some(
        call.connection,
        call.services.database,
        ready,
        call.now,
        after=call.place(cursor) or 0,
        limit=limit,
        only_mailable=only_mailable,
    )
    if isinstance(found, Reading):
        raise _still_reading(found)
    return Page(
        items=[_member(one) for one in found.members],
        next=None if found.after is None else call.cursor(found.after),
    )


def _member(one: asking.Member) -> Member:
    lead, standing = one.lead, one.standing
    return Member(
        id=lead.id,
        name=lead.name,
        first_name=standing.first_name,
        last_name=standing.last_name,
        email=lead.email,
        account=lead.account,
        stage=lead.stage,
        owner=standing.owner,
        fit=lead.fit,
        engagement=lead.engagement,
        grade=lead.grade,
        mail=one.mail,
    )


def _definition(call: Call, given: Asked) -> str | None:
    """Whose words are meant: what was said, else those of the first live definition."""
    if "definition" in given.model_fields_set:
        return given.definition
    return next((one.name for one in asking.live(call.connection, call.now)), None)


def _ready(call: Call, given: Asked) -> Ready:
    return call.services.audiences.ready(call.connection, given.text, _definition(call, given), call.now)


def _of(call: Call, kept: AudienceRow) -> Ready:
    return call.services.audiences.ready(call.connection, kept.text, kept.definition, call.now)


def _counted(call: Call, ready: Ready) -> Counted:
    shown = call.services.audiences.found(call.connection, call.services.database, [ready], call.now)
    if isinstance(shown, Reading):
        raise _still_reading(shown)
    found: Found = shown[0]
    return Counted(
        people=found.people,
        mailable=found.mailable,
        as_of=found.as_of,
        asked=found.leads,
        leads=found.total,
        give_or_take=found.give_or_take,
        words=audience_words(ready.audience.who, ready.definition),
    )


def _still_reading(reading: Reading) -> Refusal:
    return Refusal(
        503,
        "still_reading",
        str(asking.StillReading(reading)),
        {"retry-after": "2"},
        done=reading.done,
        total=reading.total,
    )
