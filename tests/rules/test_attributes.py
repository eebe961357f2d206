from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feedwatch.model import Subject
from feedwatch.rules.attributes import is_true, moment_of
from feedwatch.rules.syntax import Attribute, AttributeName, Comparison, Outlets, Time, TimeName

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wanted", "name", "true"),
    [
        ("BBC World", "bbc world", True),
        ("world", "BBC World", True),
        ("Le Monde", "le monde diplomatique", True),
        ("BBC News", "BBC World News", False),
        ("orld", "BBC World", False),
        ("!!!", "BBC", False),
        ("!!!", "!!!", True),
    ],
)
def test_a_name_is_meant_whole_or_by_some_of_its_words(wanted: str, name: str, *, true: bool) -> None:
    assert is_true(Attribute(AttributeName.FEED, wanted), Subject(title="", text="", feed=name), NOW) is true


def test_a_language_includes_its_regions() -> None:
    subject = Subject(title="", text="", language="pt_BR")

    assert is_true(Attribute(AttributeName.LANG, "PT"), subject, NOW)
    assert is_true(Attribute(AttributeName.LANG, "pt-br"), subject, NOW)
    assert not is_true(Attribute(AttributeName.LANG, "pt-PT"), subject, NOW)


@pytest.mark.parametrize(
    ("comparison", "outcome"),
    [
        (Comparison.AT_LEAST, (False, True, True)),
        (Comparison.MORE, (False, False, True)),
        (Comparison.AT_MOST, (True, True, False)),
        (Comparison.FEWER, (True, False, False)),
        (Comparison.EXACTLY, (False, True, False)),
    ],
)
def test_outlets_are_compared(comparison: Comparison, outcome: tuple[bool, ...]) -> None:
    subjects = [Subject(title="", text="", outlets=count) for count in (1, 2, 3)]

    assert tuple(is_true(Outlets(comparison, 2), subject, NOW) for subject in subjects) == outcome


def test_an_age_counts_from_now_and_the_moment_itself_is_since() -> None:
    subject = Subject(title="", text="", published=NOW - timedelta(days=2), seen=NOW)

    assert moment_of(subject) == NOW - timedelta(days=2)
    assert is_true(Time(TimeName.SINCE, age=timedelta(days=2)), subject, NOW)
    assert not is_true(Time(TimeName.BEFORE, age=timedelta(days=2)), subject, NOW)
