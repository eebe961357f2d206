"""One report in ten feeds, over restarts: one alert, told again as outlets join, with every copy kept."""

from __future__ import annotations

import json
from pathlib import Path

from tests.feeds import serve, write_config
from tests.loopback import FeedServer, WebhookSink
from tests.program import Program

COPIES = (
    "Drone strike halts trains on the Varna line",
    "Varna line closed after drone strike",
    "Drone strike halts trains on the Varna line",
    "Trains on Varna line halted by drone strike - Agency",
    "Drone strike on the Varna line halts all trains",
    "Drone hits Varna line, trains halted after strike",
    "Drone strike halts trains on the Varna line | Morning Post",
    "Varna trains halted: drone strike on line",
    "After drone strike, trains halt on Varna line",
    "Drone strike halts trains on the Varna line",
)


async def test_ten_copies_in_ten_feeds_polled_in_turn_are_one_alert_that_grows_twice(
    tmp_path: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    urls = [serve(feed_server, f"/{place}", f"Ferry {place}", name=f"f{place}") for place in range(10)]
    user = Program(write_config(tmp_path, urls, hook=webhook_sink.url()), tmp_path / "feedwatch.db")
    await user.poll()

    for place, copy in enumerate(COPIES):  # each poll is a process of its own
        serve(feed_server, f"/{place}", copy, f"Ferry {place}", name=f"f{place}")
        await user.poll()

    events = [json.loads(one.body) for one in webhook_sink.requests]
    assert [(one["type"], one["data"]["story"]["outlets"]) for one in events] == [
        ("alert.raised", 1),
        ("alert.grown", 3),
        ("alert.grown", 10),
    ]
    assert len({one["data"]["alert"]["id"] for one in events}) == 1
    assert len({one.headers["webhook-id"] for one in webhook_sink.requests}) == 3
    assert [one["title"] for one in events[-1]["data"]["story"]["items"]] == list(COPIES)
    assert events[0]["timestamp"] < events[1]["timestamp"] < events[2]["timestamp"]
    (alert,) = await user.records("alerts")
    (story,) = [one for one in await user.records("stories") if one["items"] == 10]
    (stats,) = await user.records("stats")
    told = events[-1]["data"]["story"]
    assert (alert["outlets"], story["outlets"], told["outlets"]) == (10, 10, 10)
    assert alert["sources"] == story["sources"] == told["sources"] < 10  # some have the very same words
    assert stats["stories"] == {"told": 11, "copies": 9, "alerts_spared": 9}
