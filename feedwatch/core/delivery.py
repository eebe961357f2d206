"""What follows one attempt at a delivery: done, tried again at a time, or dead. Sends nothing itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from feedwatch.model import Delivered, DeliveryResult, DeliveryState, GiveUp, TryAgain

DEFAULT_SCHEDULE = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
"""Seconds to wait after each failed attempt (Standard Webhooks, "Deliverability and reliability")."""

_LATEST_RETRY = 86400.0
_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a delivery stands after an attempt."""

    state: DeliveryState
    next_at: datetime | None = None
    not_before: datetime | None = None
    """What the receiver asked: nothing makes it due sooner but a person."""


def after_attempt(
    attempts: int, result: DeliveryResult, schedule: tuple[float, ...], now: datetime, jitter: float
) -> Outcome:
    """Where a delivery stands after ``attempts`` attempts, the last of which gave ``result``; ``jitter`` from 0 to 1.

    What Retry-After asks, at most a day, can put the next attempt off; it does not give more attempts.
    """
    match result:
        case Delivered():
            return Outcome(DeliveryState.DELIVERED)
        case GiveUp():
            return Outcome(DeliveryState.DEAD)
        case TryAgain():
            if attempts > len(schedule):
                return Outcome(DeliveryState.DEAD)
            wait = schedule[max(attempts, 1) - 1] * (1 + _JITTER * jitter)
            asked = min(result.retry_after or 0.0, _LATEST_RETRY)
            not_before = now + timedelta(seconds=asked) if asked else None
            return Outcome(DeliveryState.WAITING, now + timedelta(seconds=max(wait, asked)), not_before)
        case _:
            assert_never(result)
