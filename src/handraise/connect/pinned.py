"""Outgoing HTTP that connects to the very address it has checked, and never waits for ever."""

import re
import ssl
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import httpcore

from handraise.connect.addresses import (
    PUBLIC_ONLY,
    AddressRefused,
    AddressRules,
    Resolver,
    checked_addresses,
    destination,
    resolved,
)
from handraise.connect.ports import Permanent, Temporary

LONGEST_BODY: Final = 64 * 1024
_TRIED_ADDRESSES: Final = 3
_HEADER: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")


@dataclass(frozen=True)
class Patience:
    """How long an outgoing call may take: to connect, for one read, and altogether."""

    connect: timedelta = timedelta(seconds=5)
    read: timedelta = timedelta(seconds=10)
    whole: timedelta = timedelta(seconds=20)


@dataclass(frozen=True)
class Answer:
    """What came back; `body` is at most 64 KiB, the rest is left unread. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outgoing:
    """Calls to URLs that users gave.

    The URL is read once, every address of its host is checked, and the connection goes to a checked address
    while TLS and the Host header keep the name: a name that changes its mind between check and connection
    (DNS rebinding) gains nothing. Redirects are answers, not instructions; there are no cookies, no proxies
    from the environment, no unpacking of what is received, and no connection is used twice. Safe to share
    between threads. Looking up the name is left to the system's resolver and its own time-out.
    """

    def __init__(
        self,
        rules: AddressRules = PUBLIC_ONLY,
        *,
        patience: Patience | None = None,
        resolver: Resolver = resolved,
        trust: ssl.SSLContext | None = None,
        backend: httpcore.NetworkBackend | None = None,
    ) -> None:
        self._rules = rules
        self._patience = patience or Patience()
        self._pool = httpcore.ConnectionPool(
            # Made once: left to the pool, every connection would read all certificates again.
            ssl_context=trust or httpcore.default_ssl_context(),
            max_keepalive_connections=0,
            network_backend=PinnedBackend(
                rules, resolver, self._patience.whole, backend or httpcore.SyncBackend()
            ),
        )

    def post(
        self, url: str, content: bytes, headers: Mapping[str, str], *, hosts: Collection[str] | None = None
    ) -> Answer:
        """Send `content` and read the answer, whatever its status.

        Parameters
        ----------
        hosts
            When given, the only hosts the URL may name.

        Raises
        ------
        AddressRefused
            When the URL or an address behind it is not allowed; nothing was connected.
        Temporary
            When there was no answer in time.
        """
        return self._called("POST", url, headers, content, hosts)

    def get(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask for what is there, whatever the status of the answer; raises as `post` does."""
        return self._called("GET", url, headers, b"", None)

    def _called(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes,
        hosts: Collection[str] | None,
    ) -> Answer:
        to = destination(url, self._rules)
        if hosts is not None and to.host not in hosts:
            raise AddressRefused("the host of the URL is not one that belongs here")
        named = [("Host", to.authority), *headers.items(), ("Content-Length", str(len(content)))]
        if not all(_HEADER.fullmatch(value) for _, value in named):
            # Without the value: it may be a token with a letter too many.
            raise Permanent("a header of the call holds a line break or a letter that is not ASCII")
        request = httpcore.Request(
            method,
            httpcore.URL(
                scheme=to.scheme.encode(), host=to.host.encode(), port=to.port, target=to.target.encode()
            ),
            headers=[(name.encode("ascii"), value.encode("ascii")) for name, value in named],
            content=content,
            extensions={"timeout": self._timeouts()},
        )
        try:
            return self._answered(request)
        except httpcore.TimeoutException as error:
            raise Temporary(f"{to.host} did not answer in time") from error
        except httpcore.NetworkError as error:
            raise Temporary(f"the connection to {to.host} failed: {str(error)[:200]!a}") from error
        except httpcore.ProtocolError as error:
            raise Temporary(f"{to.host} did not answer as HTTP does") from error

    def close(self) -> None:
        """Give up what is still open."""
        self._pool.close()

    def _answered(self, request: httpcore.Request) -> Answer:
        response = self._pool.handle_request(request)
        try:
            headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers
            }
            return Answer(response.status, headers, _first_part(response.iter_stream()))
        finally:
            response.close()

    def _timeouts(self) -> dict[str, float]:
        read = self._patience.read.total_seconds()
        return {"connect": self._patience.connect.total_seconds(), "read": read, "write": read, "pool": read}


class PinnedBackend(httpcore.NetworkBackend):
    """Resolves a host once, checks all its addresses, and connects to one of those by number."""

    def __init__(
        self, rules: AddressRules, resolver: Resolver, whole: timedelta, inner: httpcore.NetworkBackend
    ) -> None:
        self._rules = rules
        self._resolver = resolver
        self._whole = whole.total_seconds()
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers.

        Raises
        ------
        AddressRefused
            Before anything is opened, when one address of the host is not allowed.
        """
        until = time.monotonic() + self._whole
        addresses = checked_addresses(host, port, self._rules, self._resolver)
        failure: Exception | None = None
        for address in addresses[:_TRIED_ADDRESSES]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, _left(until, timeout), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _EndingStream(stream, until)
        raise failure or httpcore.ConnectError("no address")


class _EndingStream(httpcore.NetworkStream):
    """A connection that ends at a given moment, however slowly the other side keeps it alive."""

    def __init__(self, inner: httpcore.NetworkStream, until: float) -> None:
        self._inner = inner
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._until, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._until, timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._inner.start_tls(ssl_context, server_hostname, _left(self._until, timeout))
        return _EndingStream(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def _left(until: float, timeout: float | None) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the whole call took too long")
    return left if timeout is None else min(left, timeout)


def _first_part(stream: Iterable[bytes]) -> bytes:
    """As much of an answer as is worth keeping; what comes after it is never read.

    The status has been said by now, so a body that breaks off does not undo it.
    """
    body = b""
    with suppress(httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError):
        for chunk in stream:
            body += chunk
            if len(body) >= LONGEST_BODY:
                break
    return body[:LONGEST_BODY]
