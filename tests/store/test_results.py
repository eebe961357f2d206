"""A search never disagrees with the rules: what SQL and the word index let through, page by page, is what matches."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
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
from feedwatch.rules.parser import parse
from feedwatch.store import candidates, items, results
from feedwatch.store.opening import prepare
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
    *("is:unread", "is:read", "is:starred", "is:alert", "-is:starred", "NOT is:unread", "outlets>=2", "outlets=1"),
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


async def downwards(store: Store, view: View, limit: int) -> list[ItemId]:
    found: list[ItemId] = []
    after: Anchor | None = None
    for _ in count():
        page = await store.items(view, limit, after=after, now=NOW)
        found += [row.id for row in page.rows]
        after = page.reached or (page.rows[-1].anchor if page.rows else None)
        assert page.error == ""
        if not page.more:
            break
        assert after is not None
    return found


async def upwards(store: Store, view: View, limit: int) -> list[ItemId]:
    page = await store.items(view, limit, last=True, now=NOW)
    found = [row.id for row in page.rows]
    while page.more:
        before = page.reached or page.rows[0].anchor
        page = await store.items(view, limit, before=before, now=NOW)
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


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database, made once."""
    path = tmp_path_factory.mktemp("archives") / "empty.db"
    prepare(path)
    return path


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


@settings(max_examples=40, deadline=None)
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
