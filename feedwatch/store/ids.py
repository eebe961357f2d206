"""Ids that are made of what they name: the same for the same thing, on every machine."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

ALERT: Final = "alr_"
MESSAGE: Final = "msg_"
DIGEST: Final = "dig_"
REPORT: Final = "rep_"
_LENGTH = 20
"""Letters, of 5 bits each."""


def made_of(prefix: str, *parts: str) -> str:
    """The prefix, and letters of a hash of the parts."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()
    return prefix + base64.b32encode(digest).decode().lower()[:_LENGTH]
