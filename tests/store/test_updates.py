from __future__ import annotations

from feedwatch.model import (
    Aliased,
    ChangedItem,
    Document,
    Edit,
    ItemDetail,
    ItemId,
    KnownItem,
    Run,
    RunKind,
    View,
    replace,
)
from feedwatch.store.store import Store
from feedwatch.store.updates import MOST_REVISIONS
from tests.store.samples import HOUR, NOW, SECOND, add, alert, claim, digest, draft, joining, known_of, update


async def detail(store: Store, item_id: ItemId) -> ItemDetail:
    found = await store.item(item_id)
    assert found is not None
    return found


async def known(store: Store, guid: str) -> KnownItem:
    (row, *_) = await store.feeds(NOW)
    return (await known_of(store, row.feed.id, [draft(guid)])).by_key[draft(guid).key]


async def found(store: Store, query: str) -> list[str]:
    page = await store.items(View(query=query), 50, now=NOW)
    assert not page.error
    return [row.title for row in page.rows]


async def test_a_new_item_is_stored_whole(store: Store) -> None:
    made = draft("a", "Drones over the city", "They came at night.", NOW - HOUR)
    applied = await add(store, made)
    item = await detail(store, applied.new[0])
    assert item.document == made.document
    assert (item.html, item.categories, item.source, item.enclosures) == (
        made.html,
        made.categories,
        made.source,
        made.enclosures,
    )
    assert (item.row.title, item.row.published, item.row.seen) == (made.title, NOW - HOUR, NOW)
    assert (item.row.feed, item.row.outlet, item.feed_url) == ("One", "One Press", "https://one.example/feed")


async def test_the_same_update_applied_twice_writes_nothing_new(store: Store) -> None:
    made = draft("a")
    same = update(await claim(store), [made], alerts=(alert(made),))
    (first,) = await store.apply([same])
    before = await store.changes(None)
    (second,) = await store.apply([same])
    assert first.new
    assert first.deliveries == 1
    assert second.stale
    assert await store.changes(before.cursor) == before
    assert await store.count(View()) == 1
    assert len(await store.alerts(10)) == 1


async def test_the_same_entries_under_a_later_claim_write_nothing_new(store: Store) -> None:
    made = draft("a")
    await add(store, made, alerts=(alert(made),))
    again = await add(store, made, alerts=(alert(made),))
    assert (again.new, again.alerts, again.deliveries, again.stale) == ((), (), 0, False)


async def test_an_update_under_a_lost_claim_writes_nothing(store: Store) -> None:
    slow = await claim(store)
    (taken,) = await store.claim_due("other", 1, 60, NOW + 61 * SECOND)
    (applied,) = await store.apply([update(slow, [draft("a")])])
    assert applied.stale
    assert await store.count(View()) == 0
    (applied,) = await store.apply([update(taken, [draft("a")])])
    assert len(applied.new) == 1


async def test_a_claim_that_ran_out_and_that_nobody_took_still_holds(store: Store) -> None:
    slow = await claim(store)
    (applied,) = await store.apply([update(slow, [draft("a")], NOW + HOUR)])
    assert len(applied.new) == 1


async def test_one_entry_twice_in_a_body_is_one_item(store: Store) -> None:
    assert len((await add(store, draft("a"), draft("a"))).new) == 1


async def test_the_same_entry_in_two_feeds_is_two_items(store: Store) -> None:
    await add(store, draft("a"))
    assert len((await add(store, draft("a"), feed="Two")).new) == 1


async def test_updates_of_many_feeds_are_one_write(store: Store) -> None:
    claims = [await claim(store, name) for name in ("One", "Two")]
    before = (await store.changes(None)).cursor
    applied = await store.apply([update(one, [draft("a")]) for one in claims])
    assert [len(one.new) for one in applied] == [1, 1]
    assert (await store.changes(None)).cursor.change == before.change + 1


async def test_an_edit_replaces_the_wording_and_keeps_the_earlier_one(store: Store) -> None:
    (item_id,) = (await add(store, draft("a", "Old title", "Old text"))).new
    edited = draft("a", "New title", "New text")
    change = ChangedItem(item_id, edited, await known(store, "a"))
    applied = await add(store, changed=(change,), at=NOW + HOUR)
    assert applied.changed == (item_id,)
    item = await detail(store, item_id)
    assert item.document.text == "New text"
    assert item.row.edited
    assert [(one.title, one.text, one.replaced_at) for one in item.revisions] == [("Old title", "Old text", NOW + HOUR)]
    assert await found(store, "old") == []
    assert await found(store, "new") == ["New title"]
    assert (await known(store, "a")).fingerprint == edited.fingerprint


async def test_an_edit_applied_twice_is_one_revision(store: Store) -> None:
    (item_id,) = (await add(store, draft("a", "Old"))).new
    change = ChangedItem(item_id, draft("a", "New"), await known(store, "a"))
    await add(store, changed=(change,))
    assert (await add(store, changed=(change,))).changed == ()
    assert len((await detail(store, item_id)).revisions) == 1


async def test_an_edited_date_moves_no_item_in_the_list(store: Store) -> None:
    old, young = (await add(store, draft("a", published=NOW - 2 * HOUR), draft("b", published=NOW - HOUR))).new
    change = ChangedItem(old, draft("a", published=NOW), await known(store, "a"))
    await add(store, changed=(change,))
    page = await store.items(View(), 10, now=NOW)
    assert [row.id for row in page.rows] == [young, old]
    assert page.rows[1].published == NOW
    assert not page.rows[1].edited
    assert not (await store.items(View(query="is:edited"), 10, now=NOW)).rows
    assert not (await detail(store, old)).edits


