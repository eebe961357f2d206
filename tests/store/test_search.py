from __future__ import annotations

import pytest

from feedwatch.rules.parser import parse
from feedwatch.store import search
from feedwatch.store.connection import Connection, connect
from feedwatch.store.store import Store
from tests.store.samples import add, draft


def test_index_terms_are_quoted_whatever_is_in_them() -> None:
    assert search._question([('a"b', "c"), ("d\0\n:",)]) == '("a""b" * OR "c" *) AND ("d\n:" *)'


def test_no_more_terms_than_the_index_answers_quickly() -> None:
    many = tuple(f"w{number}" for number in range(search.MOST_TERMS))
    assert search._question([many, ("a",)]).count('"') == 2 * search.MOST_TERMS


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ("=drone", '("drone" *)'),
        ("title:=drone", 'title : (("drone" *))'),
        ("=war title:=drone -toy", '("war" *) AND title : (("drone" *))'),
        ("text:(=a OR =b)", 'text : (("a" * OR "b" *))'),
        ("-drone", ""),
        ("author:drone", ""),
    ],
)
def test_a_question_names_the_columns_that_a_query_names(query: str, question: str) -> None:
    assert search.question_of(parse(query, search=True)) == question


async def test_the_index_names_ids_from_either_end(store: Store) -> None:
    ids = (await add(store, *[draft(f"{number}", "Drone") for number in range(5)], draft("x", "Else", "None."))).new
    drones = sorted(ids)[:5]
    connection: Connection = connect(store.path, write=False)
    assert search.hits(connection, parse("drone")) == tuple(reversed(drones))
    assert search.newest(connection, '"drone"', 2) == (drones[-1], drones[-2])
    assert search.newest(connection, '"drone"', 2, drones[2]) == (drones[2], drones[1])
    assert search.oldest(connection, '"drone"', 2, drones[1]) == (drones[1], drones[2])
    connection.close()


async def test_what_the_index_can_not_narrow_is_left_to_matching(store: Store) -> None:
    await add(store, draft("a", "Drone"), draft("b", "Drone"))
    connection = connect(store.path, write=False)
    assert search.hits(connection, parse("/drone/")) is None
    assert search.hits(connection, parse("drone"), 1) is None
    assert len(search.hits(connection, parse("drone"), 2) or ()) == 2
    connection.close()
