"""A notice with all that one can have, for tests of what is said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feedwatch.model import AlertId, ItemId, Match, Notice, Severity, StoryId, StoryMember

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
TELLING = StoryMember(ItemId(2), "Drones über Kyjiw", "https://example.net/2", "Example", NOW)
NOTICE = Notice(
    type="alert.raised",
    alert_id=AlertId("a1"),
    rule="Drones",
    severity=Severity.HIGH,
    raised_at=NOW,
    item_id=ItemId(1),
    title="Port closed after drones are seen",
    url="https://example.org/1",
    author="A. Author",
    published=NOW - timedelta(seconds=41.5),
    seen=NOW - timedelta(seconds=0.3),
    summary="Several were seen.",
    feed_name="Example World",
    feed_url="https://reader:hunter2@example.org/feed",
    outlet="Example",
    matches=(Match("title", 18, 24, "drones"),),
    story_id=StoryId(7),
    outlets=3,
    sources=2,
    members=(TELLING,),
)
