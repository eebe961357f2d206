from __future__ import annotations

from feedwatch.model import FeedId, replace
from feedwatch.store.store import Store
from tests.store.samples import NOW, add, claim, digest, draft, known_of


async def test_a_feed_without_items_knows_nothing(store: Store) -> None:
    held = await claim(store)
    known = await known_of(store, held.feed.id, [draft("a")])
    assert (known.total, known.by_key, known.by_signature) == (0, {}, {})


async def test_an_unchanged_entry_comes_back_without_its_text(store: Store) -> None:
    await add(store, draft("a", "Title", "A long text", NOW))
    known = (await known_of(store, FeedId(1), [draft("a", "Title", "A long text", NOW)])).by_key[draft("a").key]
    assert (known.title, known.url, known.text, known.published) == ("Title", "https://news.example/a", "", NOW)


async def test_an_edited_entry_comes_back_with_its_earlier_wording(store: Store) -> None:
    applied = await add(store, draft("a", "Title", "A long text"))
    known = (await known_of(store, FeedId(1), [draft("a", "Other")])).by_key[draft("a").key]
    assert (known.item_id, known.title, known.text) == (applied.new[0], "Title", "A long text")
    assert known.fingerprint == draft("a", "Title", "A long text").fingerprint


async def test_strict_keys_are_looked_up_too(store: Store) -> None:
    strict = draft("a").strict_key
    await add(store, replace(draft("a"), key=strict))
    assert set((await known_of(store, FeedId(1), [draft("a")])).by_key) == {strict}


async def test_an_entry_under_an_unknown_identity_is_found_by_its_signature(store: Store) -> None:
    applied = await add(store, draft("a"))
    churned = replace(draft("a"), key=digest("new"), strict_key=digest("new too"))
    known = await known_of(store, FeedId(1), [churned])
    assert known.by_key == {}
    assert known.by_signature[churned.signature].item_id == applied.new[0]
    assert known.by_signature[churned.signature].key == draft("a").key


async def test_signatures_are_not_looked_up_for_known_identities(store: Store) -> None:
    await add(store, draft("a"))
    assert (await known_of(store, FeedId(1), [draft("a")])).by_signature == {}


async def test_another_feed_knows_nothing_of_it(store: Store) -> None:
    await add(store, draft("a"))
    held = await claim(store, "Two")
    assert (await known_of(store, held.feed.id, [draft("a")])).by_key == {}
