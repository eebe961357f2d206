from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.schedule import LONGEST_RETRY_AFTER, Plan, after_failure, allowed, is_late
from feedwatch.model import Draft, FailureKind, FeedState, replace
from tests.core.plans import DAY, HOUR, MIDDLE, MINUTE, NOW, POLICY, UNKNOWN, draft, failure, known, success, waited

# --- how often --------------------------------------------------------------------------------------------------------


def test_a_feed_of_which_nothing_is_known_is_asked_at_the_configured_interval() -> None:
    plan = success()
    assert plan == Plan(NOW + timedelta(minutes=15), plan.interval, None, plan.rhythm)
    assert plan.interval == pytest.approx(15 * MINUTE)


@pytest.mark.parametrize(("gap", "minutes"), [(15 * MINUTE, 15), (HOUR, 30), (4 * HOUR, 60)])
def test_the_interval_is_the_geometric_mean_of_the_gap_and_the_configured_interval(gap: float, minutes: int) -> None:
    assert success(known(gap)).interval == pytest.approx(minutes * MINUTE, rel=0.001)
    often = replace(POLICY, interval=POLICY.interval / 4, minimum=1.0)
    assert success(known(gap), policy=often).interval == pytest.approx(minutes * MINUTE / 2, rel=0.001)


def test_a_fast_feed_is_asked_no_more_often_than_the_minimum() -> None:
    assert success(known(MINUTE)).interval == 5 * MINUTE


def test_a_slow_feed_is_asked_no_more_seldom_than_the_maximum() -> None:
    assert success(known(10 * DAY)).interval == 6 * HOUR


def test_a_feed_that_falls_silent_is_asked_ever_more_seldom() -> None:
    intervals = [success(known(HOUR, silence=hours * HOUR)).interval for hours in (0, 1, 9, 24, 72)]
    assert intervals == sorted(intervals)
    assert intervals[2] > 40 * MINUTE
    assert intervals[4] > 2 * HOUR
    assert success(known(HOUR, silence=60 * DAY)).interval == 6 * HOUR


def test_a_feed_that_falls_silent_keeps_its_cadence() -> None:
    cadence = success(known(HOUR, silence=9 * HOUR)).cadence
    assert cadence == pytest.approx(HOUR, rel=0.001)


def test_a_fast_feed_is_asked_within_the_hour_after_a_quiet_night() -> None:
    assert success(known(10 * MINUTE, silence=8 * HOUR)).interval < 40 * MINUTE


def test_news_after_a_silent_night_does_not_make_the_morning_slow() -> None:
    plan = success(known(10 * MINUTE, silence=8 * HOUR), new=(draft(),))
    assert plan.cadence is not None
    assert plan.cadence < 35 * MINUTE


def test_a_feed_that_speeds_up_is_asked_more_often() -> None:
    usual = success(known(4 * HOUR, silence=30 * MINUTE))
    plan = success(known(4 * HOUR, silence=30 * MINUTE), new=(draft(), draft(), draft()))
    assert plan.interval < usual.interval / 2
    assert plan.cadence is not None
    assert plan.cadence < 4 * HOUR


def test_the_first_body_teaches_the_cadence_by_its_dates() -> None:
    plan = success(new=tuple(draft(HOUR * number) for number in range(20)))
    assert plan.cadence == pytest.approx(HOUR, rel=0.001)
    assert 15 * MINUTE < plan.interval < 35 * MINUTE


def test_a_pinned_old_entry_does_not_make_a_feed_seem_slow() -> None:
    plan = success(new=(*(draft(HOUR * number) for number in range(10)), draft(2000 * DAY)))
    assert plan.cadence == pytest.approx(HOUR, rel=0.001)


@pytest.mark.parametrize("new", [(), (draft(),), (draft(None), draft(None)), (draft(-DAY), draft(-DAY * 2))])
def test_without_two_dates_in_the_past_no_cadence_is_learned(new: tuple[Draft, ...]) -> None:
    assert success(new=new).cadence is None


def test_entries_published_all_at_once_do_not_make_a_cadence_of_nothing() -> None:
    assert success(new=(draft(5), draft(5), draft(5))).cadence == 30.0


def test_a_feed_of_one_old_entry_is_asked_more_seldom_than_one_of_a_fresh_entry() -> None:
    assert success(new=(draft(2 * DAY),)).interval > 4 * success(new=(draft(5),)).interval


def test_entries_without_a_date_or_with_one_before_the_last_poll_count_as_news_of_now() -> None:
    at_hand = [success(known(HOUR, 30 * MINUTE), new=(draft(age),)) for age in (15 * MINUTE, None, 90 * DAY, -DAY)]
    assert len({plan.rhythm for plan in at_hand}) == 1


def test_what_one_poll_learned_the_next_one_knows() -> None:
    first = success(new=tuple(draft(HOUR * number) for number in range(20)))
    state = FeedState(cadence=first.cadence, rhythm=first.rhythm, last_news=NOW)
    assert success(state).cadence == pytest.approx(HOUR, rel=0.001)
    assert success(state).interval == pytest.approx(first.interval, rel=0.01)


