from __future__ import annotations

import pytest

from feedwatch.model import Failed, FailureKind, Fetched, NotModified, Refused, Validators
from feedwatch.net import fetch
from feedwatch.net.fetch import LONGEST_HEADER, MAX_REDIRECTS, fetch_feed, fetch_page
from feedwatch.net.session import Client
from tests.loopback import FeedServer
from tests.net.hostile import drip, hostile, ok, raw

NONE = Validators()
FEED = b"<rss><channel><title>x</title></channel></rss>"


# --- meaning ----------------------------------------------------------------------------------------------------------


async def test_a_plain_answer_is_fetched_with_its_headers(client: Client, feed_server: FeedServer) -> None:
    url = feed_server.set("/feed", FEED, {"Content-Type": "application/rss+xml", "X-Twice": "1"})
    result = await fetch_feed(client, url, NONE)
    assert isinstance(result, Fetched)
    assert (result.url, result.body, result.permanent_url) == (url, FEED, "")
    assert result.headers["content-type"] == "application/rss+xml"
    assert result.headers["x-twice"] == "1"


async def test_what_did_not_change_is_not_fetched_again(client: Client, feed_server: FeedServer) -> None:
    url = feed_server.set("/feed", FEED, conditional=True)
    first = await fetch_feed(client, url, NONE)
    assert isinstance(first, Fetched)
    validators = Validators(first.url, first.headers["etag"], first.headers["last-modified"])
    assert isinstance(await fetch_feed(client, url, validators), NotModified)
    asked = feed_server.requests[1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == (validators.etag, validators.last_modified)


@pytest.mark.parametrize(
    "etag", ['W/"a b"', "unquoted", '"ünïcode"', '"a""b"', "  padded".strip(), '"' + "x" * 2000 + '"']
)
async def test_an_etag_goes_back_byte_for_byte(etag: str, client: Client) -> None:
    async with hostile(raw(f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Length: 1\r\n\r\nx".encode())) as server:
        first = await fetch_feed(client, server.url(), NONE)
        assert isinstance(first, Fetched)
        await fetch_feed(client, server.url(), Validators(first.url, first.headers["etag"]))
        assert f"If-None-Match: {etag}\r\n".encode() in server.heads[1]


@pytest.mark.parametrize("etag", [b'"a\x7fb"', b'"\xe2\x80\xaeb"', b'"\xff"', b'"' + b"x" * LONGEST_HEADER + b'"'])
async def test_an_etag_that_can_not_go_back_as_it_came_is_not_kept(etag: bytes, client: Client) -> None:
    async with hostile(raw(b"HTTP/1.1 200 OK\r\nETag: " + etag + b"\r\nContent-Length: 1\r\n\r\nx")) as server:
        result = await fetch_feed(client, server.url(), NONE)
    assert isinstance(result, Failed) or "etag" not in result.headers


async def test_validators_go_only_to_the_address_that_gave_them(client: Client, feed_server: FeedServer) -> None:
    target = feed_server.set("/new", FEED)
    url = feed_server.redirect("/old", target)
    await fetch_feed(client, url, Validators(url, '"old"', "then"))
    await fetch_feed(client, url, Validators(target, '"new"', "now"))
    sent = [(one.path, one.headers.get("if-none-match")) for one in feed_server.requests]
    assert sent == [("/old", '"old"'), ("/new", None), ("/old", None), ("/new", '"new"')]


async def test_a_304_that_was_not_asked_for_is_a_failure(client: Client, feed_server: FeedServer) -> None:
    url = feed_server.set("/feed", status=304)
    for result in (await fetch_feed(client, url, Validators("http://other/", '"x"')), await fetch_page(client, url)):
        assert isinstance(result, Failed)
        assert result.kind is FailureKind.PROTOCOL


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (201, {}, FailureKind.STATUS),
        (204, {}, FailureKind.STATUS),
        (206, {}, FailureKind.STATUS),
        (300, {}, FailureKind.STATUS),
        (400, {}, FailureKind.STATUS),
        (401, {}, FailureKind.BLOCKED),
        (403, {}, FailureKind.BLOCKED),
        (403, {"cf-mitigated": "challenge"}, FailureKind.BLOCKED),
        (404, {}, FailureKind.STATUS),
        (410, {}, FailureKind.GONE),
        (418, {}, FailureKind.STATUS),
        (429, {}, FailureKind.THROTTLED),
        (429, {"Retry-After": "120"}, FailureKind.THROTTLED),
        (500, {}, FailureKind.STATUS),
        (503, {}, FailureKind.STATUS),
        (503, {"Retry-After": "Sun, 22 Nov 2026 10:00:00 GMT"}, FailureKind.THROTTLED),
        (503, {"cf-mitigated": "challenge"}, FailureKind.BLOCKED),
        (999, {}, FailureKind.STATUS),
    ],
)
async def test_a_refusal_has_its_kind_and_says_its_status(
    status: int, headers: dict[str, str], kind: FailureKind, client: Client, feed_server: FeedServer
) -> None:
    result = await fetch_feed(client, feed_server.set("/feed", b"no", headers, status), NONE)
    assert isinstance(result, Refused)
    assert (result.kind, result.status) == (kind, status)
    assert str(status) in result.message
    assert all(result.headers[name.lower()] == value for name, value in headers.items())


async def test_a_reason_phrase_or_header_with_escapes_reaches_nobody(client: Client) -> None:
    answer = "HTTP/1.1 404 \x1b]52;c;aGk=\x07\r\nX-A: a\u202eb\u009b2J\r\nContent-Length: 0\r\n\r\n".encode()
    async with hostile(raw(answer)) as server:
        result = await fetch_feed(client, server.url(), NONE)
    assert isinstance(result, Refused | Failed)
    assert result.message.isprintable()
    assert "52;c" not in result.message
    if isinstance(result, Refused):
        assert result.headers["x-a"] == "ab2J"


async def test_a_second_cache_control_counts_like_the_first(client: Client) -> None:
    head = b"HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nCache-Control: no-cache\r\nContent-Length: 0\r\n\r\n"
    async with hostile(raw(head)) as server:
        result = await fetch_feed(client, server.url(), NONE)
    assert isinstance(result, Fetched)
    assert result.headers["cache-control"] == "max-age=60, no-cache"


async def test_a_security_policy_of_many_kilobytes_costs_no_feed(client: Client) -> None:
    async with hostile(ok(FEED, "Content-Security-Policy: " + "a" * 20_000)) as server:
        assert isinstance(await fetch_feed(client, server.url(), NONE), Fetched)


async def test_a_page_is_fetched_without_conditions(client: Client, feed_server: FeedServer) -> None:
    result = await fetch_page(client, feed_server.set("/page", b"<html>"))
    assert isinstance(result, Fetched)
    assert feed_server.requests[0].headers["accept"].startswith("text/html")


async def test_a_user_name_and_password_are_sent_to_their_server_and_kept_out_of_results(
    client: Client, feed_server: FeedServer
) -> None:
    feed_server.set("/feed", FEED)
    url = feed_server.redirect("/old", "/feed", 301).replace("http://", "http://me:pass@")
    result = await fetch_feed(client, url, NONE)
    assert isinstance(result, Fetched)
    assert (result.url, result.permanent_url) == (feed_server.url("/feed"), "")
    assert [one.headers["authorization"] for one in feed_server.requests] == ["Basic bWU6cGFzcw=="] * 2


async def test_a_url_goes_out_as_it_is_written(client: Client, feed_server: FeedServer) -> None:
    path = "/a%7Eb%2f%c3%a9/./x?q=%41+b&r=a'b"
    await fetch_feed(client, feed_server.url(path) + "#part", NONE)
    assert feed_server.requests[0].path == path


# --- redirects --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed_and_only_permanent_ones_are_told(
    status: int, client: Client, feed_server: FeedServer
) -> None:
    target = feed_server.set("/new", FEED)
    result = await fetch_feed(client, feed_server.redirect("/old", "/new", status), NONE)
    assert isinstance(result, Fetched)
    assert result.url == target
    assert result.permanent_url == (target if status in {301, 308} else "")


