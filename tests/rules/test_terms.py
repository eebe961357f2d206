from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from feedwatch.model import Subject
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse
from feedwatch.rules.terms import required_prefixes
from feedwatch.rules.words import searchable
from tests.rules.strategies import expressions, subjects

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table t using fts5(title, text, tokenize='unicode61 remove_diacritics 2')")
    yield connection
    connection.close()


def is_found(index: sqlite3.Connection, subject: Subject, groups: tuple[tuple[str, ...], ...]) -> bool:
    index.execute("delete from t")
    index.execute("insert into t values (?, ?)", (searchable(subject.title), searchable(subject.text)))
    query = " AND ".join("(" + " OR ".join(f'"{prefix}"*' for prefix in group) + ")" for group in groups)
    return index.execute("select 1 from t where t match ?", (query,)).fetchone() is not None


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("=drone", (("drone",),)),
        ("=drone =kyiv", (("drone",), ("kyiv",))),
        ("=drone OR =kyiv", (("drone", "kyiv"),)),
        ("dron*", (("dron",),)),
        ("=drone -toy", (("drone",),)),
        ('="air defence"', (("defence",), ("air",))),
        ("=drone NEAR/3 (=kyiv OR =lviv)", (("drone",), ("kyiv", "lviv"))),
        ("=drone EXCEPT toy", (("drone",),)),
        ("title:=drone", (("drone",),)),
        ("=drone 无人机", (("drone",),)),
    ],
)
def test_what_a_matching_item_must_contain(text: str, groups: tuple[tuple[str, ...], ...]) -> None:
    assert required_prefixes(parse(text)) == groups


@pytest.mark.parametrize(
    "text",
    ["-drone", "/drone/", "author:drone", "drone OR /x/", "drone OR 无人机", "feed:BBC", "is:unread", "outlets>=3"],
)
def test_nothing_is_claimed_of_what_an_index_can_not_see(text: str) -> None:
    assert required_prefixes(parse(text, search=True)) is None


def test_a_long_list_is_kept_within_what_an_index_answers_fast() -> None:
    many = " OR ".join(f"=word{letter}{other}" for letter in "abcdefghij" for other in "abcdefghij")
    wide = " ".join(f"=word{letter}" for letter in "abcdefghij")

    assert required_prefixes(parse(many)) is None
    assert len(required_prefixes(parse(wide)) or ()) == 6


@settings(max_examples=300)
@given(expressions(), subjects())
def test_narrowing_never_loses_an_item_that_matches(index: sqlite3.Connection, text: str, subject: Subject) -> None:
    expression = parse(text, search=True)
    groups = required_prefixes(expression)
    if groups is not None and find(expression, subject, NOW).matched:
        assert is_found(index, subject, groups)
