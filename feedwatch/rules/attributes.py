"""What is true of an item as a whole: where it comes from, how far its story went, what became of it, and when."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import assert_never

from feedwatch.model import Subject
from feedwatch.rules.letters import fold
from feedwatch.rules.syntax import Attribute, AttributeName, Comparison, Is, Outlets, State, Time, TimeName
from feedwatch.rules.words import tokens


def is_true(question: Attribute | Outlets | Is | Time, subject: Subject, now: datetime) -> bool:
    """The answer for one item."""
    match question:
        case Attribute():
            return _belongs(question, subject)
        case Outlets():
            return _compares(question, subject.outlets)
        case Is():
            return _has_state(question.state, subject)
        case Time():
            return _is_timely(question, subject, now)
        case _:
            assert_never(question)


def _belongs(attribute: Attribute, subject: Subject) -> bool:
    match attribute.name:
        case AttributeName.FEED:
            return _is_name(attribute.value, subject.feed)
        case AttributeName.OUTLET:
            return _is_name(attribute.value, subject.outlet)
        case AttributeName.TAG:
            return any(fold(attribute.value) == fold(tag) for tag in subject.tags)
        case AttributeName.LANG:
            return f"{_language(subject.language)}-".startswith(f"{_language(attribute.value)}-")
        case _:
            assert_never(attribute.name)


@lru_cache(maxsize=16_384)
def _is_name(wanted: str, name: str) -> bool:
    """``wanted`` is the name, or some of its words: *BBC* is found in *BBC World*, never in *BBCA*."""
    if fold(wanted) == fold(name):
        return True
    words = [token.folded for token in tokens(wanted)]
    found = [token.folded for token in tokens(name)]
    starts = range(len(found) - len(words) + 1) if words else ()
    return any(found[start : start + len(words)] == words for start in starts)


def _language(tag: str) -> str:
    return tag.strip().replace("_", "-").lower()


def _compares(question: Outlets, outlets: int) -> bool:
    match question.comparison:
        case Comparison.AT_LEAST:
            return outlets >= question.count
        case Comparison.AT_MOST:
            return outlets <= question.count
        case Comparison.MORE:
            return outlets > question.count
        case Comparison.FEWER:
            return outlets < question.count
        case Comparison.EXACTLY:
            return outlets == question.count
        case _:
            assert_never(question.comparison)


def _has_state(state: State, subject: Subject) -> bool:
    match state:
        case State.READ:
            return subject.read
        case State.UNREAD:
            return not subject.read
        case State.STARRED:
            return subject.starred
        case State.ALERT:
            return subject.alerted
        case State.EDITED:
            return subject.edited
        case _:
            assert_never(state)


def moment_of(subject: Subject) -> datetime | None:
    """When the item was published; when it was seen, where it does not say."""
    return subject.published or subject.seen


def _is_timely(question: Time, subject: Subject, now: datetime) -> bool:
    at = moment_of(subject)
    limit = question.moment if question.age is None else now - question.age
    if at is None or limit is None:
        return False
    return at >= limit if question.name is TimeName.SINCE else at < limit
