from __future__ import annotations

import asyncio
import logging

import aiohttp
import pytest

from feedwatch.cli.logs import start_logging
from feedwatch.core.channels import to_request
from feedwatch.core.channels.requests import Post
from feedwatch.core.payload import test_body
from feedwatch.model import Channel, Delivered, DeliveryId, DeliveryResult, FailureKind, GiveUp, TryAgain, replace
from feedwatch.net.post import post
from feedwatch.net.session import Client
from tests.core.notices import NOW
from tests.loopback import Answer, WebhookSink
from tests.net.hostile import Script, drip, hostile, raw

HEADERS = {"content-type": "application/json", "webhook-id": "msg_1"}


def to(url: str, seconds: float = 0.5) -> Post:
    return Post(url, HEADERS, b'{"type":"test"}', seconds)


async def test_a_body_and_its_headers_arrive_as_they_are(client: Client, webhook_sink: WebhookSink) -> None:
    assert await post(client, to(webhook_sink.url("/hook?a=1"))) == Delivered(204)
    (asked,) = webhook_sink.requests
    assert (asked.method, asked.path, asked.body) == ("POST", "/hook?a=1", b'{"type":"test"}')
    assert HEADERS.items() <= asked.headers.items()
    assert asked.headers["user-agent"].startswith("feedwatch/")


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_every_2xx_is_delivered(status: int, client: Client, webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [status]
    assert await post(client, to(webhook_sink.url())) == Delivered(status)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_a_failure_and_not_followed(status: int, client: Client, webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [Answer(status=status, headers={"Location": "/elsewhere"})]
    result = await post(client, to(webhook_sink.url()))
    assert isinstance(result, TryAgain)
    assert result.status == status
    assert len(webhook_sink.requests) == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 503, 999])
