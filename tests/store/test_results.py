from __future__ import annotations

import asyncio
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedwatch.model import ChangedItem, Page, Subject, View
from feedwatch.rules.match import Found, find
from feedwatch.rules.parser import parse
from feedwatch.rules.syntax import Expression
from feedwatch.store import candidates, results
from feedwatch.store.connection import READERS, connect
from feedwatch.store.items import Place
from feedwatch.store.opening import prepare
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, SECOND, add, draft, known_of, subscription

TITLES = (
    "Drones strike the port",
    "An anti-drone unit for Kyiv",
    "Général Électrique monte",
    "The attorney general resigns",
    "Straße nach Köln gesperrt",
    "北京AI公司发布模型",
    "Генерала звільнено",
    "п\u02bcять дронів",
    "O'Brien's drone\u00adstrike",
    "foo_bar 3.14 can't",
    "東京タワー closed",
    "ΆΛΦΑ news",
)


async def fill(store: Store) -> None:
    await store.sync_feeds([subscription("One", tags=("war",))], NOW)
    for number, title in enumerate(TITLES):
        await add(store, draft(f"{number}", title, f"Body {number}."), at=NOW + number * SECOND)


def titles(page: Page) -> list[str]:
    assert not page.error
    return [row.title for row in page.rows]


async def test_a_word_is_found_in_any_inflection_newest_first(store: Store) -> None:
    await fill(store)
    page = await store.items(View(query="drone"), 9, now=NOW)
    assert titles(page) == ["An anti-drone unit for Kyiv", "Drones strike the port"]
    assert page.rows[1].title_matches == ((0, 6),)


@pytest.mark.parametrize(
    "query",
    [
        "drone",
        "general",
        'general EXCEPT "attorney general"',
        "strasse",
        "köln",
        "AI",
        "北京",
        "东京",
        "東京",
        "генерал",
        "п'ять",
        "дрон*",
        "O'Brien",
        "dronestrike",
        "foo",
        "foo_bar",
        "can't",
        "3.14",
        "αλφα",
        "=General",
        "electr*",
        "NOT drone",
        "/dro.e/",
        "tag:war port",
        "drone OR general",
        '"attorney general" OR title:kyiv',
        "drone NEAR/3 unit",
        "is:unread",
        "since:1d",
        "drone since:59m",
        "since:2026-11-22T10:00:05 before:2026-11-22T10:00:09",
        "before:2026-11-22",
        "drone is:unread -is:starred",
        "is:read OR is:alert OR port",
        "is:starred",
        'author:"A. Writer" body',
    ],
)
async def test_a_search_never_disagrees_with_the_rules(store: Store, query: str) -> None:
    await fill(store)
    expression = parse(query, search=True)
    subjects = [await store.subject(row.id) for row in (await store.items(View(), 99, now=NOW)).rows]
    expected = [one.title for one in subjects if one is not None and find(expression, one, NOW).matched]
    assert titles(await store.items(View(query=query), 99, now=NOW)) == expected


@pytest.mark.parametrize(
    "junk", ['"', '":"', '"\n:', "title:", "*", "a\0b", "NEAR(a b)", "^a", "-", "{a}", '""', "(", "a AND"]
)
async def test_whatever_is_typed_is_an_answer_or_an_error_to_show(store: Store, junk: str) -> None:
    await fill(store)
    page = await store.items(View(query=junk), 9, now=NOW)
    assert page.error == "" or "^" in page.error
    assert (await store.rows(View(query=junk), [row.id for row in page.rows], NOW)).error == page.error


async def test_a_search_is_paged_in_both_directions(store: Store) -> None:
    await add(store, *[draft(f"{number}", f"Drone {number}") for number in range(7)], draft("x", "Else"))
    view = View(query="drone")
    first = await store.items(view, 3, now=NOW)
    second = await store.items(view, 3, after=first.rows[-1].anchor, now=NOW)
    assert titles(first) + titles(second) == [f"Drone {number}" for number in (6, 5, 4, 3, 2, 1)]
    assert first.more
    assert second.more
    back = await store.items(view, 3, before=second.rows[0].anchor, now=NOW)
    assert (titles(back), back.more) == (titles(first), False)
    last = await store.items(view, 2, last=True, now=NOW)
    assert (titles(last), last.more) == (["Drone 1", "Drone 0"], True)


async def test_a_word_that_is_everywhere_is_found_by_walking_the_list(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store)
    narrowed = await store.items(View(query="drone"), 9, now=NOW)
    monkeypatch.setattr(results, "NAMED", 0)
    monkeypatch.setattr(candidates, "NAMED", 1)
    monkeypatch.setattr(candidates, "NARROWED_BATCH", 2)
    assert await store.items(View(query="drone"), 9, now=NOW) == narrowed
    upwards = await store.items(View(query="drone"), 1, last=True, now=NOW)
    assert titles(upwards) == ["Drones strike the port"]


