"""When a channel is to be left alone, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feedwatch.core.holds import held_until
from feedwatch.model import Channel, QuietSpan, Severity
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
