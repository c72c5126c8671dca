"""The whole product from one command: started, used, killed, stopped. Loopback only."""

import json
import os
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.cli.living import PATIENCE, Product, eventually

pytestmark = pytest.mark.enable_socket

DEFINITION = """
name: Demand
signals:
  pricing: {event: page, where: {path: /pricing}}
  demo: {event: Demo Requested}
engagement:
  rules:
    - {rule: looked at prices, signal: pricing, points: 10}
    - {rule: asked for a demo, signal: demo, points: 50}
qualify: {mql: {total: 60}}
"""


@contextmanager
def in_a_folder(servers: int = 1) -> Iterator[Product]:
    """A product that is gone afterwards, with all its processes."""
    # A short way: sockets of PostgreSQL lie below it. Open to pass: under root it runs as somebody else.
    with tempfile.TemporaryDirectory(prefix="handraise-up-", dir="/tmp") as place:
        Path(place).chmod(0o711)
        made = Product(Path(place) / "product", servers=servers)
        yield made
        if made.process is not None and made.process.poll() is None:
            made.process.send_signal(signal.SIGTERM)
            made.process.communicate(timeout=60)
        eventually(lambda: not made.processes(), within=60)


@pytest.fixture
def product() -> Iterator[Product]:
    """A product of this test's own, not started."""
    with in_a_folder() as made:
        yield made


@pytest.fixture(scope="module")
def running() -> Iterator[Product]:
    """A product that is up, shared by the tests that leave it so."""
    with in_a_folder(servers=2) as made:
        yield made.up()


def sent(product: Product, path: str, call: dict[str, Any]) -> None:
    answer = httpx.post(
        f"{product.address}/v1/{path}", json=call, auth=(product.key("server"), ""), timeout=PATIENCE
    )
    assert answer.status_code == 200, answer.text


def test_a_visitor_becomes_an_mql_and_is_shown_with_lines_that_sum(running: Product) -> None:
    product = running
    file = product.folder.parent / "demand.yaml"
    file.write_text(DEFINITION)
    product.json(
        *("definition", "publish", file, "--signed-marketing", "Ada", "--signed-sales", "Ben", "--live")
    )
    who = {"anonymousId": "b1"}
    sent(product, "page", {**who, "name": "Pricing", "properties": {"path": "/pricing"}})
    sent(product, "identify", {**who, "traits": {"email": "ann@acme.example", "title": "CTO"}})
    sent(product, "track", {**who, "event": "Demo Requested"})

    def mql() -> Any:
        done = product.run("lead", "show", "ann@acme.example", "--json")
        if done.returncode:
            return None
        lead = json.loads(done.stdout)
        return lead if lead["scores"] and lead["scores"][0]["is_mql"] and lead["handoff"] else None

    lead = eventually(mql)
    score = lead["scores"][0]
    assert (lead["stage"], score["total"]) == ("mql", 60)
    assert sum(line["points"] for line in score["lines"]) == 60
    assert lead["handoff"]["state"] == "open"
    assert "asked for a demo" in product.run("lead", "show", "ann@acme.example").stdout
    past = product.json("lead", "show", "ann@acme.example", "--as-of", "2020-01-01")
    assert past["scores"] == []
    assert product.json("audit", "verify")["holds"]
    doctor = product.run("doctor", "--json")
    assert '"wrong"' not in doctor.stdout, doctor.stdout


def test_base_is_exported_here_and_over_the_interface_alike(running: Product) -> None:
    sent(running, "identify", {"userId": "u9", "traits": {"email": "ida@acme.example", "title": "CFO"}})
    made = running.json("keys", "create", "calibration", "--scope", "export")
    here, there = running.folder.parent / "here", running.folder.parent / "there"
    told = running.json("export", here)
    refused = running.run("export", there, "--from", running.address)
    assert (refused.returncode, "HANDRAISE_API_KEY" in refused.stderr) == (2, True)
    wrong = running.run(
        "export", there, "--from", running.address, environment={"HANDRAISE_API_KEY": "hr_k_x"}
    )
    assert (wrong.returncode, "401" in wrong.stderr) == (2, True)
    key = {"HANDRAISE_API_KEY": made["key"]}
    done = running.run("export", there, "--from", running.address, environment=key)
    assert done.returncode == 0, done.stderr
    for kind in ("leads", "events", "facts", "outcomes"):
        rows = (here / f"{kind}.jsonl").read_text()
        assert rows == (there / f"{kind}.jsonl").read_text()
        assert len(rows.splitlines()) == told[kind]
    assert "ida@acme.example" in (here / "leads.jsonl").read_text()


