"""Logging in with somebody else's provider, by OpenID Connect: authorization code with PKCE, nothing else.

OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE), RFC 9207 (`iss` of the answer).
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from handraise.connect.addresses import AddressRefused
from handraise.connect.pinned import Outgoing
from handraise.connect.ports import DeliveryFailed
from handraise.core.errors import HandraiseError

ALGORITHMS: Final = ["RS256", "PS256", "ES256", "EdDSA"]
_FRESH_FOR: Final = 3600.0  # seconds
_LEEWAY: Final = 60  # seconds that two clocks may differ


class ProviderFailed(HandraiseError):
    """The provider cannot be asked, or what it said cannot be trusted; the words are for the log."""


@dataclass
class _Known:
    """What the provider says of itself, and its keys, for an hour."""

    metadata: Mapping[str, Any] = field(default_factory=dict)
    keys: Any = None
    until: float = 0.0


class Provider:
    """An OpenID Connect provider as it describes itself at its issuer's address.

    Parameters
    ----------
    issuer
        Its address, as its tokens name it.
    outgoing
        Calls it; only public addresses over https, unless the settings allow a private network.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        outgoing: Outgoing,
        *,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer, self.client_id = issuer.rstrip("/"), client_id
        self._secret, self._outgoing, self._ticks = client_secret, outgoing, ticks
        self._known, self._lock = _Known(), Lock()

    def address(self, redirect_to: str, *, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser.

        Parameters
        ----------
        state, nonce, verifier
            Made up for this log-in alone and kept by the browser: they tie the answer to it.

        Raises
        ------
        ProviderFailed
            When the provider does not describe itself.
        """
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": redirect_to,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge_of(verifier),
            "code_challenge_method": "S256",
        }
        at = str(self._metadata()["authorization_endpoint"])
        return f"{at}{'&' if '?' in at else '?'}{urlencode(asked)}"

    def verified_address(
        self, code: str, redirect_to: str, *, nonce: str, verifier: str, now: float, issuer: str | None = None
    ) -> str:
        """The e-mail address of whoever logged in there, which the provider has verified.

        Parameters
        ----------
        now
            Seconds since 1970.
        issuer
            The `iss` of the answer, where it has one.

        Raises
        ------
        ProviderFailed
            When the code is good for nothing, the token is not for us, or the address is not verified.
        """
        if issuer is not None and issuer.rstrip("/") != self.issuer:
            raise ProviderFailed("the answer is of another provider")
        claims = self._claims(self._token(code, redirect_to, verifier), now)
        if claims.get("nonce") != nonce:
            raise ProviderFailed("the token is of another log-in")
        email = claims.get("email")
        if not isinstance(email, str) or claims.get("email_verified") not in (True, "true"):
            raise ProviderFailed("the provider names no verified address")
        return email

    def _token(self, code: str, redirect_to: str, verifier: str) -> str:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_to,
            "code_verifier": verifier,
        }
        credentials = f"{quote(self.client_id, safe='')}:{quote(self._secret, safe='')}"
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}",
        }
        at = str(self._metadata()["token_endpoint"])
        answer = self._asked(lambda: self._outgoing.post(at, urlencode(form).encode(), headers))
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise ProviderFailed(
                f"the provider gave no token: {str(answer.get('error', 'no reason'))[:60]!a}"
            )
        return token

    def _claims(self, token: str, now: float) -> Mapping[str, Any]:
        rules = jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=_LEEWAY,
            iss={"essential": True, "values": [self.issuer, f"{self.issuer}/"]},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            sub={"essential": True},
        )
        for is_last in (False, True):
            try:
                found = jwt.decode(token, self._keys(anew=is_last), algorithms=ALGORITHMS)
                rules.validate(found.claims)
                return dict(found.claims)
            except (JoseError, ValueError) as error:
                # A key that we do not know may be a new one: the keys are asked for once more.
                if is_last or not isinstance(error, ValueError):
                    raise ProviderFailed(f"the token cannot be trusted: {type(error).__name__}") from error
        raise AssertionError  # the second time it was raised or returned

    def _metadata(self) -> Mapping[str, Any]:
        return self._looked_up().metadata

    def _keys(self, *, anew: bool = False) -> Any:
        return self._looked_up(anew=anew).keys

    def _looked_up(self, *, anew: bool = False) -> _Known:
        with self._lock:
            if anew or self._ticks() > self._known.until:
                self._known = self._described()
            return self._known

    def _described(self) -> _Known:
        headers = {"Accept": "application/json"}
        at = f"{self.issuer}/.well-known/openid-configuration"
        metadata = self._asked(lambda: self._outgoing.get(at, headers))
        if str(metadata.get("issuer", "")).rstrip("/") != self.issuer:
            raise ProviderFailed("the provider calls itself by another name")
        missing = [
            one for one in ("authorization_endpoint", "token_endpoint", "jwks_uri") if one not in metadata
        ]
        if missing:
            raise ProviderFailed(f"the provider does not say its {missing[0]}")
        jwks = self._asked(lambda: self._outgoing.get(str(metadata["jwks_uri"]), headers))
        try:
            keys = KeySet.import_key_set(jwks)  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderFailed("the provider's keys cannot be read") from error
        return _Known(metadata, keys, self._ticks() + _FRESH_FOR)

    def _asked(self, call: Callable[[], Any]) -> Mapping[str, Any]:
        try:
            answer = call()
            found = json.loads(answer.body)
        except (DeliveryFailed, AddressRefused) as error:
            raise ProviderFailed(f"the provider cannot be asked: {error}") from error
        except ValueError as error:
            raise ProviderFailed("the provider answers no JSON") from error
        if not isinstance(found, dict):
            raise ProviderFailed("the provider answers no JSON object")
        return found


def challenge_of(verifier: str) -> str:
    """The challenge of a verifier by S256 (RFC 7636, its appendix B).

    Examples
    --------
    >>> challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    """
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


__all__ = ["Provider", "ProviderFailed", "challenge_of"]
