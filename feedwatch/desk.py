"""What a person asks and does: reading, searching, marking, explaining, subscribing. Never polls and never delivers.

A Desk serves one screen or one command. It satisfies ``tui.backend.Backend`` without knowing of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedwatch.config import Config
from feedwatch.config_file import ConfigFile
from feedwatch.core import bursts
from feedwatch.errors import FeedwatchError, UsageError
from feedwatch.events import Changes, ConfigReloaded
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
    Document,
    Explanation,
    FeedDays,
    FeedId,
    FeedRow,
    FoundFeed,
    ItemDetail,
    ItemId,
    Page,
    Proposal,
    Rule,
    RuleHealth,
    Selection,
    Status,
    StoryId,
    Subscription,
    Trend,
    View,
    replace,
)
from feedwatch.rules.match import explain
from feedwatch.rules.parser import parse
from feedwatch.rules.syntax import Expression
from feedwatch.store.store import Store

_FETCHES = 3
"""Articles that one desk fetches at once: each has a process of its own that reads it."""
LARGEST_OPML = 32_000_000
"""Bytes: some hundred thousand feeds."""
_PORTION = 250
"""Items that a backtest looks at before it says how far it is; some 50 ms."""


def _unheard(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


def _unasked(received: int) -> None:
    """Nobody wants to know how much has come."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Desk:
    """One reader's view of one database."""

    def __init__(self, store: Store, configuration: ConfigFile, now: Callable[[], datetime] = utc_now) -> None:
        self.store = store
        self._configuration = configuration
        self._now = now
        self._fetches = asyncio.Semaphore(_FETCHES)
        self.engine_pid: int | None = None
        """The process id of this screen's own engine, where it has one."""
        self.trouble = ""
        """Why no engine works, as this screen found out."""

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._configuration.current

    # --- reading -----------------------------------------------------------------------------------------------------

    async def feeds(self) -> tuple[FeedRow, ...]:
        """Every feed with its counts and health, in the order of the configuration."""
        return await self.store.feeds(self._now())

    async def items(
        self, view: View, limit: int, *, after: Anchor | None = None, before: Anchor | None = None, last: bool = False
    ) -> Page:
        """A page of a view, newest first. A search goes on until it has found a row or read everything."""
        now = self._now()
        page = await self.store.items(view, limit, after=after, before=before, last=last, now=now)
        while page.reached is not None and not page.rows:
            backwards = before is not None or last
            onward = (None, page.reached) if backwards else (page.reached, None)
            page = await self.store.items(view, limit, after=onward[0], before=onward[1], now=now)
        return page

    async def rows(self, view: View, item_ids: Sequence[ItemId]) -> Page:
        """Those of the items that the view holds, newest first."""
        return await self.store.rows(view, item_ids, self._now())

    async def count(self, view: View) -> int | None:
        """How many items a view has; None where it has a query."""
        return await self.store.count(view)

    async def item(self, item_id: ItemId) -> ItemDetail | None:
        """An item whole; None where it is gone."""
        return await self.store.item(item_id)

    async def alerts(self, limit: int) -> tuple[AlertRow, ...]:
        """The newest alerts and the newest that wait for somebody, at most so many of each; the newest first."""
        return await self.store.alerts_to_see(limit)

    async def deliveries(self, limit: int, chosen: Selection) -> tuple[Delivery, ...]:
        """The newest deliveries of those chosen."""
        return await self.store.deliveries(limit, chosen)

    async def attempts(self, delivery_id: DeliveryId) -> tuple[Attempt, ...]:
        """The last attempts at a delivery, the newest first."""
        return await self.store.attempts(delivery_id)

    async def channels_out(self) -> tuple[ChannelState, ...]:
        """The channels that are out of service, with the reason."""
        return await self.store.channel_states()

    async def status(self) -> Status:
        """Who polls, how far it is, what waits."""
        status = replace(await self.store.status(self._now()), trouble=self.trouble)
        if status.engine is None or status.engine.pid != self.engine_pid:
            return status
        return replace(status, engine=replace(status.engine, ours=True))

    async def activity(self, days: Sequence[datetime]) -> Activity:
        """What happened on the days that begin at these times; the last time ends the last day."""
        found, trends = await self.store.activity(days), await self.trends(days[0])
        return replace(found, bursts={one.rule: bursts.days_with_one(one, days) for one in trends})

    async def feed_days(self, days: Sequence[datetime]) -> FeedDays:
        """Items seen on each of the days, by feed."""
        return await self.store.feed_days(days)

    async def changes(self, since: Cursor | None) -> Changes:
        """What happened since, in any process, and whether the configuration changed."""
        changes = await self.store.changes(since)
        reloaded = await self._reloaded()
        return changes if reloaded is None else replace(changes, events=(*changes.events, reloaded))

    async def explain(self, rule: str, item_id: ItemId, *, as_written: bool = False) -> Explanation:
        """Why a rule of the configuration matches an item, or why not.

        An expression where no rule has that name, or where it is meant ``as_written``: a search may be called so too.
        """
        subject = await self.store.subject(item_id)
        if subject is None:
            raise UsageError(f"there is no item {item_id}; 'feedwatch items --json' shows ids")
        named = None if as_written else next((one.match for one in self.config.rules if one.name == rule), None)
        return explain(parse(named if named is not None else rule, search=named is None), subject, self._now())

    async def rule_health(self) -> tuple[RuleHealth, ...]:
        """How each rule of the configuration does, what is odd about it, and what would spare its noise."""
        now = self._now()
        found = await self.store.rule_health(self.config.rules, now)
        return tuple([await self._judged(one, now) for one in found])

    async def trends(self, since: datetime, rule: str = "") -> tuple[Trend, ...]:
        """What a rule, or every rule, found in each hour since then, and what of it was a burst."""
        now, rules = self._now(), [rule] if rule else [one.name for one in self.config.rules]
        found, watched = await self.store.mentions(rules, since - timedelta(hours=bursts.LOOKBACK + 1))
        return await asyncio.to_thread(lambda: tuple(bursts.trend(one, since, now, watched) for one in found))

    async def _judged(self, one: RuleHealth, now: datetime) -> RuleHealth:
        from feedwatch.rules import health

        proposed: tuple[Proposal, ...] = ()
        if one.noise_share:
            alerted = await self.store.alerted(one.rule.name)
            proposed = await asyncio.to_thread(health.proposals, one.rule.match, alerted, now)
        return replace(one, findings=health.findings(one, self.config.feeds, now), proposals=proposed)

    async def backtest(
        self,
        rule: str,
        since: datetime,
        *,
        instead_of: str = "",
        as_written: bool = False,
        progress: Callable[[int, int], None] = _unheard,
    ) -> Backtest:
        """What a rule of the configuration, or an expression, would have raised since then.

        It is an expression where no rule has that name, or where it is meant ``as_written``. One that is to stand
        ``instead_of`` a rule takes its cooldown and growth, and is compared with it.
        ``progress`` is told how many of how many items were looked at. Raises RuleError; UsageError for no such rule.
        """
        from feedwatch.rules.backtest import Replay

        tested, before = (Rule("test", rule), None) if as_written else self._tested(rule, instead_of)
        expression = parse(tested.match, rule=tested.name)
        expressions = [expression] if before is None else [expression, before]
        count, item_ids = await self.store.candidates(expressions, since)
        replay = Replay(tested, expression, before)
        for start in range(0, len(item_ids), _PORTION):
            progress(start, len(item_ids))
            items = await self.store.archived(item_ids[start : start + _PORTION])
            await asyncio.to_thread(replay.look, items)
        progress(len(item_ids), len(item_ids))
        return replay.result(since, count, await self.store.tellings(replay.stories_to_ask))

    def _tested(self, rule: str, instead_of: str) -> tuple[Rule, Expression | None]:
        """The rule to test, and the expression to compare it with."""
        named = {one.name: one for one in self.config.rules}
        if instead_of and instead_of not in named:
            raise UsageError(f'there is no rule "{instead_of}"; the configuration has: {", ".join(named) or "none"}')
        if instead_of:
            present = named[instead_of]
            return replace(present, match=rule), parse(present.match, rule=present.name)
        return named.get(rule) or Rule("test", rule), None

    # --- stories by hand ---------------------------------------------------------------------------------------------

    async def split(self, item_id: ItemId) -> Mapping[ItemId, StoryId]:
        """Give an item a story of its own; the story that it was in, or nothing where it is alone or gone."""
        return await self.store.split(item_id)

    async def merge(self, item_id: ItemId, into: ItemId) -> Mapping[ItemId, StoryId]:
        """Make one story of those of two items; where each item was that moved."""
        return await self.store.merge(item_id, into)

    async def regroup(self, places: Mapping[ItemId, StoryId]) -> None:
        """Put items into stories: what ``split`` and ``merge`` gave takes them back."""
        await self.store.regroup(places)

    # --- marking -----------------------------------------------------------------------------------------------------

    async def mark_read(self, item_ids: Sequence[ItemId], *, read: bool, tellings: bool = False) -> tuple[ItemId, ...]:
        """Set or clear the read mark, with ``tellings`` on every item of their stories; the items that it changed."""
        return await self.store.mark_read(item_ids, read=read, now=self._now(), tellings=tellings)

    async def mark_starred(self, item_ids: Sequence[ItemId], *, starred: bool) -> None:
        """Set or clear the star."""
        await self.store.mark_starred(item_ids, starred=starred, now=self._now())

    async def acknowledge(self, alert_ids: Sequence[AlertId], *, acknowledged: bool) -> None:
        """Say that a person has seen the alerts, or take it back."""
        await self.store.acknowledge(alert_ids, acknowledged=acknowledged, now=self._now())

    async def mark_noise(self, alert_ids: Sequence[AlertId], *, noise: bool) -> None:
        """Say that the alerts were not what the rule meant, or take it back."""
        await self.store.mark_noise(alert_ids, noise=noise, now=self._now())

    # --- asking the engine, through the store ------------------------------------------------------------------------

    async def poll_now(self, feed_id: FeedId | None) -> int:
        """Make one feed, or with None every feed, due at once; how many."""
        return await self.store.request_poll(feed_id, self._now())

    async def retry_deliveries(self, chosen: Selection) -> int:
        """Send those deliveries again, whatever became of them; how many. Their channels are in service again."""
        return await self.store.retry_deliveries(chosen, self._now())

    async def test_channel(self, name: str) -> str:
        """Send a signed test message to a channel now; a sentence that says what came back."""
        from feedwatch.webpages import send_test

        channel = next((one for one in self.config.channels if one.name == name), None)
        if channel is None:
            names = ", ".join(one.name for one in self.config.channels) or "none"
            raise UsageError(f"the configuration has no channel {name}; it has: {names}")
        sentence = await send_test(self.config, channel, self._now())
        await self.store.enable_channel(name, self._now())
        return sentence

    # --- subscribing and full text -----------------------------------------------------------------------------------

    async def add_feeds(self, address: str, *, name: str = "", tags: Sequence[str] = ()) -> str:
        """Subscribe to a feed, or to the feeds that a site announces; a sentence that says which."""
        found = await self.find_feeds(address)
        wanted = [one.subscription for one in found if not one.problem]
        said = await self._subscribe([replace(one, name=name or one.name, tags=tuple(tags)) for one in wanted])
        return "; ".join([said, *(f"left out {one.problem}" for one in found if one.problem)])

    async def find_feeds(self, address: str) -> tuple[FoundFeed, ...]:
        """The feed at an address, or those that the site there announces; nothing is subscribed to yet."""
        from feedwatch.webpages import open_web_pages

        async with open_web_pages(self.config) as pages:
            return await pages.find_feeds(address)

    async def keep_feeds(self, found: Sequence[FoundFeed]) -> str:
        """Subscribe to feeds that were found; a sentence that says which."""
        return await self._subscribe([one.subscription for one in found if not one.problem])

    async def import_opml(self, path: Path) -> str:
        """Subscribe to all feeds of an OPML file; a sentence that says how many."""
        wanted, left_out = await asyncio.to_thread(_from_opml, path)
        return await self._subscribe(wanted) + (f"; {left_out}" if left_out else "")

    async def remove_feed(self, url: str) -> str:
        """End a subscription; its items stay. A sentence that says so."""
        sentence = await asyncio.to_thread(self._configuration.remove, url)
        await self.sync_feeds()
        return sentence

    async def full_text(self, item_id: ItemId, *, progress: Callable[[int], None] = _unasked) -> Article:
        """The article from the item's page, fetched once and kept; ``Article.error`` says why there is none.

        ``progress`` is told how many bytes of the page have come. Raises UsageError where there is no such item.
        """
        detail = await self.store.item(item_id)
        if detail is None:
            raise UsageError(f"there is no item {item_id}")
        if detail.article is not None and not detail.article.error:
            return detail.article
        async with self._fetches:
            article = await self._fetch_article(detail.row.url, progress)
        await self.store.keep_article(item_id, article)
        return article

    async def picture(self, url: str, *, progress: Callable[[int], None] = _unasked) -> Bitmap:
        """A picture of an item, fetched now and kept nowhere; ``progress`` is told how many bytes of it have come.

        Raises FeedwatchError with a sentence where it can't be fetched or shown.
        """
        from feedwatch.webpages import open_web_pages

        async with self._fetches, open_web_pages(self.config) as pages:
            return await pages.picture(url, progress)

    async def save_rule(self, name: str, match: str) -> str:
        """Give a rule another expression, or add it; a sentence that says so. A running engine takes it up."""
        return await asyncio.to_thread(self._configuration.save_rule, name, match)

    async def sync_feeds(self) -> None:
        """Make the stored feeds those of the configuration, where there is one and nobody polls.

        An engine follows its own configuration, which may be another than ours, and takes over changes to it by itself.
        """
        if self.config.path is None or await self.store.engine(self._now()) is not None:
            return
        await self.store.sync_feeds(self.config.feeds, self._now())

    async def _fetch_article(self, url: str, progress: Callable[[int], None]) -> Article:
        from feedwatch.webpages import open_web_pages

        if not url:
            return Article(Document(), self._now(), "this item has no link to a page")

        try:
            async with open_web_pages(self.config) as pages:
                return Article(await pages.article(url, progress), self._now())
        except FeedwatchError as error:
            return Article(Document(), self._now(), str(error))

    async def _subscribe(self, wanted: Sequence[Subscription]) -> str:
        sentence = await asyncio.to_thread(self._configuration.add, wanted)
        await self.sync_feeds()
        return sentence

    async def _reloaded(self) -> ConfigReloaded | None:
        result = await asyncio.to_thread(self._configuration.reload)
        if result is not None and not result.problem:
            await self.sync_feeds()
        return result


