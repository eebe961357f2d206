"""One channel's way out: its queue, what is under way, whether it works, how fast it may go. Sends nothing itself."""

from __future__ import annotations

from collections import deque

from feedwatch.core.circuit import CLOSED, Allowance, Circuit, after_result, refilled
from feedwatch.model import Channel, Delivery, DeliveryId, DeliveryResult

AHEAD = 32
"""Deliveries that are claimed before there is a slot for them, so that one claim serves many."""
TINY = 1e-6
"""Of a message: what sums of fractions may be off by."""


class Lane:
    """The state of one channel, moved only on the engine's event loop. Times are the loop's seconds."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.circuit = CLOSED
        self.is_noted = False
        """The store knows that the circuit is open: where it no longer does, a person closed it."""
        self._queue: deque[Delivery] = deque()
        self._under_way: set[DeliveryId] = set()
        self._probe: DeliveryId | None = None
        self._allowance: Allowance | None = None

    @property
    def is_open(self) -> bool:
        """Its circuit is open: nothing goes but probes."""
        return self.circuit.probe_at is not None

    def room(self, now: float) -> int:
        """How many deliveries are to be claimed for it."""
        if self.is_open:
            return int(self._may_probe(now) and not self._queue)
        return AHEAD - len(self._queue) if len(self._queue) <= AHEAD // 2 else 0

    @property
    def seconds_ahead(self) -> float:
        """How long those may take that are claimed at once."""
        rate = self.channel.rate
        return AHEAD * (self.channel.timeout + (rate.seconds / rate.count if rate else 0.0))

    def put(self, one: Delivery) -> None:
        """Take a claimed delivery."""
        self._queue.append(one)

    def next(self, now: float) -> Delivery | None:
        """The delivery to begin now, which is under way from now on; None where none may."""
        if not self._queue or not self._may_begin(now):
            return None
        if self.is_open:
            self._probe = self._queue[0].id
        if self.channel.rate is not None:
            allowance = refilled(self._allowance, self.channel.rate, now)
            self._allowance = Allowance(allowance.left - 1, now)
        one = self._queue.popleft()
        self._under_way.add(one.id)
        return one

    def done(self, one: Delivery, result: DeliveryResult, now: float, first_wait: float) -> Circuit:
        """Learn from what an attempt came to; the circuit before it."""
        before = self.circuit
        self.circuit = after_result(before, result, now, first_wait, probe=one.id == self._probe)
        return before

    def leave(self, one: Delivery) -> None:
        """The delivery is no longer under way."""
        self._under_way.discard(one.id)
        if self._probe == one.id:
            self._probe = None

    def close(self) -> None:
        """Close its circuit."""
        self.circuit, self.is_noted = CLOSED, False

    def empty(self) -> tuple[DeliveryId, ...]:
        """Take back what has not begun; which that was."""
        waiting = tuple(one.id for one in self._queue)
        self._queue.clear()
        return waiting

    def waits_for_probe(self, now: float) -> float | None:
        """Seconds until its circuit lets a message through; None where it waits for nothing."""
        probe_at = self.circuit.probe_at
        return probe_at - now if probe_at is not None and probe_at > now else None

    def waits_for_rate(self, now: float) -> float | None:
        """Seconds until its rate lets what is claimed go on; None where it does not hold it up."""
        rate = self.channel.rate
        if rate is None or not self._queue or self._has_allowance(now):
            return None
        return (1 - refilled(self._allowance, rate, now).left) * rate.seconds / rate.count

    def _may_begin(self, now: float) -> bool:
        if self.is_open:
            return self._may_probe(now)
        return len(self._under_way) < self.channel.concurrency and self._has_allowance(now)

    def _may_probe(self, now: float) -> bool:
        return self._probe is None and self.circuit.probe_at is not None and now >= self.circuit.probe_at

    def _has_allowance(self, now: float) -> bool:
        rate = self.channel.rate
        return rate is None or refilled(self._allowance, rate, now).left >= 1 - TINY
