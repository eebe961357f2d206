from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedwatch.core.channels.telegram import asked_wait
from feedwatch.core.delivery import DEFAULT_SCHEDULE, Outcome, after_attempt
from feedwatch.model import Delivered, DeliveryState, GiveUp, TryAgain

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_retries_follow_the_specifications_schedule_and_then_end() -> None:
    waits = []
    for attempt in range(1, 10):
        outcome = after_attempt(attempt, TryAgain("no"), DEFAULT_SCHEDULE, NOW, 0.0)
        assert outcome.state is DeliveryState.WAITING
        assert outcome.next_at is not None
        waits.append((outcome.next_at - NOW).total_seconds())
    assert waits == [5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600]
    assert after_attempt(10, TryAgain("no"), DEFAULT_SCHEDULE, NOW, 0.0) == Outcome(DeliveryState.DEAD)


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 100.0), (0.5, 110.0), (1.0, 120.0)])
def test_a_retry_is_put_off_by_up_to_a_fifth(jitter: float, seconds: float) -> None:
    outcome = after_attempt(1, TryAgain("no"), (100.0,), NOW, jitter)
    assert outcome.next_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(("asked", "seconds"), [(60.0, 60.0), (1.0, 5.0), (10**9, 86400.0), (None, 5.0)])
def test_retry_after_puts_a_retry_off_by_a_day_at_most(asked: float | None, seconds: float) -> None:
    outcome = after_attempt(1, TryAgain("busy", 429, asked), DEFAULT_SCHEDULE, NOW, 0.0)
    assert outcome.next_at == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (b'{"ok":false,"parameters":{"retry_after":31}}', 31.0),
        (b'{"parameters":{"retry_after":0.5}}', 0.5),
        (b'{"parameters":{"retry_after":-1}}', None),
        (b'{"parameters":{"retry_after":"31"}}', None),
        (b'{"parameters":{"retry_after":NaN}}', None),
        (b'{"parameters":{"retry_after":1' + b"0" * 400 + b"}}", None),
        (b'{"parameters":[]}', None),
        (b'{"ok":true}', None),
        (b"[" * 60_000, None),
        (b"\xff\xfe", None),
        (b"too many requests", None),
        (b"", None),
    ],
)
def test_an_answer_may_say_in_json_how_long_to_wait(answer: bytes, seconds: float | None) -> None:
    assert asked_wait(answer) == seconds


def test_retry_after_gives_no_attempt_more_than_the_schedule() -> None:
    assert after_attempt(2, TryAgain("busy", 429, 60.0), (1.0,), NOW, 0.0) == Outcome(DeliveryState.DEAD)


def test_what_arrived_and_what_never_will_end_a_delivery() -> None:
    assert after_attempt(1, Delivered(204), DEFAULT_SCHEDULE, NOW, 0.5) == Outcome(DeliveryState.DELIVERED)
    assert after_attempt(1, GiveUp("gone", 410), DEFAULT_SCHEDULE, NOW, 0.5) == Outcome(DeliveryState.DEAD)


def test_an_empty_schedule_means_a_single_attempt() -> None:
    assert after_attempt(1, TryAgain("no"), (), NOW, 0.0) == Outcome(DeliveryState.DEAD)
