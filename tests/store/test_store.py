"""The promises of the whole: nothing half-written when a process is killed, nothing done twice by two of them."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from feedwatch.store.connection import connect
from feedwatch.store.store import Store
from tests.store import crashing
from tests.store.samples import HOUR, NOW, subscription

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.store.crashing"])


def start(work: Callable[..., None], *arguments: object) -> tuple[ForkServerProcess, Connection]:
    """A process that does ``work``, and what it sends."""
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=work, args=(*arguments, theirs))
    process.start()
    theirs.close()
    return process, ours


def check(path: Path) -> int:
    """Assert that each update is there once and whole; how many there are."""
    connection = connect(path, write=False)

    def number(statement: str) -> int:
        return int(connection.execute(statement).fetchone()[0])

    items = number("SELECT count(*) FROM items")
    assert items % crashing.ITEMS == 0
    for table in ("contents", "marks", "identities", "stories"):
        assert number(f"SELECT count(*) FROM {table}") == items
    assert number("SELECT count(DISTINCT title) FROM items") == items
    assert number("SELECT count(*) FROM search WHERE search MATCH 'title'") == items
    assert number("SELECT count(*) FROM alerts") == items // crashing.ITEMS
    assert number("SELECT count(*) FROM outbox") == items // crashing.ITEMS
    connection.close()
    return items


async def test_a_killed_writer_leaves_each_item_and_alert_once(path: Path) -> None:
    chance = random.Random(7)
    written = [0]
    for hours in range(20):  # later each time: the lease of the one that was killed has run out
        first = max(written[-1] // crashing.ITEMS - 1, 0)
        process, ready = start(crashing.write_until_killed, path, first, NOW + hours * HOUR)
        assert ready.recv() == "writing"
        await asyncio.sleep(chance.uniform(0.0, 0.12))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        ready.close()
        store = await Store.open(path)
        written.append(check(path))
        await store.close()
    assert written == sorted(written)
    assert written[-1] > 0
    store = await Store.open(path)
    assert await store.integrity_check() == "ok"
    await store.close()


async def test_two_processes_never_claim_the_same_feed(store: Store, path: Path) -> None:
    await store.sync_feeds([subscription(f"F{number}") for number in range(100)], NOW)
    started = [start(crashing.claim_all, path, owner) for owner in ("one", "two")]
    claimed = []
    for process, answers in started:
        claimed += answers.recv()
        process.join()
        answers.close()
    assert sorted(claimed) == list(range(1, 101))


async def test_two_stores_on_one_file_see_each_others_writes(store: Store, path: Path) -> None:
    other = await Store.open(path)
    await store.sync_feeds([subscription("One")], NOW)
    assert len(await other.feeds(NOW)) == 1
    assert len(await other.claim_due("me", 9, 60, NOW)) == 1
    assert await store.claim_due("you", 9, 60, NOW) == ()
    await other.close()
