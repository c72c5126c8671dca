"""Mail by SMTP."""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any, Final, Literal

import idna

from handraise.connect.ports import DeliveryFailed, Mail, Permanent, Receipt, Temporary

Security = Literal["starttls", "tls", "plain"]
_ATOM: Final = r"[^\s\x00-\x20\x7f-\x9f@<>()\[\],;:\"\\.]+"
_LOCAL: Final = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*")
_DOMAIN: Final = re.compile(r"(?=.{1,253}\Z)(?!-)[A-Za-z0-9-]{1,63}(?:\.(?!-)[A-Za-z0-9-]{1,63})*")
_WHOLE: Final = frozenset({"list-unsubscribe", "message-id"})


@dataclass(frozen=True)
class SmtpServer:
    """The server that takes our mail.

    Parameters
    ----------
    security
        `starttls` (refused when the server does not offer it), `tls` from the first byte, or `plain`.
    sender
        The bare address that mails come from; its domain also ends every Message-ID.
    trust
        Certificates to trust in place of the system's.
    """

    host: str
    sender: str
    port: int = 587
    security: Security = "starttls"
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender_name: str = ""
    timeout: timedelta = timedelta(seconds=15)
    trust: ssl.SSLContext | None = field(default=None, repr=False, compare=False)


class SmtpMailer:
    """One connection a mail, so nothing is left open between mails and a server's restart is not noticed."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server
        sender = _address(server.sender)
        self._sender, self._domain = sender.addr_spec, sender.domain
        self._trust = server.trust or (None if server.security == "plain" else ssl.create_default_context())

    def send(self, mail: Mail) -> Receipt:
        """Hand one mail to the server.

        Raises
        ------
        Temporary
            When the server is away, slow, says 4xx, or refuses *us* (greeting, TLS, log-in): that is mended
            on our side, and no mail should be lost until it is.
        Permanent
            When the server says 5xx to this sender, recipient or text.
        """
        message = message_of(mail, self._sender, self._server.sender_name)
        recipient = _address(mail.to).addr_spec
        connection = self._connected()
        try:
            return self._handed_over(connection, message, recipient)
        finally:
            _leave(connection)

    def _connected(self) -> smtplib.SMTP:
        connection: smtplib.SMTP | None = None
        try:
            connection = self._opened()
            if self._server.security == "starttls":
                connection.starttls(context=self._trust)
            if self._server.username is not None:
                connection.login(self._server.username, self._server.password or "")
            connection.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if connection is not None:
                connection.close()
            raise Temporary(_refusal(error), status=getattr(error, "smtp_code", 0)) from error
        return connection

    def _opened(self) -> smtplib.SMTP:
        told = self._server
        seconds = told.timeout.total_seconds()
        if told.security == "tls":
            return smtplib.SMTP_SSL(
                told.host, told.port, local_hostname=self._domain, timeout=seconds, context=self._trust
            )
        return smtplib.SMTP(told.host, told.port, local_hostname=self._domain, timeout=seconds)

    def _handed_over(self, connection: smtplib.SMTP, message: EmailMessage, recipient: str) -> Receipt:
        is_ascii = recipient.isascii()
        if not is_ascii and not connection.has_extn("smtputf8"):
            raise Permanent("the mail server cannot take addresses beyond ASCII letters")
        raw = message.as_bytes(policy=_POLICY.clone(utf8=not is_ascii))
        options = () if is_ascii else ("SMTPUTF8", "BODY=8BITMIME")
        try:
            connection.sendmail(self._sender, [recipient], raw, options)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[recipient]
            raise _failed(code, said) from error
        except smtplib.SMTPResponseException as error:
            raise _failed(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Temporary(_refusal(error)) from error
        return Receipt(250, "accepted by the mail server")


def message_of(mail: Mail, sender: str, sender_name: str = "") -> EmailMessage:
    """The message as it goes over the wire: text, and HTML where there is some.

    Raises
    ------
    Permanent
        When an address is not one address.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    >>> message = message_of(Mail("d-1", "jo@acme.example", "Hello", "Hi.", at), "desk@example.com")
    >>> message["Message-ID"], message.get_content_type()
    ('<d-1@example.com>', 'text/plain')
    """
    sent_by = _address(sender, sender_name)
    message = EmailMessage(policy=_POLICY)
    message["From"] = sent_by
    message["To"] = _address(mail.to)
    message["Subject"] = _unencoded(mail.subject)
    message["Date"] = mail.date
    message["Message-ID"] = f"<{mail.delivery_id}@{sent_by.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        message["Reply-To"] = _address(mail.reply_to)
    if mail.list_unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.list_unsubscribe.replace('=?', '=%3F')}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for name, value in mail.headers.items():
        message[name] = _unencoded(value)
    message.set_content(_sayable(mail.text), cte="quoted-printable")
    if mail.html is not None:
        message.add_alternative(_sayable(mail.html), subtype="html", cte="quoted-printable")
    return message


class _Policy(EmailPolicy):
    """Folds as the standard library does, but for the headers that it breaks.

    A long URL would come out as encoded words, which no mailbox takes for a link to unsubscribe; a subject
    that mixes ASCII and other letters can come out with encoded words that touch, which some refuse, and
    one with a long word begins with a space.
    """

    def fold(self, name: str, value: Any) -> str:
        if name.lower() in _WHOLE:
            return f"{name}: {value}{self.linesep}"
        if name.lower() == "subject":
            charset = "us-ascii" if str(value).isascii() else "utf-8"
            words = Header(str(value), charset, header_name=name).encode(linesep=self.linesep)
            return f"{name}: {words}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii", "surrogateescape")


_POLICY: Final = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=False)


def _address(spec: str, name: str = "") -> Address:
    """One bare address with its domain as DNS knows it; quoted local parts are not taken."""
    local, at, domain = spec.rpartition("@")
    try:
        domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        domain = ""
    if not (at and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise Permanent(f"{spec[:100]!a} is not a mail address; write it as name@example.com")
    return Address(display_name=name, username=local, domain=domain)


def _failed(code: int, said: bytes | str) -> DeliveryFailed:
    words = said.decode(errors="replace") if isinstance(said, bytes) else said
    kind = Permanent if 500 <= code < 600 else Temporary
    return kind(f"the mail server answered {code}: {words[:300]!a}", status=code)


def _refusal(error: Exception) -> str:
    return f"the mail server could not be used ({type(error).__name__}: {str(error)[:300]!a})"


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye; the mail is accepted or not by now, so nothing that happens here may change the result."""
    with suppress(smtplib.SMTPException, OSError):
        connection.quit()
    connection.close()


def _unencoded(value: str) -> str:
    """A header in which nothing is read as an encoded word: one could hold line breaks and headers."""
    return value.replace("=?", "= ?")


def _sayable(text: str) -> str:
    """Without what no charset can carry."""
    return text.encode(errors="replace").decode()
