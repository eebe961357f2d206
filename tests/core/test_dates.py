from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.dates import parse_date


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sun, 22 Nov 2026 10:00:00 +0100", "2026-11-22T09:00:00"),
        ("Sun, 22 Nov 2026 10:00:00 GMT", "2026-11-22T10:00:00"),
        ("Sun, 22 Nov 2026 10:00:00 EST", "2026-11-22T15:00:00"),
        ("Sun, 22 Nov 2026 10:00:00 GMT+02:00", "2026-11-22T08:00:00"),
        ("22 Nov 26 10:00 Z", "2026-11-22T10:00:00"),
        ("Sun, 22 Nov 2026", "2026-11-22T00:00:00"),
        ("Sun,\n  22 Nov 2026   10:00:00 GMT", "2026-11-22T10:00:00"),
        ("Thursday, July 3, 2014 5:12 PM EDT", "2014-07-03T21:12:00"),
        ("Sun Nov 22 10:00:00 PST 2026", "2026-11-22T18:00:00"),
        ("2026-11-22T10:00:00.123456Z", "2026-11-22T10:00:00"),
        ("2026-11-22T10:00:00+05:30", "2026-11-22T04:30:00"),
        ("2026-11-22T10:00Z", "2026-11-22T10:00:00"),
        ("2026-11-22 10:00:00 -0500", "2026-11-22T15:00:00"),
        ("2026-11-22", "2026-11-22T00:00:00"),
        ("20261122T100000Z", "2026-11-22T10:00:00"),
        ("2020/1/10 14:33:00", "2020-01-10T14:33:00"),
        ("1732270000", "2024-11-22T10:06:40"),
        ("1732270000123", "2024-11-22T10:06:40"),
        ("22.11.2026 10:00", "2026-11-22T10:00:00"),
        ("2026年11月22日 10:00", "2026-11-22T10:00:00"),
        ("2026년 11월 22일", "2026-11-22T00:00:00"),
        ("dom, 22 nov 2026 10:00:00 +0100", "2026-11-22T09:00:00"),
        ("lun., 5 févr. 2024 10:00:00 +0100", "2024-02-05T09:00:00"),
        ("3 juillet 2024", "2024-07-03T00:00:00"),
        ("3 juin 2024", "2024-06-03T00:00:00"),
        ("gio, 04 lug 2024 08:30:00 +0200", "2024-07-04T06:30:00"),
        ("22 de noviembre de 2026", "2026-11-22T00:00:00"),
        ("Do, 05 Dez 2024 10:00:00 +0100", "2024-12-05T09:00:00"),
        ("Вс, 22 ноября 2026 10:00:00 +0300", "2026-11-22T07:00:00"),
        ("нд, 22 лис 2026 10:00:00 +0200", "2026-11-22T08:00:00"),
        ("Κυρ, 22 Νοε 2026 10:00:00 EET", "2026-11-22T08:00:00"),
        ("Tue, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59"),
    ],
)
def test_a_date_is_read(text: str, moment: str) -> None:
    assert parse_date(text) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "10/11/2026",  # October or November
        "2026",
        "0000-00-00",
        "99999-01-01",
        "2010-02-31",
        "Sun, 22 Nov 2026 10:00:00 +99999999999",
        "Sun, 22 Nov 2026 10:00:00 +2500",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+12:00",
        "Sun, 22 Foo 2026 10:00:00 GMT",
        "202611229999",
        "1" * 1_000_000,
    ],
)
def test_a_date_that_is_not_certain_is_none(text: str) -> None:
    assert parse_date(text) is None


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)))  # noqa: DTZ001  # made aware below
@settings(max_examples=100)
def test_every_moment_in_rfc_822_and_iso_8601_comes_back(moment: datetime) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_date(aware.isoformat()) == aware
    assert parse_date(aware.strftime("%a, %d %b %Y %H:%M:%S +0000")) == aware


@given(st.text(max_size=120))
@settings(max_examples=200)
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.tzinfo is UTC
