from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core import rhythm as rhythms
from feedwatch.core.rhythm import DAY, HOUR, WEEK, Rhythm, begun, cadence, even, observed, pack, unpack, wait
from feedwatch.core.schedule import after_success, is_late
from feedwatch.model import FeedState, replace
from tests.core.plans import MIDDLE, MINUTE, NOW, POLICY, draft, known, success

MONDAY = datetime(2026, 10, 5, tzinfo=UTC).timestamp()
"""00:00."""
BUDGET, LONGEST = 450.0, 24 * HOUR


def learned(times: list[float], until: float) -> Rhythm:
    """What polls every half hour teach."""
    rhythm, at = begun((), 900.0, MONDAY), MONDAY
    while at < until:
        at += HOUR / 2
        rhythm = observed(rhythm, [time for time in times if at - HOUR / 2 < time <= at], at)
    return rhythm


def mornings(weeks: int, days: int = 7) -> list[float]:
    """Ten entries from 06:00 to 07:00, on the first days of each week."""
    starts = (MONDAY + week * WEEK + day * DAY for week in range(weeks) for day in range(days))
    return [start + 6 * HOUR + number * 360 for start in starts for number in range(1, 11)]


def test_a_feed_that_wakes_at_six_is_asked_soon_after_it_wakes() -> None:
    end = MONDAY + 4 * WEEK
    rhythm = learned(mornings(4), end + HOUR)
    at = rhythm.at + wait(rhythm, BUDGET, rhythm.at, LONGEST)
    while at < end + 6 * HOUR:
        at += wait(observed(rhythm, (), at), BUDGET, at, LONGEST)
    assert at < end + 6.35 * HOUR


def test_a_feed_is_asked_often_in_its_hours_and_seldom_out_of_them() -> None:
    end = MONDAY + 4 * WEEK
    morning, noon = learned(mornings(4), end + 6 * HOUR), learned(mornings(5), end + 12 * HOUR)
    assert wait(morning, BUDGET, morning.at, LONGEST) < 0.3 * HOUR
    assert wait(noon, BUDGET, noon.at, LONGEST) > 5 * wait(morning, BUDGET, morning.at, LONGEST)


def test_a_weekend_is_told_from_other_days() -> None:
    saturday = MONDAY + 6 * WEEK + 5 * DAY + 6 * HOUR
    always, weekdays = learned(mornings(7), saturday), learned(mornings(7, days=5), saturday)
    assert wait(weekdays, BUDGET, saturday, LONGEST) > 2 * wait(always, BUDGET, saturday, LONGEST)


@pytest.mark.parametrize("gap", [5 * 60.0, HOUR, DAY])
def test_without_hours_the_wait_follows_the_square_root_of_the_gap(gap: float) -> None:
    rhythm = even(gap, MONDAY)
    assert wait(rhythm, BUDGET, MONDAY, LONGEST) == pytest.approx((2 * BUDGET * gap) ** 0.5, rel=0.001)


def test_the_cadence_is_the_mean_gap_of_late() -> None:
    times = [MONDAY + 2 * HOUR * number for number in range(1, 12 * 7)]
    assert cadence(learned(times, MONDAY + WEEK)) == pytest.approx(2 * HOUR, rel=0.05)
    slower = times + [MONDAY + WEEK + 8 * HOUR * number for number in range(3 * 7 * 12)]
    assert cadence(learned(slower, MONDAY + 13 * WEEK)) == pytest.approx(8 * HOUR, rel=0.1)


def test_what_is_usual_for_a_feed_is_not_forgotten_while_it_is_silent() -> None:
    times = [MONDAY + HOUR * number for number in range(1, 24 * 28)]
    rhythm = learned(times, times[-1])
    for day in range(1, 400):
        rhythm = unpack(pack(observed(rhythm, (), times[-1] + day * DAY)), times[-1] + day * DAY) or rhythm
    assert cadence(rhythm) == pytest.approx(HOUR, rel=0.01)
    assert rhythms.is_late(rhythm, rhythm.at)


