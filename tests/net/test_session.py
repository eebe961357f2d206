from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Iterator

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from feedwatch.core.channels.requests import Post
from feedwatch.model import Failed, FailureKind, Fetched, GiveUp, TryAgain, Validators
from feedwatch.net.fetch import fetch_feed
from feedwatch.net.send import send
from feedwatch.net.session import Client, NetSettings, split_credentials
from tests.loopback import FeedServer
from tests.net.conftest import SMALL
from tests.net.hostile import hostile, raw

dialled: list[object] = []
"""Every address that this process connects to; audit hooks can't be taken away, so there is one for all tests."""


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect":
        dialled.append(arguments[1])


sys.addaudithook(_audit)


@pytest.fixture
def addresses() -> Iterator[list[object]]:
    dialled.clear()
    yield dialled
    dialled.clear()


class Answers(AbstractResolver):
    """A name server under a stranger's control: one list of addresses for each look-up, the last one for ever."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [ResolveResult(hostname=host, host=one, port=port, family=family, proto=6, flags=0) for one in answer]

    async def close(self) -> None:
        pass


SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "127.000.000.001",
    "127。0。0。1",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "0",
    "0.0.0.0",
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fd00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "%31%32%37.0.0.1",
    "127.0.0.1%2f",
    "a@127.0.0.1",
)


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_a_local_address_is_dialled_for_a_feed_or_a_webhook(
    host: str, public_client: Client, addresses: list[object]
) -> None:
    url = f"http://{host}:18080/"
    fetched = await fetch_feed(public_client, url, Validators())
    assert isinstance(fetched, Failed)
    assert fetched.kind in {FailureKind.ADDRESS, FailureKind.DNS}, fetched
    assert isinstance(await send(public_client, Post(url, {}, b"{}", 1.0)), GiveUp | TryAgain)
    assert addresses == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux answers on all of 127.0.0.0/8 unasked")
@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_redirect_leads_to_a_local_address(host: str, addresses: list[object]) -> None:
    answer = raw(f"HTTP/1.1 302 Found\r\nLocation: http://{host}:18080/\r\nContent-Length: 0\r\n\r\n".encode())
    async with (
        hostile(answer, host="127.0.0.53") as server,
        Client(NetSettings(timeout=1.0, allow_private=("127.0.0.53/32",))) as client,
    ):
        result = await fetch_feed(client, server.url(host="127.0.0.53"), Validators())
    assert isinstance(result, Failed)
    assert result.kind in {FailureKind.ADDRESS, FailureKind.DNS}, result
    assert addresses == [("127.0.0.53", server.port)]


async def test_a_name_that_changes_its_answer_is_judged_by_the_address_that_is_dialled(addresses: list[object]) -> None:
    names = Answers(("203.0.113.7",), ("127.0.0.1",))
    async with Client(NetSettings(timeout=1.0), names) as client:
        for _ in range(2):
            result = await fetch_feed(client, "http://rebinding.example:18080/", Validators())
            assert isinstance(result, Failed)
            assert result.kind is FailureKind.ADDRESS
    assert addresses == []


async def test_a_name_with_several_local_addresses_is_refused_with_the_reason(addresses: list[object]) -> None:
    async with Client(NetSettings(timeout=1.0), Answers(("10.0.0.1", "::1", "192.168.1.1"))) as client:
        result = await fetch_feed(client, "http://inner.example/", Validators())
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.ADDRESS
    assert "is a private address; [poll] allow_private can allow its network" in result.message
    assert addresses == []


async def test_a_refused_address_beside_a_good_one_does_no_harm(feed_server: FeedServer) -> None:
    feed_server.set("/feed", b"<rss/>")
    async with Client(SMALL, Answers(("10.0.0.1", "127.0.0.1"))) as client:
        result = await fetch_feed(client, f"http://two.example:{feed_server.port}/feed", Validators())
    assert isinstance(result, Fetched)


async def test_a_dead_ipv6_address_does_not_keep_from_ipv4(feed_server: FeedServer) -> None:
    feed_server.set("/feed", b"<rss/>")
    settings = NetSettings(timeout=2.0, allow_private=("127.0.0.0/8", "100::/64", "::1/128"))
    async with Client(settings, Answers(("::1", "127.0.0.1"))) as client:
        result = await fetch_feed(client, f"http://both.example:{feed_server.port}/feed", Validators())
    assert isinstance(result, Fetched)


async def test_a_proxy_of_the_environment_is_not_used(
    client: Client, feed_server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert isinstance(await fetch_feed(client, feed_server.set("/feed", b"x"), Validators()), Fetched)


async def test_requests_say_who_asks_and_what_encodings_are_read(client: Client, feed_server: FeedServer) -> None:
    await fetch_feed(client, feed_server.set("/feed", b"x"), Validators())
    (asked,) = feed_server.requests
    assert asked.headers["user-agent"] == "feedwatch/0.1.0"
    assert asked.headers["accept-encoding"] == "gzip, deflate, br, zstd"
    assert asked.headers["accept"].startswith("application/atom+xml")


async def test_cookies_are_neither_kept_nor_shown(feed_server: FeedServer) -> None:
    feed_server.set("/feed", b"x", {"Set-Cookie": "id=" + "x" * 4000})
    url = f"http://cookies.example:{feed_server.port}/feed"
    async with Client(SMALL, Answers(("127.0.0.1",))) as client:  # cookie jars know none of an address without a name
        first = await fetch_feed(client, url, Validators())
        await fetch_feed(client, url, Validators())
    assert isinstance(first, Fetched)
    assert "set-cookie" not in first.headers
    assert "cookie" not in feed_server.requests[1].headers


async def test_connections_are_used_again(client: Client, feed_server: FeedServer, addresses: list[object]) -> None:
    url = feed_server.set("/feed", b"x")
    for _ in range(3):
        await fetch_feed(client, url, Validators())
    assert len(addresses) == 1


async def test_what_is_cancelled_ends_as_cancelled(client: Client, feed_server: FeedServer) -> None:
    task = asyncio.create_task(fetch_feed(client, feed_server.set("/feed", b"x", wait=5.0), Validators()))
    await feed_server.came(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize(
    ("url", "bare", "authorization"),
    [
        ("https://example.org/feed", "https://example.org/feed", ""),
        ("https://me:pa%3Ass@example.org:81/feed?a", "https://example.org:81/feed?a", "Basic bWU6cGE6c3M="),
        ("https://token@example.org/", "https://example.org/", "Basic dG9rZW46"),
        ("https://a@b:c@example.org/", "https://example.org/", "Basic YUBiOmM="),
        ("http://[::1/", "http://[::1/", ""),
    ],
)
def test_credentials_are_taken_out_of_a_url(url: str, bare: str, authorization: str) -> None:
    assert split_credentials(url) == (bare, authorization)
