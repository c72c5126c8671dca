"""A small OpenID Connect provider, as conforming as ours needs: discovery, keys, authorization, token."""

import base64
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from handraise.connect.oidc import challenge_of

CLIENT, SECRET = "handraise", "a secret with: odd & letters"


@dataclass
class Idp:
    """The provider; what it says of whoever logs in can be changed, and what it was asked is kept."""

    issuer: str = ""
    email: str = "sam@acme.example"
    verified: bool = True
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "k1"}))
    now: float = 0.0
    claims: dict[str, Any] = field(default_factory=dict)
    sign_with: RSAKey | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def token(self, about: dict[str, str]) -> str:
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "1",
            "iat": int(self.now),
            "exp": int(self.now) + 300,
            "nonce": about["nonce"],
            "email": self.email,
            "email_verified": self.verified,
            **self.claims,
        }
        return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, self.sign_with or self.key)

    def exchanged(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        about = self.codes.pop(form.get("code", ""), None)
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        right = f"{CLIENT}:{urlencode({'s': SECRET})[2:].replace('+', '%20')}"
        if about is None or given != right or challenge_of(form["code_verifier"]) != about["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != about["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.token(about), "access_token": "x", "token_type": "Bearer"}


class _Handler(BaseHTTPRequestHandler):
    idp: Idp

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        issuer = self.idp.issuer
        if parts.path == "/.well-known/openid-configuration":
            described = {
                "issuer": issuer,
                "authorization_endpoint": f"{issuer}/authorize",
                "token_endpoint": f"{issuer}/token",
                "jwks_uri": f"{issuer}/keys",
            }
            self.say(200, described)
        elif parts.path == "/keys":
            self.say(200, {"keys": [self.idp.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            about = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.idp.asked.append(about)
            code = secrets.token_urlsafe(8)
            self.idp.codes[code] = about
            self.send_response(302)
            answer = urlencode({"code": code, "state": about["state"], "iss": issuer})
            self.send_header("Location", f"{about['redirect_uri']}?{answer}")
            self.end_headers()
        else:
            self.say(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self.say(*self.idp.exchanged(form, self.headers.get("Authorization", "")))

    def say(self, status: int, value: dict[str, Any]) -> None:
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def provider() -> Iterator[Idp]:
    """A provider on a port of this machine."""
    idp = Idp()
    handler = type("Handler", (_Handler,), {"idp": idp})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    idp.issuer = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield idp
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
