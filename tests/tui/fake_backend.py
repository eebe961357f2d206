"""A backend in memory: what the screens need to believe that a store stands behind them."""

from __future__ import annotations

import asyncio
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import overload

from feedwatch.errors import ParseError
from feedwatch.events import AlertRaised, Changes, DeliveryChanged, Event, FeedChecked, ItemsArrived, ItemsChanged
from feedwatch.model import (
    Activity,
    AlertId,
    AlertRow,
    AlertState,
    AlertStats,
    Anchor,
    Article,
    Attempt,
    Backtest,
    Bitmap,
    Block,
    BlockKind,
    ChannelState,
    Cursor,
    Delivery,
    DeliveryId,
    DeliveryState,
    Document,
    EngineStatus,
    Explanation,
    ExplanationNode,
    Feed,
    FeedDays,
    FeedHealth,
    FeedId,
    FeedRow,
    FeedState,
    Finding,
    FoundFeed,
    Hit,
    ItemAlert,
    ItemDetail,
    ItemId,
    ItemRow,
    Match,
    Page,
    Picture,
    Proposal,
    Rule,
    RuleHealth,
    Selection,
    Severity,
    Status,
    StoryId,
    StoryMember,
    Subscription,
    Tally,
    Trend,
    TrendHour,
    View,
    replace,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def make_row(number: int, title: str = "", **changes: object) -> ItemRow:
    """An item; the greater its number, the newer."""
    seen = NOW - timedelta(days=200) + timedelta(minutes=number)
    row = ItemRow(
        id=ItemId(number),
        anchor=Anchor(int(seen.timestamp() * 1000), number),
        feed_id=FeedId(number % 3 + 1),
        feed=f"Feed {number % 3 + 1}",
        outlet=f"Outlet {number % 3 + 1}",
        title=title or f"Title {number}",
        url=f"https://example.org/{number}",
        author="",
        published=seen,
        seen=seen,
        story_id=StoryId(number),
        tellings=1,
        outlets=1,
        sources=1,
        language="en",
        read=False,
        starred=False,
        edited=False,
        rules=(),
        severity=None,
        title_matches=(),
    )
    return replace(row, **changes)  # type: ignore[arg-type]  # the names are ItemRow's, written by the tests


def make_feed(number: int, health: FeedHealth = FeedHealth.OK, tags: tuple[str, ...] = (), unread: int = 0) -> FeedRow:
    """A feed."""
    state = FeedState(
        due_at=NOW + timedelta(minutes=3),
        health=health,
        failures=4 if health is FeedHealth.FAILING else 0,
        last_success=NOW - timedelta(minutes=12),
        last_error="status 500 Internal Server Error" if health is FeedHealth.FAILING else "",
    )
    subscription = Subscription(f"https://example.org/feed/{number}", f"Feed {number}", f"Outlet {number}", tags)
    return FeedRow(Feed(FeedId(number), subscription, state), items=10, unread=unread, late=False, polling=False)


def make_alert(number: int, item: ItemRow, severity: Severity = Severity.HIGH, **changes: object) -> AlertRow:
    """An alert about an item."""
    alert = AlertRow(
        id=AlertId(f"a{number}"),
        rule="Drones",
        severity=severity,
        state=AlertState.RAISED,
        reason="",
        raised_at=item.seen,
        acknowledged=False,
        noise=False,
        story_id=item.story_id,
        tellings=item.tellings,
        outlets=item.outlets,
        sources=item.sources,
        item_id=item.id,
        title=item.title,
        url=item.url,
        feed_id=item.feed_id,
        feed=item.feed,
        outlet=item.outlet,
        published=item.published,
        seen=item.seen,
        matches=(Match("title", 0, 5, item.title[:5]),),
    )
    return replace(alert, **changes)  # type: ignore[arg-type]  # the names are AlertRow's, written by the tests


def make_delivery(number: int, state: DeliveryState) -> Delivery:
    """A delivery."""
    return Delivery(
        id=DeliveryId(f"d{number}"),
        alert_id=AlertId(f"a{number}"),
        channel="desk",
        state=state,
        attempts=2,
        next_at=NOW + timedelta(minutes=5),
        last_status=500 if state is not DeliveryState.DELIVERED else 200,
        last_error="server error" if state is not DeliveryState.DELIVERED else "",
        created_at=NOW,
        delivered_at=NOW if state is DeliveryState.DELIVERED else None,
        body=b"{}",
        title=f"Title {number}",
        rule="Drones",
    )


class ManyRows(Sequence[ItemRow]):
    """So many items, newest first, each made when it is looked at."""

    def __init__(self, count: int) -> None:
        self._count = count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> ItemRow: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ItemRow]: ...
    def __getitem__(self, index: int | slice) -> ItemRow | Sequence[ItemRow]:
        if isinstance(index, slice):
            return [make_row(self._count - at) for at in range(*index.indices(self._count))]
        if index >= self._count:
            raise IndexError(index)
        return make_row(self._count - index)


