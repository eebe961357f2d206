"""Store: the async face of the database; every verb is a whole unit of work.

One writer thread with its own connection and a few reader threads with read-only ones stand behind it, so that a verb
never blocks the event loop and a reader never waits for a writer. Plain values of ``feedwatch.model`` cross this seam,
never rows, cursors or SQL. A verb that can't be done raises ``errors.StoreError`` with a sentence to show.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, Self

from feedwatch.events import Changes
from feedwatch.model import (
    Activity,
    Alerted,
    AlertId,
    AlertRow,
    AlertStats,
    Anchor,
    Applied,
    ArchivedItem,
    Article,
    Basis,
    Claim,
    Cursor,
    Draft,
    EngineStatus,
    Feed,
    FeedDays,
    FeedId,
    FeedRow,
    FeedUpdate,
    ItemDetail,
    ItemId,
    Mentions,
    Page,
    Rule,
    RuleHealth,
    Stats,
    Status,
    Story,
    StoryId,
    Subject,
    Subscription,
    Telling,
    View,
)
from feedwatch.rules.syntax import Expression
from feedwatch.store import (
    alerts,
    archive,
    basis,
    changes,
    daily,
    engine_lease,
    feeds,
    items,
    marks,
    regrouping,
    results,
    rule_health,
    statistics,
    stories,
    trends,
    updates,
    upkeep,
)
from feedwatch.store.connection import Connections
from feedwatch.store.opening import prepare
from feedwatch.store.outbox import Outbox


class Store(Outbox):
    """One database file; several processes may have it open at once."""

    @classmethod
    async def open(cls, path: Path) -> Self:
        """The store in ``path``: created where missing, migrated where old, refused where newer or not ours."""
        await asyncio.to_thread(prepare, path)
        return cls(Connections(path))

    async def close(self) -> None:
        """Let what runs finish, then close every connection."""
        await self._db.close()

    @property
    def path(self) -> Path:
        """The database file."""
        return self._db.path

    # --- feeds and their leases --------------------------------------------------------------------------------------

    async def sync_feeds(self, subscriptions: Sequence[Subscription], now: datetime) -> bool:
        """Make the stored feeds those of the configuration; whether anything differed.

        A feed that is gone is neither polled nor listed; its items and identities stay, and it goes on when it returns.
        """
        return await self._db.write(feeds.sync, subscriptions, now)

    async def feeds(self, now: datetime) -> tuple[FeedRow, ...]:
        """Every feed with its counts and health, in the order of the configuration; states without ``paragraphs``."""
        return await self._db.read(feeds.listed, now)

    async def feed(self, feed_id: FeedId) -> Feed | None:
        """One feed whole, also a removed one."""
        return await self._db.read(feeds.one, feed_id)

    async def claim_due(self, owner: str, limit: int, lease_seconds: float, now: datetime) -> tuple[Claim, ...]:
        """Lease up to ``limit`` feeds that are due and that nobody polls, the longest due first."""
        return await self._db.write(feeds.claim_due, owner, limit, lease_seconds, now)

    async def release(self, claims: Sequence[Claim], now: datetime) -> None:
        """Give leases back unused; the feeds stay due. A claim that was lost meanwhile is left alone."""
        await self._db.write(feeds.release, claims, now)

    async def request_poll(self, feed_id: FeedId | None, now: datetime) -> int:
        """Make one feed due at once, also a gone one, or with None every feed that is not gone; how many."""
        return await self._db.write(feeds.request_poll, feed_id, now)

    async def next_due(self, now: datetime) -> datetime | None:
        """When a feed can be claimed next, in the past where one can be claimed now; None: no feed will be due."""
        return await self._db.read(feeds.next_due, now)

    # --- one poll's write --------------------------------------------------------------------------------------------

    async def basis(
        self, polls: Sequence[tuple[FeedId, Sequence[Draft]]], stories_since: datetime, *, tellings: bool = False
    ) -> tuple[Basis, ...]:
        """What is known of each poll's drafts and of stories since then that they may belong to, in order.

        A known item's ``text`` and ``published`` are there only where its fingerprint differs; the items of the stories
        only with ``tellings``.
        """
        return await self._db.read(basis.read, polls, stories_since, tellings)

    async def apply(self, updates_: Sequence[FeedUpdate]) -> tuple[Applied, ...]:
        """Write polls whole, all in ONE transaction; what each did, in order.

        An update whose claim was lost, or that was applied before, writes nothing (``stale``).
        """
        return await self._db.write(updates.apply, updates_)

    async def last_raised(self, rules: Sequence[str]) -> Mapping[str, datetime]:
        """When each rule last raised an alert that was to be delivered; rules that never did are missing."""
        return await self._db.read(alerts.last_raised, rules)

    # --- who polls this database -------------------------------------------------------------------------------------

    async def take_engine(
        self, status: EngineStatus, owner: str, lease_seconds: float, now: datetime, is_alive: Callable[[int], bool]
    ) -> bool:
        """Become the process that polls; False where another is. ``is_alive`` judges process ids of this host.

        Free are: no engine, an expired lease, a dead process of this host. Another that ``want_engine`` goes first.
        """
        return await self._db.write(engine_lease.take, status, owner, lease_seconds, now, is_alive)

    async def keep_engine(
        self, owner: str, lease_seconds: float, now: datetime, lag: float = 0.0
    ) -> Literal["kept", "wanted", "lost"]:
        """The heartbeat, with the seconds that the engine's event loop ran late since the last one.

        ``wanted``: kept, and a daemon asks for it; ``lost``: stop polling at once.
        """
        return await self._db.write(engine_lease.keep, owner, lease_seconds, now, lag)

    async def want_engine(self, owner: str, now: datetime) -> bool:
        """Ask whoever polls to hand over to ``owner``, within 30 s of the last asking; False where nobody polls."""
        return await self._db.write(engine_lease.want, owner, now)

    async def forget_future(self, now: datetime) -> None:
        """Make due what a clock that ran ahead had put off: for an engine that saw its clock set back."""
        await self._db.write(engine_lease.clock_set_back, now)

    async def drop_engine(self, owner: str, now: datetime) -> None:
        """Stop being the process that polls; nothing where it is another."""
        await self._db.write(engine_lease.drop, owner, now)

    async def engine(self, now: datetime) -> EngineStatus | None:
        """Who polls; None where nobody does or the lease ran out."""
        return await self._db.read(engine_lease.current, now)

    async def last_engine(self) -> EngineStatus | None:
        """Who polls, or did until it fell silent; None where the last one has left in order."""
        return await self._db.read(engine_lease.last)

    async def try_writing(self) -> None:
        """Write what nobody reads. Raises StoreError where nothing can be written."""
        await self._db.write(engine_lease.touch)

    # --- reading -----------------------------------------------------------------------------------------------------

    async def items(
        self,
        view: View,
        limit: int,
        *,
        after: Anchor | None = None,
        before: Anchor | None = None,
        last: bool = False,
        now: datetime,
    ) -> Page:
        """A page of a view, newest first: from its top, beyond ``after``, ahead of ``before``, or its ``last`` rows.

        A query that can't be read gives ``Page.error``. A search stops after its time and says in ``Page.reached`` how
        far it came: go on from there. Cancelling the call stops the search.
        """
        place = items.Place(after, before, last)
        if view.query:
            return await self._db.read_until(results.page, view, place, limit, now)
        return await self._db.read(items.page, view, place, limit)

    async def rows(self, view: View, item_ids: Sequence[ItemId], now: datetime) -> Page:
        """Those of the items that the view holds, newest first."""
        if view.query:
            return await self._db.read(results.rows, view, item_ids, now)
        return await self._db.read(items.rows, view, item_ids)

    async def count(self, view: View) -> int | None:
        """How many items a view has; None where it has a query."""
        return await self._db.read(items.count, view)

    async def item(self, item_id: ItemId) -> ItemDetail | None:
        """An item whole; None where it is gone."""
        return await self._db.read(items.detail, item_id)

    async def subject(self, item_id: ItemId) -> Subject | None:
        """What a rule can ask of a stored item; None where it is gone."""
        return await self._db.read(items.subject, item_id)

    async def candidates(self, expressions: Sequence[Expression], since: datetime) -> tuple[int, tuple[ItemId, ...]]:
        """How many items were seen since then, and which of them one of the expressions may match, oldest first."""
        return await self._db.read(archive.candidates, expressions, since)

    async def archived(self, item_ids: Sequence[ItemId]) -> tuple[ArchivedItem, ...]:
        """Those of the items that are there, in the order of their ids: what a backtest runs over, in portions."""
        return await self._db.read(archive.items, item_ids)

    async def tellings(self, story_ids: Sequence[StoryId]) -> Mapping[StoryId, tuple[Telling, ...]]:
        """Who told these stories, and when."""
        return await self._db.read(archive.tellings, story_ids)

    async def alerts(
        self, limit: int, *, rule: str = "", since: datetime | None = None, every: bool = False
    ) -> tuple[AlertRow, ...]:
        """The newest alerts, of one rule where named; ``every`` match, also where its story had an alert already."""
        return await self._db.read(alerts.with_suppressed if every else alerts.newest, limit, rule, since)

    async def alerts_to_see(self, limit: int) -> tuple[AlertRow, ...]:
        """The newest alerts and the newest that nobody has acknowledged, at most so many of each; the newest first."""
        return await self._db.read(alerts.with_waiting, limit)

    async def stories(self, since: datetime | None, limit: int) -> tuple[Story, ...]:
        """Stories told since then, the most recently told first."""
        return await self._db.read(stories.newest, since, limit)

    async def rule_health(self, rules: Sequence[Rule], now: datetime) -> tuple[RuleHealth, ...]:
        """How each rule does, in the order given."""
        return await self._db.read(rule_health.read, rules, now)

    async def mentions(self, rules: Sequence[str], since: datetime) -> tuple[tuple[Mentions, ...], frozenset[int]]:
        """Stories that rules matched first in each hour since then, and the hours in which any item came in."""
        return await self._db.read(trends.read, rules, since)

    async def alerted(self, rule: str) -> tuple[Alerted, ...]:
        """The newest items that a rule alerted to, noise first."""
        return await self._db.read(rule_health.alerted, rule)

    async def status(self, now: datetime) -> Status:
        """Who polls, how far it is, what waits."""
        return await self._db.read(statistics.status, now)

    async def stats(self, since: datetime) -> Stats:
        """Items, alerts and latencies since then, in all, by feed, by rule and by channel."""
        return await self._db.read(statistics.stats, since)

    async def alert_stats(self, since: datetime) -> AlertStats:
        """Latencies of the alerts raised since then, by rule and by channel."""
        return await self._db.read(statistics.alert_stats, since)

    async def activity(self, days: Sequence[datetime]) -> Activity:
        """What happened on the days that begin at these times; the last time ends the last. Cancelling stops it."""
        return await self._db.read_until(daily.activity, days)

    async def feed_days(self, days: Sequence[datetime]) -> FeedDays:
        """Items seen on each of the days, by feed."""
        return await self._db.read_until(daily.of_feeds, days)

    async def changes(self, since: Cursor | None) -> Changes:
        """What happened since, in any process; with None, only the cursor to begin from."""
        return await self._db.watch(changes.since, since)

    # --- what a person does ------------------------------------------------------------------------------------------

    async def mark_read(
        self, item_ids: Sequence[ItemId], *, read: bool, now: datetime, tellings: bool = False
    ) -> tuple[ItemId, ...]:
        """Set or clear the read mark, with ``tellings`` on every item of their stories."""
        return await self._db.write(marks.mark_read, item_ids, read, now, tellings)

    async def split(self, item_id: ItemId) -> Mapping[ItemId, StoryId]:
        """Give an item a story of its own; the story that it was in, or nothing where it is alone or gone."""
        return await self._db.write(regrouping.split, item_id)

    async def merge(self, item_id: ItemId, into: ItemId) -> Mapping[ItemId, StoryId]:
        """Make one story of those of two items; where each item was that moved."""
        return await self._db.write(regrouping.merge, item_id, into)

    async def regroup(self, places: Mapping[ItemId, StoryId]) -> None:
        """Put items into stories: what ``split`` and ``merge`` gave takes them back."""
        await self._db.write(regrouping.put, places)

    async def mark_starred(self, item_ids: Sequence[ItemId], *, starred: bool, now: datetime) -> None:
        """Set or clear the star."""
        await self._db.write(marks.mark_starred, item_ids, starred, now)

    async def acknowledge(self, alert_ids: Sequence[AlertId], *, acknowledged: bool, now: datetime) -> None:
        """Say that a person has seen the alerts, or take it back."""
        await self._db.write(alerts.acknowledge, alert_ids, acknowledged, now)

    async def mark_noise(self, alert_ids: Sequence[AlertId], *, noise: bool, now: datetime) -> None:
        """Say that the alerts were not what the rule meant, or take it back."""
        await self._db.write(alerts.mark_noise, alert_ids, noise, now)

    async def keep_article(self, item_id: ItemId, article: Article) -> None:
        """Keep the full text of an item's page; nothing where the item is gone."""
        await self._db.write(items.keep_article, item_id, article)

    # --- upkeep ------------------------------------------------------------------------------------------------------

    async def prune(self, keep_seconds: float, now: datetime) -> int:
        """Forget items seen, and attempts made, longer ago than that; how many items. Starred and alerted ones stay.

        Identities stay too, so that an item that is served again is not new. Done in short transactions.
        """
        total = 0
        while pruned := await self._db.write(upkeep.prune_batch, keep_seconds, now):
            total += pruned
        while await self._db.write(upkeep.prune_aside, keep_seconds, now):
            pass
        return total

    async def checkpoint(self) -> None:
        """Bring the write-ahead log into the database and cut it to nothing, where no reader is in the way."""
        await self._db.maintain(upkeep.checkpoint)

    async def integrity_check(self) -> str:
        """``ok``, or what is wrong with the file, one problem per line. Reads all of it: seconds for a large one."""
        return await self._db.read(upkeep.integrity_check)

    async def backup(self, target: Path) -> None:
        """A whole copy of the database as it is now; readers and writers go on."""
        await self._db.maintain(upkeep.backup, target)
