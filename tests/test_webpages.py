"""What a person asks of the network: finding feeds, an article in full, a test of a channel."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image
from standardwebhooks import Webhook

from feedwatch.config import Config, PollSettings
from feedwatch.errors import DeliveryError, ParseError, SubscriptionError
from feedwatch.model import Channel
from feedwatch.webpages import open_web_pages, send_test
from tests.feeds import SECRET, rss
from tests.loopback import FeedServer, WebhookSink

CONFIG = Config(poll=PollSettings(allow_private=("127.0.0.0/8",), timeout=5.0))
SITE = '<html><head><link rel="alternate" type="application/rss+xml" href="/feed"><title>Site</title></head></html>'


async def found(address: str) -> list[str]:
    async with open_web_pages(CONFIG) as pages:
        return [one.subscription.url for one in await pages.find_feeds(address)]


async def test_the_address_of_a_feed_is_that_feed(feed_server: FeedServer) -> None:
    url = feed_server.set("/feed", rss("Harbour"))
    assert await found(url) == [url]


async def test_the_address_of_a_site_gives_the_feeds_it_announces(feed_server: FeedServer) -> None:
    feed = feed_server.set("/feed", rss("Harbour"))
    site = feed_server.set("/", SITE, {"Content-Type": "text/html"})
    assert await found(site) == [feed]


@pytest.mark.parametrize("body", ["<html><p>Nothing here</p></html>", SITE])
async def test_a_site_without_readable_feeds_is_told_in_a_sentence(feed_server: FeedServer, body: str) -> None:
    site = feed_server.set("/", body)
    with pytest.raises(SubscriptionError, match="feed"):
        await found(site)


async def test_what_a_site_announces_and_can_not_be_read_is_told_last(feed_server: FeedServer) -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{name}">' for name in ("gone", "feed"))
    feed, site = feed_server.set("/feed", rss("Harbour")), feed_server.set("/", f"<html><head>{links}</head></html>")
    async with open_web_pages(CONFIG) as pages:
        good, bad = await pages.find_feeds(site)
    assert (good.subscription.url, good.problem) == (feed, "")
    assert "/gone: the server answered 404" in bad.problem


async def test_an_address_without_a_scheme_is_tried_without_tls_too(feed_server: FeedServer) -> None:
    url = feed_server.set("/feed", rss("Harbour"))
    assert await found(f' "{url.removeprefix("http://")}" ') == [url]


async def test_of_two_ways_to_an_address_the_answer_of_a_server_is_told(feed_server: FeedServer) -> None:
    with pytest.raises(SubscriptionError, match=r"http://.*/none: the server answered 404"):
        await found(feed_server.url("/none").removeprefix("http://"))


async def test_a_feed_that_breaks_off_before_its_first_entry_is_none(feed_server: FeedServer) -> None:
    url = feed_server.set("/feed", "<rss><channel><title>Bro")
    with pytest.raises(SubscriptionError, match="breaks off before its first entry"):
        await found(url)


async def test_an_address_that_may_not_be_dialled_is_told() -> None:
    with pytest.raises(SubscriptionError):
        await found("file:///etc/passwd")


async def test_a_channel_is_tested_with_a_signed_message(webhook_sink: WebhookSink) -> None:
    channel = Channel("desk", "webhook", webhook_sink.url(), (SECRET,))
    sentence = await send_test(CONFIG, channel, datetime.now(UTC))
    (hook,) = webhook_sink.requests
    assert Webhook(SECRET).verify(hook.body, dict(hook.headers))["type"] == "test"
    assert sentence == "channel desk: delivered (status 204)"


async def test_a_channel_that_refuses_is_told(webhook_sink: WebhookSink) -> None:
    webhook_sink.script = [500]
    with pytest.raises(DeliveryError, match="500"):
        await send_test(CONFIG, Channel("desk", "webhook", webhook_sink.url()), datetime.now(UTC))


async def test_an_article_is_read_and_its_progress_told(feed_server: FeedServer) -> None:
    paragraph = "<p>" + "The harbour master spoke of forty ships that wait outside the breakwater. " * 6 + "</p>"
    body = f"<html><body><article><h1>Harbour</h1>{paragraph * 400}</article></body></html>"
    url = feed_server.set("/page", body, {"Content-Type": "text/html"})
    heard: list[int] = []
    async with open_web_pages(CONFIG) as pages:
        document = await pages.article(url, heard.append)
    assert "forty ships" in document.text
    assert len(heard) > 1
    assert heard == sorted(heard)
    assert heard[-1] == len(body)


async def test_a_picture_is_fetched_and_made_small(feed_server: FeedServer) -> None:
    body = io.BytesIO()
    Image.new("RGB", (1200, 600), "red").save(body, "PNG")
    url = feed_server.set("/a.png", body.getvalue(), {"Content-Type": "image/png"})
    heard: list[int] = []
    async with open_web_pages(CONFIG) as pages:
        bitmap = await pages.picture(url, heard.append)
    assert (bitmap.width, bitmap.height) == (640, 320)
    assert heard[-1] == len(body.getvalue())


async def test_a_picture_that_is_none_is_told(feed_server: FeedServer) -> None:
    url = feed_server.set("/a.png", "<html>", {"Content-Type": "image/png"})
    async with open_web_pages(CONFIG) as pages:
        with pytest.raises(ParseError, match="no picture that can be shown"):
            await pages.picture(url)


async def test_a_picture_in_the_house_is_not_fetched(feed_server: FeedServer) -> None:
    async with open_web_pages(Config()) as pages:
        with pytest.raises(SubscriptionError):
            await pages.picture(feed_server.url("/a.png"))
    assert not feed_server.requests
