"""What the screens ask of the rest of the program: a Protocol, so that they know no store, engine or socket.

``feedwatch.desk.Desk`` satisfies it; tests pass a fake. Every call is short, and none may be made from ``render``.
A call that fails raises ``errors.FeedwatchError`` with a sentence to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from feedwatch.events import Changes
from feedwatch.model import (
    Activity,
    AlertId,
    AlertRow,
    Anchor,
    Article,
    Attempt,
    Backtest,
    Bitmap,
    ChannelState,
    Cursor,
    Delivery,
    DeliveryId,
    Explanation,
    FeedDays,
    FeedId,
    FeedRow,
    FoundFeed,
    ItemDetail,
    ItemId,
    Page,
    RuleHealth,
    Selection,
    Status,
    StoryId,
    Trend,
    View,
)


class Backend(Protocol):
    """The calls that the screens make."""

    async def feeds(self) -> tuple[FeedRow, ...]:
        """Every feed with its counts and health, in the order of the configuration."""
        ...

    async def items(
        self, view: View, limit: int, *, after: Anchor | None = None, before: Anchor | None = None, last: bool = False
    ) -> Page:
        """A page of a view, newest first: from its top, beyond ``after``, ahead of ``before``, or its ``last`` rows."""
        ...

    async def rows(self, view: View, item_ids: Sequence[ItemId]) -> Page:
        """Those of the items that the view holds, newest first: what arrived or changed, to splice into a list."""
        ...

    async def count(self, view: View) -> int | None:
        """How many items a view has; None where only reading them all would tell (a query)."""
        ...

    async def item(self, item_id: ItemId) -> ItemDetail | None:
        """An item whole; None where it is gone."""
        ...

    async def alerts(self, limit: int) -> tuple[AlertRow, ...]:
        """The newest alerts."""
        ...

    async def deliveries(self, limit: int, chosen: Selection) -> tuple[Delivery, ...]:
        """The newest deliveries of those chosen."""
        ...

    async def attempts(self, delivery_id: DeliveryId) -> tuple[Attempt, ...]:
        """The last attempts at a delivery, the newest first."""
        ...

    async def channels_out(self) -> tuple[ChannelState, ...]:
        """The channels that are out of service, with the reason."""
        ...

    async def status(self) -> Status:
        """Who polls, how far it is, what waits."""
        ...

    async def activity(self, days: Sequence[datetime]) -> Activity:
        """What happened on the days that begin at these times; the last time ends the last day. May take a second."""
        ...

    async def feed_days(self, days: Sequence[datetime]) -> FeedDays:
        """Items seen on each of the days, by feed; feeds without any are missing."""
        ...

    async def changes(self, since: Cursor | None) -> Changes:
        """What happened since; with None, only the cursor to begin from. Cheap enough for several calls a second."""
        ...

    async def mark_read(self, item_ids: Sequence[ItemId], *, read: bool, tellings: bool = False) -> tuple[ItemId, ...]:
        """Set or clear the read mark, with ``tellings`` on every item of their stories; the items that it changed."""
        ...

    async def mark_starred(self, item_ids: Sequence[ItemId], *, starred: bool) -> None:
        """Set or clear the star."""
        ...

    async def acknowledge(self, alert_ids: Sequence[AlertId], *, acknowledged: bool) -> None:
        """Say that a person has seen the alerts, or take it back."""
        ...

    async def mark_noise(self, alert_ids: Sequence[AlertId], *, noise: bool) -> None:
        """Say that the alerts were not what the rule meant, or take it back."""
        ...

    async def split(self, item_id: ItemId) -> Mapping[ItemId, StoryId]:
        """Give an item a story of its own; the story that it was in, or nothing where it is alone or gone."""
        ...

    async def merge(self, item_id: ItemId, into: ItemId) -> Mapping[ItemId, StoryId]:
        """Make one story of those of two items; where each item was that moved."""
        ...

    async def regroup(self, places: Mapping[ItemId, StoryId]) -> None:
        """Put items into stories: what ``split`` and ``merge`` gave takes them back."""
        ...

    async def poll_now(self, feed_id: FeedId | None) -> int:
        """Make one feed, or with None every feed, due at once; how many."""
        ...

    async def explain(self, rule: str, item_id: ItemId, *, as_written: bool = False) -> Explanation:
        """Why a rule matches an item, or why not; an expression where no rule has that name, or ``as_written``."""
        ...

    async def rule_health(self) -> tuple[RuleHealth, ...]:
        """How each rule does, what is odd about it, and what would spare its noise."""
        ...

    async def trends(self, since: datetime, rule: str = "") -> tuple[Trend, ...]:
        """What a rule, or every rule, found in each hour since then, and what of it was a burst."""
        ...

    async def save_rule(self, name: str, match: str) -> str:
        """Give a rule another expression, or add it; a sentence that says so."""
        ...

    async def backtest(
        self,
        rule: str,
        since: datetime,
        *,
        instead_of: str = "",
        as_written: bool = False,
        progress: Callable[[int, int], None],
    ) -> Backtest:
        """What a rule would have alerted to since then; ``progress`` is told how far it is.

        An expression where no rule has that name, or ``as_written``, or where it is to stand ``instead_of`` a rule's.
        """
        ...

    async def full_text(self, item_id: ItemId, *, progress: Callable[[int], None]) -> Article:
        """The article from the item's page, fetched once and kept; ``progress`` is told how many bytes have come."""
        ...

    async def picture(self, url: str, *, progress: Callable[[int], None]) -> Bitmap:
        """A picture of an item, fetched now; ``progress`` is told how many bytes of it have come."""
        ...

    async def find_feeds(self, address: str) -> tuple[FoundFeed, ...]:
        """The feed at an address, or those that the site there announces; nothing is subscribed to yet."""
        ...

    async def keep_feeds(self, found: Sequence[FoundFeed]) -> str:
        """Subscribe to feeds that were found; a sentence that says which."""
        ...

    async def import_opml(self, path: Path) -> str:
        """Subscribe to all feeds of an OPML file; a sentence that says how many."""
        ...

    async def retry_deliveries(self, chosen: Selection) -> int:
        """Send deliveries again, whatever became of them; how many."""
        ...

    async def test_channel(self, name: str) -> str:
        """Send a test message to a channel; a sentence that says what came back."""
        ...
