from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from feedwatch.errors import StoreBusyError, StoreError
from feedwatch.model import View
from feedwatch.store import connection as module
from feedwatch.store.connection import Connection, SqlError, connect
from feedwatch.store.store import Store
from tests.store.samples import NOW, add, claim, draft, update


async def test_a_reader_is_not_kept_waiting_by_a_writer(store: Store, path: Path) -> None:
    await add(store, draft("a"))
    writer = connect(path, write=True)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE items SET title = 'not yet'")
    started = time.perf_counter()
    page = await store.items(View(), 9, now=NOW)
    took = time.perf_counter() - started
    writer.execute("ROLLBACK")
    writer.close()
    assert page.rows[0].title == "Title of a"
    assert took < 1


async def test_a_writer_waits_for_another_process(store: Store, path: Path) -> None:
    held = await claim(store)
    other = connect(path, write=True)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(store.apply([update(held, [draft("a")])]))
    await asyncio.sleep(0.1)
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    assert len((await writing)[0].new) == 1


async def test_a_writer_gives_up_when_its_patience_is_over(
    store: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    await store._db.maintain(lambda connection: connection.execute("PRAGMA busy_timeout = 10").fetchall())
    other = connect(path, write=True)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusyError, match=r"feedwatch\.db: another program"):
        await store.request_poll(None, NOW)
    other.execute("ROLLBACK")
    other.close()


async def test_work_that_fails_writes_nothing(store: Store) -> None:
    def fail(connection: Connection) -> None:
        connection.execute("UPDATE change SET number = 99")
        raise RuntimeError("in the middle")

    before = (await store.changes(None)).cursor
    with pytest.raises(RuntimeError):
        await store._db.write(fail)
    assert (await store.changes(None)).cursor == before
    assert await store.request_poll(None, NOW) == 0


async def test_work_that_was_cancelled_is_whole_all_the_same(store: Store) -> None:
    held = await claim(store)
    task = asyncio.create_task(store.apply([update(held, [draft(f"{number}") for number in range(50)])]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.request_poll(None, NOW) == 1
    assert await store.count(View()) in (0, 50)


async def test_a_search_that_nobody_waits_for_stops(store: Store) -> None:
    stopped_after: list[float] = []

    def search(connection: Connection, stopped: module.Stopped) -> None:
        started = time.monotonic()
        while not stopped() and time.monotonic() < started + 5:
            time.sleep(0.005)
        stopped_after.append(time.monotonic() - started)

    task = asyncio.create_task(store._db.read_until(search))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await store.close()
    assert stopped_after[0] < 4


async def test_readers_cannot_write(store: Store, path: Path) -> None:
    reader = connect(path, write=False)
    with pytest.raises(SqlError, match="readonly"):
        reader.execute("DELETE FROM change")
    reader.close()


async def test_the_writer_survives_power_loss_and_maps_no_memory(store: Store) -> None:
    def pragmas(connection: Connection) -> tuple[object, ...]:
        names = ("synchronous", "foreign_keys", "mmap_size", "wal_autocheckpoint")
        return tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)

    full = 2
    assert await store._db.maintain(pragmas) == (full, 1, 0, 1000)


async def test_an_error_of_sqlite_is_a_sentence_with_the_file(store: Store) -> None:
    def nonsense(connection: Connection) -> None:
        connection.execute("SELECT * FROM nowhere")

    with pytest.raises(StoreError, match=r"feedwatch\.db: the database can't be used: no such table"):
        await store._db.read(nonsense)


async def test_a_database_that_is_read_only_is_a_sentence_and_so_is_its_reason(store: Store) -> None:
    await store._db.maintain(lambda connection: connection.execute("PRAGMA query_only = ON").fetchall())
    with pytest.raises(StoreError, match=r"feedwatch\.db: the file is read-only .*; make it and its folder") as caught:
        await store.try_writing()
    assert caught.value.reason.startswith("the file is read-only")
    await store._db.maintain(lambda connection: connection.execute("PRAGMA query_only = OFF").fetchall())
    await store.try_writing()


async def test_a_full_disk_is_a_sentence_and_loses_nothing(store: Store) -> None:
    await add(store, draft("a"))
    pages = await store._db.maintain(lambda connection: connection.execute("PRAGMA page_count").fetchone()[0])
    await store._db.maintain(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}").fetchall())
    held = await claim(store)
    big = [draft(f"{number}", text="long " * 9_000) for number in range(20)]
    with pytest.raises(StoreError, match="disk is full"):
        await store.apply([update(held, big)])
    assert await store.count(View()) == 1
    await store._db.maintain(lambda connection: connection.execute("PRAGMA max_page_count = 1000000").fetchall())
    assert len((await store.apply([update(held, big)]))[0].new) == 20


async def test_a_closed_store_says_so(store: Store) -> None:
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="was closed"):
        await store.feeds(NOW)