def test_backup_of_a_running_product_comes_back_in_another_folder(running: Product, product: Product) -> None:
    sent(running, "identify", {"userId": "u7", "traits": {"email": "gus@acme.example", "title": "CFO"}})
    backup = running.folder.parent / "backup"
    running.json("backup", backup)
    assert running.run("backup", backup).returncode == 2, "a backup is never overwritten"
    refused = running.run("restore", backup)
    assert (refused.returncode, "up already" in refused.stderr) == (2, True)

    product.json("restore", backup)
    assert product.json("lead", "show", "gus@acme.example")["facts"]["lead.title"] == "CFO"
    assert product.json("audit", "verify")["holds"]
    again = product.run("restore", backup)
    assert (again.returncode, "already" in again.stderr) == (2, True)
    secret = "secret.key"
    assert (product.folder / secret).read_bytes() == (running.folder / secret).read_bytes()


def test_a_second_up_in_the_same_folder_is_refused(running: Product) -> None:
    again = running.run("up", "--port", "0")
    assert again.returncode == 2
    assert f"is up already (process {running.process and running.process.pid})" in again.stderr


def test_after_a_kill_nothing_lingers_it_comes_up_again_and_stops_whole(product: Product) -> None:
    product.up()
    assert len(product.said("administrator")) == 1
    assert {one["kind"] for one in product.said("write_key")} == {"browser", "server"}
    sent(product, "identify", {"userId": "u1", "traits": {"email": "ann@acme.example"}})
    product.down(signal.SIGKILL)
    # The children notice by themselves; a PostgreSQL that stayed is joined.
    eventually(lambda: not [one for one in product.processes() if "--of-parent" in one])

    product.up()
    assert not product.said("administrator"), "what is shown once was made again"
    assert not product.said("write_key")
    assert product.json("lead", "show", "ann@acme.example")["email"] == "ann@acme.example"
    assert product.down() == 0
    assert product.processes() == []


def test_a_web_server_that_dies_is_started_again_while_the_other_goes_on(running: Product) -> None:
    product = running
    eventually(lambda: listening(product) == 2)
    dead = children(product, "web")[0]
    os.kill(dead, signal.SIGKILL)
    while not product.said("died"):
        product.hear()
    assert product.said("died")[0]["name"].startswith("web ")
    assert answers(product)
    eventually(lambda: listening(product) == 2)
    assert dead not in children(product, "web")
    assert all(answers(product) for _ in range(20))


def listening(product: Product) -> int:
    """How many sockets wait for requests at the product's address."""
    port = f":{urlsplit(product.address).port or 0:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(line[1].endswith(port) and line[3] == "0A" for line in lines)


def children(product: Product, name: str) -> list[int]:
    """The processes of that kind."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdecimal():
            try:
                command = (each / "cmdline").read_bytes().split(b"\0")
                around = (each / "environ").read_bytes()
            except OSError:
                continue
            if (
                name.encode() in command
                and b"--of-parent" in command
                and str(product.folder).encode() in around
            ):
                found.append(int(each.name))
    return found


def answers(product: Product) -> bool:
    try:
        return httpx.get(f"{product.address}/livez", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_a_port_that_is_taken_is_said_before_anything_starts(product: Product) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = product.run("up", "--port", port)
    assert done.returncode == 2
    assert f"Port {port} on 127.0.0.1 is taken by another program" in done.stderr
    assert not (product.folder / "postgres").exists()


def test_a_question_makes_no_database(product: Product) -> None:
    done = product.run("members", "list")
    assert done.returncode == 2
    assert "There is no product in" in done.stderr
    assert not product.folder.exists()
