"""The services of one process, made from the settings."""

import hmac
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from handraise.connect.addresses import PUBLIC_ONLY, AddressRules
from handraise.connect.null import RecordingChat, RecordingMailer
from handraise.connect.oidc import Provider
from handraise.connect.pinned import Outgoing
from handraise.connect.ports import Chat, Hooks, Mailer
from handraise.connect.slack import SlackChat
from handraise.connect.smtp import Security, SmtpMailer, SmtpServer
from handraise.connect.webhook import StandardHooks
from handraise.flow import audit, pipeline
from handraise.flow.access import SessionRules
from handraise.flow.audiences import Audiences
from handraise.flow.capture import Arrival, GroupCommit, Outcome, Receive
from handraise.flow.desk import Desk
from handraise.flow.notify import Ways, notify_all
from handraise.flow.preview import Previews
from handraise.settings import Settings, SettingsInvalid
from handraise.store.embedded import Embedded
from handraise.store.session import Database
from handraise.wiring.metrics import Metrics
from handraise.wiring.telemetry import NoTelemetry, Telemetry, telemetry_of

SECRET_FILE: Final = "secret.key"  # noqa: S105  (a name)
_SECURITY: Final[dict[str, Security]] = {"starttls": "starttls", "tls": "tls", "none": "plain"}


@dataclass(frozen=True)
class Services:
    """Everything a door or a job needs of the outside, chosen once a process.

    `now` is the only clock. `secret` signs; use `key_for` for a key of one purpose. `embedded` is the
    product's own PostgreSQL, when it runs one.
    """

    settings: Settings
    database: Database
    capture: GroupCommit
    mailer: Mailer
    chat: Chat
    hooks: Hooks
    destinations: AddressRules
    desk: Desk
    metrics: Metrics
    now: Callable[[], datetime]
    secret: bytes = field(repr=False)
    sessions: SessionRules = field(default_factory=SessionRules)
    embedded: Embedded | None = None
    telemetry: Telemetry = field(default_factory=NoTelemetry)
    provider: Provider | None = None
    previews: Previews = field(default_factory=Previews)

    @cached_property
    def audiences(self) -> Audiences:
        """Audiences, asked on the snapshot that previews hold."""
        return Audiences(self.previews)

    def key_for(self, purpose: str) -> bytes:
        """A key for one purpose, so that what is signed for one is worth nothing for another."""
        return hmac.digest(self.secret, purpose.encode(), "sha256")

    def close(self) -> None:
        """Store what is waiting, then give everything back."""
        self.capture.close()
        self.database.close()
        self.telemetry.close()
        if self.embedded is not None:
            self.embedded.stop()


def clock() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)  # noqa: TID251  (the one clock of the live product)


def build(settings: Settings, *, now: Callable[[], datetime] = clock) -> Services:
    """Open what the settings name: the database (the embedded one is joined, or started), mail, Slack.

    Without a mail server or Slack's tokens, mails and messages go nowhere. Nothing is upgraded here:
    `schema.check_version` says whether the tables fit.

    Raises
    ------
    SettingsInvalid
        When a private network is none.
    EmbeddedError
        When the embedded database cannot be started.
    """
    embedded = Embedded(settings.folder) if settings.is_embedded else None
    if embedded is not None:
        embedded.start()
    database = Database(database_url(settings, embedded), connections=settings.database_connections)
    metrics, telemetry = Metrics(), telemetry_of(settings)
    destinations = _rules(settings)
    outgoing = Outgoing(destinations)
    return Services(
        settings=settings,
        database=database,
        capture=GroupCommit(database, _traced(telemetry, metrics.counted(pipeline.receive_all)), clock=now),
        mailer=_mailer(settings),
        chat=_chat(settings, outgoing),
        hooks=StandardHooks(outgoing),
        destinations=destinations,
        desk=desk_of(settings),
        metrics=metrics,
        now=now,
        secret=secret_of(settings),
        sessions=SessionRules(
            timedelta(hours=settings.session_hours), timedelta(minutes=settings.session_idle_minutes)
        ),
        embedded=embedded,
        telemetry=telemetry,
        provider=provider_of(settings, outgoing),
    )


def provider_of(settings: Settings, outgoing: Outgoing) -> Provider | None:
    """Whom people log in with besides a password; None when nobody is set.

    Raises
    ------
    SettingsInvalid
        When a part of what it takes is missing.
    """
    given = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    if not any(given):
        return None
    issuer, client, secret = given
    if issuer is None or client is None or secret is None:
        raise SettingsInvalid(
            "HANDRAISE_OIDC_ISSUER, HANDRAISE_OIDC_CLIENT_ID and HANDRAISE_OIDC_CLIENT_SECRET go together: "
            "set all three."
        )
    return Provider(issuer, client, secret.get_secret_value(), outgoing)


def _traced(telemetry: Telemetry, receive: Receive) -> Receive:
    def tracing(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> list[list[Outcome]]:
        with telemetry.span("capture", requests=len(arrivals), calls=sum(map(len, arrivals))):
            return receive(connection, arrivals, now)

    return tracing


def desk_of(settings: Settings) -> Desk:
    """What hand-offs need: who is told how, the audit log, addresses of our own pages for briefs."""
    ways = Ways(
        mail=settings.smtp_host is not None,
        slack=settings.slack_bot_token is not None,
        slack_channel=settings.slack_channel,
        slack_webhook=settings.slack_webhook_url is not None,
        booking_url=settings.booking_url,
    )

    def links(lead_id: int, handoff_id: int) -> Mapping[str, str]:
        return {
            "lead": f"{settings.address}/leads/{lead_id}",
            "handoff": f"{settings.address}/handoffs/{handoff_id}",
        }

    return Desk(notify=partial(notify_all, ways=ways), audit=audit.record, links=links)


def database_url(settings: Settings, embedded: Embedded | None = None) -> str:
    """Where the application connects; the embedded server has to run."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    return (embedded or Embedded(settings.folder)).address(over_socket=True)


def secret_of(settings: Settings) -> bytes:
    """The secret of the settings, or the folder's, which is made the first time."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.folder / SECRET_FILE
    settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make_secret(path)
    return path.read_bytes()


def _make_secret(path: Path) -> None:
    """Make the file whole and at once: of several processes that start together, the first one's stays."""
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _rules(settings: Settings) -> AddressRules:
    if not settings.private_destinations:
        return PUBLIC_ONLY
    try:
        return AddressRules.with_private(*settings.private_destinations)
    except ValueError as error:
        raise SettingsInvalid(f"HANDRAISE_PRIVATE_DESTINATIONS: {error}") from None


def _mailer(settings: Settings) -> Mailer:
    if settings.smtp_host is None:
        return RecordingMailer()
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return SmtpMailer(
        SmtpServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.mail_from,
            security=_SECURITY[settings.smtp_security],
            username=settings.smtp_user,
            password=password,
        )
    )


def _chat(settings: Settings, outgoing: Outgoing) -> Chat:
    if settings.slack_bot_token is None and settings.slack_webhook_url is None:
        return RecordingChat()
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None
    return SlackChat(outgoing, token=token)
