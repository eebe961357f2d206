"""One delivery attempt, by whichever way out its request asks for. Whatever happens is a value."""

from __future__ import annotations

from feedwatch.core.channels.requests import Post, Request
from feedwatch.model import DeliveryResult, GiveUp
from feedwatch.net.post import post
from feedwatch.net.session import Client


async def send(client: Client, request: Request) -> DeliveryResult:
    """Send once, within the request's time."""
    match request:
        case Post():
            return await post(client, request)
        case _:
            return GiveUp("this kind of channel can't be sent to yet")
