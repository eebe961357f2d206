"""What is sent, to where, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from feedwatch.model.feeds import Rule
from feedwatch.model.items import Match, StoryMember, Subject
from feedwatch.model.kinds import AlertId, DeliveryId, DeliveryState, ItemId, Severity, StoryId


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
    sources: int
    members: tuple[StoryMember, ...]
    grown_at: datetime | None = None
    """When the story reached so many outlets; None for the first message."""


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
class ChannelState:
    """A channel that is out of service."""

    name: str
    disabled_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a rule that its writer should know."""

    kind: Literal["never fired", "too much", "same as another", "time-outs", "never matches"]
    text: str
    """A sentence: what it is, and what to do."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change to a rule that would spare noise."""

    text: str
    """A sentence: how much noise it spares, and what else it would lose."""
    match: str
    """The expression to put in place of the rule's."""


@dataclass(frozen=True, slots=True)
class Alerted:
    """An item that a rule alerted to, and what a person said of it."""

    subject: Subject
    matches: tuple[Match, ...]
    noise: bool


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
    same_as: tuple[str, ...] = ()
    """Rules that alerted to the very same items in 60 days, five at least."""
    archive_days: float = 0.0
    """How far back the archive reaches."""
    findings: tuple[Finding, ...] = ()
    proposals: tuple[Proposal, ...] = ()