async def test_a_search_whose_time_is_up_says_how_far_it_came(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(store)
    monkeypatch.setattr(results, "TIME_LIMIT", 0.0)
    monkeypatch.setattr(candidates, "BATCH", 1)
    monkeypatch.setattr(candidates, "LARGEST_BATCH", 1)
    page = await store.items(View(query="/drones/ OR /Drones/"), 9, now=NOW)
    assert (titles(page), page.more) == ([], True)
    steps = 1
    while page.reached is not None:
        page = await store.items(View(query="/drones/ OR /Drones/"), 9, after=page.reached, now=NOW)
        steps += 1
        if page.rows:
            break
    assert titles(page) == ["Drones strike the port"]
    assert steps == len(TITLES)


async def test_a_view_with_a_query_keeps_its_other_parts(store: Store) -> None:
    one, two = (await add(store, draft("a", "Drone one"), draft("b", "Drone two"))).new
    await store.mark_read([one], read=True, now=NOW)
    view = View(query="drone", unread=True)
    assert titles(await store.items(view, 9, now=NOW)) == ["Drone two"]
    rows = await store.rows(view, [one, two], NOW)
    assert titles(rows) == ["Drone two"]
    assert rows.rows[0].title_matches == ((0, 5),)
    assert titles(await store.rows(View(query="else"), [one, two], NOW)) == []


async def fill_with_drones(store: Store, count: int) -> None:
    await add(store, *[draft(f"{number}", f"Drone {number}") for number in range(count)])


async def test_a_search_that_nobody_waits_for_any_more_stops_at_once(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill_with_drones(store, 300)
    begun, looked_at = threading.Event(), []

    def find_slowly(expression: Expression, subject: Subject, now: datetime) -> Found:
        begun.set()
        looked_at.append(subject.title)
        time.sleep(0.01)
        return find(expression, subject, now)

    monkeypatch.setattr(results, "find", find_slowly)
    monkeypatch.setattr(results, "TIME_LIMIT", 60.0)
    searches = [asyncio.create_task(store.items(View(query="drone -3"), 999, now=NOW)) for _ in range(READERS)]
    await asyncio.to_thread(begun.wait)
    for one in searches:
        one.cancel()
    await asyncio.wait(searches)
    assert (await store.items(View(), 1, now=NOW)).rows  # a reader is free
    await store.close()  # waits for what runs
    assert 0 < len(looked_at) < 300


async def test_a_superseded_search_says_how_far_it_came_and_looks_no_further(path: Path) -> None:
    store = await Store.open(path)
    await fill_with_drones(store, 300)
    await store.close()
    connection = connect(path, write=False)
    asked: list[int] = []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) >= 5

    page = results.page(connection, stopped, View(query="drone"), Place(), 999, NOW)
    assert [row.anchor for row in page.rows][-1] == page.reached
    assert (len(page.rows) <= 5, page.more) == (True, True)
    connection.close()


async def test_a_slow_pattern_is_stopped_between_two_items(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = await Store.open(path)
    await fill_with_drones(store, 50)
    await store.close()
    connection = connect(path, write=False)
    glanced_at: list[str] = []

    def count(subject: Subject) -> bool:
        glanced_at.append(subject.title)
        return False

    monkeypatch.setattr(results, "glance", lambda expression: count)
    page = results.page(connection, lambda: len(glanced_at) >= 7, View(query="/x+y/"), Place(), 99, NOW)
    assert len(glanced_at) == 7
    assert page.reached is not None
    rest = results.page(connection, lambda: False, View(query="/x+y/"), Place(after=page.reached), 99, NOW)
    assert (len(set(glanced_at)), rest.reached) == (50, None)
    connection.close()


QUERY = r'title:(drone OR "air defence") NEAR/5 /st[ro]ike/ -(is:unread outlets>=3) since:2d =Gen* EXCEPT (a, "b c")'


async def test_a_query_half_typed_is_an_error_to_show_and_nothing_else(store: Store) -> None:
    await fill(store)
    errors = 0
    for end in range(1, len(QUERY) + 1):
        page = await store.items(View(query=QUERY[:end]), 9, now=NOW)
        assert page.error == "" or "^" in page.error
        assert not (page.error and (page.rows or page.more))
        errors += bool(page.error)
    assert errors > 20


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(st.sampled_from("aдé中\"'()=-*/:|<>0 2\n\0\ud800") | st.characters(), max_size=30))
def test_whatever_is_typed_is_answered(tmp_path: Path, typed: str) -> None:
    path = tmp_path / "feedwatch.db"
    if not path.exists():
        prepare(path)
    connection = connect(path, write=False)
    page = results.page(connection, lambda: False, View(query=typed), Place(), 9, NOW)
    assert page.error == "" or "^" in page.error
    connection.close()


async def test_a_search_for_news_finds_what_was_redated_and_what_is_of_tomorrow(store: Store) -> None:
    old, ahead, late = (
        draft("a", published=NOW - 90 * HOUR),
        draft("b", published=NOW + 9 * HOUR),
        draft("c", published=None),
    )
    ids = (await add(store, old, ahead, late, at=NOW - 90 * HOUR)).new
    edited = draft("a", "Title of a, again", published=NOW - HOUR)
    feed = (await store.feeds(NOW))[0].feed.id
    known = (await known_of(store, feed, [edited])).by_key[edited.key]
    await add(store, draft("d", published=NOW - 80 * HOUR), changed=(ChangedItem(ids[-1], edited, known),), at=NOW)
    found = titles(await store.items(View(query="since:2h title"), 9, now=NOW))
    assert sorted(found) == ["Title of a, again", "Title of b"]


async def test_a_moment_within_a_millisecond_is_kept_to(store: Store) -> None:
    await add(store, draft("a", "On the dot", published=NOW), at=NOW)
    for query, found in (
        ("before:2026-11-22T10:00:00.000500Z", ["On the dot"]),
        ("before:2026-11-22T10:00:00Z", []),
        ("since:2026-11-22T10:00:00.000500Z", []),
        ("since:2026-11-22T10:00:00Z", ["On the dot"]),
        ("-before:2026-11-22T10:00:00Z", ["On the dot"]),
    ):
        assert titles(await store.items(View(query=query), 9, now=NOW)) == found
