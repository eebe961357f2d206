"""Bodies of events as channels get them, one of each kind, and one by somebody who means harm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from feedwatch.core.payload import digest_body, event_body, listing_body
from feedwatch.model import AlertId, Match, Severity
from tests.core.notices import NOTICE, NOW

HOSTILE = replace(
    NOTICE,
    alert_id=AlertId("a2"),
    rule="Drones\r\nBcc: all@example.net",
    severity=Severity.CRITICAL,
    title="-x; \x1b]52;c;cHduZWQ=\a\x9b2J\r\nBcc: everybody@example.net\r\n\r\n<b>&amp;</b> \\n \u202e4;1;50",
    url="javascript:alert(1)",
    author='"><img src=x onerror=alert(1)>',
    summary="First <script>alert(1)</script>\n.\n\n--=_msg_1\nзвук дронів 👩\u200d🚒 " + "long " * 120,
    feed_name="Feed\x00\u2028Name",
    outlet="<i>Outlet</i>",
    matches=(Match("title", 0, 2, "-x"),),
)
_FEEDS = [
    {
        "name": f"BBC World {number}",
        "url": f"https://example.org/{number}",
        "outlet": "BBC",
        "since": None,
        "reason": "status 503",
    }
    for number in range(1, 8)
]
_SECOND = replace(NOTICE, title="Дрони над портом", url="https://example.org/2", severity=Severity.LOW)

EVENTS: Mapping[str, bytes] = {
    "alert.raised": event_body(NOTICE),
    "digest": digest_body([event_body(NOTICE), event_body(_SECOND)], 2, NOW, {"Drones": 3}),
    "feed.failing": listing_body("feed.failing", "feeds", _FEEDS, NOW),
    "rule.timeout": listing_body("rule.timeout", "rules", [{"name": "Drones", "timeouts": 2}], NOW),
    "hostile": event_body(HOSTILE),
}