@pytest.mark.parametrize("chain", [(301, 302), (302, 301), (307, 308, 301)])
async def test_one_temporary_redirect_makes_a_chain_temporary(
    chain: tuple[int, ...], client: Client, feed_server: FeedServer
) -> None:
    feed_server.set(f"/{len(chain)}", FEED)
    for number, status in enumerate(chain):
        feed_server.redirect(f"/{number}", f"/{number + 1}", status)
    result = await fetch_feed(client, feed_server.url("/0"), NONE)
    assert isinstance(result, Fetched)
    assert result.permanent_url == ""


@pytest.mark.parametrize(("target", "permanent"), [("https://b.example/", True), ("http://a.example/", False)])
def test_a_redirect_from_https_to_http_is_not_taken_as_permanent(target: str, permanent: bool) -> None:
    hop = fetch._next_hop(fetch._Hop("https://a.example/", "*/*", NONE, "", permanent=True), 301, target)
    assert isinstance(hop, fetch._Hop)
    assert (hop.url, hop.permanent) == (target, permanent)


async def test_a_permanent_redirect_is_told_with_a_304_too(client: Client, feed_server: FeedServer) -> None:
    target = feed_server.set("/new", status=304)
    result = await fetch_feed(client, feed_server.redirect("/old", target, 301), Validators(target, '"x"'))
    assert isinstance(result, NotModified)
    assert (result.url, result.permanent_url) == (target, target)


