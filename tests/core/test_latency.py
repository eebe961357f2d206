from __future__ import annotations

import pytest

from feedwatch.core.latency import DAY, SKEWED, latency_of, percentile, since_published
from feedwatch.model import Latency

SECOND = 1_000
HOUR = 3_600 * SECOND
SEEN = 20_000 * DAY + 10 * HOUR
"""Ten in the morning, UTC."""


def waited(published: int | None, said_first: int | None = None, *, was_polled: bool = True) -> int | None:
    return since_published(SEEN, published, SEEN, said_first, was_polled=was_polled)


def test_a_date_before_first_sight_is_measured_from() -> None:
    assert waited(SEEN - 41 * SECOND) == 41 * SECOND
    assert waited(SEEN) == 0


def test_the_time_to_any_later_moment_begins_at_publication() -> None:
    assert since_published(SEEN + 5 * SECOND, SEEN - SECOND, SEEN) == 6 * SECOND


def test_an_item_without_a_date_is_no_measurement_and_not_skewed() -> None:
    assert waited(None) is None
    assert waited(None, SEEN - SECOND) is None


@pytest.mark.parametrize("hours", [1, 2, 9, 13])
def test_a_feed_whose_zone_is_hours_ahead_is_skewed_in_every_date(hours: int) -> None:
    assert [waited(SEEN - minutes * 60 * SECOND + hours * HOUR) for minutes in (1, 20, 59)] == [SKEWED] * 3


def test_a_zone_that_is_hours_behind_can_not_be_told_from_late_news() -> None:
    assert waited(SEEN - 60 * SECOND - 2 * HOUR) == 2 * HOUR + 60 * SECOND


def test_a_date_a_second_after_first_sight_is_skewed_rather_than_zero() -> None:
    assert waited(SEEN + 1) == SKEWED


def test_a_day_without_a_time_is_skewed() -> None:
    assert waited(SEEN - 10 * HOUR) == SKEWED
    assert waited(SEEN - 10 * HOUR + SECOND) == 10 * HOUR - SECOND


@pytest.mark.parametrize("east", [-8, -5, 1, 2, 9])
def test_midnight_of_another_zone_is_a_full_hour_as_scheduled_stories_have(east: int) -> None:
    midnight = 20_000 * DAY - east * HOUR
    assert waited(midnight) == SEEN - midnight


def test_a_date_bumped_by_an_edit_gives_way_to_the_first() -> None:
    assert waited(SEEN + 3 * HOUR, SEEN - 30 * SECOND) == 30 * SECOND
    assert waited(SEEN - SECOND, SEEN - 30 * SECOND) == 30 * SECOND


def test_a_bumped_date_whose_first_can_not_be_trusted_is_skewed() -> None:
    assert waited(SEEN + 3 * HOUR, SEEN + HOUR) == SKEWED
    assert waited(SEEN + 3 * HOUR, SEEN - 10 * HOUR) == SKEWED
    assert waited(SEEN + 3 * HOUR, SEEN - 4 * DAY) == SKEWED


def test_a_date_that_an_edit_corrected_to_an_earlier_one_is_taken() -> None:
    assert waited(SEEN - 60 * SECOND, SEEN + 2 * HOUR - 60 * SECOND) == 60 * SECOND


def test_what_is_older_than_three_days_though_feeds_were_polled_is_skewed() -> None:
    assert waited(SEEN - 3 * DAY) == 3 * DAY
    assert waited(SEEN - 3 * DAY - 1) == SKEWED


def test_what_came_while_nothing_was_polled_waited_truly() -> None:
    assert waited(SEEN - 5 * DAY, was_polled=False) == 5 * DAY


def test_percentiles_are_values_that_were_measured() -> None:
    ordered = [number * SECOND for number in range(1, 21)]
    assert (percentile(ordered, 50), percentile(ordered, 95), percentile(ordered, 100)) == (10.0, 19.0, 20.0)
    assert percentile([7 * SECOND], 50) == percentile([7 * SECOND], 95) == 7.0
    assert (percentile([1000, 2000], 50), percentile([1000, 2000], 95)) == (1.0, 2.0)


def test_what_was_left_out_is_counted_apart() -> None:
    assert latency_of([3000, None, SKEWED, 1000, SKEWED, 2000]) == Latency(3, 2.0, 3.0, skewed=2)
    assert latency_of([None, SKEWED]) == Latency(0, None, None, skewed=1)
    assert latency_of([0]) == Latency(1, 0.0, 0.0)
    assert latency_of([]) == Latency(0, None, None)
