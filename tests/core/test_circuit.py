from __future__ import annotations

import pytest

from feedwatch.core.circuit import CLOSED, LONGEST_WAIT, OPENS_AFTER, Allowance, Circuit, after_result, refilled
from feedwatch.model import Delivered, DeliveryResult, GiveUp, Rate, TryAgain

DOWN = TryAgain("no connection")


def after(*results: DeliveryResult, circuit: Circuit = CLOSED, now: float = 0.0, probe: bool = False) -> Circuit:
    for result in results:
        circuit = after_result(circuit, result, now, 5.0, probe=probe)
    return circuit


def test_a_circuit_opens_after_several_failures_in_a_row_and_a_success_closes_it() -> None:
    assert after(*[DOWN] * (OPENS_AFTER - 1)).probe_at is None
    assert after(*[DOWN] * OPENS_AFTER, now=100.0).probe_at == 105.0
    assert after(*[DOWN] * (OPENS_AFTER - 1), Delivered(204), DOWN).probe_at is None
    assert after(*[DOWN] * OPENS_AFTER, Delivered(204)) == CLOSED


def test_each_failed_probe_waits_twice_as_long_up_to_a_limit() -> None:
    circuit, waits = after(*[DOWN] * OPENS_AFTER), []
    for _ in range(9):
        circuit = after(DOWN, circuit=circuit, now=1000.0, probe=True)
        assert circuit.probe_at is not None
        waits.append(circuit.probe_at - 1000.0)
    assert waits[:3] == [10.0, 20.0, 40.0]
    assert waits[-1] == LONGEST_WAIT


def test_failures_of_what_was_under_way_when_it_opened_put_no_probe_off() -> None:
    opened = after(*[DOWN] * OPENS_AFTER)
    assert after(DOWN, DOWN, circuit=opened, now=3.0).probe_at == opened.probe_at


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refusal_of_one_message_says_that_the_channel_works(status: int) -> None:
    assert after(*[DOWN] * 4, TryAgain("no", status), *[DOWN] * 4).probe_at is None


def test_a_receiver_that_asks_for_time_gets_it_at_once_but_no_more_than_the_limit() -> None:
    assert after(TryAgain("busy", 429, 30.0), now=10.0).probe_at == 40.0
    assert after(TryAgain("busy", 503, 86400.0)).probe_at == LONGEST_WAIT


def test_what_was_given_up_says_nothing_of_the_channel() -> None:
    four = after(*[DOWN] * 4)
    assert after(GiveUp("refused address"), circuit=four) == four


def test_a_rate_allows_a_burst_and_then_refills_evenly() -> None:
    rate = Rate(5, 10.0)
    full = refilled(None, rate, 0.0)
    assert full.left == 5
    empty = Allowance(0.0, 0.0)
    assert refilled(empty, rate, 2.0).left == 1.0
    assert refilled(empty, rate, 999.0).left == 5.0
