"""Bodies of events as channels get them, one of each kind, and some by people who mean harm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from feedwatch.core.payload import digest_body, event_body, listing_body, test_body
from feedwatch.model import AlertId, ItemId, Match, Severity, replace
from tests.core.notices import NOTICE, NOW

HOSTILE = (
    "<!channel> <@U012AB3CD> <#C012AB3CD|x> @everyone @here <@&123> <@123> @durov *b* _i_ ~s~ `c` ||spoiler|| **bold** "
    "[click](https://evil.example/) <https://evil.example/|your bank> <b>b</b> <a href='tg://user?id=1'>x</a> &amp; "
    "&lt; <at>Ann</at> {{DATE(2026-11-22T10:00:00Z,SHORT)}} # heading > quote - item 1. item :fire: \\ \\* "
    "\u202egnp.exe\u2069 zero\u200bwidth ABC\u0000\u001b[31m"
)
CLUSTERS = "👩\u200d🚒🇺🇦e\u0301" * 200
INJECTING = replace(
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


def _events() -> dict[str, bytes]:
    """An event of every kind by its name, and hostile ones."""
    grown = replace(NOTICE, type="alert.grown", grown_at=NOW + timedelta(hours=1), outlets=10, sources=4)
    hostile = replace(
        NOTICE,
        severity=Severity.CRITICAL,
        title=HOSTILE,
        summary=HOSTILE,
        author=HOSTILE,
        outlet=HOSTILE,
        url="https://evil.example/a_(b)*c*|d>e\"f'g&h?q=<@1>#x_y_",
    )
    script = replace(NOTICE, title="A link that is none", url="javascript:alert(1)", severity=Severity.LOW)
    clusters = replace(NOTICE, title=CLUSTERS, summary=CLUSTERS, author=CLUSTERS, outlet=CLUSTERS)
    feeds = [
        {
            "name": f"Feed {n} of *them*",
            "url": f"https://example.org/{n}",
            "outlet": "X",
            "since": None,
            "reason": reason,
        }
        for n, reason in enumerate(["status 503", "no answer within 30 s"], 1)
    ]
    rules = [{"name": "Drones", "timeouts": 2}, {"name": "Generals", "timeouts": 1}]
    bursts = [
        {
            "name": "Drones *now*",
            "severity": "high",
            "since": NOW.isoformat(),
            "stories": 9,
            "usual": 0.7,
            "outlets": 4,
            "newest": [
                {"title": HOSTILE, "url": "https://example.org/1", "outlet": "<b>X</b>"},
                {"title": "Drones over the harbour", "url": "", "outlet": "BBC"},
            ],
        }
    ]
    many = [
        event_body(replace(one, item_id=ItemId(n))) for n, one in enumerate([NOTICE, hostile, script, clusters] * 30)
    ]
    return {
        "alert.raised": event_body(NOTICE),
        "alert.grown": event_body(grown),
        "alert.digest": digest_body([event_body(NOTICE), event_body(script)], 2, NOW, {"Drones": 3}),
        "feed.failing": listing_body("feed.failing", "feeds", feeds, NOW),
        "rule.timeout": listing_body("rule.timeout", "rules", rules, NOW),
        "rule.burst": listing_body("rule.burst", "rules", bursts, NOW),
        "test": test_body(NOW),
        "hostile": event_body(hostile),
        "injecting": event_body(INJECTING),
        "script": event_body(script),
        "clusters": event_body(clusters),
        "long digest": digest_body(many, 150, NOW),
    }


EVENTS: Mapping[str, bytes] = _events()