@pytest.mark.parametrize("gap", [HOUR, DAY, WEEK])
def test_a_feed_like_a_clock_shows_its_gap_and_is_late_after_three_to_six(gap: float) -> None:
    times = [MONDAY + gap * number for number in range(1, int(26 * WEEK / max(gap, 6 * HOUR)))]
    rhythm = begun(times[:5], 900.0, times[4])
    for time in times[5:]:
        rhythm = observed(rhythm, [time], time + 60.0)
    assert cadence(rhythm) == pytest.approx(gap, rel=0.01)
    late = next(part for part in range(1, 60) if rhythms.is_late(rhythm, times[-1] + part / 10 * gap))
    assert 3 <= late / 10 <= 6


def test_a_feed_that_was_asleep_for_long_when_it_was_added_is_not_late_for_it() -> None:
    entries = [MONDAY - 365 * DAY + HOUR * number for number in range(15)]
    rhythm = begun(entries, 900.0, MONDAY)
    assert cadence(rhythm) == pytest.approx(HOUR, rel=0.01)
    for hour in range(1, 24 * 7):
        rhythm = observed(rhythm, (), MONDAY + hour * HOUR)
    assert not rhythms.is_late(rhythm, rhythm.at)


@pytest.mark.parametrize("after", [0.0, 900.0, HOUR, DAY])
def test_the_turn_of_the_week_changes_no_rate(after: float) -> None:
    thursday = MONDAY + 3 * DAY + after
    assert cadence(even(HOUR, thursday)) == pytest.approx(HOUR, rel=0.001)


def test_times_that_do_not_fit_are_packed_all_the_same() -> None:
    assert len(pack(even(HOUR, 200 * 365 * DAY))) <= 400


def test_a_feed_like_a_clock_is_late_after_three_missed_entries() -> None:
    times = [MONDAY + HOUR * number for number in range(1, 24 * 28)]
    rhythm = learned(times, times[-1])
    assert not rhythms.is_late(rhythm, times[-1] + 2.5 * HOUR)
    assert rhythms.is_late(rhythm, times[-1] + 3.7 * HOUR)


def test_a_feed_of_batches_is_not_late_between_them() -> None:
    batches = [MONDAY + 18 * HOUR * number for number in range(1, 38)]
    rhythm = learned([batch + second for batch in batches for second in range(20)], batches[-1] + HOUR)
    assert not rhythms.is_late(rhythm, batches[-1] + 30 * HOUR)
    assert rhythms.is_late(rhythm, batches[-1] + 80 * HOUR)


def test_a_long_outage_does_not_make_the_next_one_unseen() -> None:
    times = [MONDAY + HOUR * number for number in range(1, 24 * 21)]
    back = times[-1] + 10 * DAY
    rhythm = learned([*times, *(back + HOUR * number for number in range(48))], back + 47 * HOUR)
    assert rhythms.is_late(rhythm, rhythm.at + DAY)


def test_a_clock_that_was_set_back_teaches_nothing_and_breaks_nothing() -> None:
    rhythm = learned(mornings(1), MONDAY + WEEK)
    assert observed(rhythm, (), MONDAY).at == rhythm.at


TIMES = st.lists(st.floats(0, 60 * 365 * DAY), max_size=40).map(sorted)


@given(TIMES, TIMES, st.floats(1, 1e9), st.floats(0, 400 * DAY))
@settings(max_examples=150)
def test_any_rhythm_is_packed_into_400_bytes_and_comes_back(
    first: list[float], later: list[float], guess: float, span: float
) -> None:
    now = max(first, default=MONDAY)
    rhythm = begun(first, guess, now)
    end = now + span
    rhythm = observed(rhythm, sorted(min(max(time, now), end) for time in later), end)
    packed = pack(rhythm)
    assert len(packed) <= 400
    back = unpack(packed, end)
    assert back is not None
    assert back.counts == pytest.approx(rhythm.counts, rel=0.001, abs=1e-6)
    assert 0 <= wait(back, BUDGET, end, LONGEST) <= LONGEST
    assert rhythms.is_late(back, end + DAY) in (True, False)


@given(st.binary(max_size=420))
def test_bytes_of_another_making_are_unknown(some: bytes) -> None:
    assert unpack(some, MONDAY) is None


def test_a_rhythm_from_the_future_or_of_another_version_is_unknown() -> None:
    packed = pack(even(HOUR, MONDAY + 30 * DAY))
    assert unpack(packed, MONDAY + 30 * DAY) is not None
    assert unpack(packed, MONDAY) is None
    assert unpack(b"\x01" + packed[1:], MONDAY + 30 * DAY) is None


# --- lateness ---------------------------------------------------------------------------------------------------------


