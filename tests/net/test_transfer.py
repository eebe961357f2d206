"""What a server can do between its first byte and its last, and how ``fetch`` ends it."""

from __future__ import annotations

import asyncio
import gzip
import random
import resource
import ssl
import sys
import zlib

import brotli  # type: ignore[import-untyped]  # brings no stubs
import pytest
from backports import zstd

from feedwatch.model import Failed, FailureKind, Fetched, Validators, replace
from feedwatch.net.fetch import fetch_feed
from feedwatch.net.session import Client
from tests.loopback import Answer, Asked, FeedServer
from tests.net.conftest import SMALL
from tests.net.hostile import Script, drip, hostile, ok, raw

NONE = Validators()
FEED = b"<rss><channel><title>x</title></channel></rss>"


async def fails(client: Client, script: Script) -> Failed:
    """What comes of a server that follows the script; it must be a failure."""
    async with hostile(script) as server:
        result = await fetch_feed(client, server.url(), NONE)
    assert isinstance(result, Failed), result
    assert result.message.isprintable()
    return result


ENCODED = {
    "gzip": gzip.compress(FEED),
    "deflate": zlib.compress(FEED),
    "br": brotli.compress(FEED),
    "zstd": zstd.compress(FEED),
}
RAW_DEFLATE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize("encoding", ENCODED)
async def test_every_encoding_that_is_asked_for_is_read(encoding: str, client: Client) -> None:
    async with hostile(ok(ENCODED[encoding], f"Content-Encoding: {encoding}")) as server:
        result = await fetch_feed(client, server.url(), NONE)
    assert isinstance(result, Fetched)
    assert result.body == FEED


async def test_deflate_without_its_wrapping_and_identity_are_read(client: Client) -> None:
    bare = RAW_DEFLATE.compress(FEED) + RAW_DEFLATE.flush()
    plain = (ok(FEED, f"Content-Encoding: {name}") for name in ("identity", "none", "UTF-8"))
    for script in (ok(bare, "Content-Encoding: deflate"), *plain):
        async with hostile(script) as server:
            result = await fetch_feed(client, server.url(), NONE)
        assert isinstance(result, Fetched)
        assert result.body == FEED


def bomb(encoding: str, size: int) -> bytes:
    blank = b" " * size
    match encoding:
        case "gzip":
            return gzip.compress(blank)
        case "deflate":
            return zlib.compress(blank)
        case "br":
            return bytes(brotli.compress(blank, quality=5))
        case _:
            return zstd.compress(blank)


@pytest.mark.parametrize("encoding", ENCODED)
async def test_a_decompression_bomb_is_given_up_at_the_limit(encoding: str, client: Client) -> None:
    packed = bomb(encoding, 20_000_000)
    assert len(packed) < SMALL.max_body
    result = await fails(client, ok(packed, f"Content-Encoding: {encoding}"))
    assert result.kind is FailureKind.TOO_LARGE


async def test_bombs_do_not_keep_the_event_loop_from_others() -> None:
    turns = 0

    async def watch() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    script = ok(bomb("br", 50_000_000), "Content-Encoding: br")
    async with hostile(script) as server, Client(replace(SMALL, timeout=10.0, max_body=10_000_000)) as client:
        watcher = asyncio.create_task(watch())
        results = await asyncio.gather(*(fetch_feed(client, server.url(), NONE) for _ in range(5)))
        watcher.cancel()
    assert {result.kind for result in results if isinstance(result, Failed)} == {FailureKind.TOO_LARGE}
    assert turns > 150, "each piece of 64 KB of a body of 10 MB lets the others run"


async def test_a_bomb_takes_no_more_memory_than_the_limit_allows(client: Client) -> None:
    packer = brotli.Compressor(quality=5)
    packed = b"".join(packer.process(b" " * 1_000_000) for _ in range(200)) + packer.finish()
    async with hostile(ok(packed, "Content-Encoding: br")) as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        await fetch_feed(client, server.url(), NONE)
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert (after - before) * (1 if sys.platform == "darwin" else 1024) < 50_000_000


