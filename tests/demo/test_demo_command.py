"""`handraise demo` from start to end: the past, the log-ins, somebody who comes, nothing left over."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.living import Product, eventually

pytestmark = pytest.mark.enable_socket
SMALL = ("--leads", "20", "--months", "1", "--seed", "2", "--beat", "0.05", "--port", "0", "--json")


@pytest.fixture
def product() -> Iterator[Product]:
    """An example that is gone afterwards, with all its processes."""
    # A short way, open to pass: sockets lie below it, and under root PostgreSQL runs as somebody else.
    with tempfile.TemporaryDirectory(prefix="handraise-demo-", dir="/tmp") as place:
        Path(place).chmod(0o711)
        made = Product(Path(place) / "demo")
        yield made
        if made.process is not None and made.process.poll() is None:
            made.down()
        eventually(lambda: not made.processes(), within=60)


def begin(product: Product, *arguments: str) -> None:
    """Start the command, in an environment that knows a mail server: an example reaches nobody anyway."""
    with (product.folder.parent / "up.log").open("a") as log:
        product.process = subprocess.Popen(
            [sys.executable, "-m", "handraise", "demo", "--folder", str(product.folder), *SMALL, *arguments],
            env={**product.environment, "HANDRAISE_SMTP_HOST": "mail.invalid"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    product.told = []


def wait_until_ready(product: Product) -> None:
    while not product.said("ready"):
        product.hear()


def test_the_example_is_made_moves_stops_and_goes_on(product: Product) -> None:
    begin(product)  # made half, it is made anew
    assert product.process is not None
    eventually(lambda: (product.folder / "postgres" / "port").exists())
    assert product.down(signal.SIGTERM) == 130

    begin(product)
    wait_until_ready(product)
    filled, log_ins = product.said("filled")[0], product.said("log_in")
    assert filled["leads"] > 5
    assert filled["events"] > 50
    assert [one["role"] for one in log_ins] == ["admin", "marketing", "sales"]
    for one in log_ins:
        given = {"email": one["email"], "password": one["password"]}
        answer = httpx.post(f"{product.address}/api/v1/session", json=given)
        assert answer.status_code in (200, 201), answer.text
    while not any(one["what"] == "says who they are" for one in product.said("arrived")):
        product.hear()
    came = next(one["lead"] for one in product.said("arrived") if one["what"] == "says who they are")
    assert product.json("lead", "show", came)
    assert product.down(signal.SIGINT) == 0

    begin(product, "--no-replay")
    wait_until_ready(product)
    assert product.said("goes_on")
    assert not product.said("filled")
    assert product.said("log_in") == log_ins
    assert product.down(signal.SIGTERM) == 0
    assert product.processes() == []


@pytest.mark.parametrize("wrong", [["--leads", "3"], ["--months", "40"], ["--beat", "0"]])
def test_what_cannot_be_made_is_refused(tmp_path: Path, wrong: list[str]) -> None:
    done = Product(tmp_path / "demo").run("demo", "--folder", tmp_path / "demo", *wrong)
    assert done.returncode == 2
    assert wrong[0] in done.stderr
