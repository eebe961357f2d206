"""The nouns that every layer shares: frozen values, no behaviour beyond what they are.

Times are aware datetimes in UTC. Durations are seconds (float) unless a field says otherwise. Tuples, never lists.
Nothing here may import another part of feedwatch.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NewType

FeedId = NewType("FeedId", int)
ItemId = NewType("ItemId", int)
StoryId = NewType("StoryId", int)
AlertId = NewType("AlertId", str)
"""Derived from rule and story, so that the same alert can't be raised twice."""
DeliveryId = NewType("DeliveryId", str)
"""Derived from alert and channel; sent as ``webhook-id``, the receiver's idempotency key."""


class Severity(StrEnum):
    """How loud an alert is, quietest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"


class FeedHealth(StrEnum):
    """What the last polls of a feed say about it."""

    NEW = "new"
    """Never polled."""
    OK = "ok"
    FAILING = "failing"
    BLOCKED = "blocked"
    """A bot challenge or 401/403: polled seldom."""
    GONE = "gone"
    """410: not polled until asked."""


class AlertState(StrEnum):
    """What became of a match."""

    RAISED = "raised"
    BASELINE = "baseline"
    """Found at a feed's first poll: shown, not delivered."""
    SUPPRESSED = "suppressed"
    """Kept and not delivered, with a reason."""


class DeliveryState(StrEnum):
    """Where one message to one channel stands. A leased (in flight) delivery is still ``waiting``."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


class FailureKind(StrEnum):
    """Why a feed gave nothing; the sentence beside it has the detail."""

    TIMEOUT = "timeout"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    PROTOCOL = "protocol"
    STATUS = "status"
    BLOCKED = "blocked"
    GONE = "gone"
    THROTTLED = "throttled"
    ADDRESS = "address"
    """Scheme, port or address that may not be dialled."""
    REDIRECT = "redirect"
    TOO_LARGE = "too large"
    ENCODING = "encoding"
    NOT_A_FEED = "not a feed"
    PARSE_TIMEOUT = "parse timeout"
    PARSER = "parser"


# --- what the configuration says -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Subscription:
    """One ``[[feeds]]`` entry: what the user says of a feed."""

    url: str
    name: str
    outlet: str
    tags: tuple[str, ...] = ()
    interval: float | None = None
    """Fixed seconds between polls; None: the schedule decides."""
    full_text: bool = False
    baseline: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """One ``[[rules]]`` entry, its expression as text."""

    name: str
    match: str
    severity: Severity = Severity.NORMAL
    channels: tuple[str, ...] = ()
    cooldown: float = 0.0
    grow: tuple[int, ...] = (3, 10)


@dataclass(frozen=True, slots=True)
class Channel:
    """One ``[[channels]]`` entry, secrets resolved."""

    name: str
    type: str
    url: str = ""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Newest first; each signs, so that a receiver can rotate."""
    timeout: float = 10.0


# --- fetching --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional GET sends back, byte for byte; they belong to ``url``, the address that gave them."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """200 with a whole body, decoded and under the cap."""

    url: str
    """The address that answered, after redirects."""
    body: bytes = field(repr=False)
    headers: Mapping[str, str]
    """Lower-case names; control characters stripped from the values."""
    permanent_url: str = ""
    """Where 301/308 hops alone lead from the address asked, where they do."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """304 to validators that we sent."""

    url: str
    headers: Mapping[str, str]
    permanent_url: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server answered, and the answer is no (status outside 2xx and 304)."""

    kind: FailureKind
    """STATUS, BLOCKED, GONE or THROTTLED."""
    status: int
    message: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer."""

    kind: FailureKind
    message: str


FetchResult = Fetched | NotModified | Refused | Failed


# --- parsing ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that an entry carries: podcast, picture, video."""

    url: str
    type: str = ""
    length: int | None = None
    title: str = ""


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One entry as the feed said it: nothing cleaned, nothing judged, sizes capped."""

    guid: str = ""
    link: str = ""
    title: str = ""
    title_is_html: bool = True
    author: str = ""
    summary: str = ""
    content: str = ""
    base: str = ""
    """What relative addresses in summary and content are relative to."""
    published: datetime | None = None
    updated: datetime | None = None
    language: str = ""
    categories: tuple[str, ...] = ()
    source: str = ""
    """The outlet that ``<source>`` names, where the entry was taken over from another feed."""
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A whole document as the feed said it."""

    title: str = ""
    site: str = ""
    language: str = ""
    refresh: float | None = None
    """Seconds between polls that the document asks for (ttl, sy:updatePeriod)."""
    items: tuple[ParsedItem, ...] = ()
    complete: bool = True
    """The root's end tag was there; an incomplete body's validators are not kept."""
    warnings: tuple[str, ...] = ()


