"""From the alerts in a database to the word burst: a desk on a real store."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from feedwatch.config import Config
from feedwatch.config_file import ConfigFile
from feedwatch.desk import Desk
from feedwatch.model import Rule, replace
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, add, alert, draft

DAY = timedelta(days=1)


async def test_a_rule_that_finds_far_more_than_usual_is_in_a_burst(tmp_path: Path) -> None:
    config = replace(Config(), rules=(Rule("Drones", "drone"), Rule("Quiet", "quiet")))
    store = await Store.open(tmp_path / "feedwatch.db")
    desk = Desk(store, ConfigFile(tmp_path / "config.toml", config, lambda _: config), lambda: NOW + HOUR / 2)
    for back in range(15 * 24, 0, -6):
        one, at = draft(f"usual {back}"), NOW - back * HOUR
        await add(store, one, at=at, alerts=(alert(one, at=at),))
    for feed in ("One", "Two"):
        drafts = [draft(f"{feed} {number}") for number in range(7)]
        await add(store, *drafts, feed=feed, alerts=tuple(alert(one) for one in drafts))

    drones, quiet = await desk.trends(NOW - 23 * HOUR)

    assert (drones.rule, len(drones.hours), quiet.burst) == ("Drones", 24, None)
    assert drones.burst is not None
    assert (drones.burst.start, drones.burst.stories, drones.burst.outlets) == (NOW, 14, 2)
    assert sum(one.stories for one in drones.hours) == 17
    (month,) = await desk.trends(NOW - 30 * DAY, "Drones")
    assert sum(one.stories for one in month.hours) == 74
    assert [one.start for one in month.hours if one.burst] == [NOW]
    midnights = [NOW - NOW.hour * HOUR + (day - 2) * DAY for day in range(4)]
    assert (await desk.activity(midnights)).bursts == {"Drones": {2}, "Quiet": frozenset()}
    await store.close()
