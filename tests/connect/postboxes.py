"""Mail servers to talk to: a real one that keeps what it gets, and one that says what it is told to say."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

_USUAL = {"GREETING": "220 hi", "DATA": "354 go", "QUIT": "221 bye"}


@dataclass
class Postbox:
    """Keeps what arrives; `says` replaces the answer to a command."""

    says: dict[str, str] = field(default_factory=dict)
    port: int = 0
    envelopes: list[Envelope] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    secure: list[bool] = field(default_factory=list)

    @property
    def mails(self) -> list[EmailMessage]:
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(self.raw(number)) for number in range(len(self.envelopes))]

    def raw(self, number: int = 0) -> bytes:
        content = self.envelopes[number].content
        assert isinstance(content, bytes)
        return content

    async def handle_RCPT(  # noqa: N802 aiosmtpd names it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" not in self.says:
            envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" not in self.says:
            self.envelopes.append(envelope)
            self.secure.append(session.ssl is not None)
        return self.says.get("DATA", "250 OK")

    def checked(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


class _Controller(Controller):
    """Listens on a port that the system picks."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def postbox(
    says: Mapping[str, str] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    login: bool = False,
    **told: Any,
) -> Iterator[Postbox]:
    box = Postbox(dict(says or {}))
    if tls is not None:
        told |= {"tls_context": tls, "require_starttls": True}
    if login:
        told |= {"authenticator": box.checked, "auth_required": True}
    controller = _Controller(box, hostname="127.0.0.1", port=0, **told)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()


@contextmanager
def parrot(**answers: str) -> Iterator[int]:
    """A server that answers each command from a table; "" hangs up, "-" stays silent. Yields its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def answered() -> None:
        with suppress(OSError):
            while not done.is_set():
                line, _ = listening.accept()
                with line, suppress(OSError):
                    _talk(line, answers, done)

    thread = threading.Thread(target=answered, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        done.set()
        # A thread that waits in accept() is not woken by close() alone.
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(2)


def _talk(line: socket.socket, answers: Mapping[str, str], done: threading.Event) -> None:
    """One conversation; what follows DATA up to the single dot is the command TEXT."""
    received = line.makefile("rb")
    command, in_text = "GREETING", False
    while True:
        answer = answers.get(command, _USUAL.get(command, "250 OK"))
        if answer == "-":
            done.wait(5)
            return
        if not answer:
            return
        line.sendall(answer.encode() + b"\r\n")
        in_text = command == "DATA" and answer.startswith("354")
        while True:
            text = received.readline()
            if not text:
                return
            if not in_text or text == b".\r\n":
                break
        command = "TEXT" if in_text else text.split()[0].decode().upper()
