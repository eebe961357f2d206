from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.quantities import format_duration, format_size, parse_duration, parse_moment, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("2h", 7200), ("7d", 604800), ("0s", 0), ("1.5h", 5400), (" 90s ", 90)],
)
def test_a_duration_is_a_number_and_a_unit(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m", "5 parsecs", "-5m", "5m 3s", "1e3s", "99999999999d", "40000d", "٥m"])
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r"duration|hundred years"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "size"), [("10MB", 10 * 1024**2), ("500KB", 512000), ("1gb", 1024**3), ("7B", 7)])
def test_a_size_is_a_number_and_a_unit(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "10", "MB", "10TB", "-1MB", "10 M B"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="10MB"):
        parse_size(text)


@given(st.integers(0, 10**9))
def test_a_written_duration_reads_back(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds


def test_a_duration_is_written_in_its_largest_whole_unit() -> None:
    written = [format_duration(seconds) for seconds in (0, 0.5, 90, 300, 7200, 86400)]
    assert written == ["0s", "0.5s", "90s", "5m", "2h", "1d"]


@given(st.integers(0, 2**29))
def test_a_written_size_reads_back(size: int) -> None:
    assert parse_size(format_size(size)) == size


# --- moments ----------------------------------------------------------------------------------------------------------


def test_a_moment_is_a_time_a_clock_or_how_long_ago() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert parse_moment("2d", now) == timedelta(days=2)
    assert parse_moment("2026-11-21 10:00+00:00", now) == datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    shown = parse_moment("08:30", now)
    assert isinstance(shown, datetime)
    assert now - timedelta(days=1) <= shown <= now
    assert shown.astimezone().strftime("%H:%M") == "08:30"


@pytest.mark.parametrize("wrong", ["", "yesterday", "24:00", "2026-13-01", "5"])
def test_what_is_no_moment_is_told_with_examples(wrong: str) -> None:
    with pytest.raises(ValueError, match='or a time like "22:00"'):
        parse_moment(wrong, datetime(2026, 11, 22, tzinfo=UTC))