def _from_opml(path: Path) -> tuple[list[Subscription], str]:
    """What an OPML file lists, and a sentence about what of it can't be taken."""
    from feedwatch.core import opml  # loads the cleaning of text, which no screen waits for

    try:
        if path.exists() and not path.is_file():  # a pipe or a device may never end
            raise UsageError(f"{path}: is no file")
        with path.open("rb") as file:
            body = file.read(LARGEST_OPML + 1)
    except OSError as error:
        raise UsageError(f"{path}: can't be read: {error.strerror}") from error
    if len(body) > LARGEST_OPML:
        raise UsageError(f"{path}: larger than {LARGEST_OPML // 1_000_000} MB, which no list of feeds is")
    listed = opml.read(body)
    if not listed.feeds:
        raise UsageError(f"{path}: no feeds in it")
    left = f"left out {listed.left_out}: no web address, or beyond the first {opml.MOST:,}" if listed.left_out else ""
    return [Subscription(one.url, one.name, "", one.tags) for one in listed.feeds], left


@contextlib.asynccontextmanager
async def open_desk(database: Path, configuration: ConfigFile) -> AsyncIterator[Desk]:
    """A desk on a database. It does not make the stored feeds those of the configuration: a screen does."""
    store = await Store.open(database)
    try:
        yield Desk(store, configuration)
    finally:
        await store.close()
