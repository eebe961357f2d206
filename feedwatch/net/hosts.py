"""How many requests go to one host at once. First come, first served; a host that is not used costs nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from feedwatch.core.urls import host_key


class Hosts:
    """At most ``per_host`` at once for each host."""

    def __init__(self, per_host: int) -> None:
        self._per_host = per_host
        self._gates: dict[str, asyncio.Semaphore] = {}
        self._users: dict[str, int] = {}

    def __len__(self) -> int:
        """How many hosts are in use."""
        return len(self._gates)

    @contextlib.asynccontextmanager
    async def slot(self, url: str) -> AsyncIterator[None]:
        """Wait for a turn at the host of a URL, and hold it."""
        host = host_key(url)
        gate = self._gates.setdefault(host, asyncio.Semaphore(self._per_host))
        self._users[host] = self._users.get(host, 0) + 1
        try:
            async with gate:
                yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._gates[host]
