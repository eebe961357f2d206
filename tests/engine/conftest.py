"""The engine's tests run in asyncio's debug mode, which tells what holds the loop and what was never awaited."""

from __future__ import annotations

import asyncio

import pytest


@pytest.fixture(autouse=True)
async def debugged_loop() -> None:
    asyncio.get_running_loop().set_debug(enabled=True)
