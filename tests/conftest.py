"""What every package's tests may ask for: servers on the loopback address."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator

import pytest

from tests.loopback import FeedServer, WebhookSink

# Compiled once and kept, whatever the environment says: some hundred processes of tests load the same modules.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


@pytest.fixture
async def feed_server() -> AsyncIterator[FeedServer]:
    async with FeedServer() as server:
        yield server


@pytest.fixture
async def webhook_sink() -> AsyncIterator[WebhookSink]:
    async with WebhookSink() as sink:
        yield sink
