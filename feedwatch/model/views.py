"""What a screen or a command asks for and is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from msgspec import Struct

from feedwatch.model.alerts import ChannelState
from feedwatch.model.entries import Document, Enclosure, Picture
from feedwatch.model.feeds import Feed
from feedwatch.model.items import Article, Edit, Match, Revision, StoryMember, Subject
from feedwatch.model.kinds import AlertId, AlertState, FeedId, ItemId, Severity, StoryId


class View(Struct, frozen=True):
    """Which items are asked for; the parts are joined by AND."""

    feed_id: FeedId | None = None
    tag: str = ""
    unread: bool = False
    starred: bool = False
    alerted: bool = False
    query: str = ""
    """An expression of the alert language; empty for all."""
    grouped: bool = False
    """Of each story only the item that came first of those in the view; what a query finds is never left out."""

    @property
    def is_by_story(self) -> bool:
        """Whether a line stands for a story."""
        return self.grouped and not self.query


class Anchor(Struct, frozen=True, order=True):
    """A place in a list of items, newest first: its sort time in milliseconds since 1970, then its id."""

    at: int
    item_id: int


class ItemRow(Struct, frozen=True):
    """One line of the item list."""

    id: ItemId
    anchor: Anchor
    feed_id: FeedId
    feed: str
    outlet: str
    title: str
    url: str
    author: str
    published: datetime | None
    seen: datetime
    story_id: StoryId
    tellings: int
    """Items of its story, itself included."""
    outlets: int
    """Who tells its story."""
    sources: int
    """Where their words come from."""
    language: str
    read: bool
    starred: bool
    edited: bool
    """Its publisher changed the headline or the text."""
    rules: tuple[str, ...]
    """Names of the rules that alerted on it."""
    severity: Severity | None
    """The highest of those."""
    title_matches: tuple[tuple[int, int], ...]
    """Character offsets into title, by rules and by the view's query."""


class Page(Struct, frozen=True):
    """A run of rows, newest first."""

    rows: tuple[ItemRow, ...]
    more: bool
    """There are rows beyond, in the direction asked."""
    error: str = ""
    """Why the view's query can't be read; the rows are then empty."""
    reached: Anchor | None = None
    """Where a search stopped because its time was up: go on after it, or before it, to read further."""


class ArchivedItem(Struct, frozen=True):
    """A stored item as a backtest sees it."""

    item_id: ItemId
    feed_id: FeedId
    story_id: StoryId
    subject: Subject
    """Its ``outlets`` are those that had told the story when the item came."""
    first_poll: bool = False
    """It was found when its feed was polled for the first time, and that is a baseline."""
    outlets: int = 1
    """Those that have told the story by now."""


class ItemAlert(Struct, frozen=True):
    """An alert as its item's preview shows it."""

    id: AlertId
    rule: str
    severity: Severity
    state: AlertState
    reason: str
    acknowledged: bool
    matches: tuple[Match, ...]
    noise: bool = False


class ItemDetail(Struct, frozen=True):
    """An item whole, for the preview and ``feedwatch show``."""

    row: ItemRow
    document: Document
    html: str
    feed_url: str
    categories: tuple[str, ...]
    source: str
    enclosures: tuple[Enclosure, ...]
    tags: tuple[str, ...]
    alerts: tuple[ItemAlert, ...]
    revisions: tuple[Revision, ...]
    """Newest first."""
    members: tuple[StoryMember, ...]
    """Of its story, itself included, earliest first."""
    article: Article | None = None
    pictures: tuple[Picture, ...] = ()
    """What the feed shows with it."""
    edits: tuple[Edit, ...] = ()
    """How headline and text were changed, newest first; the newest few."""
    older_edits: int = 0
    """Changes before those."""


class AlertLatency(Struct, frozen=True):
    """How long each step of an alert took, in seconds; None where that is not known."""

    published_to_seen: float | None = None
    """None also where the publication date can't be trusted, as ``core/latency.py`` has it."""
    seen_to_raised: float | None = None
    raised_to_delivered: float | None = None
    """To the first delivery of its first message; quiet hours and digests, which its reason names, included."""


