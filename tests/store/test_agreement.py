"""A search never disagrees with the rules: what SQL and the word index let through, page by page, is what matches."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.errors import RuleError
from feedwatch.model import Anchor, ChangedItem, Document, Draft, ItemId, View
from feedwatch.rules.match import find
from feedwatch.rules.match import prepare as prepare_item
from feedwatch.rules.parser import parse
from feedwatch.rules.prepared import Prepared
from feedwatch.store import candidates, items, results
from feedwatch.store.store import Store
from tests.rules.strategies import WORDS, expressions, texts
from tests.store.samples import HOUR, NOW, SECOND, add, alert, draft, joining, known_of, subscription

FEEDS = {"One": ("war",), "BBC World": ("war", "Sport"), "Three": ()}


# --- items and queries at random -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Spec:
    """What an item of a test says, and what became of it."""

    feed: str
    title: str
    text: str
    language: str
    published: timedelta | None
    """Before it was seen; negative: after it."""
    joins: bool
    read: bool
    starred: bool
    alerted: bool
    edited: str
    redated: timedelta | None


def specs() -> st.SearchStrategy[Spec]:
    hours = st.integers(-30, 300).map(lambda number: timedelta(minutes=10 * number))
    return st.builds(
        Spec,
        feed=st.sampled_from(tuple(FEEDS)),
        title=texts(),
        text=texts(),
        language=st.sampled_from(("", "en-GB", "de", "de_AT", "DE", "fr", "uk", "zh", "dé")),
        published=st.none() | hours,
        joins=st.booleans(),
        read=st.booleans(),
        starred=st.booleans(),
        alerted=st.booleans(),
        edited=st.just("") | texts(),
        redated=st.none() | hours,
    )


ASKED_BESIDES = (
    *(
        "is:unread",
        "is:read",
        "is:starred",
        "is:alert",
        "is:edited",
        "-is:edited",
        "-is:starred",
        "NOT is:unread",
        "outlets>=2",
        "outlets=1",
    ),
    *("since:5h", "since:2h", "-since:5h", "before:4h", "-before:4h", "since:2026-11-22T08:00:00.0005Z"),
    *("feed:one", "feed:BBC", "outlet:press", "-outlet:One", "tag:sport", "tag:war", "-tag:war", "tag:none"),
    *("lang:de", "lang:de-AT", "-lang:de", "lang:dé", "lang:en_gb", "feed:BBC is:unread", "tag:war since:9h"),
)


def queries() -> st.SearchStrategy[str]:
    """Words with what only searches, or only SQL, know; nearly always valid."""
    besides = st.sampled_from(ASKED_BESIDES)
    return st.one_of(
        expressions(),
        besides,
        st.tuples(besides, expressions()).map(lambda both: f"{both[0]} ({both[1]})"),
        st.tuples(besides, expressions()).map(lambda both: f"({both[0]}) OR ({both[1]})"),
        st.tuples(besides, besides, expressions()).map(lambda all_: f"({all_[0]}) NOT (({all_[1]}) ({all_[2]}))"),
        st.tuples(st.sampled_from(WORDS), besides).map(lambda both: f'title:"{both[0]}" {both[1]}'),
    )


@contextmanager
def narrow() -> Iterator[None]:
    """Everything that is done for many items, done for a few."""
    with ExitStack() as stack:
        for module, name, value in (
            (candidates, "NAMED", 3),
            (results, "NAMED", 2),
            (results, "MOST_HITS", 2),
            (results, "MOST_OF_SHORT", 2),
            (candidates, "BATCH", 1),
            (candidates, "LARGEST_BATCH", 4),
            (candidates, "NARROWED_BATCH", 2),
            (candidates, "LARGEST_NARROWED", 4),
            (candidates, "GATHERED", 2),
            (items, "SMALL", 5),
            (results, "SOON", 3),
            (results, "LARGEST_PORTION", 3),
        ):
            stack.enter_context(patch.object(module, name, value))
        yield


async def fill(store: Store, made: Sequence[Spec]) -> None:
    await store.sync_feeds([subscription(name, tags=tags) for name, tags in FEEDS.items()], NOW)
    told = None
    for number, spec in enumerate(made):
        at = NOW - 10 * HOUR + number * (HOUR / 2)
        one = _draft(spec, number, at, spec.text, spec.published)
        new = () if told is None or not spec.joins else (joining(one, told),)
        (item_id,) = (
            await add(
                store,
                *(() if new else (one,)),
                feed=spec.feed,
                at=at,
                **({"new": new} if new else {}),
                alerts=(alert(one, rule=f"R{number}"),) if spec.alerted else (),
            )
        ).new
        row = (await store.items(View(), 99, now=NOW)).rows
        told = next(each.story_id for each in row if each.id == item_id)
        if spec.edited:
            await _edit(store, spec, number, item_id, at)
        await store.mark_read([item_id], read=spec.read, now=at)
        await store.mark_starred([item_id], starred=spec.starred, now=at)


def _draft(spec: Spec, number: int, at: datetime, text: str, before: timedelta | None) -> Draft:
    published = None if before is None else at - before
    made = draft(f"{number}", spec.title, text, published, language=spec.language)
    return made if text else draft(f"{number}", spec.title, "", published, language=spec.language, document=Document())


async def _edit(store: Store, spec: Spec, number: int, item_id: ItemId, at: datetime) -> None:
    feed = {row.feed.subscription.name: row.feed.id for row in await store.feeds(NOW)}[spec.feed]
    edited = _draft(spec, number, at, spec.edited, spec.redated)
    known = (await known_of(store, feed, [edited])).by_key[edited.key]
    await add(store, feed=spec.feed, changed=(ChangedItem(item_id, edited, known),), at=at + SECOND)


async def expected(store: Store, view: View) -> list[ItemId]:
    """The items of a view without its query that the rules say match it, in the view's order."""
    expression = parse(view.query, search=True)
    plain = View(view.feed_id, view.tag, view.unread, view.starred, view.alerted)
    found = []
    for row in (await store.items(plain, 9_999, now=NOW)).rows:
        subject = await store.subject(row.id)
        assert subject is not None
        if find(expression, subject, NOW).matched:
            found.append(row.id)
    return found


