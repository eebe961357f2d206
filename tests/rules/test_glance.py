"""The first look keeps nothing out that matches, and reads no more than matching does."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from feedwatch.model import Subject
from feedwatch.rules.glance import fields_of, glance
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse
from tests.rules.strategies import expressions, subjects

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def can_match(query: str, subject: Subject) -> bool:
    look = glance(parse(query, search=True))
    return look is None or look(subject)


@settings(max_examples=400)
@given(expressions(), subjects())
def test_nothing_that_matches_is_kept_out(text: str, subject: Subject) -> None:
    if find(parse(text, search=True), subject, NOW).matched:
        assert can_match(text, subject)


@settings(max_examples=200)
@given(expressions(), subjects())
def test_what_is_not_read_does_not_count(text: str, subject: Subject) -> None:
    expression = parse(text, search=True)
    fields = {name.value for name in fields_of(expression)}
    less = Subject(
        title=subject.title if "title" in fields else "",
        text=subject.text if "text" in fields else "",
        author=subject.author if "author" in fields else "",
        categories=subject.categories if "category" in fields else (),
        url=subject.url if "url" in fields else "",
        feed=subject.feed,
        language=subject.language,
    )
    assert find(expression, less, NOW) == find(expression, subject, NOW)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("drone -toy", {"title", "text"}),
        ("title:drone is:unread", {"title"}),
        ("author:reuters OR category:world", {"author", "category"}),
        ("title:general EXCEPT title:election", {"title"}),
        ("outlets>=3 lang:uk", set()),
    ],
)
def test_the_fields_that_matching_reads_are_known(query: str, fields: set[str]) -> None:
    assert {name.value for name in fields_of(parse(query, search=True))} == fields


@pytest.mark.parametrize(
    ("query", "title", "seen"),
    [
        ('"air defence"', "Air-defences over Kyiv", True),
        ('"air defence"', "Defence of the air", False),
        ('"air defence"', "The air force and its defence", False),
        ('"attorney general"', "An attorney’s – general’s – office", True),
        ('"l armée"', "Dans l'armée", True),
        ("/dr[oa]ne/", "A hydroelectric plant", False),
        ("/dr[oa]ne/", "Drones; drone", True),
        ("/x*/", "abc", False),
        ("text:/drone/", "drone", False),
        ("/drone/ OR election", "An election", True),
        ("/drone/ OR /toy/", "A kite", False),
        ("无人机", "无人艇和飞机", True),
        ("无人机", "无人艇", False),
        ("無人", "無人\ufa10", True),
        ("NOT /drone/", "A drone", True),
        ("author:/drone/", "", True),
    ],
)
def test_a_glance_sees_words_side_by_side_patterns_and_characters(query: str, title: str, *, seen: bool) -> None:
    assert can_match(query, Subject(title, "")) is seen


def test_a_pattern_that_takes_too_long_is_no_match_as_in_matching() -> None:
    subject = Subject("", "a" * 5_000 + "!")
    slow = r"/^(a|a)*$/"
    assert not can_match(slow, subject)
    assert not find(parse(slow), subject, NOW).matched


def test_nothing_is_ruled_out_where_an_expression_demands_nothing() -> None:
    assert glance(parse("-drone", search=True)) is None
    assert glance(parse("is:unread feed:BBC", search=True)) is None
