"""What a lead writes and is called by is in the database and in messages to people, and nowhere else."""

import io
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from psycopg.errors import InvalidTextRepresentation

from handraise.connect.null import RecordingHooks
from handraise.connect.ports import Temporary
from handraise.flow import work
from handraise.flow.deliver import Outside, deliver
from handraise.logs import set_up
from handraise.store.deliveries import due_deliveries
from handraise.wiring.metrics import Metrics
from handraise.wiring.telemetry import Traces
from tests.builders import HOUR
from tests.journeys.company import Company

CANARY = "canary-4c1d"
EMAIL = f"{CANARY}@acme.example"
TOKEN = f"xoxb-{CANARY}"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    level, found = root.level, io.StringIO()
    set_up("debug", "json", to=found)
    yield found
    root.handlers, root.level = kept, level
    structlog.reset_defaults()


def handed_over(company: Company) -> None:
    """Somebody whose every word is a canary becomes an MQL."""
    company.publish()
    company.team("inbound", company.hire("Sam"))
    company.identify("browser-1", EMAIL, title=f"VP Sales {EMAIL}", company={"name": EMAIL, "employees": 80})
    company.visit("browser-1", *(f"/pricing?mail={EMAIL}" for _ in range(3)))
    company.track("browser-1", "Demo Requested", comment=f"call {EMAIL}, {TOKEN}")
    assert company.handoff(EMAIL).owner_id is not None


def test_neither_logs_nor_audit_nor_metrics_nor_traces_tell_who_it_was(
    company: Company, log: io.StringIO
) -> None:
    metrics, spans = Metrics(), InMemorySpanExporter()
    traces = Traces(spans)
    with traces.span("story", leads=1):
        handed_over(company)
    metrics.note_work([company.now], company.now)
    traces.close()
    audited = "\n".join(
        str(row) for row in company.rows("select actor, action, subject, detail from audit_entry")
    )
    told = "".join(span.to_json() for span in spans.get_finished_spans())
    for place in (log.getvalue(), audited, metrics.shown().decode(), told):
        assert CANARY not in place


def test_lead_that_cannot_be_scored_is_logged_by_its_number(
    company: Company, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_connection: Any, roots: Sequence[int], *_: Any) -> Any:
        if roots:
            said = InvalidTextRepresentation(f"no number: {EMAIL} {TOKEN}")
            raise sa.exc.DataError(f"select {EMAIL}", {"title": EMAIL}, said)
        return []

    company.publish()
    monkeypatch.setattr(work, "score_leads", broken)
    monkeypatch.setattr(Company, "holds", lambda _: None)  # this lead cannot be scored, and that is the story
    company.identify("browser-1", EMAIL)
    told = log.getvalue()
    assert "lead not scorable" in told
    assert CANARY not in told


def test_delivery_that_fails_is_logged_without_what_the_other_side_said(
    company: Company, log: io.StringIO
) -> None:
    handed_over(company)
    company.until(5 * HOUR)  # warnings and more are to be sent
    company.mailer.fail_next(*(Temporary(f"no mailbox {EMAIL} {TOKEN}") for _ in range(9)))
    company.identify("browser-2", f"two-{EMAIL}", title="VP Sales")
    with company.database.transaction() as connection:
        waiting = [one.id for one in due_deliveries(connection, company.now)]
    outside = Outside(company.mailer, company.chat, RecordingHooks())
    for number in waiting:
        deliver(company.database, outside, number, lambda: company.now)
    assert CANARY not in log.getvalue()
