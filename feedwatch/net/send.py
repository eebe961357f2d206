"""One delivery attempt: one POST, redirects not followed, the answer read only as far as its status."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

import aiohttp

from feedwatch.core.addresses import is_literal, url_refusal
from feedwatch.core.delivery import Request
from feedwatch.core.schedule import retry_after
from feedwatch.model import Delivered, DeliveryResult, Failed, FailureKind, GiveUp, TryAgain
from feedwatch.net.failures import failure
from feedwatch.net.fetch import clean_headers
from feedwatch.net.session import CHUNK, Client, split_credentials

_WAITERS = frozenset({429, 502, 503, 504})
"""Statuses whose Retry-After is honoured (Standard Webhooks, "Deliverability and reliability")."""
_GONE = 410
_DRAIN_SECONDS = 1.0
"""For the rest of an answer, so that its connection can be used again."""


async def send(client: Client, request: Request) -> DeliveryResult:
    """Send once, within the request's time; whatever happens is a value."""
    url, authorization = split_credentials(request.url)
    if reason := url_refusal(url):
        return GiveUp(f"the channel's address is not used: {reason}")
    headers = {**request.headers, "Authorization": authorization} if authorization else request.headers
    try:
        async with asyncio.timeout(request.timeout):
            response = await client.request("POST", url, headers, request.body)
    except Exception as error:  # noqa: BLE001  # the edge: whatever aiohttp raises becomes a value
        return _not_sent(failure(error, replace(client.settings, timeout=request.timeout)), url)
    async with response:
        result = _judge(response)
        await _drain(response)
        return result


def _judge(response: aiohttp.ClientResponse) -> DeliveryResult:
    status = response.status
    if 200 <= status < 300:
        return Delivered(status)
    if status == _GONE:
        return GiveUp("the receiver says that this address is gone for good (410)", status, disable=True)
    if 300 <= status < 400:
        return TryAgain(f"the receiver redirects (status {status}), which is not followed: set its new address", status)
    asked = retry_after(clean_headers(response), datetime.now(UTC)) if status in _WAITERS else None
    return TryAgain(f"the receiver answered with status {status}", status, asked)


def _not_sent(failed: Failed, url: str) -> DeliveryResult:
    """A literal address stays refused. A name may lead elsewhere later: captive portals answer every name alike."""
    if failed.kind is FailureKind.ADDRESS and is_literal(urlsplit(url).hostname or ""):
        return GiveUp(failed.message)
    return TryAgain(failed.message)


async def _drain(response: aiohttp.ClientResponse) -> None:
    """Read the rest if it is short and comes at once. What was said stands, whatever becomes of it."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(_DRAIN_SECONDS):
            await response.content.readexactly(CHUNK)
