"""What a person asks of the network: the feeds behind an address, an article in full, a test of a channel."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

from feedwatch.config import Config
from feedwatch.core.channels import to_request
from feedwatch.core.discover import addresses_meant, announced_feeds
from feedwatch.core.payload import test_body
from feedwatch.core.urls import redact
from feedwatch.errors import DeliveryError, NotAFeedError, ParseError, SubscriptionError
from feedwatch.model import (
    Bitmap,
    Channel,
    Delivered,
    DeliveryId,
    Document,
    DraftFeed,
    Failed,
    Fetched,
    FoundFeed,
    GiveUp,
    Refused,
    Subscription,
)
from feedwatch.net.fetch import fetch_page, fetch_picture
from feedwatch.net.send import send
from feedwatch.net.session import Client, Heard, NetSettings, unheard
from feedwatch.workers.pool import Workers

SAMPLES = 3
"""Headlines that show what a feed is about."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class WebPages:
    """Fetches single pages and reads them in worker processes. Made by ``open_web_pages``."""

    def __init__(self, client: Client, workers: Workers) -> None:
        self._client = client
        self._workers = workers

    async def find_feeds(self, address: str) -> tuple[FoundFeed, ...]:
        """The feed at an address, or those that the site there announces, best first, and last what can't be read.

        Raises SubscriptionError with a sentence where none can.
        """
        url, page = await self._first_page(addresses_meant(address))
        try:
            return (_found(url, await self._feed(page)),)
        except ParseError as error:
            announced = announced_feeds(page.body, page.url)
            if not announced:
                raise SubscriptionError(_no_feed(url, error)) from error
        found = await asyncio.gather(*map(self._try, announced))
        if all(one.problem for one in found):
            many = f"none of the {len(found)} feeds" if len(found) > 1 else "the only feed"
            raise SubscriptionError(f"{redact(url)}: {many} that it announces can be read: {found[0].problem}")
        return tuple(sorted(found, key=lambda one: bool(one.problem)))

    async def _first_page(self, urls: Sequence[str]) -> tuple[str, Fetched]:
        """The first of the addresses that gives a page, and that; where none does, what a server answered at one."""
        problems = []
        for url in urls:
            result = await fetch_page(self._client, url)
            if isinstance(result, Fetched):
                return url, result
            problems.append((isinstance(result, Failed), f"{redact(url)}: {result.message}"))
        raise SubscriptionError(min(problems, key=lambda one: one[0])[1])

    async def article(self, url: str, heard: Heard = unheard) -> Document:
        """The readable article of a page; raises SubscriptionError or ParseError with a sentence.

        ``heard`` is told how many bytes of the page have come.
        """
        page = await fetch_page(self._client, url, heard)
        if not isinstance(page, Fetched):
            raise SubscriptionError(page.message)
        return await self._workers.article(page.body, page.url, page.headers.get("content-type", ""))

    async def picture(self, url: str, heard: Heard = unheard) -> Bitmap:
        """A picture small enough for a terminal; raises SubscriptionError or ParseError with a sentence.

        ``heard`` is told how many bytes of it have come.
        """
        result = await fetch_picture(self._client, url, heard)
        if not isinstance(result, Fetched):
            raise SubscriptionError(result.message)
        return await self._workers.picture(result.body)

    async def _try(self, url: str) -> FoundFeed:
        try:
            return _found(url, await self._feed(await self._page(url)))
        except (SubscriptionError, ParseError) as error:
            return FoundFeed(Subscription(url=url, name="", outlet=""), (), str(error))

    async def _page(self, url: str) -> Fetched:
        result = await fetch_page(self._client, url)
        match result:
            case Fetched():
                return result
            case Refused() | Failed():
                raise SubscriptionError(f"{redact(url)}: {result.message}")

    async def _feed(self, page: Fetched) -> DraftFeed:
        return await self._workers.parse(page.body, page.headers, page.url, {}, datetime.now(UTC))


async def send_test(config: Config, channel: Channel, now: datetime) -> str:
    """Send one test message to a channel; what came back. Raises DeliveryError where it was not taken."""
    request = to_request(channel, DeliveryId(f"msg_test_{secrets.token_hex(8)}"), test_body(now), now)
    if isinstance(request, GiveUp):
        raise DeliveryError(f"channel {channel.name}: {request.message}")
    async with Client(_settings(config)) as client:
        result = await send(client, request)
    answer = f": {result.answer}" if result.answer else ""
    if isinstance(result, Delivered):
        status = f" (status {result.status})" if result.status else ""
        return f"channel {channel.name}: delivered{status}{answer}"
    raise DeliveryError(f"channel {channel.name}: {result.message}{answer}")


def _no_feed(url: str, error: ParseError) -> str:
    if isinstance(error, NotAFeedError):
        return f"{redact(url)}: this is no feed, and announces none; give the address of the feed itself"
    return f"{redact(url)}: no feed that can be read, and it announces none: {error}"


def _found(url: str, feed: DraftFeed) -> FoundFeed:
    if not feed.complete and not feed.drafts:
        raise ParseError("It breaks off before its first entry; try again later.")
    newest = sorted(feed.drafts, key=lambda one: one.published or _LONG_AGO, reverse=True)
    titles = tuple(one.title for one in newest if one.title)
    return FoundFeed(Subscription(url=url, name=feed.title, outlet=""), titles[:SAMPLES])


@contextlib.asynccontextmanager
async def open_web_pages(config: Config) -> AsyncIterator[WebPages]:
    """A guarded client and one worker process, for as long as they are needed."""
    workers = Workers(1)
    try:
        async with Client(_settings(config)) as client:
            yield WebPages(client, workers)
    finally:
        await workers.close()


def _settings(config: Config) -> NetSettings:
    poll = config.poll
    return NetSettings(
        timeout=poll.timeout, max_body=poll.max_body, concurrency=poll.per_host, allow_private=poll.allow_private
    )
