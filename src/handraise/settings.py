"""The settings: the only place that reads the environment (`HANDRAISE_…`) for the live product."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from handraise.core.errors import HandraiseError

PREFIX = "HANDRAISE_"


class SettingsInvalid(HandraiseError):
    """A setting cannot be used; the message names its variable and never shows a secret."""


class Settings(BaseSettings):
    """Everything that can be set from outside. Times are in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True, env_ignore_empty=True
    )

    folder: Path = Field(
        Path(".handraise"), description="Where the embedded database and the generated secret live."
    )
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL 15 or newer, as the application's role: postgresql://user:secret@host/name. "
        "Without it the product runs its own PostgreSQL in the folder.",
    )
    database_owner_url: SecretStr | None = Field(
        None,
        description="The same database as the schema's owner; used by `handraise migrate` only.",
    )
    database_connections: int = Field(
        10, ge=2, le=200, description="The most database connections a process opens."
    )
    host: str = Field("127.0.0.1", description="The address the web server listens on.")
    port: int = Field(8484, ge=0, le=65535, description="The port it listens on; 0 takes any free one.")
    public_url: str | None = Field(
        None,
        description="The address people reach the product at, for links in mails; default: host and port.",
    )
    web_processes: int | None = Field(
        None,
        ge=1,
        le=32,
        description="How many processes take requests; default: one for every two cores, at most four.",
    )
    workers: int = Field(1, ge=1, le=32, description="How many worker processes score and deliver.")
    secret_key: SecretStr | None = Field(
        None,
        min_length=32,
        description="Signs cookies and cursors; generated into the folder when missing. "
        "Set it when several machines serve one product.",
    )
    session_hours: int = Field(12, ge=1, le=720, description="Hours until somebody has to log in again.")
    session_idle_minutes: int = Field(
        120, ge=5, le=10_080, description="Minutes without a call after which a session ends sooner."
    )
    proxies: int = Field(
        0,
        ge=0,
        le=10,
        description="How many proxies of yours stand in front: tells the caller's address from "
        "X-Forwarded-For, which is not looked at when it is 0.",
    )
    smtp_host: str | None = Field(None, description="The mail server; without it no mail is sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="The mail server's port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection to the mail server is protected."
    )
    smtp_user: str | None = Field(None, description="The user at the mail server, if it asks for one.")
    smtp_password: SecretStr | None = Field(None, description="The password at the mail server.")
    mail_from: str = Field("handraise@localhost", description="The sender of the product's mails.")
    booking_url: str | None = Field(
        None,
        description="The page where a lead books a meeting; goes into the confirmation of a demo request.",
    )
    slack_webhook_url: SecretStr | None = Field(
        None, description="An incoming webhook of Slack that alerts go to."
    )
    slack_bot_token: SecretStr | None = Field(
        None, description="A bot token (xoxb-…), for messages to people and channels."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Checks that button clicks come from Slack."
    )
    slack_channel: str | None = Field(None, description="The channel for teams that name none of their own.")
    oidc_issuer: str | None = Field(
        None,
        description="Whom people log in with besides a password: the issuer's address of an OpenID Connect "
        "provider, such as https://login.example.com. Needs the two below.",
    )
    oidc_client_id: str | None = Field(None, description="What the provider knows this product by.")
    oidc_client_secret: SecretStr | None = Field(None, description="The secret that goes with it.")
    oidc_name: str = Field("single sign-on", description="What the button on the log-in page calls it.")
    private_destinations: tuple[str, ...] = Field(
        (),
        description='Private networks that webhooks may reach, as JSON: ["10.1.0.0/16"]. '
        "None by default: webhooks go to public addresses over https only.",
    )
    ingest_per_minute: int | None = Field(
        None,
        ge=1,
        description="Events a source may send in a minute before it gets 429, unless it has a limit of its "
        "own (`events_per_second` in its settings); default: as many as it likes.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="The least serious lines that are logged."
    )
    log_format: Literal["json", "text"] = Field("json", description="How log lines look.")
    telemetry_url: str | None = Field(
        None, description="An OpenTelemetry collector (OTLP over HTTP); needs the extra `telemetry`."
    )

    @field_validator("public_url", "booking_url", "oidc_issuer")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must start with https:// (or http://)")
        return value.rstrip("/") if value else value

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _is_postgres(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("postgresql://", "postgres://")):
            raise ValueError("must be a PostgreSQL address: postgresql://user:password@host/name")
        return value

    @property
    def is_embedded(self) -> bool:
        """Whether the product runs its own PostgreSQL."""
        return self.database_url is None

    @property
    def address(self) -> str:
        """Where people reach the product."""
        return self.public_url or f"http://{self.host}:{self.port}"


@dataclass(frozen=True)
class Row:
    """One line of the reference: the variable, the kind of value, its default and what it is for."""

    variable: str
    kind: str
    default: str
    meaning: str


def read_settings(**given: Any) -> Settings:
    """Read the settings from the environment; `given` ones win.

    Raises
    ------
    SettingsInvalid
        With every wrong variable and what would do.

    Examples
    --------
    >>> read_settings(port=8000).port
    8000
    >>> read_settings(port=99999)
    Traceback (most recent call last):
    ...
    handraise.settings.SettingsInvalid: HANDRAISE_PORT: Input should be less than or equal to 65535
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = [f"{PREFIX}{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors()]
        raise SettingsInvalid("\n".join(wrong)) from None


def reference() -> tuple[Row, ...]:
    """Every setting, in order, for the printed reference.

    Examples
    --------
    >>> reference()[4].variable, reference()[4].default
    ('HANDRAISE_HOST', '127.0.0.1')
    """
    fields: Mapping[str, FieldInfo] = Settings.model_fields
    return tuple(
        Row(f"{PREFIX}{name.upper()}", _kind(field), _default(field), field.description or "")
        for name, field in fields.items()
    )


def _kind(field: FieldInfo) -> str:
    """The kind of value in a word people know."""
    shown = str(field.annotation)
    if "SecretStr" in shown:
        return "secret"
    if "Literal" in shown:
        return " | ".join(str(value) for value in field.annotation.__args__)  # type: ignore[union-attr]
    if "tuple" in shown:
        return "list"
    return "number" if "int" in shown else "path" if "Path" in shown else "text"


def _default(field: FieldInfo) -> str:
    value = field.default
    return "" if value is None or value == () else str(value)