async def test_a_paragraph_that_is_boilerplate_by_now_is_no_change_of_the_publishers(store: Store) -> None:
    before = draft("a", "Talks", "They meet. Read our newsletter.", wording=b"words")
    (item_id,) = (await add(store, before)).new
    after = draft("a", "Talks", "They meet.", published=NOW, wording=b"words")
    await add(store, changed=(ChangedItem(item_id, after, await known(store, "a")),))
    item = await detail(store, item_id)
    assert not item.row.edited
    assert not item.edits


async def test_a_change_of_words_after_one_of_the_date_has_its_own_time(store: Store) -> None:
    (item_id,) = (await add(store, draft("a", "Talks begin"))).new
    for hours, one in enumerate((draft("a", "Talks begin", published=NOW), draft("a", "Talks fail", published=NOW)), 1):
        await add(store, changed=(ChangedItem(item_id, one, await known(store, "a")),), at=NOW + hours * HOUR)
    assert [edit.at for edit in (await detail(store, item_id)).edits] == [NOW + 2 * HOUR]


async def test_what_was_changed_is_told_word_by_word_newest_first(store: Store) -> None:
    (item_id,) = (await add(store, draft("a", "Talks begin", "They meet."))).new
    for hours, one in enumerate((draft("a", "Talks fail", "They meet."), draft("a", "Talks fail", "They left.")), 1):
        change = ChangedItem(item_id, one, await known(store, "a"))
        await add(store, changed=(change,), at=NOW + hours * HOUR)
    newest, first = (await detail(store, item_id)).edits
    assert newest == Edit(
        NOW + 2 * HOUR, (), (Run(RunKind.SAME, "They"), Run(RunKind.REMOVED, "meet."), Run(RunKind.ADDED, "left."))
    )
    assert first == Edit(
        NOW + HOUR, (Run(RunKind.SAME, "Talks"), Run(RunKind.REMOVED, "begin"), Run(RunKind.ADDED, "fail")), ()
    )
    assert (await store.items(View(query="is:edited fail"), 10, now=NOW)).rows[0].edited


async def test_an_item_edited_for_days_keeps_its_newest_revisions(store: Store) -> None:
    (item_id,) = (await add(store, draft("a", "Title 0"))).new
    for number in range(1, MOST_REVISIONS + 3):
        change = ChangedItem(item_id, draft("a", f"Title {number}"), await known(store, "a"))
        await add(store, changed=(change,), at=NOW + number * SECOND)
    revisions = (await detail(store, item_id)).revisions
    assert len(revisions) == MOST_REVISIONS
    assert revisions[0].title == f"Title {MOST_REVISIONS + 1}"
    assert revisions[-1].title == "Title 2"


async def test_a_new_identity_of_a_known_entry_is_no_new_item(store: Store) -> None:
    (item_id,) = (await add(store, draft("a"))).new
    new_key = digest("churned")
    await add(store, aliased=(Aliased(new_key, await known(store, "a")),))
    churned = replace(draft("a"), key=new_key)
    (row,) = await store.feeds(NOW)
    alias = (await known_of(store, row.feed.id, [churned])).by_key[new_key]
    assert (alias.item_id, alias.fingerprint) == (item_id, draft("a").fingerprint)
    assert (await add(store, churned)).new == ()


async def test_an_edit_under_a_new_identity_is_known_under_both(store: Store) -> None:
    (item_id,) = (await add(store, draft("a", "Old"))).new
    earlier = await known(store, "a")
    churned = replace(draft("a", "New"), key=digest("churned"))
    await add(store, aliased=(Aliased(churned.key, earlier),), changed=(ChangedItem(item_id, churned, earlier),))
    (row,) = await store.feeds(NOW)
    both = await known_of(store, row.feed.id, [draft("a"), churned])
    assert {one.fingerprint for one in both.by_key.values()} == {churned.fingerprint}
    assert {one.item_id for one in both.by_key.values()} == {item_id}


async def test_a_draft_without_language_takes_that_of_its_feed(store: Store) -> None:
    held = await claim(store)
    made = update(held, [draft("a", language="")])
    (applied,) = await store.apply([replace(made, state=replace(made.state, language="uk"))])
    subject = await store.subject(applied.new[0])
    assert subject is not None
    assert subject.language == "uk"


async def test_an_item_may_join_a_story_of_another_feed(store: Store) -> None:
    (first,) = (await add(store, draft("a"))).new
    story_id = (await detail(store, first)).row.story_id
    applied = await add(store, feed="Two", new=(joining(draft("b"), story_id),))
    item = await detail(store, applied.new[0])
    assert item.row.story_id == story_id
    assert item.row.outlets == 2
    assert [one.item_id for one in item.members] == [first, applied.new[0]]


async def test_hostile_text_is_stored_as_it_is(store: Store) -> None:
    nasty = "'); DROP TABLE items; -- \" \x1b]52; \U0001f681 [/b]"
    applied = await add(store, draft("a", nasty, document=Document(nasty)))
    item = await detail(store, applied.new[0])
    assert item.row.title == nasty
    assert item.document.text == nasty


async def test_rule_timeouts_add_up(store: Store) -> None:
    from feedwatch.model import Rule

    await add(store, rule_timeouts={"R": 2})
    await add(store, rule_timeouts={"R": 3})
    (health,) = await store.rule_health([Rule("R", "x")], NOW)
    assert health.timeouts == 5
