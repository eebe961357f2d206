from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.model import Match
from feedwatch.store import rows


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_survive_to_the_millisecond(time: datetime) -> None:
    stored = rows.from_ms(rows.to_ms(time))
    assert timedelta(0) <= time - stored < timedelta(milliseconds=1)
    assert rows.to_ms(stored) == rows.to_ms(time)


def test_a_time_of_another_zone_is_the_same_moment() -> None:
    kyiv = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    assert rows.from_ms(rows.to_ms(kyiv)) == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_no_time_stays_no_time() -> None:
    assert rows.to_ms_or_none(None) is None
    assert rows.from_ms_or_none(None) is None


@pytest.mark.parametrize("text", ["", 'quote " and \\', "п'ять \U0001f681", "\x00\x1b"])
def test_spans_keep_any_text(text: str) -> None:
    matches = (Match("title", 0, len(text), text),)
    assert rows.matches_from_json(rows.matches_to_json(matches)) == matches