class BlockKind(StrEnum):
    """What a stretch of article text is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    CODE = "code"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Block:
    """``text[start:end]`` of a Document; blocks are in order and don't overlap."""

    kind: BlockKind
    start: int
    end: int
    depth: int = 0
    """Heading level from 1, nesting of lists and quotes from 1."""


@dataclass(frozen=True, slots=True)
class Link:
    """``text[start:end]`` leads to ``url`` (http or https only); its number is its place in the tuple, from 1."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class Document:
    """HTML made readable: plain text that rules match and spans point into, and how it is laid out."""

    text: str = ""
    blocks: tuple[Block, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """One entry ready to be stored: cleaned, identified, not yet compared with what is known."""

    key: bytes
    """16 bytes: identity within its feed, by the ladder in ``core/normalize.py``."""
    strict_key: bytes
    """16 bytes: the identity should ``key`` turn out to be shared by different entries."""
    level: int
    """The rung of the ladder: 1 guid, 2 link, 3 title and date, 4 title and summary."""
    fingerprint: bytes
    """16 bytes over title, text and date as published: differs where the publisher edited it."""
    signature: bytes
    """16 bytes over title and link without its query: what survives when a feed changes every guid."""
    title: str
    url: str
    author: str
    document: Document
    html: str
    """Safe HTML, whole: boilerplate is left out of ``document`` only."""
    published: datetime | None
    language: str
    categories: tuple[str, ...]
    source: str
    enclosures: tuple[Enclosure, ...]


@dataclass(frozen=True, slots=True)
class DraftFeed:
    """What a worker process gives back for one body."""

    title: str
    site: str
    language: str
    refresh: float | None
    drafts: tuple[Draft, ...]
    complete: bool
    warnings: tuple[str, ...]
    paragraphs: Mapping[str, int]
    """Learned boilerplate: short hash of a paragraph -> in how many entries it was seen, old and new."""


# --- what is stored --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedState:
    """What polling knows of a feed; replaced whole by each poll."""

    due_at: datetime | None = None
    """When it is polled next; None: never (gone)."""
    validators: Validators = Validators()
    body_hash: bytes = b""
    """SHA-256 of the last complete body that was stored."""
    health: FeedHealth = FeedHealth.NEW
    failures: int = 0
    """In a row."""
    last_poll: datetime | None = None
    last_success: datetime | None = None
    last_error: str = ""
    """One sentence; stays when the feed recovers, with ``last_error_at``."""
    last_error_at: datetime | None = None
    warning: str = ""
    """What is odd about the last good body (ill-formed, cut, guid churn)."""
    interval: float | None = None
    """Seconds that the schedule now aims at."""
    refresh: float | None = None
    """Seconds that the feed's last document asked for."""
    cadence: float | None = None
    """Learned seconds between entries."""
    last_news: datetime | None = None
    moved_to: str = ""
    """Polled instead of the configured address, after a confirmed permanent redirect."""
    redirect_target: str = ""
    redirect_seen: int = 0
    """Polls in a row that were permanently redirected to ``redirect_target``."""
    baseline_done: bool = False
    title: str = ""
    site: str = ""
    language: str = ""
    paragraphs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Feed:
    """A subscription in the store, with its state."""

    id: FeedId
    subscription: Subscription
    state: FeedState


