"""A request to a server of ntfy: JSON to its root, plain text. See https://docs.ntfy.sh/publish/#publish-as-json."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from feedwatch.core.channels.layout import Layout, Line, lay_out, listed
from feedwatch.core.channels.message import read_message
from feedwatch.core.channels.posting import json_post
from feedwatch.core.channels.requests import Post
from feedwatch.core.channels.text import cut, utf8
from feedwatch.model import Channel, DeliveryId, GiveUp, Severity

LONGEST_MESSAGE = 4096
"""Bytes; a longer one becomes an attachment."""
_PRIORITIES = {Severity.LOW: 2, Severity.NORMAL: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}
_EMOJI = {
    "alert.raised": "bell",
    "alert.grown": "chart_with_upwards_trend",
    "alert.digest": "newspaper",
    "feed.late": "hourglass",
    "feed.failing": "warning",
    "feed.recovered": "white_check_mark",
    "rule.timeout": "stopwatch",
    "rule.burst": "chart_with_upwards_trend",
    "test": "test_tube",
}
_NAME = re.compile(r"[-_A-Za-z0-9]{1,64}")
"""What a topic and a sequence may be called."""


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Post | GiveUp:
    """The event as one notification, the same one on every attempt where the server knows sequences (from 2.16)."""
    server, topic = topic_of(channel.url)
    if not topic:
        return GiveUp('its url names no topic: it must end in one, as "https://ntfy.sh/my-topic"')
    message = read_message(body)
    layout = lay_out(message)
    content: dict[str, object] = {
        "topic": topic,
        "title": layout.title.text,
        "message": _text(layout),
        "priority": _PRIORITIES[message.severity],
        "tags": [_EMOJI[message.type]] if message.type in _EMOJI else [],
        "markdown": False,
    }
    if layout.title.url:
        content["click"] = layout.title.url
    if _NAME.fullmatch(delivery_id):
        content["sequence_id"] = delivery_id
    return json_post(channel, delivery_id, content, server, channel.token)


def topic_of(url: str) -> tuple[str, str]:
    """The root of a topic's server, and the topic; '' twice where the address names none."""
    parts = urlsplit(url)
    root, _, topic = parts.path.rstrip("/").rpartition("/")
    if not _NAME.fullmatch(topic):
        return "", ""
    return urlunsplit(parts._replace(path=f"{root}/", fragment="")), topic


def _text(layout: Layout) -> str:
    facts = (f"{name}: {value}" for name, value in layout.facts)
    lines = [layout.label, *([layout.text] if layout.text else []), *facts]
    room = LONGEST_MESSAGE - sum(utf8(line) + 1 for line in lines)
    entries = listed(layout, room, lambda line: utf8(_item(line)) + 1)
    return cut("\n".join([*lines, *(_item(line) for line in entries)]), LONGEST_MESSAGE, utf8)


def _item(line: Line) -> str:
    return "• " + "".join(span.text for span in line)
