"""One poll's write: what the store gives to compare with, and what it is given to write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct, field

from feedwatch.model.entries import Draft
from feedwatch.model.feeds import Claim, FeedState
from feedwatch.model.items import Match, StoryBasis, Subject, Voice
from feedwatch.model.kinds import AlertId, AlertState, FeedId, ItemId, Severity, StoryId


class Founder(NamedTuple):
    """The first item of a story that is about to be stored, by its feed and its draft's key."""

    feed_id: FeedId
    key: bytes


StoryRef = StoryId | Founder
"""A story that exists, or that of an item written before or with this one."""


class KnownItem(Struct, frozen=True):
    """What the store gives back of an entry that it has, or had."""

    key: bytes
    item_id: ItemId | None
    """None: pruned; it is not new all the same."""
    fingerprint: bytes
    title: str = ""
    url: str = ""
    text: str = ""
    published: datetime | None = None
    wording: bytes = b""
    """As a draft's; empty where it was not kept."""


class Known(Struct, frozen=True):
    """The little that the store gives back to compare a body with."""

    total: int
    """Identities known of this feed."""
    by_key: Mapping[bytes, KnownItem]
    """For every ``key`` and ``strict_key`` asked that is known."""
    by_signature: Mapping[bytes, KnownItem]


class NewItem(Struct, frozen=True):
    """A draft to insert, into a story or, with None, into one of its own."""

    draft: Draft
    story: StoryRef | None = None
    vector: bytes = b""
    """What it says, as ``core/gist.py`` packs it."""
    voice: Voice | None = None
    """By whom it tells its story; None for the feed's own outlet, without more."""


class ChangedItem(Struct, frozen=True):
    """A draft that replaces the wording of an item; the earlier one becomes a revision."""

    item_id: ItemId
    draft: Draft
    earlier: KnownItem
    """Its ``key`` may differ from the draft's after guid churn."""

    @property
    def is_edited(self) -> bool:
        """Whether a word of title or text changed, and not only the date, or what is taken for boilerplate."""
        if self.earlier.wording and self.draft.wording:
            return self.earlier.wording != self.draft.wording
        return (self.earlier.title, self.earlier.text) != (self.draft.title, self.draft.document.text)


class Aliased(Struct, frozen=True):
    """An entry that is known under another identity (guid churn) goes by ``key`` from now on, and nothing else."""

    key: bytes
    known: KnownItem


class NewDelivery(Struct, frozen=True):
    """A message to one channel, written with its alert."""

    channel: str
    due_at: datetime
    held: bool = False
    """It waits for the end of quiet hours or for a digest, to go with others."""


class NewAlert(Struct, frozen=True):
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
    grow: tuple[int, ...] = ()
    """Outlet counts of the story at which the channels are told again."""
    channels: tuple[str, ...] = ()
    feed_id: FeedId | None = None
    """The item's feed, where it is not the one that was polled: an earlier item's story has grown."""


class FeedUpdate(Struct, frozen=True):
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
    quiet: Mapping[str, datetime] = field(default_factory=dict)
    """Channels whose messages are held, for quiet hours or a digest, and until when; not for critical ones."""


class EarlierItem(Struct, frozen=True):
    """An item of a story, for rules to ask again once that has grown."""

    feed_id: FeedId
    key: bytes
    subject: Subject


class Basis(Struct, frozen=True):
    """All that the store gives to decide what a body means."""

    known: Known
    stories: StoryBasis
    told_by_story: Mapping[StoryId, frozenset[str]]
    """Rules that have an alert for a story of the candidates."""
    told_by_item: Mapping[ItemId, frozenset[str]]
    """The same for the story of an item that is known with another wording."""
    tellings: Mapping[StoryId, tuple[EarlierItem, ...]] = field(default_factory=dict)
    """The items of the candidates' stories, earliest first, where rules ask how many outlets tell a story."""
    outlets: Mapping[ItemId, int] = field(default_factory=dict)
    """How many outlets tell the story of an item that is known, under the same condition."""


class Applied(Struct, frozen=True):
    """What an update did."""

    new: tuple[ItemId, ...] = ()
    changed: tuple[ItemId, ...] = ()
    alerts: tuple[AlertId, ...] = ()
    deliveries: int = 0
    stale: bool = False
    """The claim had been lost to another process; nothing was written."""
