"""A request to a workflow of Microsoft Teams ("when a Teams webhook request is received"): one Adaptive Card.

Words stand in text runs, which know no Markdown (https://adaptivecards.io/explorer/TextRun.html). Text blocks and fact
sets would need escapes by backslash, which each of Teams' programs shows in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from feedwatch.core.channels.layout import Layout, Line, Span, lay_out, listed
from feedwatch.core.channels.message import read_message
from feedwatch.core.channels.posting import as_json, json_post
from feedwatch.core.channels.requests import Post
from feedwatch.core.channels.text import utf8, utf16
from feedwatch.model import Channel, DeliveryId, GiveUp, Severity

MOST_BYTES = 27_000
"""Of the whole message: Teams takes 28 KB, and may count them in UTF-16."""
_COLOURS = {
    Severity.LOW: "Default",
    Severity.NORMAL: "Accent",
    Severity.HIGH: "Warning",
    Severity.CRITICAL: "Attention",
}
_FUNCTION = re.compile(r"\{(?=\{)")
"""Begins ``{{DATE(…)}}``, which a card would work out."""


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Post | GiveUp:
    """The event as one card."""
    message = read_message(body)
    layout = lay_out(message)
    card = _message(layout, list(_head(layout, _COLOURS[message.severity])))
    entries = listed(layout, MOST_BYTES - size(card), lambda line: size(_item(line)))
    return json_post(
        channel, delivery_id, _message(layout, [*_head(layout, _COLOURS[message.severity]), *map(_item, entries)])
    )


def size(content: object) -> int:
    """Bytes of the content as JSON, in UTF-8 or UTF-16, whichever are more, and a comma."""
    text = as_json(content).decode()
    return max(utf8(text), 2 * utf16(text)) + 2


def _message(layout: Layout, blocks: list[dict[str, object]]) -> dict[str, object]:
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full"},
        "body": blocks,
    }
    if layout.title.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": layout.title.url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _head(layout: Layout, colour: str) -> Iterator[dict[str, object]]:
    yield _block([{**_run(Span(layout.label)), "color": colour, "weight": "Bolder"}])
    yield _block([{**_run(layout.title), "size": "Large", "weight": "Bolder"}])
    if layout.text:
        yield _block([_run(Span(layout.text))])
    for name, value in layout.facts:
        yield _block([{**_run(Span(name)), "weight": "Bolder"}, _run(Span(f" {value}"))])


def _item(line: Line) -> dict[str, object]:
    return _block([_run(Span("• ")), *(_run(span) for span in line)])


def _block(runs: list[dict[str, object]]) -> dict[str, object]:
    return {"type": "RichTextBlock", "spacing": "Small", "inlines": runs}


def _run(span: Span) -> dict[str, object]:
    run: dict[str, object] = {"type": "TextRun", "text": _FUNCTION.sub("{\u2060", span.text)}
    if span.url:
        run["selectAction"] = {"type": "Action.OpenUrl", "url": span.url}
    return run
