"""How long the server takes for list pages with 100,000 leads in the base: `python -m bench.pages`.

The whole application behind the real server, on the product's own PostgreSQL; one session, one request after
another. Prints median and 95th percentile of each page; ends with 1 when one is beyond the mark.
"""

import sys
import tempfile
import threading
import time
from asyncio import new_event_loop, set_event_loop
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import psycopg
from sqlalchemy import text

from handraise.api.serving import Server, listening
from handraise.app import application
from handraise.cli.ports import reserved
from handraise.flow.define import go_live, publish, sign
from handraise.logs import set_up
from handraise.settings import read_settings
from handraise.store import access, people
from handraise.store.embedded import Embedded
from handraise.store.schema import create
from handraise.wiring import Services, build

LEADS = 100_000
ACCOUNTS = 20_000
TIMES = 40
MARK = 100.0
"""Milliseconds that 19 of 20 requests take at most."""
PAGES = (
    "/inbox",
    "/leads",
    "/leads?stage=mql",
    "/leads?text=person+99",
    "/leads?text=nobody+is+called+so",
    "/leads?least=60",
    "/leads?owner=1",
    "/accounts",
    "/accounts?text=firm+77",
    "/accounts?who=mql",
    "/palette?text=son+12345",
    "/merge-suggestions",
    "/audiences",
    "/reports",
    "/reports/channels",
    "/reports/spend",
)
DEFINITION = """
name: Mid-market
signals: {demo: {event: Demo Requested}}
engagement: {rules: [{rule: demo, signal: demo, points: 40}]}
qualify: {mql: {total: 40}}
"""
_FILL = (
    "insert into handraise.account (name, domain, created_at) "
    "select 'Firm ' || n, 'firm' || n || '.example', now() from generate_series(1, :accounts) n",
    "insert into handraise.lead (created_at, email, name, is_known, account_id, stage, facts) "
    "select now(), 'p' || n || '@firm.example', 'Person ' || n, true, 1 + n % :accounts, "
    "(array['lead', 'mql', 'subscriber', 'sal'])[1 + n % 4], '{}' from generate_series(1, :leads) n",
    "insert into handraise.lead_score "
    "(lead_id, version_id, as_of, fit, engagement, grade, is_mql, applies, lines) "
    "select id, :version, now(), (id % 40) * 100, (id % 70) * 100, 'B2', id % 10 = 0, true, '[]' "
    "from handraise.lead",
    "insert into handraise.handoff (lead_id, definition, version_id, cycle, lead_type, temperature, state, "
    "owner_id, opened_at) select id, 'Mid-market', :version, 1, 'standard', 'warm', 'open', :owner, now() "
    "from handraise.lead where id % 500 = 0",
)


def now() -> datetime:
    """The moment, since a benchmark has no other."""
    return datetime.now(UTC)


def fill(services: Services) -> str:
    """A hundred thousand leads, two hundred hand-offs, and somebody who looks; gives their session."""
    with services.database.transaction() as connection:
        me = people.create_member(connection, "ann@acme.example", "Ann", "admin", now())
        version = publish(connection, DEFINITION, {}, "ann", None, now())
        sign(connection, version.id, "marketing", "ann", now())
        sign(connection, version.id, "sales", "ben", now())
        go_live(connection, version.id, "ann", now())
        given = {"accounts": ACCOUNTS, "leads": LEADS, "version": version.id, "owner": me.id}
        for statement in _FILL:
            connection.execute(
                text(statement), {key: value for key, value in given.items() if f":{key}" in statement}
            )
        access.open_session(connection, "session", me.id, now(), now() + timedelta(hours=1), "bench")
    return "session"


def measured(client: httpx.Client, path: str) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one request that warms up."""
    client.get(path).raise_for_status()
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        client.get(path).raise_for_status()
        took.append((time.perf_counter() - begun) * 1000)
    return median(took), sorted(took)[round(TIMES * 0.95) - 1]


@contextmanager
def served(app: Any) -> Iterator[str]:
    """The application behind the real server."""
    with reserved("127.0.0.1", 0) as port:
        server = Server(app, listening("127.0.0.1", port))
        loop = new_event_loop()

        def run() -> None:
            set_event_loop(loop)
            loop.run_until_complete(server.serve())

        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.5)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            loop.call_soon_threadsafe(server.stop)
            thread.join()


def main() -> int:
    """Fill, ask, print."""
    set_up("error")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)  # its PostgreSQL may run as somebody else
        embedded = stack.enter_context(Embedded(Path(folder)))
        create(embedded.address("handraise_owner", over_socket=True))
        services = build(
            read_settings(database_url=embedded.address(over_socket=True), folder=folder, log_level="error")
        )
        session = fill(services)
        with psycopg.connect(embedded.address("handraise_owner", over_socket=True), autocommit=True) as owner:
            owner.execute("analyze")  # as the database does by itself within a minute
        slow = []
        with (
            served(application(services)) as address,
            httpx.Client(base_url=address, cookies={"handraise_session": session}, trust_env=False) as client,
        ):
            for path in PAGES:
                middle, late = measured(client, path)
                print(f"{path:36} median {middle:5.0f} ms   p95 {late:5.0f} ms")
                slow += [path] if late > MARK else []
        services.close()
    print(f"beyond {MARK:.0f} ms: {', '.join(slow) or 'none'}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
