from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from feedwatch.core.reports import FEWEST_FAILURES, PAUSE, SPARE, Report, burst_report, reports, room_for
from feedwatch.model import (
    Feed,
    FeedHealth,
    FeedId,
    FeedRow,
    FeedState,
    Rule,
    Severity,
    Subscription,
    Told,
    Trend,
    TrendHour,
    replace,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALL = ("feed.failing", "feed.late", "rule.timeout")
GOOD = FeedState(health=FeedHealth.OK, last_success=NOW, last_news=NOW - HOUR)
BAD = FeedState(
    health=FeedHealth.FAILING,
    failures=9,
    last_success=NOW - 5 * HOUR,
    last_error="status 503 of https://u:pw@a.example/",
)
LATE = replace(GOOD, late=True)


def feed(state: FeedState, number: int = 1) -> FeedRow:
    said = Subscription(f"https://u:pw@{number}.example/feed", f"Feed {number}", "Press")
    return FeedRow(Feed(FeedId(number), said, state), 0, 0, state.late, polling=False)


def told_of(
    *rows: FeedRow,
    told: Mapping[str, Told] | None = None,
    now: datetime = NOW,
    room: int = 9,
    timeouts: Mapping[str, int] | None = None,
    events: tuple[str, ...] = ALL,
) -> tuple[Report, ...]:
    return reports(events, rows, timeouts or {}, told or {}, room, now)


def test_feeds_that_fail_for_long_are_one_message_without_credentials() -> None:
    (report,) = told_of(feed(BAD), feed(BAD, 2), feed(GOOD, 3))
    assert report.event == "feed.failing"
    assert [one["name"] for one in report.entries] == ["Feed 1", "Feed 2"]
    assert "pw@" not in str(report.entries)
    assert report.entries[0]["since"] == (NOW - 5 * HOUR).isoformat()


def test_a_failure_of_a_moment_is_nothing() -> None:
    assert told_of(feed(replace(BAD, failures=FEWEST_FAILURES - 1))) == ()
    assert told_of(feed(replace(BAD, last_success=NOW - HOUR / 2))) == ()


def test_a_feed_that_never_worked_and_one_that_is_gone_are_told_of() -> None:
    assert told_of(feed(replace(BAD, last_success=None)))
    assert told_of(feed(FeedState(health=FeedHealth.GONE)))


def test_a_feed_is_told_of_once_and_its_recovery_when_it_lasts() -> None:
    (report,) = told_of(feed(BAD))
    assert told_of(feed(BAD), told=report.told, now=NOW + 3 * HOUR) == ()
    shaky = replace(GOOD, last_error_at=NOW)
    assert told_of(feed(shaky), told=report.told, now=NOW + HOUR / 6) == ()
    (again,) = told_of(feed(shaky), told=report.told, now=NOW + HOUR)
    assert (again.event, again.entries[0]["reason"]) == ("feed.recovered", "was failing")
    assert told_of(feed(GOOD), told=again.told, now=NOW + 2 * HOUR) == ()


def test_a_feed_that_comes_and_goes_is_told_of_once_a_day() -> None:
    known = {"feed 1": Told("", 0, NOW)}
    assert told_of(feed(BAD), told=known, now=NOW + 23 * HOUR) == ()
    assert told_of(feed(BAD), told=known, now=NOW + 24 * HOUR)[0].event == "feed.failing"


def test_a_late_feed_that_fails_is_told_of_as_failing_after_a_day() -> None:
    (report,) = told_of(feed(LATE))
    failing = feed(replace(BAD, late=True))
    assert told_of(failing, told=report.told, now=NOW + 23 * HOUR) == ()
    (again,) = told_of(failing, told=report.told, now=NOW + 24 * HOUR)
    assert again.event == "feed.failing"


def test_what_a_channel_no_longer_asks_for_is_not_over_by_that() -> None:
    (report,) = told_of(feed(LATE))
    assert told_of(feed(LATE), told=report.told, now=NOW + 48 * HOUR, events=("feed.failing",)) == ()
    (over,) = told_of(feed(GOOD), told=report.told, now=NOW + 48 * HOUR, events=("feed.failing",))
    assert over.event == "feed.recovered"


def test_late_is_what_a_poll_found_not_what_a_standstill_makes_of_it() -> None:
    (report,) = told_of(feed(LATE))
    assert (report.event, report.entries[0]["reason"]) == ("feed.late", "no news since 2026-11-22T11:00+00:00")
    assert told_of(replace(feed(GOOD), late=True)) == ()


def test_a_channel_hears_only_of_what_it_asked_for() -> None:
    rows = (feed(BAD), feed(LATE, 2))
    assert [one.event for one in told_of(*rows, events=("feed.late",))] == ["feed.late"]
    assert told_of(*rows, events=("rule.timeout",)) == ()


def test_a_rule_that_ran_out_of_time_is_told_of_with_what_is_new() -> None:
    (report,) = told_of(timeouts={"Drones": 3, "Generals": 0})
    assert (report.event, report.entries) == ("rule.timeout", ({"name": "Drones", "timeouts": 3},))
    assert told_of(timeouts={"Drones": 3}, told=report.told, now=NOW + 99 * HOUR) == ()
    assert told_of(timeouts={"Drones": 5}, told=report.told, now=NOW + HOUR) == ()
    (later,) = told_of(timeouts={"Drones": 5}, told=report.told, now=NOW + 24 * HOUR)
    assert later.entries[0]["timeouts"] == 2


def test_what_finds_no_room_waits_for_it() -> None:
    rows = (feed(BAD), feed(LATE, 2))
    assert [one.event for one in told_of(*rows, room=1)] == ["feed.failing"]
    assert told_of(*rows, room=0) == ()
    assert told_of(*rows, room=-3) == ()


def flapping(start: datetime, days: int) -> Iterator[tuple[datetime, tuple[FeedRow, ...]]]:
    """Forty feeds, each bad for three hours of seven, at times of their own."""
    for minute in range(0, days * 24 * 60, 10):
        now = start + timedelta(minutes=minute)
        rows = []
        for number in range(40):
            hour = (minute / 60 + number) % 7
            since = now - timedelta(hours=hour)
            good = replace(GOOD, last_success=now, last_error_at=since)
            rows.append(feed(good if hour > 3 else replace(BAD, last_success=since, last_error_at=now), number))
        yield now, tuple(rows)


def test_reports_stay_within_the_news_of_a_day_however_feeds_flap() -> None:
    told: dict[str, Told] = {}
    sent: list[datetime] = []
    alerts = [NOW + timedelta(hours=5 * number) for number in range(20)]
    for now, rows in flapping(NOW, 5):
        today = sum(now - at < timedelta(days=1) for at in sent)
        news = sum(timedelta(0) <= now - at < timedelta(days=1) for at in alerts)
        made = told_of(*rows, told=told, now=now, room=room_for(today, news))
        assert today + len(made) <= max(today, news + SPARE)
        for report in made:
            told.update(report.told)
            sent.append(now)
    assert 5 < len(sent) <= len(alerts) + 5 * SPARE


DRONES = Rule("Drones", "drone", Severity.HIGH, burst=True)


def day(*bursts: int) -> Trend:
    """A day that ends with the hour of NOW, with a burst so many hours ago."""
    hours = (TrendHour(NOW - back * HOUR, 9, 4, 0.66, back in bursts) for back in range(23, -1, -1))
    return Trend("Drones", tuple(hours))


def burst_told(trend: Trend, told: Mapping[str, Told] | None = None) -> Report | None:
    return burst_report(DRONES, trend, (), told or {}, NOW)


def test_a_burst_is_told_with_its_numbers() -> None:
    report = burst_told(day(2, 1, 0))
    assert report is not None
    assert report.event == "rule.burst"
    assert report.entries == (
        {
            "name": "Drones",
            "severity": "high",
            "since": (NOW - 2 * HOUR).isoformat(),
            "stories": 9,
            "usual": 0.7,
            "outlets": 4,
            "newest": [],
        },
    )


def test_no_burst_and_one_that_is_over_are_not_told() -> None:
    assert burst_told(day()) is None
    assert burst_told(day(9, 8, 2)) is None


def test_a_burst_is_told_once_however_long_it_lasts_and_whatever_pauses_it_makes() -> None:
    report = burst_report(DRONES, Trend("Drones", day(9).hours[:15]), (), {}, NOW - 9 * HOUR)
    assert report is not None
    for later in (day(9, 4, 0), day(9, 5, 1), day(8, 3, 0)):
        assert burst_told(later, report.told) is None


def test_after_a_pause_another_burst_is_told() -> None:
    for pause, is_told in ((PAUSE, True), (PAUSE - 1, False)):
        ended = NOW - (pause + 1) * HOUR
        known = {"burst Drones": Told("burst", int(ended.timestamp()) // 3600, ended)}
        assert (burst_told(day(pause + 1, 0), known) is not None) == is_told
