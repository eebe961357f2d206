from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from feedwatch.core.schedule import LONGEST_RETRY_AFTER, after_failure, allowed, retry_after
from feedwatch.model import FailureKind, FeedState, replace
from tests.core.plans import DAY, HOUR, MIDDLE, MINUTE, NOW, POLICY, known, success, waited

DATED = {"date": "Sun, 22 Nov 2026 09:00:00 GMT"}
"""A server whose clock is an hour slow."""


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"cache-control": "max-age=3600"}, HOUR),
        ({"cache-control": "public, MAX-AGE = 3600"}, HOUR),
        ({"cache-control": 'max-age="3600"'}, HOUR),
        ({"cache-control": "max-age=3600", "age": "600"}, 50 * MINUTE),
        ({"expires": "Sun, 22 Nov 2026 11:00:00 GMT", **DATED}, 2 * HOUR),
        ({"expires": "Sun, 22 Nov 2026 11:00:00 GMT"}, HOUR),
        ({"cache-control": "max-age=1800", "expires": "Sun, 22 Nov 2026 20:00:00 GMT"}, 30 * MINUTE),
        ({"cache-control": "max-age=999999999999999999999"}, 6 * HOUR),
    ],
)
def test_a_cached_answer_is_not_asked_for_before_it_may_change(headers: dict[str, str], seconds: float) -> None:
    assert success(headers=headers).interval == pytest.approx(seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {"cache-control": "no-cache, max-age=36000"},
        {"cache-control": "no-store", "expires": "Sun, 22 Nov 2026 20:00:00 GMT"},
        {"cache-control": "max-age=-5"},
        {"cache-control": "max-age=soon"},
        {"cache-control": "max-age=60", "age": "7200"},
        {"cache-control": "max-age=٣٦٠٠"},
        {"expires": "0"},
        {"expires": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"expires": "Sun, 99 Nov 99999 11:00:00 GMT"},
    ],
)
def test_what_says_nothing_about_later_changes_nothing(headers: dict[str, str]) -> None:
    assert success(headers=headers).interval == 15 * MINUTE


def test_what_the_document_asks_for_is_kept_to() -> None:
    assert success(refresh=HOUR).interval == HOUR
    assert success(known(4 * HOUR), refresh=3 * HOUR).interval == 3 * HOUR
    assert success(refresh=7 * DAY).interval == 6 * HOUR


def test_a_fast_feed_is_not_asked_sooner_than_it_allows_whatever_the_dice_say() -> None:
    for dice in (0.0, 0.5, 0.999):
        assert waited(success(known(10 * MINUTE), refresh=HOUR, jitter=dice)) >= HOUR
        assert waited(success(known(10 * MINUTE), headers={"cache-control": "max-age=3600"}, jitter=dice)) >= HOUR


def test_hints_do_not_move_a_feed_with_its_own_interval() -> None:
    policy = replace(POLICY, fixed=MINUTE)
    assert success(policy=policy, headers={"cache-control": "max-age=3600"}, refresh=HOUR).interval == MINUTE


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Sun, 22 Nov 2026 10:05:00 GMT", 5 * MINUTE),
        ("Sunday, 22-Nov-26 10:05:00 GMT", 5 * MINUTE),
        ("Sun Nov 22 10:05:00 2026", 5 * MINUTE),
        ("315360000", LONGEST_RETRY_AFTER),
        ("9" * 400, LONGEST_RETRY_AFTER),
        ("Sun, 22 Nov 2099 10:05:00 GMT", LONGEST_RETRY_AFTER),
        ("-5", None),
        ("1e3", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("Sun, 22 Nov 2026 09:00:00 GMT", None),
        ("Sun, 22 Nov 99999 10:05:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_garbage_is_none(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_a_retry_date_is_relative_to_the_servers_own_clock() -> None:
    assert retry_after({"retry-after": "Sun, 22 Nov 2026 09:10:00 GMT", **DATED}, NOW) == 10 * MINUTE


def closed(*hours: int) -> bytes:
    return sum(1 << hour for hour in hours).to_bytes(21, "little")


SUNDAY_AT_TEN = 6 * 24 + 10


@pytest.mark.parametrize(
    ("skips", "answer"),
    [(b"", True), (closed(SUNDAY_AT_TEN), False), (closed(SUNDAY_AT_TEN - 1, SUNDAY_AT_TEN + 1), True), (b"x", True)],
)
def test_hours_to_skip_are_of_the_week_in_utc(skips: bytes, answer: bool) -> None:
    assert allowed(NOW, skips) is answer
    assert allowed(NOW.astimezone(timezone(timedelta(hours=-9))), skips) is answer


def test_a_poll_waits_for_the_end_of_hours_to_skip() -> None:
    assert waited(success(skips=closed(SUNDAY_AT_TEN, SUNDAY_AT_TEN + 1), jitter=0.0)) == 2 * HOUR
    assert waited(success(skips=closed(SUNDAY_AT_TEN + 5))) == 15 * MINUTE


def test_feeds_that_skip_the_same_hours_do_not_all_wake_at_once() -> None:
    skips = closed(SUNDAY_AT_TEN, SUNDAY_AT_TEN + 1)
    assert waited(success(skips=skips, jitter=1.0)) == pytest.approx(2 * HOUR + 3 * MINUTE)
    slow = replace(POLICY, maximum=30 * DAY)
    assert 2 * HOUR < waited(success(known(300 * DAY), policy=slow, skips=closed(*range(150)), jitter=1.0)) < 30 * DAY


def test_a_poll_that_failed_is_not_tried_again_in_hours_to_skip() -> None:
    state = FeedState(skips=closed(SUNDAY_AT_TEN, SUNDAY_AT_TEN + 1))
    assert waited(after_failure(POLICY, state, FailureKind.STATUS, {}, NOW, 0.0)) == 2 * HOUR
    fixed = replace(POLICY, fixed=900.0)
    assert waited(after_failure(fixed, state, FailureKind.STATUS, {}, NOW, MIDDLE)) == 15 * MINUTE
    headers = {"retry-after": "10800"}
    assert waited(after_failure(POLICY, state, FailureKind.THROTTLED, headers, NOW, MIDDLE)) == 3 * HOUR


def test_a_fixed_interval_skips_no_hours() -> None:
    assert waited(success(policy=replace(POLICY, fixed=900.0), skips=closed(SUNDAY_AT_TEN))) == 15 * MINUTE


def test_a_week_of_hours_to_skip_is_no_hint() -> None:
    assert waited(success(skips=closed(*range(168)))) == 15 * MINUTE
