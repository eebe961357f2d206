from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.schedule import LONGEST_RETRY_AFTER, Plan, Policy, after_failure, after_success, retry_after
from feedwatch.model import Document, Draft, FailureKind, FeedState

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
POLICY = Policy(interval=15 * MINUTE, minimum=5 * MINUTE, maximum=6 * HOUR)
UNKNOWN = FeedState()
MIDDLE = 0.5
"""The jitter that moves nothing."""


def draft(age: float | None = 0.0) -> Draft:
    return Draft(
        key=b"k" * 16,
        strict_key=b"s" * 16,
        level=1,
        fingerprint=b"f" * 16,
        signature=b"g" * 16,
        title="",
        url="",
        author="",
        document=Document(),
        html="",
        published=None if age is None else NOW - timedelta(seconds=age),
        language="",
        categories=(),
        source="",
        enclosures=(),
    )


def known(cadence: float, silence: float = 0.0) -> FeedState:
    return FeedState(cadence=cadence, last_news=NOW - timedelta(seconds=silence))


def waited(plan: Plan) -> float:
    assert plan.due_at is not None
    return (plan.due_at - NOW).total_seconds()


def success(
    state: FeedState = UNKNOWN,
    *,
    policy: Policy = POLICY,
    new: tuple[Draft, ...] = (),
    headers: dict[str, str] | None = None,
    refresh: float | None = None,
    jitter: float = MIDDLE,
) -> Plan:
    return after_success(policy, state, new, headers or {}, refresh, NOW, jitter)


def failure(
    kind: FailureKind,
    failures: int = 0,
    headers: dict[str, str] | None = None,
    policy: Policy = POLICY,
    jitter: float = MIDDLE,
) -> Plan:
    return after_failure(policy, FeedState(failures=failures), kind, headers or {}, NOW, jitter)


# --- how often --------------------------------------------------------------------------------------------------------


def test_a_feed_of_which_nothing_is_known_is_asked_at_the_configured_interval() -> None:
    plan = success()
    assert plan == Plan(NOW + timedelta(minutes=15), 15 * MINUTE, None)


def test_a_feed_is_asked_twice_in_the_gap_between_its_entries() -> None:
    assert success(known(HOUR)).interval == 30 * MINUTE


def test_a_fast_feed_is_asked_no_more_often_than_the_minimum() -> None:
    assert success(known(MINUTE)).interval == 5 * MINUTE


def test_a_slow_feed_is_asked_no_more_seldom_than_the_maximum() -> None:
    assert success(known(10 * DAY)).interval == 6 * HOUR


def test_a_feed_that_falls_silent_is_asked_more_seldom_and_keeps_its_cadence() -> None:
    plan = success(known(HOUR, silence=9 * HOUR))
    assert plan.interval == 1.5 * HOUR
    assert plan.cadence == HOUR
    assert success(known(HOUR, silence=60 * DAY)).interval == 6 * HOUR


def test_a_fast_feed_is_asked_within_the_hour_after_a_quiet_night() -> None:
    assert success(known(10 * MINUTE, silence=8 * HOUR)).interval < 40 * MINUTE


def test_news_after_a_silent_night_does_not_make_the_morning_slow() -> None:
    plan = success(known(10 * MINUTE, silence=8 * HOUR), new=(draft(),))
    assert plan.cadence is not None
    assert plan.cadence < 35 * MINUTE


def test_a_feed_that_speeds_up_is_asked_more_often() -> None:
    plan = success(known(4 * HOUR, silence=30 * MINUTE), new=(draft(), draft(), draft()))
    assert plan.cadence is not None
    assert 10 * MINUTE < plan.cadence < 2 * HOUR


def test_the_first_body_teaches_the_cadence_by_its_dates() -> None:
    plan = success(new=tuple(draft(HOUR * number) for number in range(20)))
    assert plan.cadence == pytest.approx(HOUR)
    assert plan.interval == pytest.approx(30 * MINUTE)


def test_a_pinned_old_entry_does_not_make_a_feed_seem_slow() -> None:
    plan = success(new=(*(draft(HOUR * number) for number in range(10)), draft(2000 * DAY)))
    assert plan.cadence == pytest.approx(HOUR)


@pytest.mark.parametrize("new", [(), (draft(),), (draft(None), draft(None)), (draft(-DAY), draft(-DAY * 2))])
def test_without_two_dates_in_the_past_no_cadence_is_learned(new: tuple[Draft, ...]) -> None:
    assert success(new=new).cadence is None


