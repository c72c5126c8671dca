"""Traces: what they tell, and that they tell nothing about people."""

import sys

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from handraise.settings import SettingsInvalid, read_settings
from handraise.wiring.telemetry import NoTelemetry, Traces, telemetry_of
from tests.connect.receivers import receiving


def test_span_tells_what_was_done_and_how_much() -> None:
    exporter = InMemorySpanExporter()
    traces = Traces(exporter)
    with traces.span("capture", requests=2, calls=5):
        pass
    traces.close()
    [span] = exporter.get_finished_spans()
    assert (span.name, dict(span.attributes or {})) == ("capture", {"requests": 2, "calls": 5})
    assert span.resource.attributes["service.name"] == "handraise"


def test_what_fails_is_told_by_its_kind_and_goes_on_failing() -> None:
    exporter = InMemorySpanExporter()
    traces = Traces(exporter)
    with pytest.raises(ValueError, match="canary"), traces.span("apply"):
        raise ValueError("canary@acme.example")
    traces.close()
    [span] = exporter.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "ValueError")
    assert "canary" not in span.to_json()


def test_without_a_collector_nothing_is_kept() -> None:
    nothing = telemetry_of(read_settings())
    assert isinstance(nothing, NoTelemetry)
    with nothing.span("capture", calls=1):
        pass
    nothing.close()


def test_collector_without_the_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(SettingsInvalid, match="telemetry"):
        telemetry_of(read_settings(telemetry_url="http://127.0.0.1:4318"))


@pytest.mark.enable_socket
def test_collector_gets_the_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with receiving() as collector:
        address = collector.url("/").rstrip("/")
        traces = telemetry_of(read_settings(telemetry_url=address))
        with traces.span("deliver"):
            pass
        traces.close()
        [told] = collector.received
    assert told.path == "/v1/traces"
    assert b"deliver" in told.body
