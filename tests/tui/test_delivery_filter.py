from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.model import DeliveryState, Selection
from feedwatch.tui.delivery_filter import ALL, parse
from tests.tui.fake_backend import NOW

CHANNELS = ("desk", "Night Duty")


def selection(words: str) -> Selection:
    return parse(words, CHANNELS, NOW).selection(NOW)


def test_nothing_typed_is_every_delivery() -> None:
    assert parse("  ", CHANNELS, NOW) == ALL
    assert ALL.selection(NOW) == Selection()


@pytest.mark.parametrize("state", list(DeliveryState))
def test_the_word_of_a_state_chooses_it_in_any_letter_case(state: DeliveryState) -> None:
    assert selection(state.value.title()) == Selection(state=state)


@pytest.mark.parametrize("words", ["desk", "channel:desk", "DESK", "Channel:Desk", 'channel:"desk"'])
def test_a_listed_channel_is_known_by_its_bare_name(words: str) -> None:
    assert selection(words) == Selection(channel="desk")


def test_a_channel_that_is_not_listed_needs_the_word_before_it() -> None:
    assert selection("ops") == Selection(text="ops")
    assert selection("channel:ops") == Selection(channel="ops")
    assert selection('channel:"night duty"') == Selection(channel="Night Duty")


def test_a_time_span_follows_the_clock() -> None:
    span = parse("since:2d until:1h", CHANNELS, NOW)
    assert span.selection(NOW) == Selection(since=NOW - timedelta(days=2), until=NOW - timedelta(hours=1))
    later = NOW + timedelta(hours=5)
    assert span.selection(later).since == later - timedelta(days=2)


def test_a_time_stays_where_it_is() -> None:
    asked = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    assert selection("since:2026-11-20T22:30+00:00").since == asked
    assert selection('since:"2026-11-20 22:30+00:00"').since == asked


def test_a_clock_time_is_the_last_one() -> None:
    now = datetime(2026, 11, 22, 12, 0).astimezone()
    earlier, later = parse("since:08:30", (), now), parse("since:22:15", (), now)
    assert earlier.since == datetime(2026, 11, 22, 8, 30).astimezone(UTC)
    assert later.since == datetime(2026, 11, 21, 22, 15).astimezone(UTC)


def test_all_else_is_text_and_quotes_make_text_of_any_word() -> None:
    assert selection('drone strike "dead" dead desk') == Selection(
        state=DeliveryState.DEAD, channel="desk", text="drone strike dead"
    )
    assert selection("Kyiv: talks") == Selection(text="Kyiv: talks")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("since:soon", '"soon" is no duration: write a number and s, m, h or d'),
        ("until:", "until: wants something after it, as in until:1h"),
        ("channel:", "channel: wants something after it, as in channel:desk"),
        ("dead waiting", "no delivery is dead and waiting at once: write one of them"),
        ("desk channel:ops", "no delivery goes to desk and to ops: write one of them"),
        ("since:1h until:2h", "nothing lies between these"),
        ("sending", "what is being sent is among the waiting"),
        ("since:9999999999d", "is longer than a hundred years"),
    ],
)
def test_what_makes_no_sense_is_told_in_a_sentence(words: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        parse(words, CHANNELS, NOW)


@given(st.one_of(st.text(), st.from_regex(r"(since|until):[0-9:T+.smhd-]*", fullmatch=True)))
def test_whatever_is_typed_is_a_filter_or_a_sentence(words: str) -> None:
    assert told(words)


def told(words: str) -> str | Selection:
    try:
        return selection(words)
    except ValueError as error:
        return str(error)
