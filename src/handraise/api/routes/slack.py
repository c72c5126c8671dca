"""Buttons in Slack: accept and reject, by whoever of us clicked."""

from typing import Annotated, Final

import structlog
from fastapi import APIRouter, Depends, Request
from starlette.responses import PlainTextResponse, Response

from handraise.connect.ports import DeliveryFailed, RequestRefused
from handraise.connect.slack_actions import SlackAction, action_of, verified
from handraise.core.actor import Actor
from handraise.core.errors import HandraiseError
from handraise.flow import handoff
from handraise.http.callers import OPEN, OneTransaction, services_of
from handraise.http.problems import Refusal
from handraise.store.people import member_by
from handraise.wiring import Services

_LARGEST_ID: Final = 2**63 - 1
_log = structlog.get_logger("handraise.slack")
router = APIRouter(tags=["slack"], route_class=OneTransaction)


async def _body(request: Request) -> bytes:
    return await request.body()


@router.post("/slack/actions", dependencies=[OPEN])
def act(request: Request, body: Annotated[bytes, Depends(_body)]) -> Response:
    """Do what a button says. What is not signed by Slack, or cannot be read, is 401 and changes nothing."""
    services = services_of(request)
    signing = services.settings.slack_signing_secret
    now = services.now()
    try:
        verified(request.headers, body, signing.get_secret_value() if signing else "", now)
        action = action_of(body)
    except RequestRefused as error:
        raise Refusal(401, "signature_invalid", str(error)) from None
    if action.kind != "other":
        _reply(services, action, _done(services, action))
    return PlainTextResponse("")


def _done(services: Services, action: SlackAction) -> str:
    """What is said in place of the message, also when the click came too late."""
    number = int(action.handoff_id) if action.handoff_id.isdecimal() else 0
    if not 0 < number <= _LARGEST_ID:
        return "This hand-off is not known any more."
    now = services.now()
    try:
        with services.database.transaction() as connection:
            member = member_by(connection, slack_id=action.user)
            actor = Actor("slack", member.id, member.role)
            if action.kind == "accept":
                handoff.accept(connection, number, actor, now, services.desk)
                return f"{member.name} accepted."
            handoff.reject(connection, number, actor, action.reason or "", now, services.desk)
            return f"{member.name} rejected: {action.reason}."
    except HandraiseError as error:
        return str(error)


def _reply(services: Services, action: SlackAction, text: str) -> None:
    """Answer in Slack; what was done stays done when Slack is not to be reached."""
    if not action.response_url:
        return
    try:
        services.chat.reply(action.response_url, text)
    except DeliveryFailed as error:
        _log.warning("no reply in Slack", error=type(error).__name__)
