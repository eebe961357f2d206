"""A request to Telegram's Bot API: ``sendMessage`` in its HTML, with no tags but ours.

See https://core.telegram.org/bots/api#sendmessage and #html-style. The server makes a mention of every "@name" in a
text, so an invisible character stands in each.
"""

from __future__ import annotations

import html
import json
from datetime import datetime
from urllib.parse import quote

from feedwatch.core.channels.layout import MARKS, Layout, Line, Span, lay_out, listed
from feedwatch.core.channels.message import read_message
from feedwatch.core.channels.posting import json_post
from feedwatch.core.channels.requests import Post
from feedwatch.core.channels.text import unmentioned, utf8, utf16
from feedwatch.model import Channel, DeliveryId, GiveUp, Severity

LONGEST_TEXT = 4096
"""UTF-16 code units, tags left out and references resolved."""
_RAW_BYTES = 8
"""For each of them at most, tags and all: the server takes 35,000 bytes."""


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Post | GiveUp:
    """The event as one message to the channel's chat."""
    if not (channel.url and channel.token and channel.to):
        return GiveUp("it needs a token and a chat: see token and to")
    message = read_message(body)
    content = {
        "chat_id": channel.to[0],
        "text": _text(lay_out(message), MARKS[message.severity]),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "disable_notification": message.severity is Severity.LOW,
    }
    url = f"{channel.url.rstrip('/')}/bot{quote(channel.token, safe=':')}/sendMessage"
    return json_post(channel, delivery_id, content, url)


def _text(layout: Layout, mark: str) -> str:
    lines: list[Line] = [(Span(f"{mark} {layout.label}"),), (layout.title,)]
    written = [_written(lines[0]), f"<b>{_written(lines[1])}</b>"]
    if layout.text:
        lines.append((Span(layout.text),))
        written.append(_written(lines[-1]))
    for name, value in layout.facts:
        lines.append((Span(f"{name} {value}"),))
        written.append(f"<b>{_written((Span(name),))}</b> {_written((Span(value),))}")
    entries = listed(layout, LONGEST_TEXT - sum(map(_size, lines)), _size)
    return "\n".join([*written, *(f"• {_written(line)}" for line in entries)])


def _size(line: Line) -> int:
    """Of a line, its bullet, bold letters and line break, in the units of ``LONGEST_TEXT``."""
    shown = utf16("".join(unmentioned(span.text) for span in line)) + len("• \n")
    return max(shown, -(-utf8(f"• <b>{_written(line)}</b>\n") // _RAW_BYTES))


def _written(line: Line) -> str:
    return "".join(_span(span) for span in line)


def _span(span: Span) -> str:
    text = html.escape(unmentioned(span.text), quote=False)
    return f'<a href="{html.escape(span.url)}">{text}</a>' if span.url else text


def asked_wait(answer: bytes) -> float | None:
    """Seconds that a JSON answer asks to wait (Telegram's ``parameters.retry_after``); None where it does not."""
    try:
        seconds = json.loads(answer)["parameters"]["retry_after"]
        return float(seconds) if seconds >= 0 else None
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError):
        return None
