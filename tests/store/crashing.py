"""What the processes of ``test_store.py`` do: write until they are killed, or claim until nothing is left."""

from __future__ import annotations

import asyncio
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path

from feedwatch.store.store import Store
from tests.store.samples import NOW, alert, claim, draft, update

ITEMS = 5


def write_until_killed(path: Path, number: int, at: datetime, ready: Connection) -> None:
    """Apply updates ``number`` and on, each twice."""
    asyncio.run(_write(path, number, at, ready))


async def _write(path: Path, number: int, at: datetime, ready: Connection) -> None:
    store = await Store.open(path)
    ready.send("writing")
    while True:
        drafts = [draft(f"{number}-{place}") for place in range(ITEMS)]
        for _ in range(2):
            held = await claim(store, at=at)
            await store.apply([update(held, drafts, at, alerts=(alert(drafts[0], at=at),))])
        number += 1


def claim_all(path: Path, owner: str, answers: Connection) -> None:
    answers.send(asyncio.run(_claim_all(path, owner)))


async def _claim_all(path: Path, owner: str) -> list[int]:
    store = await Store.open(path)
    claimed: list[int] = []
    while got := await store.claim_due(owner, 3, 600, NOW):
        claimed += [one.feed.id for one in got]
    await store.close()
    return claimed
