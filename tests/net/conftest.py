from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from feedwatch.net.session import Client, NetSettings

SMALL = NetSettings(timeout=1.0, max_body=100_000, concurrency=8, allow_private=("127.0.0.0/8",))


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """May dial the loopback address; one second and 100,000 bytes for everything."""
    async with Client(SMALL) as client:
        yield client


@pytest.fixture
async def public_client() -> AsyncIterator[Client]:
    """As a user has it: public addresses only."""
    async with Client(NetSettings(timeout=1.0)) as client:
        yield client