@pytest.mark.parametrize(
    ("location", "path"),
    [("new", "/a/new"), ("../new", "/new"), ("?x=1", "/a/old?x=1"), ("/sp ace", "/sp%20ace"), ("  /new\t", "/new")],
)
async def test_a_relative_or_sloppy_location_is_understood(
    location: str, path: str, client: Client, feed_server: FeedServer
) -> None:
    await fetch_feed(client, feed_server.redirect("/a/old", location), NONE)
    assert feed_server.requests[1].path == path


@pytest.mark.parametrize(
    ("location", "path"),
    [("/caf\u00e9", b"/caf%C3%A9"), ("/caf\udce9", b"/caf%E9"), ("/\u200c\x1b[", b"/%E2%80%8C%1B[")],
)
async def test_a_location_in_raw_bytes_is_followed_as_a_browser_would(
    location: str, path: bytes, client: Client
) -> None:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    async with hostile(raw(answer.encode("utf-8", "surrogateescape"))) as server:
        await fetch_feed(client, server.url(), NONE)
    assert server.heads[1].startswith(b"GET " + path + b" HTTP/1.1\r\n")


@pytest.mark.parametrize("hops", [MAX_REDIRECTS, MAX_REDIRECTS + 1, 20])
async def test_a_chain_of_redirects_ends(hops: int, client: Client, feed_server: FeedServer) -> None:
    for number in range(hops):
        feed_server.redirect(f"/{number}", f"/{number + 1}")
    feed_server.set(f"/{hops}", FEED)
    result = await fetch_feed(client, feed_server.url("/0"), NONE)
    assert isinstance(result, Fetched) is (hops == MAX_REDIRECTS)
    assert len(feed_server.requests) == MAX_REDIRECTS + 1
    if isinstance(result, Failed):
        assert result.kind is FailureKind.REDIRECT


@pytest.mark.parametrize("target", ["/self", "/pair"])
async def test_a_redirect_in_a_circle_ends(target: str, client: Client, feed_server: FeedServer) -> None:
    feed_server.redirect("/pair", "/self")
    result = await fetch_feed(client, feed_server.redirect("/self", target), NONE)
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.REDIRECT


async def test_a_redirect_to_nowhere_is_told(client: Client, feed_server: FeedServer) -> None:
    result = await fetch_feed(client, feed_server.set("/feed", status=302), NONE)
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.REDIRECT


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/xml,<rss/>",
        "ftp://127.0.0.1/",
        "http://user:pw@127.0.0.1/",
        "http://[::1/",
        "http://127.0.0.1:22/",
        "http://example.org\\@127.0.0.1/",
    ],
)
async def test_a_redirect_to_what_is_not_fetched_names_it(
    location: str, client: Client, feed_server: FeedServer
) -> None:
    result = await fetch_feed(client, feed_server.redirect("/feed", location), NONE)
    assert isinstance(result, Failed)
    assert result.kind in {FailureKind.ADDRESS, FailureKind.REDIRECT}
    assert "pw" not in result.message
    assert len(feed_server.requests) == 1


async def test_a_password_does_not_follow_a_redirect_to_another_server(client: Client, feed_server: FeedServer) -> None:
    async with hostile(ok(FEED)) as other:
        url = feed_server.redirect("/feed", other.url()).replace("http://", "http://me:pass@")
        result = await fetch_feed(client, url, Validators(feed_server.url("/feed"), '"secret"'))
    assert isinstance(result, Fetched)
    assert "authorization" in feed_server.requests[0].headers
    assert b"authorization" not in other.heads[0].lower()
    assert b"secret" not in other.heads[0]


async def test_a_huge_body_on_a_redirect_is_not_read(client: Client, feed_server: FeedServer) -> None:
    head = f"HTTP/1.1 302 Found\r\nLocation: {feed_server.set('/feed', FEED)}\r\n\r\n".encode()
    async with hostile(drip(head, b"x" * 65536, 0)) as server:
        assert isinstance(await fetch_feed(client, server.url(), NONE), Fetched)
