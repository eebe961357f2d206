"""The engine's tests run in asyncio's debug mode, which tells what holds the loop and what was never awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feedwatch.net.session import Client, NetSettings
from feedwatch.store.store import Store
from tests.engine.post_office import PostOffice


@pytest.fixture(autouse=True)
async def debugged_loop() -> None:
    asyncio.get_running_loop().set_debug(enabled=True)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[PostOffice]:
    store = await Store.open(tmp_path / "feedwatch.db")
    async with Client(NetSettings(allow_private=("127.0.0.0/8",))) as client:
        yield PostOffice(store, client)
    await store.close()
