"""Accounts: where something is going on, who is there, and what part they have in buying."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.http.paging import Cursor
from handraise.store import accounts, people
from handraise.web.sites import site
from handraise.web.visits import show

router = site("/accounts")
MayRead = Annotated[Call, needs("leads:read")]
MOST: Final = 50


@router.get("")
def account_list(
    call: MayRead, text: Annotated[str, Query(max_length=200)] = "", cursor: Cursor = None
) -> Response:
    """Accounts, those where most is going on first."""
    place = call.place(cursor)
    after = None if place is None else (int(place[0]), int(place[1]))
    found = accounts.busiest(call.connection, text=text.strip() or None, after=after, limit=MOST + 1)
    shown = found[:MOST]
    asked = {"text": text} if text else {}
    following = None
    if len(found) > MOST:
        last = shown[-1]
        following = urlencode({**asked, "cursor": call.cursor(last.engaged.engagement, last.account.id)})
    return show(
        call,
        "accounts/list.html.jinja",
        accounts=shown,
        asked=asked,
        following=following,
        is_first=cursor is None,
        owners=_owners(call),
    )


@router.get("/{account_id}")
def account_page(call: MayRead, account_id: Id) -> Response:
    """One account: its people by points, and what is known of it."""
    account = accounts.account_detail(call.connection, account_id)
    return show(
        call,
        "accounts/account.html.jinja",
        account=account,
        engaged=accounts.engaged(call.connection, [account_id])[account_id],
        committee=accounts.committee(call.connection, account_id),
        levels={"c_suite": "C-suite", "vp": "VP"},
        owners=_owners(call),
    )


def _owners(call: Call) -> dict[int, str]:
    return {one.id: one.name for one in people.members(call.connection)}
