"""One HTTP POST of a delivery: redirects not followed, of the answer only its status and first bytes read."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from feedwatch.core.addresses import is_literal, url_refusal
from feedwatch.core.channels.requests import Post
from feedwatch.core.channels.telegram import asked_wait
from feedwatch.core.characters import plain
from feedwatch.core.schedule import retry_after
from feedwatch.model import Delivered, DeliveryResult, Failed, FailureKind, GiveUp, TryAgain, replace
from feedwatch.net.failures import failure
from feedwatch.net.fetch import clean_headers
from feedwatch.net.session import CHUNK, Client, split_credentials

_WAITERS = frozenset({429, 502, 503, 504})
"""Statuses whose Retry-After is honoured (Standard Webhooks, "Deliverability and reliability")."""
_GONE = 410
_TOO_MANY = 429
LONGEST_ANSWER = 500
"""Bytes of an answer that are kept."""
_DRAIN_SECONDS = 1.0
"""For the rest of an answer, so that its connection can be used again."""


async def post(client: Client, request: Post) -> DeliveryResult:
    """Send once, within the request's time; whatever happens is a value."""
    url, authorization = split_credentials(request.url)
    if reason := url_refusal(url):
        return GiveUp(f"the channel's address is not used: {reason}", kind=FailureKind.ADDRESS)
    headers = {**request.headers, "authorization": authorization} if authorization else request.headers
    try:
        async with asyncio.timeout(request.timeout):
            response = await client.request("POST", url, headers, request.body)
    except Exception as error:  # noqa: BLE001  # the edge: whatever aiohttp raises becomes a value
        failed = failure(error, replace(client.settings, timeout=request.timeout))
        return _not_sent(replace(failed, message=_without(request.secrets, failed.message)), url)
    async with response:
        beginning = await _beginning(response)
        shown = _without(request.secrets, beginning.decode("utf-8", "replace")).encode()[:LONGEST_ANSWER]
        return replace(_judge(response, beginning), answer=_shown(shown))


def _judge(response: aiohttp.ClientResponse, beginning: bytes) -> DeliveryResult:
    status = response.status
    if 200 <= status < 300:
        return Delivered(status)
    if status == _GONE:
        message = "the receiver says that this address is gone for good (410)"
        return GiveUp(message, status, disable=True, kind=FailureKind.GONE)
    if 300 <= status < 400:
        message = f"the receiver redirects (status {status}), which is not followed: set its new address"
        return TryAgain(message, status, kind=FailureKind.REDIRECT)
    asked = _wait(response, beginning) if status in _WAITERS else None
    kind = FailureKind.THROTTLED if status == _TOO_MANY else FailureKind.STATUS
    return TryAgain(f"the receiver answered with status {status}", status, asked, kind)


def _wait(response: aiohttp.ClientResponse, beginning: bytes) -> float | None:
    told = retry_after(clean_headers(response), datetime.now(UTC))
    return asked_wait(beginning) if told is None else told


def _not_sent(failed: Failed, url: str) -> DeliveryResult:
    """A literal address stays refused. A name may lead elsewhere later: captive portals answer every name alike."""
    if failed.kind is FailureKind.ADDRESS and is_literal(urlsplit(url).hostname or ""):
        return GiveUp(failed.message, kind=failed.kind)
    return TryAgain(failed.message, kind=failed.kind)


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """The answer as far as it is short and comes at once. What its status said stands, whatever becomes of it."""
    read = bytearray()
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for chunk in response.content.iter_any():
                read += chunk
                if len(read) >= CHUNK:
                    break
    return bytes(read[:CHUNK])


def _without(secrets: Iterable[str], text: str) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _shown(answer: bytes) -> str:
    return plain(answer.decode("utf-8", "replace"))