@pytest.mark.parametrize(("size", "fits"), [(100_000, True), (100_001, False)])
async def test_the_limit_holds_to_the_byte_decoded_and_as_sent(size: int, fits: bool, client: Client) -> None:
    body = b"x" * size
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (size, body)
    for script in (ok(body), ok(gzip.compress(body), "Content-Encoding: gzip"), raw(chunked)):
        async with hostile(script) as server:
            result = await fetch_feed(client, server.url(), NONE)
        assert isinstance(result, Fetched) is fits


async def test_a_body_that_is_larger_as_sent_than_decoded_is_measured_as_sent(client: Client) -> None:
    sent = gzip.compress(random.Random(1).randbytes(99_995))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    assert (await fails(client, raw(head, sent))).kind is FailureKind.TOO_LARGE


async def test_a_body_announced_as_too_large_is_not_waited_for(client: Client) -> None:
    result = await fails(client, raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100001\r\n\r\n"))
    assert result.kind is FailureKind.TOO_LARGE


@pytest.mark.parametrize(
    "encoding", ["gzip, gzip", "gzip\r\nContent-Encoding: gzip", "aes128gcm", "compress", "gzip;q=1", "\x7f"]
)
async def test_more_than_one_encoding_or_an_unknown_one_is_refused(encoding: str, client: Client) -> None:
    result = await fails(client, ok(gzip.compress(gzip.compress(FEED)), f"Content-Encoding: {encoding}"))
    assert result.kind in {FailureKind.ENCODING, FailureKind.PROTOCOL}


def damaged() -> bytes:
    whole = bytearray(gzip.compress(FEED))
    whole[-6] ^= 0xFF
    return bytes(whole)


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(raw(HEAD + b"Content-Length: 500\r\n\r\nshort"), id="a body shorter than announced"),
        pytest.param(raw(HEAD + b"Content-Length: 4\r\n\r\n<rss/>"), id="a body longer than announced"),
        pytest.param(raw(CHUNKED + b"a\r\n12345"), id="a cut chunk"),
        pytest.param(raw(CHUNKED + b"5\r\n12345\r\n"), id="no last chunk"),
        pytest.param(raw(CHUNKED + b"zz\r\n12345\r\n"), id="a bad chunk size"),
        pytest.param(ok(damaged(), "Content-Encoding: gzip"), id="a wrong checksum"),
        pytest.param(ok(FEED, "Content-Encoding: gzip"), id="plain text called gzip"),
        pytest.param(ok(gzip.compress(b"") * 2000, "Content-Encoding: gzip"), id="2,000 gzip members"),
        pytest.param(raw(HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), id="two lengths"),
        pytest.param(raw(HEAD + b"Content-Length: -1\r\n\r\nxx"), id="a negative length"),
        pytest.param(raw(HEAD + b"Content-Length: 1e3\r\n\r\nxx"), id="a length that is no number"),
        pytest.param(raw(b"\x00\xff\x1b]52;c;x\x07 garbage\r\n\r\n"), id="garbage"),
        pytest.param(raw(b"<rss/>"), id="HTTP/0.9"),
        pytest.param(raw(b"SSH-2.0-OpenSSH_9.6\r\n"), id="another protocol"),
        pytest.param(raw(HEAD + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n"), id="a header of a megabyte"),
        pytest.param(raw(HEAD + b"X: a\r\n" * 1000 + b"\r\n"), id="1,000 headers"),
        pytest.param(raw(CHUNKED + b"1\r\nx\r\n0\r\n" + b"X: a\r\n" * 100_000), id="a flood of trailers"),
    ],
)
async def test_an_answer_that_lies_about_itself_is_a_protocol_failure(script: Script, client: Client) -> None:
    assert (await fails(client, script)).kind is FailureKind.PROTOCOL


async def test_a_length_beyond_all_bounds_is_a_failure(client: Client) -> None:
    result = await fails(client, raw(HEAD + b"Content-Length: 100000000000000000000\r\n\r\nxx"))
    assert result.kind in {FailureKind.PROTOCOL, FailureKind.TOO_LARGE}


async def test_what_came_of_a_cut_gzip_body_is_kept(client: Client) -> None:
    async with hostile(ok(gzip.compress(FEED)[:-10], "Content-Encoding: gzip")) as server:
        result = await fetch_feed(client, server.url(), NONE)
    assert isinstance(result, Fetched)
    assert FEED.startswith(result.body)


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(drip(HEAD + b"\r\n", b"x", 0.05), id="a body byte by byte"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05), id="a header byte by byte"),
        pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01), id="endless 100"),
        pytest.param(drip(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", 0.01), id="endless 103"),
        pytest.param(drip(b"", b"", 0.05), id="silence"),
        pytest.param(drip(CHUNKED, b"1\r\nx\r\n", 0.01), id="one-byte chunks"),
        pytest.param(drip(CHUNKED + b"1;", b"x" * 1000, 0.001), id="an endless chunk extension"),
    ],
)
async def test_a_server_that_takes_for_ever_is_given_up_in_time(script: Script, hasty_client: Client) -> None:
    async with asyncio.timeout(2.0):
        assert await fails(hasty_client, script) == Failed(FailureKind.TIMEOUT, "no complete answer within 0.3 s")


