"""A request to a webhook of Discord: one embed, its Markdown escaped, nobody mentioned.

See https://docs.discord.com/developers/resources/webhook#execute-webhook and, for the limits,
https://docs.discord.com/developers/resources/message#embed-object-embed-limits. Discord counts code points; UTF-16 code
units, which are counted here, are never fewer.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from feedwatch.core.channels.layout import Layout, Line, Span, lay_out, listed
from feedwatch.core.channels.message import read_message
from feedwatch.core.channels.posting import json_post
from feedwatch.core.channels.requests import Post
from feedwatch.core.channels.text import cut, unmentioned, utf16
from feedwatch.model import Channel, DeliveryId, GiveUp, Severity

LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_VALUE = 256, 4096, 1024
"""What a message has beside a long list is short enough for the 6,000 that an embed may have in all."""
_COLOURS = {Severity.LOW: 0x95A5A6, Severity.NORMAL: 0x3498DB, Severity.HIGH: 0xE67E22, Severity.CRITICAL: 0xE74C3C}
_SPECIAL = re.compile(r"[\\*_~`|<>\[\]()#:@.+-]")
"""What begins or ends any markup, lists and bare links too; a backslash before it is not shown."""

_IN_TARGET = {ord(one): f"%{ord(one):02X}" for one in "()@"}
"""What would end a masked link, or call somebody."""


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Post | GiveUp:
    """The event as one embed."""
    message = read_message(body)
    layout = lay_out(message)
    embed: dict[str, object] = {
        "author": {"name": layout.label},
        "title": _written(layout.title.text, LONGEST_TITLE),
        "color": _COLOURS[message.severity],
        "timestamp": message.timestamp,
        "fields": [
            {"name": name, "value": _written(value, LONGEST_VALUE), "inline": True} for name, value in layout.facts
        ],
    }
    if "." in (urlsplit(layout.title.url).hostname or ""):  # a message with any other address is refused
        embed["url"] = layout.title.url
    if description := _description(layout):
        embed["description"] = description
    return json_post(channel, delivery_id, {"embeds": [embed], "allowed_mentions": {"parse": []}})


def _description(layout: Layout) -> str:
    text = [_written(layout.text, LONGEST_DESCRIPTION)] if layout.text else []
    entries = listed(layout, LONGEST_DESCRIPTION - sum(map(utf16, text)), lambda line: utf16(_item(line)) + 1)
    return "\n".join([*text, *map(_item, entries)])


def _item(line: Line) -> str:
    return "- " + "".join(_linked(span) for span in line)


def _linked(span: Span) -> str:
    if not span.url:
        return _escaped(unmentioned(span.text))
    return f"[{_escaped(unmentioned(span.text))}]({span.url.translate(_IN_TARGET)})"


def _written(text: str, limit: int) -> str:
    return _escaped(cut(unmentioned(text), limit, lambda part: utf16(_escaped(part))))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text)
