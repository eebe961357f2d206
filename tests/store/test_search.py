from __future__ import annotations

import pytest

from feedwatch.model import Page, View
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse
from feedwatch.store import search
from feedwatch.store.store import Store
from tests.store.samples import NOW, SECOND, add, draft, subscription, whole_archive

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
    subjects = [one.subject for one in await whole_archive(store)]
    expected = [one.title for one in reversed(subjects) if find(expression, one, NOW).matched]
    assert titles(await store.items(View(query=query), 99, now=NOW)) == expected


@pytest.mark.parametrize(
    "junk", ['"', '":"', '"\n:', "title:", "*", "a\0b", "NEAR(a b)", "^a", "-", "{a}", '""', "(", "a AND"]
)
async def test_whatever_is_typed_is_an_answer_or_an_error_to_show(store: Store, junk: str) -> None:
    await fill(store)
    page = await store.items(View(query=junk), 9, now=NOW)
    assert page.error == "" or "^" in page.error
    assert (await store.rows(View(query=junk), [row.id for row in page.rows], NOW)).error == page.error


def test_index_terms_are_quoted_whatever_is_in_them() -> None:
    assert search._question([('a"b', "c"), ("d\0\n:",)]) == '("a""b" * OR "c" *) AND ("d\n:" *)'


def test_no_more_terms_than_the_index_answers_quickly() -> None:
    many = tuple(f"w{number}" for number in range(search.MOST_TERMS))
    assert search._question([many, ("a",)]).count('"') == 2 * search.MOST_TERMS


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


async def test_a_word_that_is_everywhere_is_found_without_the_index(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(store)
    narrowed = await store.items(View(query="drone"), 9, now=NOW)
    monkeypatch.setattr(search, "MOST_HITS", 0)
    monkeypatch.setattr(search, "FIRST_BATCH", 2)
    assert await store.items(View(query="drone"), 9, now=NOW) == narrowed
    upwards = await store.items(View(query="drone"), 1, last=True, now=NOW)
    assert titles(upwards) == ["Drones strike the port"]


async def test_a_search_whose_time_is_up_says_how_far_it_came(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(store)
    monkeypatch.setattr(search, "TIME_LIMIT", 0.0)
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
