"""What the engine counts, as plain numbers. ``health`` shows them; nothing here knows how."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Metrics:
    """Counts since the engine started. One instance an engine, moved only on its event loop."""

    polls: Counter[str] = field(default_factory=Counter)
    """By result: ok, not_modified, failed."""
    items: Counter[str] = field(default_factory=Counter)
    """By what happened: new, updated."""
    alerts: int = 0
    deliveries: Counter[str] = field(default_factory=Counter)
    """Attempts by result: delivered, retry, dead."""
    fetch_seconds: float = 0.0
    parse_seconds: float = 0.0
    write_seconds: float = 0.0
    loop_lag: float = 0.0
    """Seconds that the event loop ran late at most since the last beat of the heart."""
    loop_lag_max: float = 0.0
    """The same, ever."""
    last_round: datetime | None = None
    """When the poller last looked for due feeds: it stands still only if the engine does."""
    last_heartbeat: datetime | None = None
    """When the store last took a write of the heartbeat."""

    refusals: dict[str, str] = field(default_factory=dict)
    """Why the store took no write, by what was to be written; a write that it takes ends its own."""

    def refused(self, what: str, why: str) -> bool:
        """Note that the store took no write of this; whether that is new."""
        new = what not in self.refusals
        self.refusals[what] = why
        return new

    def taken(self, what: str) -> bool:
        """Note that it did; whether it had not before."""
        return self.refusals.pop(what, None) is not None

    def lagged(self, seconds: float) -> None:
        """Note how late the event loop was."""
        self.loop_lag = max(self.loop_lag, seconds)
        self.loop_lag_max = max(self.loop_lag_max, seconds)

    def take_lag(self) -> float:
        """The lag since it was last taken; it begins anew."""
        lag, self.loop_lag = self.loop_lag, 0.0
        return lag