@pytest.mark.parametrize("piece", [b"x" * 65536, b"10000\r\n" + b"x" * 65536 + b"\r\n"])
async def test_an_endless_body_is_given_up_at_the_limit(piece: bytes, client: Client) -> None:
    head = CHUNKED if piece.startswith(b"1") else HEAD + b"\r\n"
    async with asyncio.timeout(5.0):
        assert (await fails(client, drip(head, piece, 0))).kind is FailureKind.TOO_LARGE


async def test_a_redirect_does_not_start_the_time_again(hasty_client: Client, feed_server: FeedServer) -> None:
    def slow(asked: Asked) -> Answer:
        return Answer(status=302, headers={"Location": f"{asked.path}x"}, wait=0.12)

    for number in range(6):
        feed_server.set("/" + "x" * number, slow)
    async with asyncio.timeout(2.0):
        result = await fetch_feed(hasty_client, feed_server.url("/"), NONE)
    assert result == Failed(FailureKind.TIMEOUT, "no complete answer within 0.3 s")


async def test_a_server_that_hangs_up_or_is_not_there_is_told(client: Client) -> None:
    assert (await fails(client, raw())).kind is FailureKind.CONNECT

    async def reset(writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    assert (await fails(client, reset)).kind is FailureKind.CONNECT
    async with hostile(raw()) as server:
        url = server.url()
    result = await fetch_feed(client, url, NONE)
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.CONNECT
    assert "no connection to 127.0.0.1" in result.message


async def test_a_name_that_does_not_resolve_is_told(client: Client) -> None:
    for host in ("feedwatch.invalid", "a" * 64 + ".invalid"):
        result = await fetch_feed(client, f"http://{host}/", NONE)
        assert result == Failed(FailureKind.DNS, f"the name {host} does not resolve")


@pytest.mark.parametrize(
    "url", ["", "feed", "file:///etc/passwd", "http://", "http://exa mple/", "http://[::1/", "//x/"]
)
async def test_what_is_no_web_address_is_not_asked_for(url: str, client: Client) -> None:
    result = await fetch_feed(client, url, NONE)
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.ADDRESS


# --- TLS --------------------------------------------------------------------------------------------------------------


async def test_a_certificate_that_nobody_vouches_for_is_refused(client: Client, self_signed: ssl.SSLContext) -> None:
    async with hostile(ok(FEED), self_signed) as server:
        result = await fetch_feed(client, server.url(scheme="https"), NONE)
        assert server.heads == []
    assert result == Failed(FailureKind.TLS, "the certificate of 127.0.0.1 is not valid: self-signed certificate")


async def test_plain_http_on_a_secure_port_is_told(client: Client) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        result = await fetch_feed(client, f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/", NONE)
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.TLS


async def test_a_handshake_that_never_ends_is_given_up_in_time(hasty_client: Client) -> None:
    async with hostile(raw()) as server, asyncio.timeout(2.0):
        result = await fetch_feed(hasty_client, server.url(scheme="https"), NONE)
    assert isinstance(result, Failed)
    assert result.kind is FailureKind.TIMEOUT
