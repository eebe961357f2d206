"""When a channel is to be left alone, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.holds import held_until, next_digest
from feedwatch.model import Channel, QuietSpan, Severity, replace
from feedwatch.quantities import format_hours, parse_hours


def channel(*hours: str, zone: str = "Europe/Berlin") -> Channel:
    return Channel("desk", "webhook", quiet=tuple(QuietSpan(*parse_hours(one)) for one in hours), timezone=zone)


def until(desk: Channel, now: str, severity: Severity = Severity.HIGH) -> str | None:
    found = held_until(desk, severity, datetime.fromisoformat(now).replace(tzinfo=UTC))
    return None if found is None else found.strftime("%Y-%m-%d %H:%M")


NIGHT = channel("22:00-07:00")


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-24 20:59", None),  # 21:59 in Berlin
        ("2026-11-24 21:00", "2026-11-25 06:00"),
        ("2026-11-25 00:30", "2026-11-25 06:00"),
        ("2026-11-25 05:59", "2026-11-25 06:00"),
        ("2026-11-25 06:00", None),
        ("2026-03-28 23:00", "2026-03-29 05:00"),  # the night loses an hour
        ("2026-10-24 23:00", "2026-10-25 06:00"),  # the night has one more
    ],
)
def test_a_night_ends_in_the_morning_whatever_the_clocks_do(now: str, end: str | None) -> None:
    assert until(NIGHT, now) == end


def test_critical_alerts_pass() -> None:
    assert until(NIGHT, "2026-11-24 23:00", Severity.CRITICAL) is None


def test_a_channel_without_quiet_hours_is_never_quiet() -> None:
    assert until(channel(), "2026-11-24 23:00") is None


def test_days_are_those_on_which_a_span_begins_and_spans_join() -> None:
    weekend = channel("sat,sun 00:00-24:00", "22:00-07:00", zone="UTC")
    assert until(weekend, "2026-11-27 21:00") is None  # a Friday
    assert until(weekend, "2026-11-27 23:00") == "2026-11-30 07:00"
    assert until(weekend, "2026-11-28 12:00") == "2026-11-30 07:00"
    assert until(channel("fri 22:00-07:00", zone="UTC"), "2026-11-28 06:00") == "2026-11-28 07:00"
    assert until(channel("sat 22:00-07:00", zone="UTC"), "2026-11-28 06:00") is None


def test_hours_that_never_end_hold_for_two_weeks_at_most() -> None:
    assert until(channel("00:00-24:00", zone="UTC"), "2026-11-01 12:00") == "2026-11-17 00:00"


@pytest.mark.parametrize("text", ["22:00-07:00", "sat,sun 00:00-24:00", "mon 09:30-17:00"])
def test_hours_are_written_as_they_were_read(text: str) -> None:
    assert format_hours(*parse_hours(text)) == text


@pytest.mark.parametrize(
    "text", ["", "22-7", "25:00-07:00", "22:00-24:30", "10:00-10:00", "sun", "som 10:00-11:00", "10:60-11:00"]
)
def test_what_is_no_span_of_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no span of hours"):
        parse_hours(text)


# --- digests ----------------------------------------------------------------------------------------------------------


KYIV = Channel("desk", "webhook", timezone="Europe/Kyiv", digest=3600.0)


@pytest.mark.parametrize(
    ("seconds", "at", "due"),
    [
        (3600.0, "10:05", "11:00"),
        (3600.0, "10:00", "11:00"),
        (900.0, "10:05", "10:15"),
        (7200.0, "10:05", "12:00"),
        (3600.0 * 7, "10:05", "14:00"),
        (3600.0 * 7, "22:05", "00:00"),
        (86400.0, "10:05", "00:00"),
    ],
)
def test_a_digest_is_due_at_even_times_counted_from_midnight(seconds: float, at: str, due: str) -> None:
    zone = ZoneInfo("Europe/Kyiv")
    now = datetime.fromisoformat(f"2026-11-22T{at}").replace(tzinfo=zone).astimezone(UTC)
    until = held_until(replace(KYIV, digest=seconds), Severity.NORMAL, now)
    assert until is not None
    assert until > now
    assert until.astimezone(zone).strftime("%H:%M") == due


def test_critical_waits_for_no_digest() -> None:
    assert held_until(KYIV, Severity.CRITICAL, datetime(2026, 11, 22, 10, 5, tzinfo=UTC)) is None


def test_a_digest_that_falls_into_quiet_hours_goes_at_their_end() -> None:
    night = replace(KYIV, timezone="UTC", quiet=(QuietSpan((), 22 * 60, 7 * 60),))
    now = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)
    assert held_until(night, Severity.NORMAL, now) == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


def test_a_digest_of_days_is_due_at_a_midnight_not_too_far_away() -> None:
    now = datetime(2026, 11, 22, 10, 5, tzinfo=UTC)
    until = next_digest(replace(KYIV, timezone="UTC", digest=2 * 86400.0), now)
    assert until is not None
    assert (until.hour, until.minute) == (0, 0)
    assert now < until <= now + timedelta(days=2)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.sampled_from([60, 900, 3600, 25200, 86400]))  # noqa: DTZ001  # made aware below
def test_every_digest_comes_soon(wall: datetime, seconds: int) -> None:
    now = wall.replace(tzinfo=UTC)
    until = next_digest(replace(KYIV, digest=float(seconds)), now)
    assert until is not None
    assert timedelta(0) < until - now <= timedelta(seconds=seconds) + timedelta(hours=1)
