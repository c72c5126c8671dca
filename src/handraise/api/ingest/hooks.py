"""Webhooks of mail, meeting and webinar services: the signature first, then what they say."""

from datetime import datetime

from handraise.api.ingest.answers import Answer, json_answer
from handraise.api.ingest.requests import Request, RequestRefused
from handraise.connect.inbound import formats, zoom
from handraise.connect.inbound.signatures import SignatureInvalid
from handraise.core.message import Parsed
from handraise.store.sources import Source


def read_hook(source: Source, body: bytes, request: Request, now: datetime) -> Parsed | Answer:
    """What a webhook says, or the answer to a sender who only asks whether this address is ours.

    Raises
    ------
    RequestRefused
        401 when it is not signed with the source's secret; nothing of it is kept.
    """
    secret = source.secret or ""
    try:
        formats.verify(source.adapter, request.headers, body, secret, now, source.settings)
    except SignatureInvalid as invalid:
        raise RequestRefused(401, "signature_invalid", str(invalid)) from None
    if source.adapter == "zoom" and (asked := zoom.challenge_answer(body, secret)):
        return json_answer(asked)
    return formats.parse(
        source.adapter, body, received_at=now, headers=request.headers, settings=source.settings
    )