async def downwards(store: Store, view: View, limit: int, now: datetime = NOW) -> list[ItemId]:
    found: list[ItemId] = []
    after: Anchor | None = None
    for _ in count():
        page = await store.items(view, limit, after=after, now=now)
        found += [row.id for row in page.rows]
        after = page.reached or (page.rows[-1].anchor if page.rows else None)
        assert page.error == ""
        if not page.more:
            break
        assert after is not None
    return found


async def upwards(store: Store, view: View, limit: int, now: datetime = NOW) -> list[ItemId]:
    page = await store.items(view, limit, last=True, now=now)
    found = [row.id for row in page.rows]
    while page.more:
        before = page.reached or page.rows[0].anchor
        page = await store.items(view, limit, before=before, now=now)
        found = [row.id for row in page.rows] + found
    return found


@asynccontextmanager
async def archive(template: Path) -> AsyncIterator[Store]:
    path = template.with_name(f"{os.urandom(8).hex()}.db")
    shutil.copy(template, path)
    store = await Store.open(path)
    yield store
    await store.close()
    path.unlink()


async def check(store: Store, view: View, limit: int) -> None:
    wanted = await expected(store, view)
    assert await downwards(store, view, limit) == wanted
    assert await upwards(store, view, limit) == wanted
    every = [row.id for row in (await store.items(View(), 9_999, now=NOW)).rows]
    assert [row.id for row in (await store.rows(view, every, NOW)).rows] == wanted


def is_valid(query: str) -> bool:
    try:
        parse(query, search=True)
    except RuleError:
        return False
    return True


@settings(max_examples=30)
@given(
    made=st.lists(specs(), min_size=4, max_size=14),
    asked=st.lists(queries().filter(is_valid), min_size=8, max_size=8),
    limit=st.integers(1, 5),
    small=st.booleans(),
    view=st.sampled_from(
        (View(), View(), View(unread=True), View(tag="war"), View(starred=True), View(tag="war", alerted=True))
    ),
)
def test_a_search_returns_what_the_rules_match_in_the_order_of_the_list(
    template: Path, made: list[Spec], asked: list[str], limit: int, small: bool, view: View
) -> None:
    async def run() -> None:
        async with archive(template) as store:
            await fill(store, made)
            for query in asked:
                asked_view = View(view.feed_id, view.tag, view.unread, view.starred, view.alerted, query)
                await check(store, asked_view, limit)

    with narrow() if small else ExitStack():
        asyncio.run(run())


# --- real news -------------------------------------------------------------------------------------------------------