class FakeBackend:
    """Rows in a list, marks in place, and the calls that were made."""

    def __init__(self, rows: Sequence[ItemRow] = (), feeds: tuple[FeedRow, ...] | None = None) -> None:
        self.all: Sequence[ItemRow] = rows if isinstance(rows, ManyRows) else sorted(rows, key=_newest_first)
        self.feed_rows = (
            (make_feed(1, tags=("world",), unread=2), make_feed(2), make_feed(3)) if feeds is None else feeds
        )
        self.alert_rows: tuple[AlertRow, ...] = ()
        self.delivery_rows: tuple[Delivery, ...] = ()
        self.attempt_rows: tuple[Attempt, ...] = ()
        self.channels: tuple[ChannelState, ...] = ()
        self.rule_rows: tuple[RuleHealth, ...] = (
            RuleHealth(Rule("Drones", "drone", Severity.HIGH), NOW - timedelta(hours=3), 12, 0.05, 0, 0.0),
            RuleHealth(
                Rule("Generals", "general"),
                None,
                40,
                0.3,
                0,
                0.5,
                findings=(Finding("too much", "It alerts to 30% of all items."),),
                proposals=(
                    Proposal('12 of 14 noisy hits stand in "general election".', 'general -"general election"'),
                ),
            ),
        )
        self.documents: dict[ItemId, Document] = {}
        self.trouble = ""
        self.engine: EngineStatus | None = EngineStatus("screen", 1234, "here", NOW, ours=True)
        self.failing: dict[str, Exception] = {}
        """Call name -> what it raises."""
        self.calls: list[tuple[object, ...]] = []
        self.counted = True
        self.slow = 0.0
        """Seconds that an item takes."""
        self.busy = 0
        """Calls of ``changes`` under way; never more than one."""
        self._events: list[Event] = []
        self._articles: dict[ItemId, Article] = {}
        self.no_page = ""
        """Why no page has an article."""
        self.page: Callable[[Callable[[int], None]], Awaitable[object]] | None = None
        """What happens while a page is fetched."""
        self.members: tuple[StoryMember, ...] = ()
        self.pictures: tuple[Picture, ...] = ()
        self.broken_pictures: set[str] = set()
        self.happened = Activity((0,) * 30, {}, AlertStats((), ()), (), 0, 0, 0, 0.0, 0.0)
        self.of_feeds: FeedDays = {}
        self.counting: asyncio.Event | None = None
        """Where it is set, what ``activity`` waits for."""

    # --- what tests make happen ---------------------------------------------------------------------------------------

    def arrive(self, rows: Iterable[ItemRow]) -> None:
        """New items in the store."""
        fresh = list(rows)
        self.all = sorted([*self.all, *fresh], key=_newest_first)
        self._events.append(ItemsArrived(tuple(row.id for row in fresh)))

    def change(self, row: ItemRow) -> None:
        """An item with another wording."""
        self.all = [row if known.id == row.id else known for known in self.all]
        self._events.append(ItemsChanged((row.id,)))

    def raise_alerts(self, *alerts: AlertRow) -> None:
        """New alerts in the store."""
        self.alert_rows = (*alerts, *self.alert_rows)
        self._events.append(AlertRaised(tuple(alert.id for alert in alerts)))

    def happen(self, event: Event) -> None:
        """Any other event."""
        self._events.append(event)

    def made(self, name: str) -> list[tuple[object, ...]]:
        """The arguments of the calls of this name."""
        return [call[1:] for call in self.calls if call[0] == name]

    # --- the Protocol -------------------------------------------------------------------------------------------------

    async def feeds(self) -> tuple[FeedRow, ...]:
        self._called("feeds")
        return self.feed_rows

    async def items(
        self, view: View, limit: int, *, after: Anchor | None = None, before: Anchor | None = None, last: bool = False
    ) -> Page:
        self._called("items", view, limit, after, before, last)
        await asyncio.sleep(0)
        if "(" in view.query:
            return Page((), more=False, error=f"unclosed bracket at column {view.query.index('(') + 1}")
        rows = self._rows(view)
        if last:
            return Page(tuple(rows[-limit:]), more=len(rows) > limit)
        if after is not None:
            at = bisect_right(rows, (-after.at, -after.item_id), key=_newest_first)
            return Page(tuple(rows[at : at + limit]), more=at + limit < len(rows))
        if before is not None:
            at = bisect_left(rows, (-before.at, -before.item_id), key=_newest_first)
            return Page(tuple(rows[max(0, at - limit) : at]), more=at > limit)
        return Page(tuple(rows[:limit]), more=len(rows) > limit)

    async def rows(self, view: View, item_ids: Sequence[ItemId]) -> Page:
        self._called("rows", view, tuple(item_ids))
        wanted = set(item_ids)
        return Page(tuple(row for row in self._rows(view) if row.id in wanted) if wanted else (), more=False)

    async def count(self, view: View) -> int | None:
        self._called("count", view)
        return None if view.query or not self.counted else len(self._rows(view))

    async def item(self, item_id: ItemId) -> ItemDetail | None:
        self._called("item", item_id)
        await asyncio.sleep(self.slow)
        row = self._find(item_id)
        if row is None:
            return None
        alerts = tuple(_of_item(alert) for alert in self.alert_rows if alert.item_id == item_id)
        return ItemDetail(
            row=row,
            document=self.documents.get(item_id, _document(f"The text of {row.title}.")),
            html="",
            feed_url="https://example.org/feed",
            categories=(),
            source="",
            enclosures=(),
            tags=(),
            alerts=alerts,
            revisions=(),
            members=self.members,
            article=self._articles.get(item_id),
            pictures=self.pictures,
        )

    async def alerts(self, limit: int) -> tuple[AlertRow, ...]:
        self._called("alerts", limit)
        return self.alert_rows[:limit]

    async def deliveries(self, limit: int, chosen: Selection) -> tuple[Delivery, ...]:
        self._called("deliveries", limit, chosen)
        await asyncio.sleep(0)
        return tuple(one for one in self.delivery_rows if _is_chosen(one, chosen))[:limit]

    async def attempts(self, delivery_id: DeliveryId) -> tuple[Attempt, ...]:
        self._called("attempts", delivery_id)
        return self.attempt_rows

    async def channels_out(self) -> tuple[ChannelState, ...]:
        self._called("channels_out")
        return self.channels

    async def status(self) -> Status:
        self._called("status")
        return Status(
            engine=self.engine,
            feeds=len(self.feed_rows),
            polling=0,
            due=0,
            next_due=NOW + timedelta(minutes=3),
            failing=sum(row.feed.state.health is FeedHealth.FAILING for row in self.feed_rows),
            unread=7,
            alerts=sum(not alert.acknowledged for alert in self.alert_rows),
            waiting=1,
            dead=0,
            out_of_service=self.channels,
            trouble=self.trouble,
        )

    async def changes(self, since: Cursor | None) -> Changes:
        self.busy += 1
        assert self.busy == 1
        try:
            await asyncio.sleep(0)
            self._called("changes")
            events, self._events = (tuple(self._events), []) if since is not None else ((), self._events)
            return Changes(Cursor(1 if since is None else since.change + 1, 0), events)
        finally:
            self.busy -= 1

    async def mark_read(self, item_ids: Sequence[ItemId], *, read: bool, tellings: bool = False) -> tuple[ItemId, ...]:
        self._called("mark_read", tuple(item_ids), read, tellings)
        stories = {row.story_id for row in self.all if row.id in item_ids} if tellings else set()
        meant = [row for row in self.all if row.id in item_ids or row.story_id in stories]
        changed = tuple(row.id for row in meant if row.read != read)
        self._replace(changed, read=read)
        return changed

    async def split(self, item_id: ItemId) -> Mapping[ItemId, StoryId]:
        self._called("split", item_id)
        row = next(row for row in self.all if row.id == item_id)
        if row.tellings < 2:
            return {}
        self._put({item_id: StoryId(1000 + item_id)})
        return {item_id: row.story_id}

    async def merge(self, item_id: ItemId, into: ItemId) -> Mapping[ItemId, StoryId]:
        self._called("merge", item_id, into)
        kept, given_up = sorted(row.story_id for row in self.all if row.id in (item_id, into))
        moved = {row.id: given_up for row in self.all if row.story_id == given_up}
        self._put(dict.fromkeys(moved, kept))
        return moved

    async def regroup(self, places: Mapping[ItemId, StoryId]) -> None:
        self._called("regroup", dict(places))
        self._put(places)

    async def mark_starred(self, item_ids: Sequence[ItemId], *, starred: bool) -> None:
        self._called("mark_starred", tuple(item_ids), starred)
        self._replace(item_ids, starred=starred)

    async def acknowledge(self, alert_ids: Sequence[AlertId], *, acknowledged: bool) -> None:
        self._called("acknowledge", tuple(alert_ids), acknowledged)
        self.alert_rows = tuple(
            replace(row, acknowledged=acknowledged) if row.id in alert_ids else row for row in self.alert_rows
        )
        self._events.append(AlertRaised(tuple(alert_ids)))

    async def mark_noise(self, alert_ids: Sequence[AlertId], *, noise: bool) -> None:
        self._called("mark_noise", tuple(alert_ids), noise)
        self.alert_rows = tuple(
            replace(row, noise=noise, acknowledged=noise or row.acknowledged) if row.id in alert_ids else row
            for row in self.alert_rows
        )
        self._events.append(AlertRaised(tuple(alert_ids)))

    async def poll_now(self, feed_id: FeedId | None) -> int:
        self._called("poll_now", feed_id)
        self._events.append(FeedChecked(tuple(row.feed.id for row in self.feed_rows)))
        return len(self.feed_rows) if feed_id is None else 1

    async def activity(self, days: Sequence[datetime]) -> Activity:
        self._called("activity", tuple(days))
        try:
            if self.counting is not None:
                await self.counting.wait()
        except asyncio.CancelledError:
            self._called("activity given up")
            raise
        return self.happened

    async def feed_days(self, days: Sequence[datetime]) -> FeedDays:
        self._called("feed_days", tuple(days))
        return self.of_feeds

    async def explain(self, rule: str, item_id: ItemId, *, as_written: bool = False) -> Explanation:
        self._called("explain", rule, item_id, *(("as written",) if as_written else ()))
        tree = ExplanationNode(
            "drone AND -toy", truth=True, children=(ExplanationNode("drone", truth=True, note="1 occurrence in title"),)
        )
        return Explanation(
            verdict=True, summary="It matches.", matches=(), tree=tree, forms={"drone": ("drone", "drones")}
        )

    async def rule_health(self) -> tuple[RuleHealth, ...]:
        self._called("rule_health")
        return self.rule_rows

    async def trends(self, since: datetime, rule: str = "") -> tuple[Trend, ...]:
        self._called("trends", since, rule)
        count = round((NOW - since) / timedelta(hours=1)) + 1
        starts = [NOW - timedelta(hours=back) for back in reversed(range(count))]
        hours = [TrendHour(start, 2, 2, 1.5, burst=False) for start in starts]
        hours[-1] = replace(hours[-1], stories=14, outlets=4, burst=True)
        return (Trend(rule or "Drones", tuple(hours)),)

    async def save_rule(self, name: str, match: str) -> str:
        self._called("save_rule", name, match)
        self.rule_rows = tuple(
            replace(one, rule=replace(one.rule, match=match)) if one.rule.name == name else one
            for one in self.rule_rows
        )
        return f'saved the rule "{name}"'

    async def backtest(
        self,
        rule: str,
        since: datetime,
        *,
        instead_of: str = "",
        as_written: bool = False,
        progress: Callable[[int, int], None],
    ) -> Backtest:
        self._called("backtest", rule, since, *(("as written",) if as_written else ()))
        progress(0, 1000)
        await asyncio.sleep(self.slow)
        hit = Hit(ItemId(1), "A drone was seen", "Feed 1", NOW, (Match("title", 2, 7, "drone"),), "")
        return Backtest(
            rule=Rule("test", rule),
            since=since,
            items=1000,
            matched=3,
            stories=2,
            raised=2,
            grown=1,
            suppressed={"story already alerted": 1},
            by_day=((NOW.date(), Tally(2, 1, 1)),),
            by_feed=(("Feed 1", Tally(2, 1, 1)),),
            first=(hit, replace(hit, suppressed="story already alerted")),
            timeouts=0,
        )

    async def full_text(self, item_id: ItemId, *, progress: Callable[[int], None]) -> Article:
        self._called("full_text", item_id)
        if self.page is not None:
            await self.page(progress)
        self._articles[item_id] = Article(_document("" if self.no_page else "The whole article."), NOW, self.no_page)
        return self._articles[item_id]

    async def picture(self, url: str, *, progress: Callable[[int], None]) -> Bitmap:
        self._called("picture", url)
        progress(12_000)
        await asyncio.sleep(self.slow)
        if url in self.broken_pictures:
            raise ParseError("This is no picture that can be shown.")
        stripes = ((70, 110, 170), (230, 180, 90), (40, 40, 60))
        return Bitmap(160, 90, b"".join(bytes(stripe) * 160 * 30 for stripe in stripes))

    async def find_feeds(self, address: str) -> tuple[FoundFeed, ...]:
        self._called("find_feeds", address)
        return (FoundFeed(Subscription(f"https://{address}/feed", "Found", "Outlet"), ("First \x1b[2J", "Second")),)

    async def keep_feeds(self, found: Sequence[FoundFeed]) -> str:
        self._called("keep_feeds", found)
        self.feed_rows = (make_feed(1),)
        self._events.append(FeedChecked((FeedId(1),)))
        return "Added 1 feed of example.org."

    async def import_opml(self, path: Path) -> str:
        self._called("import_opml", path)
        self.feed_rows = (make_feed(1), make_feed(2))
        return "Imported 2 feeds."

    async def retry_deliveries(self, chosen: Selection) -> int:
        self._called("retry_deliveries", chosen)
        self._events.append(DeliveryChanged(1))
        return sum(_is_chosen(one, chosen) for one in self.delivery_rows)

    async def test_channel(self, name: str) -> str:
        self._called("test_channel", name)
        return f"channel {name}: delivered (status 204)"

    # --- parts --------------------------------------------------------------------------------------------------------

    def _called(self, name: str, *arguments: object) -> None:
        self.calls.append((name, *arguments))
        if name in self.failing:
            raise self.failing[name]

    def _put(self, places: Mapping[ItemId, StoryId]) -> None:
        rows = [replace(row, story_id=places.get(row.id, row.story_id)) for row in self.all]
        counts = Counter(row.story_id for row in rows)
        self.all = [replace(row, tellings=counts[row.story_id], outlets=counts[row.story_id]) for row in rows]
        self._events.append(ItemsChanged(tuple(row.id for row in rows)))

    def _rows(self, view: View) -> Sequence[ItemRow]:
        if isinstance(self.all, ManyRows):  # each is a story of its own, and no test asks for some of them
            assert view in (View(), View(grouped=True))
            return self.all
        held = [row for row in self.all if _holds(view, row)]
        if not view.grouped or view.query:
            return held
        first: dict[StoryId, ItemId] = {}
        for row in held:
            first[row.story_id] = min(row.id, first.get(row.story_id, row.id))
        return [row for row in held if first[row.story_id] == row.id]

    def _find(self, item_id: ItemId) -> ItemRow | None:
        if isinstance(self.all, ManyRows):
            return make_row(item_id)
        return next((row for row in self.all if row.id == item_id), None)

    def _replace(self, item_ids: Sequence[ItemId], **changes: bool) -> None:
        wanted = set(item_ids)
        self.all = [replace(row, **changes) if row.id in wanted else row for row in self.all]  # type: ignore[arg-type]
        self._events.append(ItemsChanged(tuple(item_ids)))


def _holds(view: View, row: ItemRow) -> bool:
    return (
        view.feed_id in (None, row.feed_id)
        and not (view.unread and row.read)
        and not (view.starred and not row.starred)
        and not (view.alerted and not row.rules)
        and (not view.tag or row.feed_id == 1)
        and view.query.lower() in row.title.lower()
    )


def _is_chosen(one: Delivery, chosen: Selection) -> bool:
    return (
        (not chosen.ids or one.id in chosen.ids)
        and chosen.state in (None, one.state)
        and chosen.channel in ("", one.channel)
        and (chosen.since is None or one.created_at >= chosen.since)
        and (chosen.until is None or one.created_at < chosen.until)
        and chosen.text.lower() in f"{one.rule} {one.title}".lower()
    )


def _newest_first(row: ItemRow) -> tuple[int, int]:
    return -row.anchor.at, -row.anchor.item_id


def _of_item(row: AlertRow) -> ItemAlert:
    return ItemAlert(row.id, row.rule, row.severity, row.state, row.reason, row.acknowledged, row.matches, row.noise)


def _document(text: str) -> Document:
    return Document(text, (Block(BlockKind.PARAGRAPH, 0, len(text)),))
