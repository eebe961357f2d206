from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from feedwatch.model import Article, ChangedItem, Document, FeedId, KnownItem, View
from feedwatch.store import upkeep
from feedwatch.store.connection import connect
from feedwatch.store.store import Store
from tests.store.samples import NOW, add, alert, draft, known_of

DAY = timedelta(days=1)


async def test_starred_items_and_those_with_an_alert_are_kept(store: Store) -> None:
    drafts = [draft(name) for name in "abcd"]
    applied = await add(store, *drafts, alerts=(alert(drafts[1]),))
    await store.mark_starred([applied.new[0]], starred=True, now=NOW)
    assert await store.prune(86_400, NOW + DAY) == 0
    assert await store.prune(86_400, NOW + 2 * DAY) == 2
    page = await store.items(View(), 9, now=NOW)
    assert {row.id for row in page.rows} == set(applied.new[:2])
    assert len(await store.stories(None, 9)) == 2
    assert await store.integrity_check() == "ok"


async def test_a_pruned_item_that_is_served_again_is_not_new(store: Store) -> None:
    made = draft("a")
    await add(store, made)
    await store.prune(0, NOW + DAY)
    known = await known_of(store, FeedId(1), [made])
    assert known.total == 1
    assert known.by_key[made.key].item_id is None
    assert known.by_key[made.key].fingerprint == made.fingerprint
    assert (await add(store, made)).new == ()


async def test_nothing_of_a_pruned_item_is_left_but_its_identity(store: Store, path: Path) -> None:
    made = draft("a", "Old wording")
    (item_id,) = (await add(store, made)).new
    edit = ChangedItem(item_id, draft("a", "New wording"), KnownItem(made.key, item_id, made.fingerprint))
    await add(store, changed=(edit,))
    await store.keep_article(item_id, Article(Document("All"), NOW))
    await store.prune(0, NOW + DAY)
    connection = connect(path, write=False)
    left = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("items", "contents", "marks", "revisions", "articles", "stories", "identities")
    }
    words = connection.execute("SELECT count(*) FROM search WHERE search MATCH 'wording'").fetchone()[0]
    connection.close()
    assert left == dict.fromkeys(left, 0) | {"identities": 1}
    assert words == 0
    assert await store.count(View(grouped=True)) == 0


async def test_a_match_that_was_suppressed_keeps_no_item(store: Store) -> None:
    one, two = draft("a", "Drone seen"), draft("b", "Drone seen", url="https://news.example/a")
    await add(store, one, two, alerts=(alert(one), alert(two)))

    assert len(await store.alerts(9, every=True)) == 2
    assert await store.prune(0, NOW + DAY) == 1
    assert len(await store.alerts(9, every=True)) == 1
    assert await store.integrity_check() == "ok"


async def test_an_id_is_never_used_again(store: Store) -> None:
    (old,) = (await add(store, draft("a"))).new
    await store.prune(0, NOW + DAY)
    (young,) = (await add(store, draft("b"))).new
    assert young > old


async def test_pruning_is_done_in_short_transactions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "PRUNED_AT_ONCE", 2)
    await add(store, *[draft(f"{number}") for number in range(5)])
    before = (await store.changes(None)).cursor.change
    assert await store.prune(0, NOW + DAY) == 5
    assert (await store.changes(None)).cursor.change == before + 3


async def test_a_checkpoint_empties_the_log(store: Store, path: Path) -> None:
    await add(store, *[draft(f"{number}", text="long " * 1000) for number in range(50)])
    log = Path(f"{path}-wal")
    assert log.stat().st_size > 0
    await store.checkpoint()
    assert log.stat().st_size == 0


async def test_a_reader_in_the_way_of_a_checkpoint_breaks_nothing(store: Store, path: Path) -> None:
    await add(store, draft("a"))
    reader = connect(path, write=False)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM items").fetchone()
    await add(store, draft("b"))
    await store.checkpoint()
    reader.execute("COMMIT")
    reader.close()
    await store.checkpoint()
    assert Path(f"{path}-wal").stat().st_size == 0


async def test_the_log_does_not_grow_beside_an_idle_screen(store: Store, path: Path) -> None:
    screen = await Store.open(path)
    cursor = (await screen.changes(None)).cursor
    await screen.items(View(), 10, now=NOW)
    for number in range(60):
        await add(store, draft(f"{number}", text="long " * 20_000))
        cursor = (await screen.changes(cursor)).cursor
    size = Path(f"{path}-wal").stat().st_size
    await screen.close()
    assert size < 8_000_000


async def test_a_backup_is_a_whole_database(store: Store, tmp_path: Path) -> None:
    await add(store, draft("a"))
    await store.backup(tmp_path / "copy.db")
    copy = await Store.open(tmp_path / "copy.db")
    assert await copy.count(View()) == 1
    await copy.close()
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


async def test_a_screen_that_searched_before_sees_no_damage_in_what_came_since(store: Store, path: Path) -> None:
    await add(store, draft("a"))
    await add(store, draft("b"))
    screen = connect(path, write=False)
    screen.execute("SELECT count(*) FROM search WHERE search MATCH 'title'").fetchone()
    # What SQLite does by itself in a large index: earlier parts are merged, and gone.
    await store._db.write(lambda connection: connection.execute("INSERT INTO search (search) VALUES ('optimize')"))
    assert upkeep.integrity_check(screen) == "ok"
    screen.close()


async def test_a_sound_database_is_ok_and_wrong_counts_are_named(store: Store, path: Path) -> None:
    await add(store, draft("a"))
    assert await store.integrity_check() == "ok"
    connection = connect(path, write=True)
    connection.execute("UPDATE tallies SET unread = 7")
    connection.execute("UPDATE story_tally SET stories = 7")
    connection.close()
    assert await store.integrity_check() == "the counts of feed 1 are wrong\nthe count of stories is wrong"
