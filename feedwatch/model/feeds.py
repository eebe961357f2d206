"""Feeds: what the configuration says of them, what polling knows of them, what a fetch comes to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct, field

from feedwatch.model.kinds import FailureKind, FeedHealth, FeedId, Severity
from feedwatch.model.values import written


class Subscription(Struct, frozen=True):
    """One ``[[feeds]]`` entry: what the user says of a feed."""

    url: str
    name: str
    outlet: str
    tags: tuple[str, ...] = ()
    interval: float | None = None
    """Fixed seconds between polls; None: the schedule decides."""
    full_text: bool = False
    baseline: bool = True


class FoundFeed(Struct, frozen=True):
    """A feed that was found at an address, not subscribed to yet."""

    subscription: Subscription
    newest: tuple[str, ...]
    """Headlines of its newest entries, three at most."""
    problem: str = ""
    """Why it can't be read; such a one is not subscribed to."""


class Rule(Struct, frozen=True):
    """One ``[[rules]]`` entry, its expression as text."""

    name: str
    match: str
    severity: Severity = Severity.NORMAL
    channels: tuple[str, ...] = ()
    cooldown: float = 0.0
    grow: tuple[int, ...] = (3, 10)
    burst: bool = False
    """Its channels are told when it finds far more than usual."""


class QuietSpan(Struct, frozen=True):
    """Hours in which a channel is left alone, by the clock on the wall."""

    days: tuple[int, ...]
    """Days on which it begins, Monday being 0; empty: every day."""
    start: int
    """Minutes after midnight."""
    end: int
    """Minutes after midnight, 1440 at most; not after ``start``: on the next day."""


class Rate(Struct, frozen=True):
    """At most so many messages in so many seconds."""

    count: int
    seconds: float


class Channel(Struct, frozen=True):
    """One ``[[channels]]`` entry, secrets resolved."""

    name: str
    type: str
    url: str = ""
    secrets: tuple[str, ...] = ()
    """Newest first; each signs, so that a receiver can rotate."""
    timeout: float = 10.0
    quiet: tuple[QuietSpan, ...] = ()
    """What comes in these hours is sent as one digest at their end."""
    timezone: str = ""
    """The IANA name of the zone whose clock they go by; '': the machine's."""
    digest: float = 0.0
    """Seconds; what comes within is sent as one message. 0: each alert by itself."""
    concurrency: int = 4
    """Deliveries under way at once."""
    rate: Rate | None = None
    events: tuple[str, ...] = ()
    """What it is told beside alerts: ``feed.late``, ``feed.failing``, ``rule.timeout``."""
    token: str = ""
    """Of a bot or an account, or a password."""
    sender: str = ""
    to: tuple[str, ...] = ()
    """Addresses of mail, or the one chat."""
    command: tuple[str, ...] = ()
    """A program and its arguments."""
    url_hidden: bool = False
    """Whoever knows the address can write there, or it came from ``env:`` or ``file:``."""

    def __repr__(self) -> str:
        return written(self, "secrets", "token")


class Validators(Struct, frozen=True):
    """What a conditional GET sends back, byte for byte; they belong to ``url``, the address that gave them."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""


class Fetched(Struct, frozen=True):
    """200 with a whole body, decoded and under the cap."""

    url: str
    """The address that answered, after redirects."""
    body: bytes
    headers: Mapping[str, str]
    """Lower-case names; control characters stripped from the values."""
    permanent_url: str = ""
    """Where 301/308 hops alone lead from the address asked, where they do."""

    def __repr__(self) -> str:
        return written(self, "body")


class NotModified(Struct, frozen=True):
    """304 to validators that we sent."""

    url: str
    headers: Mapping[str, str]
    permanent_url: str = ""


class Refused(Struct, frozen=True):
    """The server answered, and the answer is no (status outside 2xx and 304)."""

    kind: FailureKind
    """STATUS, BLOCKED, GONE or THROTTLED."""
    status: int
    message: str
    headers: Mapping[str, str]


class Failed(Struct, frozen=True):
    """No usable answer."""

    kind: FailureKind
    message: str


FetchResult = Fetched | NotModified | Refused | Failed


class FeedState(Struct, frozen=True):
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
    skips: bytes = b""
    """The hours of the week in which its last document asked not to be asked, as ``core/elements.py`` packs them."""
    cadence: float | None = None
    """Learned seconds between entries."""
    rhythm: bytes = b""
    """Learned: how its entries spread over the hours of the week, as ``core/rhythm.py`` packs it."""
    late: bool = False
    """Quiet for much longer than is usual for it."""
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
    """Learned boilerplate, as in DraftFeed."""
    skim: bytes = b""
    """The marks of the last body's entries, as ``core/skim.py`` packs them."""

    def __repr__(self) -> str:
        return written(self, "skim")


class Feed(Struct, frozen=True):
    """A subscription in the store, with its state."""

    id: FeedId
    subscription: Subscription
    state: FeedState


class Claim(Struct, frozen=True):
    """A feed leased to this poller: only the holder of ``epoch`` may apply an update."""

    feed: Feed
    owner: str
    epoch: int