class AlertRow(Struct, frozen=True):
    """One line of the alert list, newest first."""

    id: AlertId
    rule: str
    severity: Severity
    state: AlertState
    reason: str
    raised_at: datetime
    acknowledged: bool
    noise: bool
    story_id: StoryId
    tellings: int
    outlets: int
    sources: int
    """Of its story, as those of an ``ItemRow``."""
    item_id: ItemId
    title: str
    url: str
    feed_id: FeedId
    feed: str
    outlet: str
    published: datetime | None
    seen: datetime
    matches: tuple[Match, ...]
    latency: AlertLatency = AlertLatency()


class FeedRow(Struct, frozen=True):
    """One line of the feed list, with its health."""

    feed: Feed
    items: int
    unread: int
    late: bool
    """Quiet for three times its usual silence."""
    polling: bool
    """Leased by a poller at this moment."""


class EngineStatus(Struct, frozen=True):
    """Who polls this database."""

    kind: Literal["daemon", "screen", "poll"]
    pid: int
    host: str
    since: datetime
    ours: bool = False
    """It is the child of the screen that asks."""


class Status(Struct, frozen=True):
    """The status bar."""

    engine: EngineStatus | None
    feeds: int
    polling: int
    """Feeds leased at this moment."""
    due: int
    """Feeds due and not yet polled."""
    next_due: datetime | None
    failing: int
    unread: int
    alerts: int
    """Raised or baseline, not acknowledged."""
    waiting: int
    """Deliveries."""
    dead: int
    out_of_service: tuple[ChannelState, ...] = ()
    """Channels to which nothing is sent: gone (410), or left alone until a probe."""
    trouble: str = ""
    """Why nothing is polled and no alert is sent, where that is known."""


class Cursor(Struct, frozen=True):
    """How far a screen has heard: the store's change counter and the newest item id."""

    change: int = 0
    item_id: int = 0


class Latency(Struct, frozen=True):
    """Seconds at the 50th and 95th percentile, of ``count`` measured."""

    count: int
    p50: float | None
    p95: float | None
    skewed: int = 0
    """Left out, since their publication dates can't be trusted."""


class StatsLine(Struct, frozen=True):
    """Counts and latencies of one feed, of one rule, or of all."""

    name: str
    items: int
    """Stored; for a rule, those that it alerted on."""
    alerts: int
    published_to_seen: Latency
    """Without the items of a feed's first poll, which were old when it was added."""
    seen_to_raised: Latency
    raised_to_delivered: Latency
    """Of first messages, to every channel; without those held for quiet hours or a digest, whose wait was asked for."""


class ChannelLine(Struct, frozen=True):
    """The first messages of alerts that were delivered to one channel, and their latencies."""

    name: str
    delivered: int
    held: int
    """Of these: held for quiet hours or a digest, which is measured in neither latency."""
    raised_to_delivered: Latency
    published_to_delivered: Latency
    """From end to end."""


class AlertStats(Struct, frozen=True):
    """How fast the alerts of some time came about and went out."""

    rules: tuple[StatsLine, ...]
    """By name."""
    channels: tuple[ChannelLine, ...]
    """By name."""


class Stats(Struct, frozen=True):
    """What came in since a time, and how fast it went out."""

    since: datetime
    total: StatsLine
    feeds: tuple[StatsLine, ...]
    """In the order of the configuration, removed ones last."""
    rules: tuple[StatsLine, ...]
    """By name."""
    channels: tuple[ChannelLine, ...]
    """By name."""
    stories: int
    """Told since then."""
    copies: int
    """Items seen since then whose stories had been told before: lines of the stream that nobody had to read."""
    spared: int
    """Matches since then that raised no alert, since their stories had one."""
    loop_lag: float
    """Seconds that the event loop of the engine ran late at most, before its last beat."""
    loop_lag_max: float
    """The same since the engine started, or of the last one where none runs."""
