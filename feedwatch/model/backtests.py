"""What a rule would have done: the answer of a backtest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct

from feedwatch.model.feeds import Rule
from feedwatch.model.items import Match
from feedwatch.model.kinds import ItemId


class Telling(Struct, frozen=True):
    """One telling of a story."""

    seen: datetime
    outlet: str
    feed: str


class Hit(Struct, frozen=True):
    """A match, and what came of it."""

    item_id: ItemId
    title: str
    feed: str
    seen: datetime
    matches: tuple[Match, ...]
    suppressed: str
    """Why it would have raised no alert; '' where it would."""


class Tally(Struct, frozen=True):
    """Alerts of a day or a feed."""

    raised: int = 0
    grown: int = 0
    suppressed: int = 0


class Difference(Struct, frozen=True):
    """What a changed expression matches and its present version does not, and the other way round."""

    gained: int
    lost: int
    first_gained: tuple[Hit, ...]
    first_lost: tuple[Hit, ...]


class Backtest(Struct, frozen=True):
    """A rule over the archive."""

    rule: Rule
    since: datetime
    items: int
    """Seen since then."""
    matched: int
    stories: int
    """That a match tells."""
    raised: int
    grown: int
    suppressed: Mapping[str, int]
    """Reason -> matches that raised nothing for it."""
    by_day: tuple[tuple[date, Tally], ...]
    """In UTC, oldest first; days without a match are left out."""
    by_feed: tuple[tuple[str, Tally], ...]
    """The busiest first."""
    first: tuple[Hit, ...]
    timeouts: int
    difference: Difference | None = None
