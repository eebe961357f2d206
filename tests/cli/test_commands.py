"""What the commands write: keys of JSON, lines of tables, nothing that a terminal obeys."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result

from feedwatch.model import (
    ChannelState,
    DeliveryId,
    DeliveryState,
    Feed,
    FeedHealth,
    FeedId,
    FeedRow,
    FeedState,
    Latency,
    Selection,
    StatsLine,
    Subscription,
    View,
)
from tests.cli.conftest import HOSTILE, NOON, FakeDesk

Run = Callable[..., Result]

CONFIG = """
[[feeds]]
url = "https://a.example/feed"
[[rules]]
name = "Drones"
match = "drone"
"""


def lines_of(result: Result) -> list[dict[str, object]]:
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout
    return [json.loads(line) for line in result.stdout.splitlines()]


def assert_safe(text: str) -> None:
    unsafe = [mark for mark in text if unicodedata.category(mark) in ("Cc", "Cf", "Cs") and mark != "\n"]
    assert unsafe == []


COMMANDS = (
    ("items",), ("show", "1"), ("show", "1", "--full-text"), ("alerts",), ("stories",), ("rules",), ("feeds",),
    ("deliveries",), ("deliveries", "show", "d1"), ("stats",), ("rules", "explain", "Drones", "1"),
)  # fmt: skip


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_control_character_reaches_the_terminal(
    run: Run, desk: FakeDesk, command: tuple[str, ...], *, as_json: bool
) -> None:
    Path("config.toml").write_text(CONFIG)
    result = run(*command, *(["--json"] if as_json else []))
    assert result.exit_code == 0
    assert result.stdout
    assert_safe(result.output)


def test_json_escapes_what_a_terminal_obeys_and_loses_nothing(run: Run, desk: FakeDesk) -> None:
    assert lines_of(run("items", "--json"))[0]["title"] == HOSTILE


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        ("items", "id feed outlet title url author published seen story outlets language read starred rules"),
        ("alerts", "id rule severity state raised story outlets item matches reason acknowledged latency"),
        ("stories", "id title outlets items first_seen last_seen"),
        ("rules", "name last_fired alerts_30d share timeouts noise_share"),
        ("feeds", "url name outlet tags state items unread last_success last_error next_due cadence late"),
        ("deliveries", "id alert channel state attempts next_at last_status last_error"),
        ("deliveries show d1", "id alert channel state attempts next_at last_status last_error body tries"),
        ("show 1", "id title text html revisions"),
        ("stats", "items alerts latency feeds rules channels"),
    ],
)
def test_json_has_the_keys_of_the_contract(run: Run, desk: FakeDesk, command: str, keys: str) -> None:
    Path("config.toml").write_text(CONFIG)
    for record in lines_of(run(*command.split(), "--json")):
        assert set(keys.split()) <= record.keys()


def test_an_alert_carries_its_item_and_its_matches(run: Run, desk: FakeDesk) -> None:
    (record,) = lines_of(run("alerts", "--json"))
    assert record["item"] == {
        "id": 1, "title": HOSTILE, "url": "https://a.example/1", "feed": "BBC World", "outlet": "BBC",
        "published": None,
    }  # fmt: skip
    assert record["matches"] == [{"field": "title", "start": 0, "end": 5, "text": "Drone"}]
    assert (record["state"], record["reason"], record["acknowledged"]) == ("suppressed", "cooldown", False)


def test_times_are_iso_8601_with_an_offset(run: Run, desk: FakeDesk) -> None:
    time = lines_of(run("alerts", "--json"))[0]["raised"]
    assert time == "2026-11-22T12:00:00+00:00"
    assert datetime.fromisoformat(str(time)) == NOON


def test_the_bare_program_lists_items_where_stdout_is_no_terminal(run: Run, desk: FakeDesk) -> None:
    assert run().stdout == run("items").stdout
    assert len(run().stdout.splitlines()) == 3


def test_a_limit_is_kept_and_no_more_is_read(run: Run, desk: FakeDesk) -> None:
    assert len(lines_of(run("items", "--limit", "2", "--json"))) == 2


def test_since_leaves_out_what_is_older(run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    import time_machine

    with time_machine.travel(NOON, tick=False):
        assert [one["id"] for one in lines_of(run("items", "--since", "2h", "--json"))] == [1, 2]
        assert lines_of(run("alerts", "--since", "2d", "--rule", "Drones", "--json"))
    assert desk.told[-1] == (100, "Drones", datetime.fromisoformat("2026-11-20T12:00:00+00:00"), False)


def test_the_words_of_a_query_need_no_quotes(run: Run, desk: FakeDesk) -> None:
    run("items", "drone", "OR", "uav")
    assert desk.told == [View(query="drone OR uav")]


def test_a_query_that_cannot_be_read_is_pointed_at(run: Run, desk: FakeDesk) -> None:
    result = run("items", "(drone")
    assert result.exit_code == 2
    assert "\n  (drone\n  ^" in result.stderr
    assert result.stdout == ""


def test_show_gives_the_text_with_alerts_story_revisions_and_links(run: Run, desk: FakeDesk) -> None:
    text = run("show", "1").stdout
    for part in (
        "! Drones, high, raised: drone",
        "= 9 AP: Drone hits",
        "headline: [-Drone seen-] {+Drone",
        "[1] https://b.example/",
    ):
        assert part in text


def test_show_gives_the_full_text_where_asked(run: Run, desk: FakeDesk) -> None:
    assert "The whole story." in run("show", "1", "--full-text").stdout
    assert lines_of(run("show", "1", "--full-text", "--json"))[0]["full_text"] == "The whole story."


def test_an_item_that_is_not_there_is_a_usage_error(run: Run, desk: FakeDesk) -> None:
    result = run("show", "2")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no item 2" in result.stderr


def test_secrets_in_a_feeds_address_are_not_shown(run: Run, desk: FakeDesk) -> None:
    for result in (run("feeds"), run("feeds", "--json")):
        assert "s3cret" not in result.output
        assert "pw" not in result.output


def test_a_late_feed_says_what_is_usual_for_it(run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet_since = datetime.now(UTC) - timedelta(hours=9, minutes=30)
    state = FeedState(health=FeedHealth.OK, interval=900.0, cadence=7300.0, rhythm=b"x", last_news=quiet_since)
    feed = Feed(FeedId(1), Subscription("https://a.example/feed", "A", "A"), state)

    async def feeds() -> tuple[FeedRow, ...]:
        return (FeedRow(feed, items=3, unread=2, late=True, polling=False),)

    monkeypatch.setattr(desk, "feeds", feeds)
    assert "late: usually every 2h, last 9h ago" in run("feeds").stdout
    (record,) = lines_of(run("feeds", "--json"))
    assert (record["cadence"], record["late"], record["state"]) == (7300.0, True, "ok")


def test_feeds_are_added_with_name_and_tags(run: Run, desk: FakeDesk) -> None:
    result = run("feeds", "add", "a.example", "b.example", "--name", "A", "--tag", "x", "--tag", "y")
    assert desk.told == [("a.example", "A", ("x", "y")), ("b.example", "A", ("x", "y"))]
    assert (result.exit_code, result.stdout) == (0, "")
    assert_safe(result.stderr)


def test_an_error_of_the_desk_is_one_line_and_its_exit_code(run: Run, desk: FakeDesk) -> None:
    result = run("feeds", "remove", "https://a.example/")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "feedwatch: no feed https://a.example/\n"


def test_a_feed_is_removed_by_its_name_or_as_it_is_listed(run: Run, desk: FakeDesk) -> None:
    text = '[[feeds]]\nurl = "https://u:pw@a.example/?key=s"\nname = "A"\n'
    twins = "".join(f'[[feeds]]\nurl = "https://{host}.example/"\nname = "twin"\n' for host in "bc")
    Path("config.toml").write_text(text + twins)
    for wanted in ("A", "https://***@a.example/?key=***"):
        assert "no feed https://***@a.example/?key=***" in run("feeds", "remove", wanted).stderr
    assert desk.told == ["https://u:pw@a.example/?key=s"] * 2
    assert "say which by its address" in run("feeds", "remove", "twin").stderr


def test_feeds_are_exported_as_opml(run: Run) -> None:
    Path("config.toml").write_text(CONFIG)
    assert 'xmlUrl="https://a.example/feed"' in run("feeds", "export").stdout
    result = run("feeds", "export", "out.opml")
    assert (result.exit_code, result.stdout) == (0, "")
    assert 'xmlUrl="https://a.example/feed"' in Path("out.opml").read_text()


def test_deliveries_are_filtered_retried_and_tested(run: Run, desk: FakeDesk) -> None:
    run("deliveries", "--state", "dead")
    run("deliveries", "retry")
    run("deliveries", "retry", "d1", "d2")
    run("deliveries", "retry", "--since", "2026-11-22 10:00+00:00", "--until", "2026-11-22 12:00+00:00")
    assert desk.told == [
        (100, Selection(state=DeliveryState.DEAD)),
        Selection(state=DeliveryState.DEAD),
        Selection((DeliveryId("d1"), DeliveryId("d2"))),
        Selection(since=NOON - timedelta(hours=2), until=NOON),
    ]
    assert run("deliveries", "test", "desk").stderr == "desk answered 200\n"
    assert run("deliveries", "--state", "lost").exit_code == 2


def test_a_delivery_is_shown_with_every_attempt(run: Run, desk: FakeDesk) -> None:
    shown = run("deliveries", "show", "d1").stdout
    assert "d1 to desk: Drones, " in shown
    assert "dead, 10 attempts" in shown
    assert "0.25 s" in shown
    assert "status: server error" in shown
    (record,) = lines_of(run("deliveries", "show", "d1", "--json"))
    assert record["tries"] == [
        {
            "at": "2026-11-22T12:00:00+00:00",
            "seconds": 0.25,
            "status": 500,
            "kind": "status",
            "error": "server\x1b error",
            "answer": "no\x1b[2J way",
        }
    ]


def test_channels_out_of_service_are_told_beside_the_list(run: Run, desk: FakeDesk) -> None:
    desk.out_of_service = (
        ChannelState("desk", NOON, "410"),
        ChannelState("phone", NOON, "no connection", NOON + timedelta(minutes=5)),
    )
    told = run("deliveries").stderr
    assert "channel desk is out of service: 410; 'feedwatch deliveries test desk' tries it now" in told
    assert "channel phone is paused until" in told


def test_stats_shows_latencies_in_units_of_their_size_and_what_was_left_out(run: Run, desk: FakeDesk) -> None:
    lines = run("stats").stdout.splitlines()
    assert "3  1  1.0m / 2.0h  0.1s / 0.1s  -  2  BBC World" in lines
    channels = lines[lines.index("Channels") + 1]
    assert channels == "4  1  1.5s / 34s  1.0m / 2.0h  1  desk[2J"


def test_a_line_of_stats_fits_a_narrow_terminal_with_the_largest_figures(run: Run, desk: FakeDesk) -> None:
    from feedwatch.cli.stats import stats_line

    slow = Latency(1, 9.94 * 86400, 119.6 * 86400, 1_000_000)
    cells = stats_line(StatsLine("x" * 10, 1_000_000, 100_000, slow, slow, slow))
    assert cells[2] == "9.9d / 120d"
    assert len("  ".join(cells)) <= 80


def test_stats_say_how_many_dates_were_left_out_by_feed_and_by_channel(run: Run, desk: FakeDesk) -> None:
    (record,) = lines_of(run("stats", "--json"))
    feed, channel = record["feeds"][0], record["channels"][0]  # type: ignore[index]  # both are lists
    assert feed["latency"]["published_to_seen"] == {"count": 3, "p50": 60.0, "p95": 7200.0, "skewed": 2}
    assert channel == {
        "name": "desk\x1b[2J",
        "delivered": 4,
        "held": 1,
        "latency": {
            "raised_to_delivered": {"count": 3, "p50": 1.5, "p95": 34.0, "skewed": 0},
            "published_to_delivered": {"count": 2, "p50": 61.0, "p95": 7234.0, "skewed": 1},
        },
    }


def test_an_alert_says_how_long_its_steps_took(run: Run, desk: FakeDesk) -> None:
    (record,) = lines_of(run("alerts", "--json"))
    assert record["latency"] == {"published_to_seen": None, "seen_to_raised": 0.25, "raised_to_delivered": 1.5}
