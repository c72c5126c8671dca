"""What is counted in this process, for Prometheus. Names and labels hold nothing about people."""

import os
from collections import Counter as Tally
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from handraise.flow.capture import Arrival, Outcome, Receive

FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The counters and histograms of one process, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter(
            "handraise_events",
            "Calls that came in, by what became of them: accepted, duplicate, quarantined, ignored.",
            ["status"],
            registry=self.registry,
        )
        self.requests = Counter(
            "handraise_requests",
            "Requests to the product's own interface, by method, route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "handraise_request_seconds",
            "How long requests to the product's own interface took.",
            ["method", "route"],
            registry=self.registry,
        )
        self.decision_seconds = Histogram(
            "handraise_decision_seconds",
            "From an event's arrival to the decision it led to.",
            registry=self.registry,
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
        )
        self.jobs = Counter(
            "handraise_jobs",
            "Jobs that ended in this process, by task and how they ended.",
            ["task", "outcome"],
            registry=self.registry,
        )

    def note_work(self, since: Sequence[datetime], now: datetime) -> None:
        """Decisions are committed at `now`, about leads of which something was first heard at `since`."""
        for heard in since:
            self.decision_seconds.observe(max((now - heard).total_seconds(), 0.0))

    def note_job(self, task: str, outcome: str) -> None:
        """A job ended."""
        self.jobs.labels(task, outcome).inc()

    def shown(self) -> bytes:
        """Everything counted, in Prometheus' text form: by all processes of a folder, else by this one.

        Processes share one when `PROMETHEUS_MULTIPROC_DIR` names it; `handraise up` sees to that.
        """
        if FOLDER not in os.environ:  # noqa: TID251  (the library's own variable)
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def counted(self, receive: Receive) -> Receive:
        """The same, and what became of the calls is counted.

        A transaction that is done again, or fails as it commits, counts each time: the counter shows what the
        process did. What is stored is counted in the database.
        """

        def counting(
            connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime
        ) -> list[list[Outcome]]:
            found = receive(connection, arrivals, now)
            for status, calls in Tally(outcome.status for one in found for outcome in one).items():
                self.events.labels(status).inc(calls)
            return found

        return counting
