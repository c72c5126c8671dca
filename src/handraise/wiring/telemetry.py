"""Traces for an OpenTelemetry collector, where one is named and the extra `telemetry` is installed.

Spans tell what was done, how much of it and how long it took. They hold no address, name, key, path or query:
nothing about people.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

from handraise.settings import Settings, SettingsInvalid

Count = int | float | bool | str


class Telemetry(Protocol):
    """Where spans go."""

    def span(self, name: str, **counts: Count) -> AbstractContextManager[None]:
        """A span around what is done inside; it says so when that fails."""

    def close(self) -> None:
        """Send what waits."""


class NoTelemetry:
    """Keeps nothing."""

    @contextmanager
    def span(self, name: str, **counts: Count) -> Iterator[None]:  # noqa: ARG002 (nothing is kept)
        """Do what is inside."""
        yield

    def close(self) -> None:
        """There is nothing to send."""


class Traces:
    """Sends spans through an OpenTelemetry exporter, in the background.

    Parameters
    ----------
    exporter
        Of the SDK: the one for OTLP over HTTP, or one that keeps them in memory.
    """

    def __init__(self, exporter: Any) -> None:
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        self._provider = TracerProvider(resource=Resource.create({"service.name": "handraise"}))
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self._provider.get_tracer("handraise")

    @contextmanager
    def span(self, name: str, **counts: Count) -> Iterator[None]:
        """A span around what is done inside. Of what fails it holds the kind, not the words."""
        from opentelemetry.trace import Status, StatusCode

        with self._tracer.start_as_current_span(
            name, attributes=counts, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield
            except BaseException as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def close(self) -> None:
        """Send what waits, for some seconds at most."""
        self._provider.shutdown()


def telemetry_of(settings: Settings) -> Telemetry:
    """Where the settings say that spans go.

    Raises
    ------
    SettingsInvalid
        When a collector is named and the extra is not installed.
    """
    if settings.telemetry_url is None:
        return NoTelemetry()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        raise SettingsInvalid(
            "HANDRAISE_TELEMETRY_URL needs the extra `telemetry`: pip install 'handraise[telemetry]'"
        ) from None
    return Traces(OTLPSpanExporter(endpoint=f"{settings.telemetry_url.rstrip('/')}/v1/traces"))


__all__ = ["NoTelemetry", "Telemetry", "Traces", "telemetry_of"]
