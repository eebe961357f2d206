"""The demo's feeds: they are feeds, they grow, and they have what the demo is to show."""

from __future__ import annotations

from pathlib import Path

from feedwatch.cli.demo import write_config
from feedwatch.config import load
from feedwatch.core.parse import parse
from feedwatch.demo.news import load_feeds, render

BEGAN = 1_800_000_000.0


def titles(now: float) -> list[str]:
    bodies = [render(feed, "http://127.0.0.1:1", BEGAN, now) for feed in load_feeds()]
    return [item.title for body in bodies for item in parse(body, {}, "http://127.0.0.1:1/").items]


def test_the_feeds_grow_while_the_demo_plays() -> None:
    first, middle, last = (titles(BEGAN + seconds) for seconds in (0, 30, 120))
    assert 10 < len(first) < len(middle) < len(last)
    assert set(first) < set(middle) < set(last)


def test_a_story_is_told_by_two_outlets_under_one_headline() -> None:
    every = titles(BEGAN + 120)
    assert len(every) > len(set(every))


def test_a_headline_is_edited_while_the_demo_plays() -> None:
    edited = "Drone strike halts trains on the Varna line, two hurt"
    assert [edited in titles(BEGAN + seconds) for seconds in (20, 30)] == [False, True]


def test_a_story_comes_to_be_told_by_ten_outlets() -> None:
    told = [sum("Varna line" in title for title in titles(BEGAN + seconds)) for seconds in (10, 20, 60)]
    assert told[0] < 3 <= told[1] < 10 <= told[2]


def test_the_demos_configuration_is_right(tmp_path: Path) -> None:
    config = load(write_config(tmp_path, 8080))
    assert len(config.feeds) == len(load_feeds())
    assert [rule.name for rule in config.rules] == ["drone", "general", "evacuations", "strikes"]
    assert config.channels[0].url == "http://127.0.0.1:8080/desk"