async def test_other_statuses_are_tried_again(status: int, client: Client, webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [status]
    result = await post(client, to(webhook_sink.url()))
    assert result == TryAgain(f"the receiver answered with status {status}", status)


async def test_a_receiver_that_is_gone_disables_its_channel(client: Client, webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [410]
    result = await post(client, to(webhook_sink.url()))
    assert isinstance(result, GiveUp)
    assert (result.status, result.disable) == (410, True)


@pytest.mark.parametrize(
    ("status", "value", "seconds"),
    [(429, "7", 7.0), (503, "7", 7.0), (502, "-1", None), (504, "x", None), (500, "7", None)],
)
async def test_retry_after_is_taken_from_those_who_may_ask(
    status: int, value: str, seconds: float | None, client: Client, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [Answer(status=status, headers={"Retry-After": value})]
    result = await post(client, to(webhook_sink.url()))
    assert isinstance(result, TryAgain)
    assert result.retry_after == seconds


@pytest.mark.parametrize(
    ("status", "headers", "seconds"), [(429, {}, 31.0), (429, {"Retry-After": "7"}, 7.0), (400, {}, None)]
)
async def test_telegram_says_in_its_answer_how_long_to_wait(
    status: int, headers: dict[str, str], seconds: float | None, client: Client, webhook_sink: WebhookSink
) -> None:
    told = b'{"ok":false,"error_code":429,"description":"Too Many Requests","parameters":{"retry_after":31}}'
    webhook_sink.script = [Answer(told, status, headers)]
    result = await post(client, to(webhook_sink.url()))
    assert isinstance(result, TryAgain)
    assert result.retry_after == seconds


async def test_a_user_name_and_password_are_sent_as_authorization(client: Client, webhook_sink: WebhookSink) -> None:
    assert await post(client, to(webhook_sink.url().replace("http://", "http://me:pass@"))) == Delivered(204)
    assert webhook_sink.requests[0].headers["authorization"] == "Basic bWU6cGFzcw=="


OK = b"HTTP/1.1 200 OK\r\n"


def then(head: bytes, body: bytes) -> Script:
    """The body comes a little after the head."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(body)

    return script


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(raw(OK + b"Content-Length: 500\r\n\r\n"), id="no body after all"),
        pytest.param(then(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"zz"), id="a broken body"),
        pytest.param(raw(OK + b"Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxxx"), id="a body that is no gzip"),
        pytest.param(drip(OK + b"\r\n", b"x", 0.05), id="a slow body"),
        pytest.param(drip(OK + b"\r\n", b"x" * 65536, 0), id="an endless body"),
    ],
)
async def test_delivered_stays_delivered_whatever_comes_after_the_status(
    script: Script, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedwatch.net.post._DRAIN_SECONDS", 0.2)
    async with hostile(script) as server, asyncio.timeout(3.0):
        result = await post(client, to(server.url()))
    assert (type(result), result.status) == (Delivered, 200)
    assert server.connections == 1


async def test_a_receiver_that_is_late_is_tried_again(client: Client, webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [Answer(status=200, wait=0.3)]
    result = await post(client, to(webhook_sink.url(), 0.1))
    assert result == TryAgain("no complete answer within 0.1 s", kind=FailureKind.TIMEOUT)


@pytest.mark.parametrize("script", [raw(), raw(b"garbage\r\n\r\n"), drip(b"", b"HTTP/1.1 103 x\r\n\r\n", 0.01)])
async def test_a_receiver_that_makes_no_sense_is_tried_again(script: Script, client: Client) -> None:
    async with hostile(script) as server, asyncio.timeout(2.0):
        assert isinstance(await post(client, to(server.url())), TryAgain)


async def test_a_receiver_that_is_not_there_is_tried_again(client: Client) -> None:
    async with hostile(raw()) as server:
        url = server.url()
    assert isinstance(await post(client, to(url)), TryAgain)
    assert isinstance(await post(client, to("http://feedwatch.invalid/")), TryAgain)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://", "http://127.0.0.1:25/", "http://127.0.0.1/", "http://[::1]/"]
)
async def test_an_address_that_may_never_be_dialled_is_given_up(url: str, public_client: Client) -> None:
    result = await post(public_client, to(url))
    assert isinstance(result, GiveUp)
    assert not result.disable


async def test_a_name_that_leads_to_a_local_address_now_may_lead_elsewhere_later(public_client: Client) -> None:
    result = await post(public_client, to("http://localhost:18080/"))
    assert isinstance(result, TryAgain)
    assert "loopback" in result.message


async def test_the_first_500_bytes_of_an_answer_are_kept_safe_to_show(
    client: Client, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [Answer(b"no \x1b[31msuch\n token" + b"x" * 9000, 401)]
    result = await post(client, to(webhook_sink.url()))
    assert result.answer.startswith("no [31msuch token")
    assert len(result.answer) < 500


# --- secrets ---------------------------------------------------------------------------------------------------------

TOKEN = "123456789:AAs3cret-t0ken_AAAAAAAAA"


def to_telegram(url: str) -> Post:
    """A message by a bot whose server is at the address."""
    channel = Channel("desk", "telegram", url, timeout=0.5, token=TOKEN, to=("-100",))
    made = to_request(channel, DeliveryId("msg_1"), test_body(NOW), NOW)
    assert isinstance(made, Post)
    return made


def assert_is_silent(result: DeliveryResult, log: str) -> None:
    for part in (TOKEN, TOKEN.replace(":", "%3A"), TOKEN.partition(":")[2]):
        assert part not in f"{result!r} {result} {log}"


@pytest.mark.parametrize("status", [200, 302, 401, 404, 410, 429, 500])
async def test_an_answer_that_repeats_the_address_does_not_show_the_token(
    status: int, client: Client, webhook_sink: WebhookSink, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    repeated = f"Cannot POST /bot{TOKEN}/sendMessage (bot{TOKEN.replace(':', '%3A')}, {TOKEN.partition(':')[2]})"
    webhook_sink.script = [Answer(repeated.encode(), status)]
    result = await post(client, to_telegram(webhook_sink.url("")))
    assert webhook_sink.requests[0].path == f"/bot{TOKEN}/sendMessage"
    assert result.answer == "Cannot POST /bot***/sendMessage (bot***, ***)"
    assert_is_silent(result, caplog.text)


@pytest.mark.parametrize("before", range(500 - len(TOKEN) - 2, 502))
async def test_a_token_at_the_end_of_what_is_kept_is_not_shown_in_part(
    before: int, client: Client, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [Answer(b"x" * before + TOKEN.encode() * 3, 404)]
    result = await post(client, to_telegram(webhook_sink.url("")))
    assert result.answer.strip("x*") == ""


@pytest.mark.parametrize(
    "script", [raw(), raw(b"garbage\r\n\r\n"), raw(b"HTTP/1.1 200 OK\r\nA\r\n\r\n"), drip(b"", b"x", 0.2)]
)
async def test_no_failure_shows_the_token(script: Script, client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with hostile(script) as server, asyncio.timeout(2.0):
        assert_is_silent(await post(client, to_telegram(server.url().rstrip("/"))), caplog.text)
    assert_is_silent(await post(client, to_telegram(server.url().rstrip("/"))), caplog.text)
    for url in ("http://feedwatch.invalid", "https://127.0.0.1:1", "ftp://example.org", "http://a b"):
        assert_is_silent(await post(client, to_telegram(url)), caplog.text)


async def test_a_surprise_is_logged_without_the_token(
    client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def surprise(method: str, url: str, headers: object, body: bytes) -> aiohttp.ClientResponse:
        raise RuntimeError(f"no idea what to do with {url}")

    monkeypatch.setattr(client, "request", surprise)
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    try:
        start_logging(2)
        result = await post(client, to_telegram("http://127.0.0.1:8081"))
    finally:
        root.handlers[:], root.level = handlers, level
    said = capsys.readouterr().err
    assert "no idea what to do with http://127.0.0.1:8081/bot***/sendMessage" in said
    assert_is_silent(result, said)


async def test_an_answer_does_not_show_the_secret_parts_of_a_webhooks_address(
    client: Client, webhook_sink: WebhookSink
) -> None:
    channel = Channel("desk", "slack", webhook_sink.url("/services/T00000000/B00000000/s3cret?sig=s1gnature"))
    made = to_request(channel, DeliveryId("msg_1"), test_body(NOW), NOW)
    assert isinstance(made, Post)
    webhook_sink.script = [Answer(b"no /services/T00000000/B00000000/s3cretAA?sig=s1gnature", 404)]
    result = await post(client, replace(made, timeout=0.5))
    assert result.answer == "no /***/***/***/s3cretAA?sig=***"
