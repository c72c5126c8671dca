"""What Prometheus is shown: of this process, or of all that share a folder."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from handraise.wiring.metrics import Metrics

NOW = datetime(2026, 10, 1, tzinfo=UTC)
COUNTS = """
from datetime import datetime, UTC
from handraise.wiring.metrics import Metrics
metrics = Metrics()
metrics.note_job("deliver", "sent")
metrics.note_work([datetime(2026, 10, 1, tzinfo=UTC)], datetime(2026, 10, 1, tzinfo=UTC))
"""


def test_decision_is_as_old_as_the_first_we_heard() -> None:
    metrics = Metrics()
    metrics.note_work([NOW - timedelta(seconds=2), NOW + timedelta(seconds=1)], NOW)
    shown = metrics.shown().decode()
    assert "handraise_decision_seconds_sum 2.0" in shown
    assert "handraise_decision_seconds_count 2.0" in shown


def test_jobs_are_counted_by_task_and_outcome() -> None:
    metrics = Metrics()
    metrics.note_job("deliver", "sent")
    assert 'handraise_jobs_total{outcome="sent",task="deliver"} 1.0' in metrics.shown().decode()


def test_processes_that_share_a_folder_are_shown_together(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}  # noqa: TID251
    for _ in range(2):
        subprocess.run([sys.executable, "-c", COUNTS], env=environment, check=True, timeout=60)
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "from handraise.wiring.metrics import Metrics; print(Metrics().shown().decode())",
        ],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    assert 'handraise_jobs_total{outcome="sent",task="deliver"} 2.0' in shown
    assert "handraise_decision_seconds_count 2.0" in shown
