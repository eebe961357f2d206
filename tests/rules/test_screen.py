"""The quick first look keeps nothing out that matches, and keeps most of the rest out."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.model import Subject, replace
from feedwatch.rules.letters import fold
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse
from feedwatch.rules.screen import haystack, may_match
from feedwatch.rules.stems import inflects_as_english
from feedwatch.rules.terms import required_prefixes
from feedwatch.rules.words import searchable
from tests.rules.strategies import expressions, subjects

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@settings(max_examples=300)
@given(expressions(), subjects())
def test_nothing_that_matches_is_kept_out(text: str, subject: Subject) -> None:
    expression = parse(text, search=True)
    if find(expression, subject, NOW).matched:
        assert may_match(required_prefixes(expression), haystack(subject))
        if inflects_as_english(subject.language):
            assert may_match(required_prefixes(expression, english=True), haystack(subject))


@settings(max_examples=300)
@given(subjects(), st.text(max_size=20))
def test_a_haystack_is_the_folded_text(subject: Subject, odd: str) -> None:
    subject = replace(subject, text=f"{subject.text}{odd}")
    assert haystack(subject) == fold(searchable(f"{subject.title}\n{subject.text}"))


def test_an_item_without_the_words_is_kept_out() -> None:
    required = required_prefixes(parse("drone (strike OR attack)"))
    assert not may_match(required, haystack(Subject("Ferry timetable", "Drones are not at the harbour")))
    assert may_match(required, haystack(Subject("Drohne", "DRONES attacked")))


def test_other_words_that_begin_alike_are_kept_out_where_only_english_inflects() -> None:
    required = required_prefixes(parse("drone"), english=True)
    assert not may_match(required, haystack(Subject("Drought", "He dropped it – and drove on…")))
    assert may_match(required, haystack(Subject("Drought", "It “droned” on")))


def test_the_inside_of_a_word_is_no_beginning() -> None:
    required = required_prefixes(parse("drone"))
    assert not may_match(required, haystack(Subject("A hydroelectric dam", "An androgynous quadrotor")))
    assert may_match(required, haystack(Subject("A hydroelectric dam", "Anti-drone nets; 'drones' seen")))
