"""Each request goes its own way."""

from __future__ import annotations

import json

import pytest

from feedwatch.core.channels.requests import Handover, Mail, Popup, Post, Program
from feedwatch.model import Delivered, Severity, TryAgain
from feedwatch.net.desktop import TERMINAL
from feedwatch.net.send import send
from feedwatch.net.session import Client
from tests.loopback import WebhookSink
from tests.mail_server import MailServer


async def test_posts_and_apprise_arrive_at_a_server(client: Client, webhook_sink: WebhookSink) -> None:
    assert await send(client, Post(webhook_sink.url("/hook"), {}, b"body")) == Delivered(204)
    handed = Handover(f"json://127.0.0.1:{webhook_sink.port}/apprise", "Title", "Text", Severity.LOW, 30.0)
    assert await send(client, handed) == Delivered()
    post, apprise = webhook_sink.requests
    assert (post.path, post.body) == ("/hook", b"body")
    assert (apprise.path, json.loads(apprise.body)["message"]) == ("/apprise", "Text")


async def test_mail_arrives_at_a_mail_server(client: Client) -> None:
    async with MailServer() as server:
        mail = Mail(
            "127.0.0.1", server.port, "none", "", "", "a@example.org", ("b@example.org",), b"Subject: x\r\n\r\n"
        )
        assert await send(client, mail) == Delivered(250)
        assert server.taken[0].message == mail.message


async def test_a_program_is_run(client: Client) -> None:
    assert await send(client, Program(("/bin/cat",), b"body")) == Delivered(0, "body")


async def test_a_popup_looks_for_a_desktop(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv(TERMINAL, "/nowhere")
    assert isinstance(await send(client, Popup("Title", "Text", Severity.LOW)), TryAgain)
