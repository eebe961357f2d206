"""The interpreter's own pauses, kept out of the way of polling.

A full garbage collection walks over all that is alive, and everything waits meanwhile: 19 and 59 ms of CPU, up to
180 ms by the clock, while 300 feeds were polled for the first time (measured). So an engine's process leaves out
what it loaded at its start, looks through young objects often (5 ms at most, measured there), and through old ones
where nothing is polled.
"""

from __future__ import annotations

import gc

EVERY = 60.0
"""Seconds between two full collections where nothing is polled."""
AT_LAST = 600.0
"""Seconds after which one is due even while feeds are polled: garbage must not grow without end."""
YOUNG = 5_000
"""Objects made, beyond those that went, until the young ones are looked through."""
_NEVER = 1_000_000_000


def shorten() -> None:
    """Set up the process of an engine, once it has loaded what it needs."""
    gc.freeze()
    gc.set_threshold(YOUNG, _NEVER, _NEVER)


class Collector:
    """Collects garbage when it disturbs nobody; ``now`` is seconds by any steady clock."""

    def __init__(self, now: float) -> None:
        self._last = now

    def look(self, now: float, *, idle: bool) -> bool:
        """Collect where it is time; whether it did."""
        due = now - self._last >= (EVERY if idle else AT_LAST)
        if due:
            gc.collect()
            self._last = now
        return due
