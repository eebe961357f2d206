"""Fetches the page of each new item of a feed with ``full_text``, once the item is stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from feedwatch.errors import ParseError
from feedwatch.model import Article, Document, Failed, Fetched, ItemId, Refused
from feedwatch.net.fetch import fetch_page
from feedwatch.net.hosts import Hosts
from feedwatch.net.session import Client
from feedwatch.store.store import Store
from feedwatch.workers.pool import Workers


class Pages:
    """Reads articles in worker processes and keeps them beside their items."""

    def __init__(self, store: Store, client: Client, workers: Workers, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._client = client
        self._workers = workers
        self._clock = clock

    async def keep(self, item_id: ItemId, hosts: Hosts) -> None:
        """Fetch and keep the article of one item in a turn at its host; where there is none, the reason."""
        detail = await self._store.item(item_id)
        if detail is None or not detail.row.url:
            return
        async with hosts.slot(detail.row.url):
            page = await fetch_page(self._client, detail.row.url)
        await self._store.keep_article(item_id, await self._read(page))

    async def _read(self, page: Fetched | Refused | Failed) -> Article:
        if not isinstance(page, Fetched):
            return Article(Document(), self._clock(), page.message)
        try:
            document = await self._workers.article(page.body, page.url, page.headers.get("content-type", ""))
        except ParseError as error:
            return Article(Document(), self._clock(), str(error))
        return Article(document, self._clock())