CORPUS = os.environ.get("FEEDWATCH_CORPUS", "")
READ = 2_400
"""Items of the stream: more than a walk takes to come to its largest batches, and more than a page holds."""
HAND_MADE = (
    *("drone", "general", "=General", "the", "minister*", "virus -coronavirus", "-the", "not (trump OR covid)"),
    *('"prime minister"', '="Prime Minister"', "health NEAR/3 minister", "white BEFORE/1 house", "us china trade"),
    *('general EXCEPT ("general election", "attorney general")', 'trump EXCEPT "donald trump"'),
    *("title:virus", "title:(virus OR lockdown) -text:virus", "text:police", "url:sport", "title:/^[A-Z]{4,}/"),
    *(r"/\bgen(eral)?s?\b/", "/(?i)COVID-?19/ death", "/[0-9]{2},[0-9]{3}/", "/qqq/", "author:nobody OR brexit"),
    *("is:unread virus", "is:starred", "is:read -is:starred lockdown", "outlets>=2", "outlets>=2 -virus"),
    *(
        "since:2d virus",
        "since:1h",
        "before:3d the",
        "since:4d before:2d trump",
        "-since:1d police",
        "before:4d -virus",
    ),
    *("outlet:bbc", "outlet:BBC trump", "feed:news virus", "-outlet:bbc -outlet:herald police", "lang:en covid"),
    *("tag:odd trump", "tag:odd", "-tag:odd covid", "(tag:odd OR is:starred) (virus OR title:trump)", "lang:fr"),
)


def generated(words: Sequence[str], number: int) -> list[str]:
    """Expressions of words that the news has, and of a few that it hasn't."""
    chance = random.Random(11)

    def leaf() -> str:
        one, other = chance.choice(words), chance.choice(words)
        forms = (
            one,
            one,
            one,
            f"={one.capitalize()}",
            f"{one[:3]}*",
            f'"{one} {other}"',
            f"/{one[:4]}/",
            f"title:{one}",
        )
        return chance.choice((*forms, f"{one} NEAR/9 {other}", chance.choice(ASKED_BESIDES)))

    shapes = ("{} {}", "{} OR {}", "{} -({})", "({} OR {}) -is:starred", "NOT ({} {})", "{} (is:unread OR {})")
    return [chance.choice(shapes).format(f"({leaf()})", f"({leaf()})") for _ in range(number)]


@dataclass(frozen=True)
class News:
    """A stream of real news in a store."""

    store: Store
    items: Mapping[ItemId, Prepared]
    """All, newest first."""
    now: datetime


async def _read_news(path: Path) -> News:
    lines = (Path(CORPUS) / "stream.jsonl").read_text(encoding="utf-8").splitlines()[:READ]
    news = [json.loads(line) for line in lines]
    names = sorted({one["publisher"] for one in news})
    store = await Store.open(path)
    tags = [("odd",) if place % 2 else ("even",) for place in range(len(names))]
    await store.sync_feeds([subscription(name, tags=tag) for name, tag in zip(names, tags, strict=True)], NOW)
    now = NOW
    for start in range(0, len(news), 500):
        some = news[start : start + 500]
        now = max(datetime.fromisoformat(one["published"]) for one in some)
        for name in names:
            drafts = [_told(one, start + place) for place, one in enumerate(some) if one["publisher"] == name]
            await add(store, *drafts, feed=name, at=now)
    rows = (await store.items(View(), 9_999, now=now)).rows
    await store.mark_read([row.id for row in rows[::3]], read=True, now=now)
    await store.mark_starred([row.id for row in rows[::50]], starred=True, now=now)
    subjects = {row.id: await store.subject(row.id) for row in rows}
    return News(store, {key: prepare_item(one) for key, one in subjects.items() if one is not None}, now)


def _told(one: Mapping[str, str], number: int) -> Draft:
    text = one["summary"]
    return draft(
        f"{number}",
        one["title"],
        text,
        datetime.fromisoformat(one["published"]),
        url=one["url"],
        **({} if text else {"document": Document()}),
    )


@pytest.mark.skipif(not CORPUS, reason="FEEDWATCH_CORPUS names no folder of real news")
def test_on_real_news_a_search_returns_what_the_rules_match(tmp_path: Path) -> None:
    async def run() -> None:
        news = await _read_news(tmp_path / "news.db")
        words = sorted(
            {word for item in list(news.items.values())[::40] for word in item.subject.title.lower().split()}
        )
        known = [word for word in words if word.isalpha()]
        asked = [*HAND_MADE, *filter(is_valid, generated([*known, "qqq"], 40))]
        matched = 0
        for query in asked:
            expression = parse(query, search=True)
            wanted = [key for key, item in news.items.items() if find(expression, item, news.now).matched]
            matched += bool(wanted)
            assert await downwards(news.store, View(query=query), 2_000, news.now) == wanted, query
            last = await news.store.items(View(query=query), 99, last=True, now=news.now)
            assert [row.id for row in last.rows] == wanted[-len(last.rows) or len(wanted) :], query
            assert last.reached or len(last.rows) == min(99, len(wanted))
        assert matched > len(asked) // 2
        await news.store.close()

    asyncio.run(run())
