"""What a channel that people read is to say, read back from an event's body: plain text, of any length, no markup.

Each channel's module writes it in the markup of its target, escaped and cut at the target's limits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from feedwatch.model import Severity

_FEED_WORDS = {"feed.late": "late", "feed.failing": "failing", "feed.recovered": "well again"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a message about several things."""

    label: str
    """The rule; '' where there is none."""
    title: str
    url: str
    note: str
    """The outlet, or what is wrong."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to people."""

    type: str
    """Of the event: ``alert.raised``, ``alert.digest``, ``feed.late``, …"""
    severity: Severity
    label: str
    """What it is about, in few words: "Drones · high"."""
    title: str
    """The headline, or a sentence."""
    url: str
    text: str
    """What comes after the headline: the item's summary."""
    facts: tuple[tuple[str, str], ...] = ()
    """Names and values, the most important first: ("Outlet", "BBC")."""
    entries: tuple[Entry, ...] = ()
    left_out: int = 0
    """Entries for which the event had no room."""
    timestamp: str = ""
    """ISO 8601."""
    rule: str = ""
    """The alert's; '' where it is about several things."""
    alert_id: str = ""


def read_message(body: bytes) -> Message:
    """The message of an event's body, as ``core/payload.py`` writes it."""
    event = json.loads(body)
    kind, data = event["type"], event["data"]
    match kind:
        case "alert.digest":
            return _digest(data, event["timestamp"])
        case "feed.late" | "feed.failing" | "feed.recovered":
            return _feeds(kind, data, event["timestamp"])
        case "rule.timeout":
            return _timeouts(data, event["timestamp"])
        case "rule.burst":
            return _burst(data, event["timestamp"])
        case _:
            return _alert(kind, data, event["timestamp"])


def _alert(kind: str, data: Mapping[str, Any], timestamp: str) -> Message:
    alert, item, story = data["alert"], data["item"], data["story"]
    words = dict.fromkeys(match["text"] for match in data["matches"])
    sources = story.get("sources", story["outlets"])  # version 0.1 did not count them
    told = f"{_count(story['outlets'], 'outlet')}, {_count(sources, 'source')}"
    facts = (
        ("Outlet", item["feed"]["outlet"] or item["feed"]["name"]),
        ("Matched", ", ".join(words)),
        ("Story", told if story["outlets"] > 1 else ""),
        ("Author", item["author"]),
        ("Published", _moment(item["published_at"])),
    )
    grown = " · story grew" if kind == "alert.grown" else ""
    return Message(
        type=kind,
        severity=Severity(alert["severity"]),
        label=f"{alert['rule']} · {alert['severity']}{grown}",
        title=item["title"] or item["url"],
        url=item["url"],
        text=item["summary"],
        facts=tuple((name, value) for name, value in facts if value),
        timestamp=timestamp,
        rule=alert["rule"],
        alert_id=alert["id"],
    )


def _digest(data: Mapping[str, Any], timestamp: str) -> Message:
    alerts = data["alerts"]
    severities = [Severity(one["alert"]["severity"]) for one in alerts]
    order = tuple(Severity)
    held_back = data.get("suppressed", {}).get("count", 0)  # version 0.1 did not count them
    spared = f"{held_back:,} more held back by a cooldown" if held_back else ""
    return Message(
        type="alert.digest",
        severity=max(severities, key=order.index, default=Severity.NORMAL),
        label="Digest",
        title=_count(data["count"], "alert"),
        url="",
        text=spared,
        entries=tuple(_alert_entry(one) for one in alerts),
        left_out=data["left_out"],
        timestamp=timestamp,
    )


def _alert_entry(one: Mapping[str, Any]) -> Entry:
    item = one["item"]
    return Entry(one["alert"]["rule"], item["title"] or item["url"], item["url"], item["feed"]["outlet"])


def _feeds(kind: str, data: Mapping[str, Any], timestamp: str) -> Message:
    verb = "is" if data["count"] == 1 else "are"
    return Message(
        type=kind,
        severity=Severity.LOW if kind == "feed.recovered" else Severity.NORMAL,
        label="Feeds",
        title=f"{_count(data['count'], 'feed')} {verb} {_FEED_WORDS[kind]}",
        url="",
        text="",
        entries=tuple(Entry("", one["name"], one["url"], one["reason"]) for one in data["feeds"]),
        left_out=data["left_out"],
        timestamp=timestamp,
    )


def _timeouts(data: Mapping[str, Any], timestamp: str) -> Message:
    return Message(
        type="rule.timeout",
        severity=Severity.NORMAL,
        label="Rules",
        title=f"{_count(data['count'], 'rule')} ran out of time: items may have been missed",
        url="",
        text="",
        entries=tuple(Entry("", one["name"], "", _count(one["timeouts"], "time-out")) for one in data["rules"]),
        left_out=data["left_out"],
        timestamp=timestamp,
    )


def _burst(data: Mapping[str, Any], timestamp: str) -> Message:
    (rule,) = data["rules"]
    stories = _count(rule["stories"], "story", "stories")
    told = f", told by {_count(rule['outlets'], 'outlet')}" if rule["outlets"] else ""
    return Message(
        type="rule.burst",
        severity=Severity(rule["severity"]),
        label=f"{rule['name']} · burst",
        title=f"{rule['name']}: {stories} in an hour{told}; usually {rule['usual']:g}",
        url="",
        text="",
        facts=(("Since", _moment(rule["since"])),),
        entries=tuple(Entry("", one["title"] or one["url"], one["url"], one["outlet"]) for one in rule["newest"]),
        timestamp=timestamp,
        rule=rule["name"],
    )


def _moment(written: str | None) -> str:
    """ISO 8601 as people write it, to the minute: "2026-11-22 10:00 UTC"."""
    return f"{datetime.fromisoformat(written).astimezone(UTC):%Y-%m-%d %H:%M} UTC" if written else ""


def _count(number: int, noun: str, several: str = "") -> str:
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"
