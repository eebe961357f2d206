from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest

from feedwatch.model import replace
from feedwatch.net.session import Client, NetSettings

SMALL = NetSettings(timeout=1.0, max_body=100_000, concurrency=8, allow_private=("127.0.0.0/8",))


@pytest.fixture(autouse=True)
def no_outside_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine's own names resolve: what a name server of the moment answers decides no test."""
    ask = socket.getaddrinfo

    def answer(host: str, *arguments: Any, flags: int = 0, **named: Any) -> object:
        own = host.lower().rstrip(".") == "localhost"
        named["flags"] = flags | (0 if own else socket.AI_NUMERICHOST)
        return ask(host, *arguments, **named)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """May dial the loopback address; one second and 100,000 bytes for everything."""
    async with Client(SMALL) as client:
        yield client


@pytest.fixture
async def hasty_client() -> AsyncIterator[Client]:
    """May dial the loopback address, and waits for nothing longer than 0.3 seconds."""
    async with Client(replace(SMALL, timeout=0.3)) as client:
        yield client


@pytest.fixture
async def public_client() -> AsyncIterator[Client]:
    """As a user has it: public addresses only."""
    async with Client(NetSettings(timeout=1.0)) as client:
        yield client
