"""Ids and the closed sets of words that values are made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NewType

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
    PROGRAM = "program"
    """A command of a channel that failed."""


class BlockKind(StrEnum):
    """What a stretch of article text is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    CODE = "code"
    IMAGE = "image"


QUIET_HOURS: Final = "held for quiet hours"
"""Why an alert is not sent at once."""
COOLDOWN: Final = "cooldown"
"""Why an alert is not sent at all: its rule sent one a short while ago."""
DIGEST_HELD: Final = "held for the digest"
"""Why an alert is not sent at once: its channel takes many as one message."""
STORY_TOLD: Final = "story already alerted"
"""Why a match raises no alert where its rule has one for the story."""
