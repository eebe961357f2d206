"""One delivery attempt, by whichever way out its request asks for. Whatever happens is a value."""

from __future__ import annotations

from typing import assert_never

from feedwatch.core.channels.requests import Handover, Mail, Popup, Post, Program, Request
from feedwatch.model import DeliveryResult
from feedwatch.net.post import post
from feedwatch.net.session import Client


async def send(client: Client, request: Request) -> DeliveryResult:
    """Send once, within the request's time."""
    match request:
        case Post():
            return await post(client, request)
        case Mail():
            from feedwatch.net.mail import send_mail

            return await send_mail(request)
        case Program():
            from feedwatch.net.programs import run_program

            return await run_program(request)
        case Popup():
            from feedwatch.net.desktop import show

            return await show(request)
        case Handover():
            from feedwatch.net.apprise import hand_over

            return await hand_over(request)
        case _:
            assert_never(request)
