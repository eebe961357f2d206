"""What is sent, to where, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from msgspec import Struct

from feedwatch.model.feeds import Rule
from feedwatch.model.items import Match, StoryMember, Subject
from feedwatch.model.kinds import AlertId, DeliveryId, DeliveryState, FailureKind, ItemId, Severity, StoryId
from feedwatch.model.values import written


class Notice(Struct, frozen=True):
    """All that a message about one alert says; frozen into the outbox when the alert is stored."""

    type: Literal["alert.raised", "alert.grown", "test"]
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


class Delivery(Struct, frozen=True):
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
    body: bytes
    """JSON as ``webhook_schema.json`` has it, the same bytes on every attempt."""
    title: str = ""
    """Of the item, or what the message is, for lists."""
    rule: str = ""
    item_id: ItemId | None = None
    leased_until: datetime | None = None
    """In flight until then."""
    in_digest: bool = False
    """It is told in another message, a digest, which is tried in its place."""

    def __repr__(self) -> str:
        return written(self, "body")


class Delivered(Struct, frozen=True):
    """2xx, or what else says that the message was taken."""

    status: int | None = None
    answer: str = ""
    """The first of what came back, safe to show."""


class TryAgain(Struct, frozen=True):
    """Not now: the schedule, or what Retry-After says, decides when."""

    message: str
    status: int | None = None
    retry_after: float | None = None
    """Seconds that the receiver asked to wait."""
    kind: FailureKind = FailureKind.STATUS
    answer: str = ""


class GiveUp(Struct, frozen=True):
    """Never: it will not be better later (410, a refused address, no such channel)."""

    message: str
    status: int | None = None
    disable: bool = False
    """410: the channel itself is gone."""
    kind: FailureKind = FailureKind.STATUS
    answer: str = ""


DeliveryResult = Delivered | TryAgain | GiveUp


class Attempt(Struct, frozen=True):
    """One try to deliver a message, and what came of it."""

    at: datetime
    seconds: float
    """How long it took."""
    status: int | None
    kind: FailureKind | None
    """None: delivered."""
    error: str
    """One sentence; '' where it was delivered."""
    answer: str
    """The first 500 bytes of the answer, safe to show."""


class Attempted(Struct, frozen=True):
    """An attempt to be recorded, and where it leaves its delivery."""

    delivery_id: DeliveryId
    attempts: int
    """Of this delivery, this one included."""
    attempt: Attempt
    state: DeliveryState
    next_at: datetime | None = None
    not_before: datetime | None = None
    """What Retry-After asked: nothing makes it due sooner but a person."""


class Selection(Struct, frozen=True):
    """Some deliveries: those to which all that is given applies."""

    ids: tuple[DeliveryId, ...] = ()
    state: DeliveryState | None = None
    channel: str = ""
    since: datetime | None = None
    """Made then or later."""
    until: datetime | None = None
    """Made before then."""
    text: str = ""
    """In the rule or the title, whatever the letter case."""


class Told(Struct, frozen=True):
    """What a channel was last told of a feed or a rule."""

    kind: str
    """``failing``, ``late``, ``timeout``; '': that it is well again."""
    count: int
    """Time-outs by then."""
    at: datetime


class Reported(Struct, frozen=True):
    """What a channel knows of feeds and rules, and what it was sent lately."""

    told: Mapping[str, Told]
    """By subject: "feed 7", "rule Drones"."""
    timeouts: Mapping[str, int]
    """Of each rule, ever."""
    reports: int
    alerts: int


class ChannelState(Struct, frozen=True):
    """A channel that is out of service."""

    name: str
    since: datetime
    reason: str
    probe_at: datetime | None = None
    """When it is tried again, where that is not left to a person."""


class Finding(Struct, frozen=True):
    """Something about a rule that its writer should know."""

    kind: Literal["never fired", "too much", "same as another", "time-outs", "never matches"]
    text: str
    """A sentence: what it is, and what to do."""


class Proposal(Struct, frozen=True):
    """A change to a rule that would spare noise."""

    text: str
    """A sentence: how much noise it spares, and what else it would lose."""
    match: str
    """The expression to put in place of the rule's."""


class Alerted(Struct, frozen=True):
    """An item that a rule alerted to, and what a person said of it."""

    subject: Subject
    matches: tuple[Match, ...]
    noise: bool


class RuleHealth(Struct, frozen=True):
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