@dataclass(frozen=True, slots=True)
class Claim:
    """A feed leased to this poller: only the holder of ``epoch`` may apply an update."""

    feed: Feed
    owner: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Marks:
    """What the reader did with an item."""

    read: bool = False
    starred: bool = False


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier wording of an item, as it stood until ``replaced_at``."""

    replaced_at: datetime
    title: str
    text: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Match:
    """``text`` stands at ``[start:end]`` of the field "title" or "text" as stored, or "author", "category", "url"."""

    field: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule can ask of an item, new or stored."""

    title: str
    text: str
    author: str = ""
    categories: tuple[str, ...] = ()
    url: str = ""
    feed: str = ""
    outlet: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    outlets: int = 1
    """Independent outlets of its story."""
    read: bool = False
    starred: bool = False
    alerted: bool = False
    seen: datetime | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExplanationNode:
    """One part of an expression with its truth for one item."""

    label: str
    """The part as written."""
    truth: bool
    note: str = ""
    """What was found, was missing, or was excluded: '2 occurrences, both inside "attorney general"'."""
    children: tuple[ExplanationNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an item matches a rule, or why not."""

    verdict: bool
    summary: str
    """One sentence."""
    matches: tuple[Match, ...]
    tree: ExplanationNode
    forms: Mapping[str, tuple[str, ...]]
    """What each word of the expression expands to for this item's language."""


# --- one poll's write ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What the store gives back of an entry that it has, or had."""

    key: bytes
    item_id: ItemId | None
    """None: pruned; it is not new all the same."""
    fingerprint: bytes
    title: str = ""
    url: str = ""
    text: str = ""
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """The little that the store gives back to compare a body with."""

    total: int
    """Identities known of this feed."""
    by_key: Mapping[bytes, KnownItem]
    """For every ``key`` and ``strict_key`` asked that is known."""
    by_signature: Mapping[bytes, KnownItem]


@dataclass(frozen=True, slots=True)
class NewItem:
    """A draft to insert, into a story that exists or, with None, into one of its own."""

    draft: Draft
    story_id: StoryId | None = None


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """A draft that replaces the wording of an item; the earlier one becomes a revision."""

    item_id: ItemId
    draft: Draft
    earlier: KnownItem
    """Its ``key`` may differ from the draft's after guid churn."""


@dataclass(frozen=True, slots=True)
class Aliased:
    """A new identity of an entry that is known under another (guid churn): remembered, and nothing else."""

    key: bytes
    known: KnownItem


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message to one channel, written with its alert."""

    channel: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NewAlert:
    """A match to keep. The store drops it where the rule already has an alert for the item's story."""

    rule: str
    severity: Severity
    item_key: bytes
    """The draft's key: the item's id is not known before it is stored."""
    state: AlertState
    reason: str
    raised_at: datetime
    matches: tuple[Match, ...]
    deliveries: tuple[NewDelivery, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """All that one poll of one feed writes, in one transaction."""

    claim: Claim
    checked_at: datetime
    state: FeedState
    new: tuple[NewItem, ...] = ()
    changed: tuple[ChangedItem, ...] = ()
    aliased: tuple[Aliased, ...] = ()
    alerts: tuple[NewAlert, ...] = ()
    rule_timeouts: Mapping[str, int] = field(default_factory=dict)
    """Rule name -> searches of its regular expressions that took too long in this poll."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an update did."""

    new: tuple[ItemId, ...] = ()
    changed: tuple[ItemId, ...] = ()
    alerts: tuple[AlertId, ...] = ()
    deliveries: int = 0
    stale: bool = False
    """The claim had been lost to another process; nothing was written."""


# --- alerts and deliveries -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoryMember:
    """One telling of a story."""

    item_id: ItemId
    title: str
    url: str
    outlet: str
    seen: datetime


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """A stored item that may tell what a draft tells."""

    story_id: StoryId
    item_id: ItemId
    feed_id: FeedId
    outlet: str
    title: str
    seen: datetime
    same_url: bool
    """Equal canonical addresses."""
    same_title: bool
    """Equal titles but for letter case, accents and punctuation."""


@dataclass(frozen=True, slots=True)
class Notice:
    """All that a message about one alert says; frozen into the outbox when the alert is stored."""

    type: Literal["alert.raised", "alert.grown", "feed.late", "test"]
    alert_id: AlertId
    rule: str
    severity: Severity
    raised_at: datetime
    item_id: ItemId
    title: str
    url: str
    author: str
    published: datetime | None
    seen: datetime
    summary: str
    feed_name: str
    feed_url: str
    outlet: str
    matches: tuple[Match, ...]
    story_id: StoryId
    outlets: int
    members: tuple[StoryMember, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one channel, with what has become of it."""

    id: DeliveryId
    alert_id: AlertId
    channel: str
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    last_status: int | None
    last_error: str
    created_at: datetime
    delivered_at: datetime | None
    body: bytes = field(repr=False)
    """The contract's JSON, the same bytes on every attempt."""
    title: str = ""
    """Of the item, for lists."""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """2xx."""

    status: int


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Not now: the schedule, or what Retry-After says, decides when."""

    message: str
    status: int | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Never: it will not be better later (410, a refused address, no such channel)."""

    message: str
    status: int | None = None
    disable: bool = False
    """410: the channel itself is gone."""


DeliveryResult = Delivered | TryAgain | GiveUp


@dataclass(frozen=True, slots=True)
class Story:
    """One event told by one or more items."""

    id: StoryId
    title: str
    outlets: tuple[str, ...]
    items: int
    first_seen: datetime
    last_seen: datetime


# --- what a screen or a command is shown -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class View:
    """Which items are asked for; the parts are joined by AND."""

    feed_id: FeedId | None = None
    tag: str = ""
    unread: bool = False
    starred: bool = False
    alerted: bool = False
    query: str = ""
    """An expression of the alert language; empty for all."""


@dataclass(frozen=True, slots=True, order=True)
class Anchor:
    """A place in a list of items, newest first: its sort time in milliseconds since 1970, then its id."""

    at: int
    item_id: int


@dataclass(frozen=True, slots=True)
class ItemRow:
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
    outlets: int
    """Independent outlets of its story."""
    language: str
    read: bool
    starred: bool
    edited: bool
    rules: tuple[str, ...]
    """Names of the rules that alerted on it."""
    severity: Severity | None
    """The highest of those."""
    title_matches: tuple[tuple[int, int], ...]
    """Character offsets into title, by rules and by the view's query."""


@dataclass(frozen=True, slots=True)
class Page:
    """A run of rows, newest first."""

    rows: tuple[ItemRow, ...]
    more: bool
    """There are rows beyond, in the direction asked."""
    error: str = ""
    """Why the view's query can't be read; the rows are then empty."""
    reached: Anchor | None = None
    """Where a search stopped because its time was up: go on after it, or before it, to read further."""


@dataclass(frozen=True, slots=True)
class ArchivedItem:
    """A stored item as a backtest sees it."""

    item_id: ItemId
    feed_id: FeedId
    story_id: StoryId
    subject: Subject


@dataclass(frozen=True, slots=True)
class Article:
    """The full text of an item's page."""

    document: Document
    fetched_at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True)
class ItemAlert:
    """An alert as its item's preview shows it."""

    id: AlertId
    rule: str
    severity: Severity
    state: AlertState
    reason: str
    acknowledged: bool
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class ItemDetail:
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


@dataclass(frozen=True, slots=True)
class AlertRow:
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
    outlets: int
    item_id: ItemId
    title: str
    url: str
    feed_id: FeedId
    feed: str
    outlet: str
    published: datetime | None
    seen: datetime
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One line of the feed list, with its health."""

    feed: Feed
    items: int
    unread: int
    late: bool
    """Quiet for three times its usual gap."""
    polling: bool
    """Leased by a poller at this moment."""


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Who polls this database."""

    kind: Literal["daemon", "screen", "poll"]
    pid: int
    host: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Status:
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


@dataclass(frozen=True, slots=True)
class ChannelState:
    """A channel that is out of service."""

    name: str
    disabled_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a screen has heard: the store's change counter and the newest item id."""

    change: int = 0
    item_id: int = 0


@dataclass(frozen=True, slots=True)
class RuleHealth:
    """How a rule does."""

    rule: Rule
    last_fired: datetime | None
    alerts_30d: int
    share: float
    """Of the items of the last 30 days, from 0 to 1."""
    timeouts: int
    noise_share: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds at the 50th and 95th percentile, of ``count`` measured."""

    count: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class StatsLine:
    """Counts and latencies of one feed, of one rule, or of all."""

    name: str
    items: int
    """Stored; for a rule, those that it alerted on."""
    alerts: int
    published_to_seen: Latency
    """Without the items of a feed's first poll, which were old when it was added."""
    seen_to_raised: Latency
    raised_to_delivered: Latency


@dataclass(frozen=True, slots=True)
class Stats:
    """What came in since a time, and how fast it went out."""

    since: datetime
    total: StatsLine
    feeds: tuple[StatsLine, ...]
    """In the order of the configuration, removed ones last."""
    rules: tuple[StatsLine, ...]
    """By name."""