def polled(times: list[datetime], until: datetime, every: timedelta = timedelta(minutes=30)) -> list[FeedState]:
    """The states that polls leave, one in each ``every``, of a feed whose entries come at these times."""
    state, states, now = FeedState(), [], times[0]
    while now <= until:
        new = tuple(replace(draft(), published=time) for time in times if now - every < time <= now)
        plan = after_success(POLICY, state, new, {}, None, now, MIDDLE)
        state = FeedState(
            due_at=now + every,
            interval=every.total_seconds(),
            cadence=plan.cadence,
            rhythm=plan.rhythm,
            late=plan.late,
            last_success=now,
            last_news=now if new else state.last_news,
        )
        states.append(state)
        now += every
    return states


WEEKDAYS = [
    datetime(2026, 10, 26, 8, 0, tzinfo=UTC) + timedelta(days=day, hours=hour)
    for day in range(40)
    if day % 7 < 5
    for hour in range(10)
]
"""Hourly from 08:00 to 17:00, Monday to Friday, until Friday, 4 December."""


@pytest.fixture(scope="module")
def weekdays() -> list[FeedState]:
    return polled(WEEKDAYS, datetime(2026, 12, 7, 18, 0, tzinfo=UTC))


def on(states: list[FeedState], day: int, month: int) -> list[FeedState]:
    return [one for one in states if one.last_success and one.last_success.timetuple()[1:3] == (month, day)]


def test_a_feed_without_news_at_weekends_is_not_late_on_saturday(weekdays: list[FeedState]) -> None:
    for day, month in ((21, 11), (22, 11), (28, 11), (29, 11), (5, 12), (6, 12)):
        assert not any(state.late for state in on(weekdays, day, month))


def test_it_is_late_on_a_monday_without_news(weekdays: list[FeedState]) -> None:
    first = next(state.last_success for state in on(weekdays, 7, 12) if state.late)
    assert first is not None
    assert 10 <= first.hour <= 14


def test_a_feed_is_late_between_two_polls_too(weekdays: list[FeedState]) -> None:
    friday = replace(on(weekdays, 4, 12)[-1], due_at=datetime(2026, 12, 8, tzinfo=UTC), interval=900.0)
    assert not is_late(friday, datetime(2026, 12, 6, 12, 0, tzinfo=UTC))
    assert is_late(friday, datetime(2026, 12, 7, 16, 0, tzinfo=UTC))


def test_time_in_which_nobody_listened_makes_no_feed_late(weekdays: list[FeedState]) -> None:
    friday = on(weekdays, 4, 12)[-1]
    assert not is_late(friday, datetime(2027, 12, 4, tzinfo=UTC))
    failing = replace(friday, failures=3, due_at=datetime(2026, 12, 20, tzinfo=UTC))
    assert not is_late(failing, datetime(2026, 12, 10, tzinfo=UTC))


def test_lateness_is_cleared_by_news_and_by_nothing_else() -> None:
    late = replace(known(HOUR, silence=DAY), late=True)
    assert is_late(late, NOW)
    assert success(late).late
    assert success(replace(late, rhythm=b"", cadence=None)).late
    assert not success(late, new=(draft(),)).late


def test_a_silence_of_few_polls_is_no_lateness() -> None:
    state = replace(known(MINUTE, silence=20 * MINUTE), due_at=NOW, interval=5 * MINUTE)
    assert is_late(state, NOW)
    assert not is_late(replace(state, interval=10 * MINUTE), NOW)


def test_a_longer_wait_does_not_take_back_that_a_feed_is_late() -> None:
    state = replace(known(HOUR, silence=7 * HOUR), due_at=NOW, interval=2 * HOUR)
    slow = replace(POLICY, interval=4 * HOUR, minimum=3 * HOUR)
    assert is_late(state, NOW)
    plan = success(state, policy=slow)
    assert plan.interval >= 7 * HOUR / 3
    assert plan.late


def test_an_outage_is_told_once_until_there_is_news() -> None:
    start = datetime(2026, 11, 2, tzinfo=UTC)
    times = [start + timedelta(hours=hour) for hour in range(24 * 21)]
    back = times[-1] + timedelta(days=2)
    flags = [state.late for state in polled([*times, back], back)]
    assert sum(earlier != later for earlier, later in pairwise(flags)) == 2
    assert not flags[-1]
