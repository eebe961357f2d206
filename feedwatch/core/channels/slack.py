"""A request to an incoming webhook of Slack: one message of ``rich_text`` blocks, whose words are never read as markup.

See https://docs.slack.dev/reference/block-kit/blocks/rich-text-block and
https://docs.slack.dev/messaging/formatting-message-text (for ``text``, which notifications show).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from feedwatch.core.channels.layout import Layout, Line, Span, lay_out, listed
from feedwatch.core.channels.message import read_message
from feedwatch.core.channels.posting import as_json, json_post
from feedwatch.core.channels.requests import Post
from feedwatch.model import Channel, DeliveryId, GiveUp, Severity

MOST_BYTES = 12_000
"""Of all blocks as JSON; Slack refuses them from some 13,200 characters ("msg_blocks_too_long")."""
_EMOJI = {
    Severity.LOW: "white_circle",
    Severity.NORMAL: "large_blue_circle",
    Severity.HIGH: "large_orange_circle",
    Severity.CRITICAL: "red_circle",
}
_BREAK = {"type": "text", "text": "\n"}


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Post | GiveUp:
    """The event as one message."""
    message = read_message(body)
    layout = lay_out(message)
    content = {
        "text": _escaped(f"{layout.label}: {layout.title.text}"),
        "mrkdwn": False,
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [{"type": "rich_text", "elements": _elements(layout, message.severity)}],
    }
    return json_post(channel, delivery_id, content)


def _elements(layout: Layout, severity: Severity) -> list[object]:
    head = _section(_head(layout, severity))
    entries = listed(layout, MOST_BYTES - len(as_json(head)), lambda line: len(as_json(_item(line))) + 1)
    if not entries:
        return [head]
    return [head, {"type": "rich_text_list", "style": "bullet", "elements": [_item(line) for line in entries]}]


def _head(layout: Layout, severity: Severity) -> Iterator[object]:
    yield {"type": "emoji", "name": _EMOJI[severity]}
    yield {"type": "text", "text": f" {layout.label}\n"}
    yield {**_element(layout.title), "style": {"bold": True}}
    if layout.text:
        yield {"type": "text", "text": f"\n{layout.text}"}
    for name, value in layout.facts:
        yield _BREAK
        yield {"type": "text", "text": name, "style": {"bold": True}}
        yield {"type": "text", "text": f" {value}"}


def _item(line: Line) -> dict[str, object]:
    return _section(_element(span) for span in line)


def _section(elements: Iterable[object]) -> dict[str, object]:
    return {"type": "rich_text_section", "elements": list(elements)}


def _element(span: Span) -> dict[str, object]:
    if span.url:
        return {"type": "link", "url": span.url, "text": span.text}
    return {"type": "text", "text": span.text}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
