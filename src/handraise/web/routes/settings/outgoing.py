"""What goes out: deliveries with every attempt, subscribers' webhooks, and a test of each way."""

import secrets
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID, uuid4

from fastapi import Form
from starlette.responses import Response

from handraise.connect.addresses import AddressRefused, destination
from handraise.connect.ports import DeliveryFailed, Mail, SlackMessage, WebhookCall
from handraise.connect.webhook import secret_of
from handraise.core.errors import HandraiseError, InputInvalid
from handraise.flow import deliver
from handraise.http.callers import Call, needs
from handraise.http.ids import Id
from handraise.http.paging import Cursor
from handraise.store import deliveries, endpoints
from handraise.web.routes.settings.sections import show_section
from handraise.web.sites import site
from handraise.web.visits import go_to, visit_of

router = site("/settings")
MayRead = Annotated[Call, needs("settings:read")]
MayWrite = Annotated[Call, needs("settings:write")]
State = Literal["", "waiting", "sent", "failed", "dropped"]
_PAGE = 50


@router.get("/deliveries")
def list_deliveries(call: MayRead, cursor: Cursor = None, state: State = "") -> Response:
    """Deliveries, the newest first."""
    place = call.place(cursor)
    found = deliveries.deliveries(
        call.connection,
        state=state or None,
        before=None if place is None else (datetime.fromisoformat(place[0]), UUID(place[1])),
        limit=_PAGE + 1,
    )
    last = found[_PAGE - 1] if len(found) > _PAGE else None
    settings = call.services.settings
    return show_section(
        call,
        "deliveries",
        found=found[:_PAGE],
        state=state,
        next=None if last is None else call.cursor(last.created_at.isoformat(), str(last.id)),
        ways={
            "email": settings.smtp_host is not None,
            "slack": settings.slack_bot_token is not None or settings.slack_webhook_url is not None,
        },
    )


@router.get("/deliveries/{delivery_id}")
def show_delivery(call: MayRead, delivery_id: UUID) -> Response:
    """One delivery with every attempt, and what the other side said."""
    one = deliveries.delivery(call.connection, delivery_id)
    return show_section(
        call, "delivery", one=one, attempts=deliveries.attempts_of(call.connection, delivery_id)
    )


@router.post("/deliveries/{delivery_id}/replay")
def replay(call: MayWrite, delivery_id: UUID) -> Response:
    """Send it once more; a receiver that knows its id ignores it."""
    deliveries.delivery(call.connection, delivery_id)
    deliver.replay(call.connection, [delivery_id], call.now)
    call.record("delivery.replay", f"delivery:{delivery_id}")
    return go_to(
        call, f"/settings/deliveries/{delivery_id}", said=visit_of(call).gettext("It goes out again.")
    )


@router.post("/deliveries/-/test")
def test_way(call: MayWrite, way: Annotated[Literal["email", "slack"], Form()]) -> Response:
    """Send a test to oneself (mail) or to the usual channel (Slack), and say what the other side answered."""
    visit = visit_of(call)
    assert visit.member is not None
    words = visit.gettext("A test from Handraise: this way to you works.")
    settings = call.services.settings
    call.record("alerts.test", f"way:{way}")
    try:
        if way == "email":
            if settings.smtp_host is None:
                raise InputInvalid(visit.gettext("No mail server is set: HANDRAISE_SMTP_HOST."))
            mail = Mail(f"test-{uuid4()}", visit.member.email, words, words, call.now)
            receipt = call.services.mailer.send(mail)
        else:
            receipt = call.services.chat.send(_message(call, words))
    except (DeliveryFailed, InputInvalid) as error:
        said = visit.gettext("It did not go out: %(why)s", why=error)
        return go_to(call, "/settings/deliveries", said=said)
    said = visit.gettext("Sent. The other side answered: %(status)s", status=receipt.status)
    return go_to(call, "/settings/deliveries", said=said)