def test_entries_published_all_at_once_do_not_make_a_cadence_of_nothing() -> None:
    assert success(new=(draft(5), draft(5), draft(5))).cadence == 30.0


def test_a_feed_with_its_own_interval_is_asked_at_it() -> None:
    policy = replace(POLICY, fixed=MINUTE)
    assert success(known(HOUR), policy=policy).interval == MINUTE


def test_a_schedule_that_is_not_adaptive_keeps_the_configured_interval() -> None:
    assert success(known(HOUR), policy=replace(POLICY, adaptive=False)).interval == 15 * MINUTE


@pytest.mark.parametrize(("jitter", "minutes"), [(0.0, 13.5), (0.5, 15.0), (1.0, 16.5)])
def test_a_wait_is_moved_by_up_to_a_tenth(jitter: float, minutes: float) -> None:
    assert waited(success(jitter=jitter)) == pytest.approx(minutes * MINUTE)


# --- what the server says ---------------------------------------------------------------------------------------------

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


# --- failures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("failures", "minutes"), [(0, 15), (1, 30), (2, 60), (4, 240), (5, 360), (5000, 360)])
def test_the_wait_doubles_with_each_failure_up_to_the_longest_interval(failures: int, minutes: int) -> None:
    assert failure(FailureKind.STATUS, failures).interval == minutes * MINUTE


def test_a_fixed_interval_beyond_the_longest_is_not_shortened_by_failing() -> None:
    policy = replace(POLICY, fixed=DAY)
    assert failure(FailureKind.STATUS, 3, policy=policy).interval == DAY


@pytest.mark.parametrize(
    "kind", [FailureKind.DNS, FailureKind.CONNECT, FailureKind.TIMEOUT, FailureKind.TLS, FailureKind.ADDRESS]
)
def test_where_the_server_was_not_reached_it_is_tried_every_half_hour(kind: FailureKind) -> None:
    assert failure(kind, 20).interval == 30 * MINUTE


def test_a_feed_that_is_gone_is_not_asked_again() -> None:
    assert failure(FailureKind.GONE).due_at is None


@pytest.mark.parametrize(("failures", "hours"), [(0, 1), (1, 2), (3, 8), (10, 24)])
def test_a_server_that_refuses_us_is_asked_seldom(failures: int, hours: int) -> None:
    assert failure(FailureKind.BLOCKED, failures).interval == hours * HOUR


def test_retry_after_wins_over_everything_but_never_makes_polls_more_frequent() -> None:
    fixed = replace(POLICY, fixed=MINUTE)
    assert waited(failure(FailureKind.THROTTLED, headers={"retry-after": "7200"}, policy=fixed)) == 2 * HOUR
    assert waited(failure(FailureKind.THROTTLED, headers={"retry-after": "7200"}, jitter=0.0)) == 2 * HOUR
    assert failure(FailureKind.THROTTLED, 9, headers={"retry-after": "1"}).interval == 15 * MINUTE
    assert failure(FailureKind.BLOCKED, headers={"retry-after": "864000"}).interval == 10 * DAY


@pytest.mark.parametrize("headers", [{}, {"retry-after": "-1"}, {"retry-after": "later"}])
def test_a_server_that_throttles_without_saying_how_long_is_given_double_time_at_once(headers: dict[str, str]) -> None:
    assert failure(FailureKind.THROTTLED, headers=headers).interval == 30 * MINUTE


def test_a_failure_leaves_the_cadence_as_it_was() -> None:
    plan = after_failure(POLICY, known(HOUR), FailureKind.STATUS, {}, NOW, MIDDLE)
    assert plan.cadence == HOUR
    assert plan.interval == 30 * MINUTE


HEADER = st.one_of(st.text(max_size=30), st.integers(-(10**30), 10**30).map(str), st.just("max-age=99999999999"))


@given(
    st.sampled_from([kind for kind in FailureKind if kind is not FailureKind.GONE]),
    st.integers(0, 10**6),
    HEADER,
    st.floats(0, 1),
)
@settings(max_examples=200)
def test_whatever_a_server_says_a_feed_is_asked_again_within_a_bounded_time(
    kind: FailureKind, failures: int, header: str, jitter: float
) -> None:
    headers = {"retry-after": header, "date": header, "cache-control": header, "age": header, "expires": header}
    failed = failure(kind, failures, headers, jitter=jitter)
    assert 13 * MINUTE < waited(failed) <= LONGEST_RETRY_AFTER * 1.1
    worked = success(headers=headers, refresh=float(failures), jitter=jitter)
    assert 13 * MINUTE < waited(worked) <= 6 * HOUR * 1.1
