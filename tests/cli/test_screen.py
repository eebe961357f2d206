"""Who starts an engine beside a screen, and what the screen says where none can work."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedwatch.cli import screen
from feedwatch.cli.screen import EngineKeeper
from feedwatch.config import Config
from feedwatch.config_file import ConfigFile
from feedwatch.desk import Desk
from feedwatch.model import EngineStatus
from feedwatch.store.store import Store
from tests.program import until

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")
"""A child that ends with its input, as an engine does."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    store = await Store.open(tmp_path / "feedwatch.db")
    yield Desk(store, ConfigFile(tmp_path / "config.toml", Config(), lambda _: Config()))
    await store.close()


async def query_only(desk: Desk, *, on: bool) -> None:
    """Let the store take no write any more, or take them again; SQLite itself refuses."""
    await desk.store._db.maintain(lambda one: one.execute(f"PRAGMA query_only = {on:d}").fetchall())


async def test_no_engine_is_started_where_none_could_write_and_the_screen_says_why(desk: Desk) -> None:
    async def is_told() -> bool:
        return (
            "alerts have stopped, the database can't be written: the file is read-only" in (await desk.status()).trouble
        )

    async def is_started() -> bool:
        return desk.engine_pid is not None and not (await desk.status()).trouble

    await query_only(desk, on=True)
    keeper = EngineKeeper(desk, IDLE)
    await keeper.begin()
    await until(is_told)
    assert desk.engine_pid is None
    await query_only(desk, on=False)
    await until(is_started)
    await keeper.end()


async def test_an_engine_that_lives_and_was_silent_for_a_while_keeps_its_place(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "SILENT", 0.6)
    monkeypatch.setattr(screen, "LOOK", 0.05)
    other = await asyncio.create_subprocess_exec(*IDLE, stdin=asyncio.subprocess.PIPE)
    then = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    await desk.store.take_engine(EngineStatus("daemon", other.pid, socket.gethostname(), then), "a", 8, then, bool)
    keeper = EngineKeeper(desk, IDLE)
    await keeper.begin()
    await asyncio.sleep(0.3)
    assert await desk.store.keep_engine("a", 3600, datetime.now(UTC)) == "kept"
    await asyncio.sleep(0.6)
    assert desk.engine_pid is None
    await desk.store.keep_engine("a", -1, datetime.now(UTC))  # from now on it hangs

    async def is_replaced() -> bool:
        return desk.engine_pid is not None

    await until(is_replaced)
    await keeper.end()
    other.kill()
    await other.wait()
