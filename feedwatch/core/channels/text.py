"""Text at a target's limits: cut on whole characters, by the measure in which the target counts."""

from __future__ import annotations

from collections.abc import Callable

import regex

_CHARACTER = regex.compile(r"\X")
_MENTION = regex.compile(r"(?<![A-Za-z0-9_])@(?=\w)|@(?=everyone|here)")  # no address of mail
ELLIPSIS = "…"


def cut(text: str, limit: int, size: Callable[[str], int] = len) -> str:
    """The text, or its beginning and an ellipsis, ``size`` of it at most ``limit``; no grapheme is cut (UAX #29)."""
    if size(text) <= limit:
        return text
    room = limit - size(ELLIPSIS)
    used = end = 0
    for found in _CHARACTER.finditer(text):
        used += size(found[0])
        if used > room:
            break
        end = found.end()
    return f"{text[:end].rstrip()}{ELLIPSIS}" if room >= 0 else ""


def utf16(text: str) -> int:
    """UTF-16 code units, in which JavaScript and Telegram count."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def utf8(text: str) -> int:
    """Bytes in UTF-8."""
    return len(text.encode("utf-8", "surrogatepass"))


def unmentioned(text: str) -> str:
    """The text with an invisible WORD JOINER after each "@" that a target could take for somebody's name."""
    return str(_MENTION.sub("@\u2060", text))
