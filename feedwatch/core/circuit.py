"""Whether a channel is worth sending to at this moment: a circuit breaker, and a limit on its rate. Pure.

A circuit opens after five failures in a row, or at once where the receiver asks to wait; then one message at a time
probes it, at growing intervals, and all others wait without using up their attempts. Times are seconds of a clock that
never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from feedwatch.model import Delivered, DeliveryResult, GiveUp, Rate, TryAgain, replace

OPENS_AFTER: Final = 5
"""Failures in a row."""
FIRST_WAIT: Final = 5.0
LONGEST_WAIT: Final = 300.0
"""Seconds between two probes at most: a receiver that works again is found within five minutes."""
_OF_THE_MESSAGE: Final = frozenset({400, 413, 422})
"""Statuses that say something of one message, not of the channel."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """What the last attempts say of a channel."""

    failures: int = 0
    """In a row."""
    wait: float = 0.0
    """Seconds between the last two probes."""
    probe_at: float | None = None
    """When one message may be tried; None: the circuit is closed, all may go."""


CLOSED: Final = Circuit()


def after_result(circuit: Circuit, result: DeliveryResult, now: float, first_wait: float, *, probe: bool) -> Circuit:
    """The circuit after an attempt; of those under way when it opened, only a success counts."""
    match result:
        case Delivered():
            return CLOSED
        case TryAgain(status=status) if status in _OF_THE_MESSAGE:
            return CLOSED
        case TryAgain(retry_after=asked) if asked:
            return Circuit(circuit.failures + 1, circuit.wait, now + min(asked, LONGEST_WAIT))
        case GiveUp():
            return circuit
        case _:
            return _after_failure(circuit, now, first_wait, probe=probe)


def _after_failure(circuit: Circuit, now: float, first_wait: float, *, probe: bool) -> Circuit:
    failures = circuit.failures + 1
    if circuit.probe_at is None and failures >= OPENS_AFTER:
        wait = min(first_wait, LONGEST_WAIT)
    elif probe:
        wait = min(max(circuit.wait * 2, first_wait), LONGEST_WAIT)
    else:
        return replace(circuit, failures=failures)
    return Circuit(failures, wait, now + wait)


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many messages a rate still allows."""

    left: float
    at: float


def refilled(allowance: Allowance | None, rate: Rate, now: float) -> Allowance:
    """The allowance now: full at first, and again ``rate.seconds`` after it was empty."""
    if allowance is None:
        return Allowance(rate.count, now)
    grown = (now - allowance.at) * rate.count / rate.seconds
    return Allowance(min(float(rate.count), allowance.left + grown), now)
