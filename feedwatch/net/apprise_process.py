"""The apprise library in a process of its own: it loads much, waits long, logs addresses, and is ended with its time.

Standard input: one JSON object with ``url``, ``title``, ``text`` and ``type``. The exit code says what became of it;
what is written must be dropped, since it may hold the address.
"""

from __future__ import annotations

import json
import sys

SENT, NOT_SENT, NOT_UNDERSTOOD, NOT_INSTALLED = 0, 10, 11, 12


def main() -> int:
    """Hand one notification to its services."""
    asked = json.load(sys.stdin.buffer)
    try:
        from apprise import Apprise, AppriseAsset, NotifyFormat
    except ImportError:
        return NOT_INSTALLED
    services = Apprise(asset=AppriseAsset(app_id="feedwatch", app_desc="feedwatch"))
    if not services.add(asked["url"]):
        return NOT_UNDERSTOOD
    told = services.notify(
        body=asked["text"], title=asked["title"], notify_type=asked["type"], body_format=NotifyFormat.TEXT
    )
    return SENT if told else NOT_SENT


if __name__ == "__main__":
    raise SystemExit(main())
