"""What happened on each of some days: what the screen's statistics show."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from feedwatch.model.kinds import FeedId
from feedwatch.model.views import AlertStats


class OutletLine(Struct, frozen=True):
    """How much one outlet published."""

    name: str
    items: int
    copies: int
    """Of these: items of stories that another outlet had told before."""


class Activity(Struct, frozen=True):
    """Some days, the first one first."""

    items: tuple[int, ...]
    """Seen on each day."""
    alerts: Mapping[str, tuple[int, ...]]
    """Raised on each day, by rule; rules without any are missing."""
    speeds: AlertStats
    """Of the alerts of all days."""
    outlets: tuple[OutletLine, ...]
    """Of the last seven of the days, those with the most items first."""
    stories: int
    """Told in these days."""
    copies: int
    """Items whose stories had been told before."""
    spared: int
    """Matches that raised no alert, since their stories had one."""
    loop_lag: float
    """Seconds that the event loop of the engine ran late at most, before its last beat."""
    loop_lag_max: float
    """The same since the engine started, or of the last one where none runs."""
    bursts: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """The days, by their number from 0, on which a rule was in a burst; rules without any are missing."""


FeedDays = Mapping[FeedId, tuple[int, ...]]
"""Items seen on each of some days, the first one first; feeds without any are missing."""
