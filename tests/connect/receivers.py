"""Other sides to talk to: an HTTP receiver on loopback, certificates, a backend that only notes calls."""

import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpcore
import pytest

LOOPBACK = "127.0.0.0/8"
NO_TRUST = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For outgoing calls that use no TLS: reading the system's certificates takes longer than most tests."""


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Answers every POST with the same thing and keeps what it got."""

    port: int
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    received: list[Received] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    drips: bool = False

    def url(self, path: str = "/in", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        told = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.received.append(Received(self.path, told, self.rfile.read(length)))
        try:
            self._answer()
        except OSError:
            self.close_connection = True

    def _answer(self) -> None:
        if self.receiver.drips:
            while not self.receiver.stopped.wait(0.02):
                self.wfile.write(b"H")
        self.send_response(self.receiver.status)
        for name, value in self.receiver.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.receiver.body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass


@contextmanager
def receiving(trust: ssl.SSLContext | None = None, **told: Any) -> Iterator[Receiver]:
    handler = type("Handler", (_Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    if trust is not None:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
    receiver = Receiver(server.server_address[1], **told)
    handler.receiver = receiver  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


class RecordingBackend(httpcore.NetworkBackend):
    """Connects to nobody and notes whom it was asked to connect to."""

    def __init__(self) -> None:
        self.connections: list[tuple[str, int]] = []

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        self.connections.append((host, port))
        raise httpcore.ConnectError("noted")


@dataclass(frozen=True)
class Certified:
    server: ssl.SSLContext
    client: ssl.SSLContext


def certified(folder: Path, *names: str) -> Certified:
    """A server with a certificate for these names, and a client that trusts it."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    stands_for = [x509.IPAddress(ip_address(n)) if n[0].isdigit() else x509.DNSName(n) for n in names]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName(stands_for), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(chain, secret)
    return Certified(server, ssl.create_default_context(cafile=str(chain)))
