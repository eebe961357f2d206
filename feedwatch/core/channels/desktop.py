"""A notification on the desktop, or in the terminal: short, and nothing in it that either would obey."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from datetime import datetime

from feedwatch.core.channels.message import Message, read_message
from feedwatch.core.channels.requests import Popup
from feedwatch.core.channels.text import cut
from feedwatch.core.characters import plain
from feedwatch.model import Channel, DeliveryId, GiveUp, Severity

LONGEST_TITLE = 120
LONGEST_TEXT = 300
"""Characters: servers show a few lines."""
LONGEST_LINE = 160
"""Characters in a terminal's notification."""
_MOST_ENTRIES = 5
_URGENCY: Mapping[Severity, str] = {
    Severity.LOW: "low",
    Severity.NORMAL: "normal",
    Severity.HIGH: "normal",
    Severity.CRITICAL: "critical",
}
"""A critical notification stays until it is clicked away: only for what the user calls so too."""
_BELL = "\a"


def request(channel: Channel, delivery_id: DeliveryId, body: bytes, now: datetime) -> Popup | GiveUp:
    """The headline, and below it what it is about."""
    message = read_message(body)
    text = "\n".join(line for line in _lines(message) if line)
    return Popup(cut(plain(message.title), LONGEST_TITLE), cut(text, LONGEST_TEXT), message.severity, channel.timeout)


def notify_arguments(popup: Popup) -> tuple[str, ...]:
    """Arguments of ``notify-send``. Servers read the text as markup, and the program itself reads backslashes there."""
    text = html.escape(popup.text, quote=False).replace("\\", "\\\\")
    return ("--app-name=feedwatch", f"--urgency={_URGENCY[popup.severity]}", "--", popup.title, text)


def terminal_sequence(popup: Popup, *, in_tmux: bool = False) -> bytes:
    """OSC 9, which many terminals show as a notification, and a bell for all others.

    tmux hands on only what is wrapped for it, and only where its ``allow-passthrough`` is on; it takes the bell itself.
    """
    about = popup.text.partition("\n")[0]
    # A semicolon parts parameters, and a number first would be a command to some terminals (progress bars and more).
    line = cut(plain(f"feedwatch: {popup.title} ({about})"), LONGEST_LINE).replace(";", ",")
    sequence = f"\x1b]9;{line}{_BELL}"
    if in_tmux:
        sequence = "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return f"{sequence}{_BELL}".encode()


def _lines(message: Message) -> Iterator[str]:
    yield plain(message.label)
    yield plain(message.text)
    for entry in message.entries[:_MOST_ENTRIES]:
        yield " · ".join(plain(part) for part in (entry.title, entry.note) if part)
    more = len(message.entries) - _MOST_ENTRIES + message.left_out
    yield f"and {more:,} more" if more > 0 else ""