@given(st.binary(max_size=400) | st.binary(min_size=377, max_size=377).map(lambda some: b"\x02" + some[1:]))
@settings(max_examples=300)
def test_foreign_bytes_are_no_rhythm_and_do_no_harm(some: bytes) -> None:
    plan = success(FeedState(rhythm=some))
    assert plan.due_at is not None
    assert POLICY.minimum <= plan.interval <= POLICY.maximum
    assert len(plan.rhythm) <= 400
    assert not is_late(FeedState(rhythm=some), NOW)


def test_a_feed_with_its_own_interval_is_asked_at_it() -> None:
    policy = replace(POLICY, fixed=MINUTE)
    assert success(known(HOUR), policy=policy).interval == MINUTE


def test_a_schedule_that_is_not_adaptive_keeps_the_configured_interval() -> None:
    assert success(known(HOUR), policy=replace(POLICY, adaptive=False)).interval == 15 * MINUTE


@pytest.mark.parametrize(("jitter", "minutes"), [(0.0, 13.5), (0.5, 15.0), (1.0, 16.5)])
def test_a_wait_is_moved_by_up_to_a_tenth(jitter: float, minutes: float) -> None:
    assert waited(success(jitter=jitter)) == pytest.approx(minutes * MINUTE)


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


def test_a_failure_does_not_take_back_that_a_feed_is_late() -> None:
    state = replace(known(HOUR, silence=DAY), due_at=NOW, interval=HOUR)
    assert is_late(state, NOW)
    plan = after_failure(POLICY, state, FailureKind.STATUS, {}, NOW, MIDDLE)
    assert plan.late
    assert is_late(replace(state, late=plan.late, failures=1, last_success=NOW - timedelta(days=1)), NOW)


def test_a_failure_leaves_the_cadence_as_it_was() -> None:
    plan = after_failure(POLICY, known(HOUR), FailureKind.STATUS, {}, NOW, MIDDLE)
    assert plan.cadence == HOUR
    assert plan.interval == pytest.approx(30 * MINUTE, rel=0.001)


def test_a_failure_leaves_rhythm_and_lateness_as_they_were() -> None:
    rhythm = success(new=(draft(), draft(HOUR))).rhythm
    for kind in (FailureKind.STATUS, FailureKind.GONE):
        plan = after_failure(POLICY, FeedState(rhythm=rhythm, late=True), kind, {}, NOW, MIDDLE)
        assert (plan.rhythm, plan.late) == (rhythm, True)


CADENCES = st.none() | st.floats(allow_nan=True, allow_infinity=True)
TIMES = st.none() | st.floats(-60 * 365 * DAY, 50 * 365 * DAY).map(lambda age: NOW - timedelta(seconds=age))


@given(CADENCES, TIMES, TIMES, TIMES, st.integers(0, 10**6), st.binary(max_size=25), st.floats(0, 1), st.booleans())
@settings(max_examples=200)
def test_any_state_has_a_next_poll_out_of_the_hours_to_skip(
    cadence: float | None,
    last_news: datetime | None,
    last_success: datetime | None,
    due_at: datetime | None,
    failures: int,
    skips: bytes,
    jitter: float,
    late: bool,
) -> None:
    state = FeedState(due_at, last_news=last_news, last_success=last_success, cadence=cadence)
    state = replace(state, failures=failures, skips=skips, late=late)
    worked = success(state, skips=skips, jitter=jitter)
    failed = after_failure(POLICY, state, FailureKind.STATUS, {}, NOW, jitter)
    assert POLICY.minimum <= worked.interval <= POLICY.maximum
    for plan in (worked, failed):
        assert plan.due_at is not None
        assert allowed(plan.due_at, skips) or not any(
            allowed(NOW + timedelta(hours=hour), skips) for hour in range(168)
        )
    assert is_late(state, NOW) in (True, False)


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


@given(
    st.floats(1, 30 * DAY),
    st.floats(0, 400 * DAY),
    st.lists(st.floats(-DAY, 400 * DAY) | st.none(), max_size=8),
    st.floats(0, 6 * HOUR),
    st.floats(0, 6 * HOUR),
    st.floats(0, 1),
)
@settings(max_examples=200)
def test_an_interval_keeps_its_bounds_and_no_hint_is_undercut(
    cadence: float, silence: float, ages: list[float | None], max_age: float, ttl: float, jitter: float
) -> None:
    headers = {"cache-control": f"max-age={int(max_age)}"}
    new = tuple(draft(age) for age in ages)
    for state in (known(cadence, silence), UNKNOWN):
        plan = success(state, new=new, headers=headers, refresh=ttl, jitter=jitter)
        assert POLICY.minimum <= plan.interval <= POLICY.maximum
        assert waited(plan) >= max(int(max_age), ttl) - 0.001
        assert len(plan.rhythm) <= 400
