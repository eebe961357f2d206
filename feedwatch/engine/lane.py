"""One channel's way out: its queue, what is under way, whether it works, how fast it may go. Sends nothing itself."""

from __future__ import annotations

from collections import deque

from feedwatch.core.circuit import CLOSED, Allowance, Circuit, after_result, refilled
from feedwatch.model import Channel, Delivery, DeliveryId, DeliveryResult

AHEAD = 32
"""Deliveries that are claimed before there is a slot for them, so that one claim serves many."""


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
        if len(self._queue) > AHEAD // 2:
            return 0
        return min(AHEAD, self._allowed(now)) - len(self._queue)

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

    def wakes_at(self, now: float) -> float | None:
        """When something may begin that may not now; None where that depends on others."""
        if self.is_open:
            return self.circuit.probe_at if self._probe is None else None
        rate = self.channel.rate
        if rate is None or self._allowed(now):
            return None
        return now + (1 - refilled(self._allowance, rate, now).left) * rate.seconds / rate.count

    def _may_begin(self, now: float) -> bool:
        if self.is_open:
            return self._may_probe(now)
        return len(self._under_way) < self.channel.concurrency and self._allowed(now) > 0

    def _may_probe(self, now: float) -> bool:
        return self._probe is None and self.circuit.probe_at is not None and now >= self.circuit.probe_at

    def _allowed(self, now: float) -> int:
        rate = self.channel.rate
        return AHEAD if rate is None else int(refilled(self._allowance, rate, now).left)
