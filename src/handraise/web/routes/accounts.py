"""Accounts: where something is going on, who is there, and what part they have in buying."""

from typing import Annotated, Final, Literal
from urllib.parse import urlencode

from fastapi import Query
from starlette.responses import Response

from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.http.paging import Cursor
from handraise.store import accounts, people
from handraise.web.sites import site
from handraise.web.visits import show, visit_of

router = site("/accounts")
MayRead = Annotated[Call, needs("leads:read")]
MOST: Final = 50


@router.get("")
def account_list(
    call: MayRead,
    text: Annotated[str, Query(max_length=200)] = "",
    who: Literal["", "mql"] = "",
    cursor: Cursor = None,
) -> Response:
    """Accounts, the newest first, by what is in the address."""
    _ = visit_of(call).gettext
    found = accounts.listed(
        call.connection,
        text=text.strip() or None,
        has_mql=who == "mql",
        after=call.place(cursor),
        limit=MOST + 1,
    )
    asked = {name: value for name, value in (("text", text), ("who", who)) if value}
    is_more = len(found) > MOST
    following = urlencode({**asked, "cursor": call.cursor(found[MOST - 1][0].id)}) if is_more else None
    return show(
        call,
        "accounts/list.html.jinja",
        accounts=found[:MOST],
        asked=asked,
        who_choices=[("", _("Any")), ("mql", _("Somebody is an MQL"))],
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
