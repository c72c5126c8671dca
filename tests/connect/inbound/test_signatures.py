"""Whose webhook it is: right ones pass, and whatever else is refused as `SignatureInvalid`."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from handraise.connect.inbound import calendly, generic, mailgun, postmark, sendgrid, zoom
from handraise.connect.inbound.signatures import SignatureInvalid

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
BODY = '{"email": "änn@acme.com"}'.encode()
SECRET = "s3cret"
STANDARD = "whsec_" + b64encode(b"k" * 24).decode()
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = b64encode(KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
Signed = tuple[dict[str, str], bytes, str]


def hexed(*parts: bytes) -> str:
    return hmac.new(SECRET.encode(), b"".join(parts), hashlib.sha256).hexdigest()


def by_calendly(at: datetime) -> Signed:
    time = str(int(at.timestamp()))
    return {"calendly-webhook-signature": f"t={time},v1={hexed(time.encode(), b'.', BODY)}"}, BODY, SECRET


def by_zoom(at: datetime) -> Signed:
    time = str(int(at.timestamp()))
    signature = "v0=" + hexed(b"v0:", time.encode(), b":", BODY)
    return {"x-zm-request-timestamp": time, "x-zm-signature": signature}, BODY, SECRET


def by_mailgun(at: datetime) -> Signed:
    time = str(int(at.timestamp()))
    signature = {"timestamp": time, "token": "t", "signature": hexed(time.encode(), b"t")}
    return {}, json.dumps({"signature": signature, "event-data": {}}).encode(), SECRET


def by_sendgrid(at: datetime) -> Signed:
    time = str(int(at.timestamp()))
    signature = b64encode(KEY.sign(time.encode() + BODY, ec.ECDSA(SHA256()))).decode()
    return {sendgrid.SIGNATURE: signature, sendgrid.TIMESTAMP: time}, BODY, PUBLIC


def by_standard(at: datetime) -> Signed:
    time = str(int(at.timestamp()))
    digest = hmac.new(b"k" * 24, b"m1." + time.encode() + b"." + BODY, hashlib.sha256).digest()
    signature = "v1,bm9uZQ== v1," + b64encode(digest).decode()
    return {"Webhook-Id": "m1", "Webhook-Timestamp": time, "Webhook-Signature": signature}, BODY, STANDARD


SIGNED: list[tuple[ModuleType, Callable[[datetime], Signed]]] = [
    (calendly, by_calendly), (zoom, by_zoom), (mailgun, by_mailgun), (sendgrid, by_sendgrid), (generic,
    by_standard),
]  # fmt: skip
each = pytest.mark.parametrize(("module", "signed"), SIGNED, ids=[module.__name__ for module, _ in SIGNED])


def is_accepted(module: ModuleType, request: Signed, now: datetime = NOW) -> bool:
    headers, body, secret = request
    try:
        module.verify(headers, body, secret, now)
    except SignatureInvalid:
        return False
    return True


@each
def test_what_the_sender_signed_passes(module: ModuleType, signed: Callable[[datetime], Signed]) -> None:
    assert is_accepted(module, signed(NOW - timedelta(seconds=299)))
    assert is_accepted(module, signed(NOW + timedelta(seconds=299)))


@each
@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_a_signature_from_another_time_is_refused(
    module: ModuleType, signed: Callable[[datetime], Signed], seconds: int
) -> None:
    assert not is_accepted(module, signed(NOW + timedelta(seconds=seconds)))


@each
def test_another_body_secret_or_signature_is_refused(
    module: ModuleType, signed: Callable[[datetime], Signed]
) -> None:
    headers, body, secret = signed(NOW)
    if module is not mailgun:  # signs its token, not what it says
        assert not is_accepted(module, (headers, body + b" ", secret))
    assert not is_accepted(module, (headers, body, ""))
    assert not is_accepted(module, (headers, body, STANDARD[:-4] + "AAAA"))
    assert not is_accepted(module, (headers, body, "ä"))
    for name in headers:
        assert not is_accepted(module, ({**headers, name: ""}, body, secret))
        assert not is_accepted(module, ({k: v for k, v in headers.items() if k != name}, body, secret))


@given(
    which=st.sampled_from(SIGNED),
    text=st.text(max_size=30)
    | st.sampled_from(["t=,v1=", "t=1,v1=ä", "v1,", ",", "NaN", "9" * 400, "-1", "١٢", "\ud800"]),
    body=st.binary(max_size=20)
    | st.just(b'{"signature": {"timestamp": 1e308, "token": [], "signature": 5}}'),
    secret=st.text(max_size=8),
)
@settings(max_examples=500, deadline=None)
def test_whatever_is_malformed_is_refused_and_nothing_else(
    which: tuple[ModuleType, Callable[[datetime], Signed]], text: str, body: bytes, secret: str
) -> None:
    module, signed = which
    headers, right, key = signed(NOW)
    for name in headers:
        assert not is_accepted(module, ({**headers, name: text}, right, key)) or headers[name] == text
    assert not is_accepted(module, (dict.fromkeys(headers, text), body, secret))
    assert not is_accepted(module, (headers, body, key))
    assert not is_accepted(module, (headers, right, secret))


def test_a_key_of_another_kind_is_refused() -> None:
    other = rsa.generate_private_key(65_537, 2_048).public_key()
    public = b64encode(other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    headers, body, _ = by_sendgrid(NOW)
    assert not is_accepted(sendgrid, (headers, body, public))


def test_postmark_shows_a_password_or_a_token() -> None:
    basic = {"Authorization": "Basic " + b64encode(b"us:er:pw").decode()}
    assert is_accepted(postmark, (basic, b"", "us:er:pw"))
    assert not is_accepted(postmark, (basic, b"", "us:er:other"))
    assert not is_accepted(postmark, ({"Authorization": "Basic %"}, b"", "us:pw"))
    assert is_accepted(postmark, ({"x-webhook-token": "tok"}, b"", "tok"))
    assert not is_accepted(postmark, ({"x-webhook-token": ""}, b"", ""))
    assert not is_accepted(postmark, ({}, b"", "tok"))


def test_a_bare_hmac_is_taken_with_and_without_its_prefix() -> None:
    for given_header in (hexed(BODY), "sha256=" + hexed(BODY)):
        generic.verify_hmac({"X-Hub": given_header}, BODY, SECRET, NOW, name="X-Hub")
    for wrong in ("", "sha256=", hexed(BODY)[:-1], "ä"):
        with pytest.raises(SignatureInvalid):
            generic.verify_hmac({"X-Hub": wrong}, BODY, SECRET, NOW, name="X-Hub")


def test_the_names_that_svix_gave_the_headers_are_taken() -> None:
    headers, body, secret = by_standard(NOW)
    generic.verify({k.replace("Webhook", "svix").lower(): v for k, v in headers.items()}, body, secret, NOW)


def test_zooms_question_is_answered() -> None:
    question = json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": "abc"}}).encode()
    assert zoom.challenge_answer(question, SECRET) == {"plainToken": "abc", "encryptedToken": hexed(b"abc")}
    assert zoom.challenge_answer(b"\xff", SECRET) is None
