from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedwatch.model import ChannelState, DeliveryState, EngineStatus, FeedHealth, Severity, Status, View, replace
from feedwatch.tui.sentences import (
    SEVERITY_MARKS,
    answer_words,
    counts,
    delivery_words,
    duration,
    engine_words,
    health,
    health_sentence,
    is_web,
    next_words,
    nothing_in,
    progress_words,
    short_time,
    until,
    view_words,
)
from tests.tui.fake_backend import NOW, make_delivery, make_feed

STATUS = Status(engine=None, feeds=3, polling=0, due=0, next_due=None, failing=0, unread=4, alerts=0, waiting=0, dead=0)


@pytest.mark.parametrize(
    ("seconds", "text"), [(-5, "0s"), (59, "59s"), (60, "1m"), (7_199, "1h"), (90_000, "1d"), (864_000, "10d")]
)
def test_durations_are_told_in_their_largest_unit(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_time_never_takes_more_than_six_cells() -> None:
    for days in (-400, -1, 0, 1, 40, 290, 1000):
        assert len(short_time(NOW - timedelta(days=days), NOW)) <= 6


def test_what_is_due_is_due_now() -> None:
    assert until(NOW - timedelta(seconds=5), NOW) == "now"
    assert until(None, NOW) == "never"


def test_every_severity_has_a_mark_of_its_own() -> None:
    assert len({SEVERITY_MARKS[severity] for severity in Severity}) == len(Severity)


def test_every_health_has_a_glyph_and_a_word_of_its_own() -> None:
    told = {health(make_feed(1, state))[:2] for state in FeedHealth}
    assert len({glyph for glyph, _ in told}) == len({word for _, word in told}) == len(FeedHealth)


def test_a_late_feed_says_what_is_usual_and_when_it_was_last_heard() -> None:
    row = make_feed(1)
    state = replace(row.feed.state, last_news=NOW - timedelta(hours=9), cadence=7300.0)
    quiet = replace(row, late=True, feed=replace(row.feed, state=state))
    assert health_sentence(quiet, NOW) == "late: usually every 2h, last 9h ago"
    unknown = replace(quiet, feed=replace(row.feed, state=replace(state, cadence=None)))
    assert health_sentence(unknown, NOW) == "late: last 9h ago"


def test_a_feed_that_is_well_says_how_often_it_brings_news() -> None:
    row = make_feed(1)
    known = replace(row, feed=replace(row.feed, state=replace(row.feed.state, cadence=7300.0)))
    assert health_sentence(known, NOW) == "ok, polled 12m ago, next in 3m; news every 2h"


@pytest.mark.parametrize(
    ("engine", "text"),
    [
        (None, "nobody polls"),
        (EngineStatus("screen", 1, "h", NOW, ours=True), "this screen polls"),
        (EngineStatus("screen", 1, "h", NOW), "another screen polls"),
        (EngineStatus("daemon", 1234, "h", NOW), "daemon 1234 polls"),
        (EngineStatus("poll", 7, "h", NOW), "one round polls (7)"),
    ],
)
def test_the_bar_says_who_polls(engine: EngineStatus | None, text: str) -> None:
    assert engine_words(engine) == text


def test_the_bar_says_how_far_the_polling_is() -> None:
    assert progress_words(replace(STATUS, polling=12, due=88), NOW) == "polling 12, 88 due"
    assert progress_words(replace(STATUS, next_due=NOW + timedelta(minutes=3)), NOW) == "next poll in 3m"


def test_what_is_zero_is_not_mentioned() -> None:
    assert "".join(text for text, _ in counts(STATUS)) == "4 unread"
    busy = replace(STATUS, alerts=1, dead=2)
    assert "".join(text for text, _ in counts(busy)) == "4 unread · 1 alert · 2 dead"


def test_a_delivery_says_what_became_of_it() -> None:
    assert delivery_words(make_delivery(1, DeliveryState.DELIVERED), NOW) == "delivered 0s ago at try 2"
    assert delivery_words(make_delivery(1, DeliveryState.DEAD), NOW) == "dead after 2 tries: status 500 server error"
    assert delivery_words(make_delivery(1, DeliveryState.WAITING), NOW).startswith("next try in 5m after 2 tries")


def test_a_delivery_waits_for_its_channel() -> None:
    waiting = make_delivery(1, DeliveryState.WAITING)
    probed = ChannelState("desk", NOW, "no connection", NOW + timedelta(minutes=20))
    assert next_words(waiting, NOW, probed) == "in 20m"
    assert next_words(waiting, NOW, replace(probed, probe_at=NOW)) == "in 5m"
    assert next_words(waiting, NOW, replace(probed, probe_at=None)) == "on hold"
    assert delivery_words(waiting, NOW, replace(probed, probe_at=None)).startswith("waits until somebody tries its")
    assert next_words(replace(waiting, leased_until=NOW + timedelta(seconds=1)), NOW, probed) == "now"
    assert next_words(replace(waiting, next_at=None), NOW) == "in digest"


def test_an_answer_is_told_once_with_its_status() -> None:
    dead = make_delivery(1, DeliveryState.DEAD)
    named = replace(dead, last_error="the receiver answered with status 500")
    assert answer_words(dead) == "status 500 server error"
    assert answer_words(named) == "the receiver answered with status 500"
    assert answer_words(named, brief=True) == "500"
    assert answer_words(replace(dead, last_status=None), brief=True) == "server error"


def test_channels_out_of_service_are_named_or_counted() -> None:
    gone, quiet = ChannelState("ops", NOW, "gone"), ChannelState("desk", NOW, "no connection", NOW)
    for channels, told in (
        ((gone,), "channel ops is gone"),
        ((quiet,), "channel desk is paused"),
        ((gone, quiet), "2 channels out of service"),
    ):
        assert "".join(text for text, _ in counts(replace(STATUS, out_of_service=channels))) == f"4 unread · {told}"


def test_every_empty_list_has_its_own_sentence() -> None:
    views = (View(), View(unread=True), View(starred=True), View(alerted=True), View(tag="x"), View(query="x"))
    told = [nothing_in(view, None) for view in views]
    told += [nothing_in(View(), make_feed(1, state)) for state in (FeedHealth.NEW, FeedHealth.OK, FeedHealth.FAILING)]
    assert len(set(told)) == len(told)


def test_a_view_is_called_by_its_feed_or_tag_and_its_query() -> None:
    assert view_words(View(query="drone"), make_feed(2)) == "Feed 2 / drone"
    assert view_words(View(tag="world", grouped=True), None) == "#world"
    assert view_words(View(tag="world"), None) == "#world, every telling"


@pytest.mark.parametrize("url", ["http://example.org", "https://example.org/a?b=c#d", "https://[2001:db8::1]/"])
def test_web_addresses_may_be_opened(url: str) -> None:
    assert is_web(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "--flag",
        "http:",
        "https:///x",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a\n-- x",
        "https://a b",
        "ftp://example.org",
        "https://a\x1b[2J",
        "http://[broken",
    ],
)
def test_nothing_else_may_be_opened(url: str) -> None:
    assert not is_web(url)


def test_an_old_year_is_shown_as_a_year() -> None:
    assert short_time(datetime(2019, 5, 1, tzinfo=UTC), NOW) == "2019"


def test_where_there_is_little_room_what_is_urgent_is_said() -> None:
    out = (ChannelState("desk", NOW, "410 Gone"),)
    busy = replace(STATUS, alerts=12, failing=2, waiting=3, dead=1, out_of_service=out)

    def said(room: int) -> str:
        return "".join(text for text, _ in counts(busy, room))

    assert said(80) == "4 unread · 12 alerts · 2 failing · 3 to send · 1 dead · channel desk is gone"
    assert said(66) == "4 unread · 12 alerts · 2 failing · 1 dead · channel desk is gone"
    assert said(60) == "12 alerts · 2 failing · 1 dead · channel desk is gone"
    assert said(9) == "12 alerts"
    assert said(3) == ""
