"""How the benchmark of an outage reads its figures, and that its dead destinations are dead."""

import socket
from pathlib import Path

import pytest

from bench import outage

pytestmark = pytest.mark.enable_socket


def test_share_lost_is_the_mean_of_the_pairs_with_an_interval_around_it() -> None:
    share, low, high = outage.lost([(100, 90), (100, 94), (100, 92)])
    assert share == pytest.approx(0.08)
    # The standard deviation is 2 points, so of the mean 2 / √3; 4.303 of those at two degrees of freedom.
    assert (low, high) == pytest.approx((0.08 - 4.303 * 0.02 / 3**0.5, 0.08 + 4.303 * 0.02 / 3**0.5))


def test_same_numbers_with_and_without_are_nothing_lost() -> None:
    assert outage.lost([(7, 7), (9, 9)]) == (0.0, 0.0, 0.0)


def test_refusing_destination_refuses_and_a_silent_one_takes_the_call_and_says_nothing() -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((outage.HOST, outage._refusing()), timeout=5)
    with outage._silence(drips=False) as port, socket.create_connection((outage.HOST, port), 5) as call:
        call.settimeout(0.2)
        with pytest.raises(TimeoutError):
            call.recv(1)


def test_benchmark_has_a_target() -> None:
    assert "-m bench.outage" in (Path(__file__).parents[2] / "Makefile").read_text()