def _message(call: Call, words: str) -> SlackMessage:
    settings = call.services.settings
    if settings.slack_webhook_url is not None:
        return SlackMessage(words, webhook=settings.slack_webhook_url.get_secret_value())
    if settings.slack_bot_token is None or settings.slack_channel is None:
        raise InputInvalid(
            visit_of(call).gettext(
                "Slack is not set up: HANDRAISE_SLACK_BOT_TOKEN and HANDRAISE_SLACK_CHANNEL."
            )
        )
    return SlackMessage(words, channel=settings.slack_channel)


# --- webhooks -----------------------------------------------------------------------------------------------


@router.get("/webhooks")
def list_webhooks(call: MayRead) -> Response:
    """Subscribers and how they fare."""
    return _webhooks(call)


@router.post("/webhooks")
def add_webhook(
    call: MayWrite,
    url: Annotated[str, Form(max_length=2_000)],
    events: Annotated[str, Form(max_length=2_000)] = "",
) -> Response:
    """Subscribe an address; its secret is on the answer and nowhere else."""
    try:
        destination(url.strip(), call.services.destinations)
    except (AddressRefused, HandraiseError) as error:
        return _webhooks(call, status=422, wrong=visit_of(call).told(error), url=url)
    secret = secret_of(secrets.token_bytes(24))
    kinds = events.replace(",", " ").split()
    made = endpoints.add_endpoint(call.connection, url.strip(), secret, kinds, call.now)
    call.record("endpoint.add", f"endpoint:{made.id}")
    return _webhooks(call, status=201, secret=secret)


@router.post("/webhooks/{endpoint_id}/test")
def test_webhook(call: MayWrite, endpoint_id: Id) -> Response:
    """Send it a signed test, and say what it answered."""
    visit = visit_of(call)
    endpoint = endpoints.endpoint(call.connection, endpoint_id)
    payload = {"type": "test", "timestamp": call.now.isoformat(), "data": {}}
    call.record("endpoint.test", f"endpoint:{endpoint_id}")
    sent = WebhookCall(endpoint.url, f"test-{uuid4()}", payload, endpoint.secret, call.now)
    try:
        receipt = call.services.hooks.send(sent)
    except DeliveryFailed as error:
        said = visit.gettext("It did not go out: %(why)s", why=error)
        return go_to(call, "/settings/webhooks", said=said)
    said = visit.gettext("Sent. The other side answered: %(status)s", status=receipt.status)
    return go_to(call, "/settings/webhooks", said=said)


@router.post("/webhooks/{endpoint_id}/replay")
def replay_webhook(call: MayWrite, endpoint_id: Id) -> Response:
    """Send again what it did not get."""
    endpoints.endpoint(call.connection, endpoint_id)
    count = deliver.replay_endpoint(call.connection, endpoint_id, call.now)
    call.record("endpoint.replay", f"endpoint:{endpoint_id}", {"deliveries": count})
    said = visit_of(call).ngettext("%(n)s delivery goes out again.", "%(n)s deliveries go out again.", count)
    return go_to(call, "/settings/webhooks", said=said)


@router.post("/webhooks/{endpoint_id}/switch")
def switch_webhook(call: MayWrite, endpoint_id: Id, on: Annotated[bool, Form()]) -> Response:
    """Switch it on or off; what waits for one that is off is dropped and can be sent again."""
    if on:
        endpoints.switch_on(call.connection, endpoint_id)
    else:
        deliver.disable_endpoint(call.connection, endpoint_id, "switched off by hand", call.now)
    call.record("endpoint.change", f"endpoint:{endpoint_id}", {"on": on})
    return go_to(call, "/settings/webhooks", said=visit_of(call).gettext("Saved."))


def _webhooks(call: Call, status: int = 200, **values: object) -> Response:
    found = endpoints.endpoints(call.connection)
    return show_section(
        call, "webhooks", status=status, found=found, **{"wrong": "", "url": "", "secret": None, **values}
    )
