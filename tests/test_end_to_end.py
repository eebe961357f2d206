"""The main job with nothing faked but the publisher and the receiver: real processes, sockets, files."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import signal
import sqlite3
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from standardwebhooks import Webhook

from tests.feeds import SECRET, rss, serve, write_config
from tests.loopback import Answer, Asked, FeedServer, WebhookSink
from tests.program import Program, kill, said, until


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def program(folder: Path, *urls: str, hook: str = "", more: str = "") -> Program:
    return Program(write_config(folder, urls, hook=hook, more=more), folder / "feedwatch.db")


async def test_a_match_reaches_the_webhook_once_signed_over_polls_and_restarts(
    folder: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour talks"), hook=webhook_sink.url("/hook"))
    assert (await user.poll())["items_new"] == 1
    serve(feed_server, "/a", "Two drones seen", "Harbour talks")

    first = await user.poll()
    for _ in range(3):
        again = await user.poll()
        assert (again["items_new"], again["alerts"], again["delivered"]) == (0, 0, 0)

    assert (first["items_new"], first["alerts"], first["delivered"]) == (1, 1, 1)
    (hook,) = webhook_sink.requests
    event = Webhook(SECRET).verify(hook.body, dict(hook.headers))
    assert event["type"] == "alert.raised"
    assert event["data"]["matches"] == [{"field": "title", "start": 4, "end": 10, "text": "drones"}]


async def test_what_comes_in_quiet_hours_is_one_digest_at_their_end(
    folder: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour talks"), hook=webhook_sink.url("/hook"))
    loud = user.config.read_text()
    user.config.write_text(loud.replace("[[channels]]", '[[channels]]\nquiet = "00:00-24:00"'))
    await user.poll()
    for titles in (("Two drones seen",), ("A drone over the port", "Two drones seen")):
        serve(feed_server, "/a", *titles, "Harbour talks")
        assert (await user.poll())["delivered"] == 0
    assert webhook_sink.requests == []
    assert {one["reason"] for one in await user.records("alerts")} == {"held for quiet hours"}

    user.config.write_text(loud)  # they end
    for _ in range(2):
        await user.poll()

    (hook,) = webhook_sink.requests
    event = Webhook(SECRET).verify(hook.body, dict(hook.headers))
    assert event["type"] == "alert.digest"
    assert [one["item"]["title"] for one in event["data"]["alerts"]] == ["Two drones seen", "A drone over the port"]


async def test_a_digest_gathers_alerts_and_counts_what_a_cooldown_held_back(
    folder: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour talks"), hook=webhook_sink.url("/hook"))
    plain = user.config.read_text()
    gathering = plain.replace("[[channels]]", '[[channels]]\ndigest = "24h"')
    user.config.write_text(gathering.replace("[[rules]]", '[[rules]]\ncooldown = "1d"'))
    await user.poll()
    for titles in (("Two drones seen",), ("A drone over the port", "Two drones seen")):
        serve(feed_server, "/a", *titles, "Harbour talks")
        assert (await user.poll())["delivered"] == 0
    assert sorted(str(one["reason"]) for one in await user.records("alerts")) == ["cooldown", "held for the digest"]

    user.config.write_text(plain)  # it goes now
    await user.poll()

    (hook,) = webhook_sink.requests
    data = json.loads(hook.body)["data"]
    assert (data["count"], data["suppressed"]["count"]) == (1, 1)
    assert [one["item"]["title"] for one in data["alerts"]] == ["Two drones seen"]


async def test_what_a_first_poll_finds_is_a_baseline_and_is_not_delivered(
    folder: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    user = program(folder, serve(feed_server, "/a", "Two drones seen"), hook=webhook_sink.url())
    await user.poll()
    (alert,) = await user.records("alerts")
    assert (alert["state"], webhook_sink.requests) == ("baseline", [])


async def test_an_edited_title_is_a_revision_and_not_news(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour talks begin"))
    await user.poll()
    serve(feed_server, "/a", "Harbour talks fail")
    edited = await user.poll()
    assert (edited["items_new"], edited["items_updated"]) == (0, 1)
    _, out, _ = await user.run("show", "1", "--json")
    shown = json.loads(out)
    assert shown["title"] == "Harbour talks fail"
    assert [one["title"] for one in shown["revisions"]] == ["Harbour talks begin"]


async def test_an_edit_that_brings_the_word_in_is_an_alert(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Objects seen"))
    await user.poll()
    serve(feed_server, "/a", "Drones seen")
    assert (await user.poll())["alerts"] == 1


async def test_an_article_that_stands_twice_in_a_body_is_one_alert(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour talks"))
    await user.poll()
    twice = rss("Drones seen", "Drones seen", "Harbour talks").replace("/feed/3<", "/feed/2<")
    feed_server.set("/a", twice)
    done = await user.poll()
    assert (done["items_new"], done["alerts"]) == (2, 1)


async def test_a_guid_that_becomes_shared_brings_one_new_item(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour talks"))
    await user.poll()
    both = rss("Ferry timetable", "Harbour talks").replace("feed-2</guid>", "feed-1</guid>")
    feed_server.set("/a", both)
    assert (await user.poll())["items_new"] == 1
    feed_server.set("/a", both + " ")
    again = await user.poll()
    assert (again["items_new"], again["items_updated"]) == (0, 0)


async def test_the_same_guid_in_two_feeds_is_two_items(folder: Path, feed_server: FeedServer) -> None:
    urls = [serve(feed_server, path, "Harbour talks", name="same") for path in ("/a", "/b")]
    assert (await program(folder, *urls).poll())["items_new"] == 2


async def test_a_dead_channel_delays_no_other(folder: Path, feed_server: FeedServer, webhook_sink: WebhookSink) -> None:
    async with WebhookSink([Answer(status=204, wait=30.0)] * 20) as dead:
        more = f'[[channels]]\nname = "dead"\ntype = "webhook"\nurl = "{dead.url()}"\ntimeout = "20s"\n'
        user = program(folder, serve(feed_server, "/a", "Harbour"), hook=webhook_sink.url(), more=more)
        user.config.write_text(user.config.read_text().replace('["desk"]', '["dead", "desk"]'))
        async with user.daemon() as daemon:
            await until(lambda: polled(feed_server, "/a", 1))
            serve(feed_server, "/a", *(f"Drone {n}" for n in range(6)), "Harbour")
            assert len(await webhook_sink.came(6, 20)) == 6
            kill(daemon)  # it would wait for what hangs
            await daemon.wait()


async def test_two_processes_never_poll_one_database_at_once(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour"))
    async with user.daemon():
        await until(lambda: polled(feed_server, "/a", 1))
        code, _, err = await user.run("poll")
        assert code == 5
        assert "already polled by the daemon" in err
        assert len(await user.records("items")) == 1


async def test_a_daemon_drains_on_sigterm_and_the_schedule_survives(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour"))
    user.config.write_text(user.config.read_text().replace('interval = "0.3s"', 'interval = "1h"'))
    for _ in range(2):
        async with user.daemon() as daemon:
            await until(lambda: polled(feed_server, "/a", 1))
            await until(lambda: has_engine(folder))
            await asyncio.sleep(0.5)
            daemon.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(daemon.wait(), 20) == 0
    assert len(feed_server.asked("/a")) == 1


async def test_sighup_takes_a_new_configuration_and_refuses_a_broken_one(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour"))
    serve(feed_server, "/b", "Ferry", name="b")
    async with user.daemon() as daemon:
        await until(lambda: polled(feed_server, "/a", 1))
        good = user.config.read_text()
        user.config.write_text(good + "[pol]\n")
        daemon.send_signal(signal.SIGHUP)
        await said(daemon, "the configuration is not taken over")
        assert daemon.returncode is None
        user.config.write_text(good + f'[[feeds]]\nurl = "{feed_server.url("/b")}"\n')
        daemon.send_signal(signal.SIGHUP)
        await until(lambda: polled(feed_server, "/b", 1))


async def test_a_network_that_is_allowed_while_it_runs_is_dialled_from_then_on(
    folder: Path, feed_server: FeedServer
) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour"))
    allowed = user.config.read_text()
    user.config.write_text(allowed.replace('["127.0.0.0/8"]', "[]").replace('"0.3s"', '"1s"'))
    async with user.daemon():

        async def refused() -> bool:
            return any(one["last_error"] for one in await user.records("feeds"))

        await until(refused)
        assert feed_server.requests == []
        user.config.write_text(allowed)
        await until(lambda: polled(feed_server, "/a", 1))


async def test_sigusr1_polls_every_feed_now(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour"))
    user.config.write_text(user.config.read_text().replace('interval = "0.3s"', 'interval = "1h"'))

    async def is_stored() -> bool:
        return bool(await user.records("items"))

    async with user.daemon() as daemon:
        await until(is_stored)
        daemon.send_signal(signal.SIGUSR1)
        await until(lambda: polled(feed_server, "/a", 2))


async def test_a_channel_that_was_gone_is_in_service_again_at_its_new_address(
    folder: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    webhook_sink.script = [410]
    user = program(folder, serve(feed_server, "/a", "Harbour"), hook=webhook_sink.url("/old"))
    async with user.daemon():
        await until(lambda: polled(feed_server, "/a", 1))
        serve(feed_server, "/a", "First drone", "Harbour")
        await webhook_sink.came(1, 20)
        serve(feed_server, "/a", "Second drone", "First drone", "Harbour")
        await until(lambda: has_alerts(folder, 2))
        before = len(feed_server.asked("/a"))
        await until(lambda: polled(feed_server, "/a", before + 1))
        user.config.write_text(user.config.read_text().replace("/old", "/new"))
        await webhook_sink.came(2, 20)
    assert [one.path for one in webhook_sink.requests] == ["/old", "/new"]


async def test_health_and_metrics_tell_what_the_daemon_does(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour"))
    async with FeedServer() as borrowed:
        port = borrowed.port
    async with user.daemon("--health", f"127.0.0.1:{port}"), aiohttp.ClientSession() as session:
        await until(lambda: polled(feed_server, "/a", 2))

        async def get(path: str) -> tuple[int, str]:
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                return answer.status, await answer.text()

        async def is_healthy() -> bool:
            return (await get("/healthz"))[0] == 200

        await until(is_healthy)
        assert (await get("/readyz"))[0] == 200
        assert 'feedwatch_polls_total{result="ok"} 1.0' in (await get("/metrics"))[1]


async def test_metrics_tell_how_long_alerts_took_by_rule_and_by_channel(
    folder: Path, feed_server: FeedServer, webhook_sink: WebhookSink
) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour"), hook=webhook_sink.url())
    await user.poll()
    ahead = format_datetime(datetime.now(UTC) + timedelta(hours=2))
    body = rss("Drone seen", "Harbour").replace("</guid>", f"</guid><pubDate>{ahead}</pubDate>", 1)
    feed_server.set("/a", body, {"Content-Type": "application/rss+xml"})
    assert (await user.poll())["delivered"] == 1
    async with FeedServer() as borrowed:
        port = borrowed.port
    found: dict[tuple[str, ...], float] = {}
    async with user.daemon("--health", f"127.0.0.1:{port}"), aiohttp.ClientSession() as session:

        async def is_told() -> bool:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                    for family in text_string_to_metric_families(await answer.text()):
                        for one in family.samples:
                            found[one.name, *(value for _, value in sorted(one.labels.items()))] = one.value
            return bool(found)

        await until(is_told)
    rule, channel = "feedwatch_rule_latency_seconds", "feedwatch_channel_latency_seconds"
    assert found["feedwatch_dates_skewed", "Drones"] == 1
    assert {key for key in found if key[0] in (rule, channel)} == {
        key
        for quantile in ("0.5", "0.95")
        for key in (
            (rule, quantile, "Drones", "seen_to_raised"),
            (rule, quantile, "Drones", "raised_to_delivered"),
            (channel, "desk", quantile, "raised_to_delivered"),
        )
    }
    (alert,) = await user.records("alerts")
    took = alert["latency"]
    assert isinstance(took, dict)
    assert took["published_to_seen"] is None
    assert found[channel, "desk", "0.5", "raised_to_delivered"] == took["raised_to_delivered"] > 0


@pytest.mark.parametrize("seed", range(3))
async def test_a_killed_daemon_leaves_each_item_and_alert_once(
    folder: Path, feed_server: FeedServer, webhook_sink: WebhookSink, seed: int
) -> None:
    urls = [serve(feed_server, f"/{n}", f"Harbour {n}", name=f"f{n}") for n in range(8)]
    user = program(folder, *urls, hook=webhook_sink.url())
    await user.poll()
    for n in range(8):
        serve(feed_server, f"/{n}", f"Drone number {n} over the harbour", f"Harbour {n}", name=f"f{n}")
    async with user.daemon() as daemon:
        await until(lambda: polled(feed_server, "/0", 2))
        await asyncio.sleep(random.Random(seed).uniform(0, 0.2))
        kill(daemon)
        await daemon.wait()
    await user.poll()

    items, alerts = await asyncio.gather(user.records("items"), user.records("alerts"))
    assert sorted(str(one["title"]) for one in items) == sorted(
        [f"Drone number {n} over the harbour" for n in range(8)] + [f"Harbour {n}" for n in range(8)]
    )
    assert len({str(one["id"]) for one in alerts}) == len(alerts) == 8
    await webhook_sink.came(8)
    assert len({one.headers["webhook-id"] for one in webhook_sink.requests}) == 8


async def test_bad_feeds_each_get_a_sentence_and_harm_no_other(folder: Path, feed_server: FeedServer) -> None:
    def endless(asked: Asked) -> Answer:
        return Answer(b"<rss><channel><item><title>x</title></item>" + b" " * 12_000_000)

    urls = [
        feed_server.set("/html", "<!doctype html><html><body><p>Welcome</p></body></html>"),
        feed_server.set("/empty", ""),
        feed_server.set("/cut", rss("Ferry", "Harbour", name="cut")[:-60]),
        feed_server.set("/large", endless),
        feed_server.set("/path", "/etc/passwd"),
        "http://127.0.0.1:9/unreachable",
        serve(feed_server, "/good", "Market", name="good"),
    ]
    code, out, _ = await program(folder, *urls).run("poll", "--json")
    summary = json.loads(out)
    assert (code, summary["ok"], summary["failed"]) == (4, 2, 5)
    records = {one["url"]: one for one in await program(folder, *urls).records("feeds")}
    for url in (*urls[:2], *urls[3:6]):
        assert str(records[url]["last_error"]).strip(), url
        assert "Traceback" not in str(records[url]["last_error"])
    titles = {one["title"] for one in await program(folder, *urls).records("items")}
    assert {"Ferry", "Market"} <= titles


async def test_a_file_that_is_no_database_is_refused_and_left_alone(folder: Path, feed_server: FeedServer) -> None:
    user = program(folder, serve(feed_server, "/a", "Harbour"))
    user.database.write_bytes(b"this is no database, it is a letter to my aunt" * 100)
    before = user.database.read_bytes()
    code, _, err = await user.run("poll")
    assert code == 1
    assert str(user.database) in err
    assert user.database.read_bytes() == before


async def test_poll_says_by_its_exit_code_that_nothing_could_be_fetched(folder: Path) -> None:
    code, _, err = await program(folder, "http://127.0.0.1:9/").run("poll")
    assert code == 3
    assert err.strip()


async def test_full_text_is_fetched_for_feeds_that_ask_for_it(folder: Path, feed_server: FeedServer) -> None:
    paragraph = "<p>" + "The harbour master spoke of forty ships that wait outside the breakwater. " * 6 + "</p>"
    page = feed_server.set(
        "/page", f"<html><body><article><h1>Harbour</h1>{paragraph * 4}</article></body></html>",
        {"Content-Type": "text/html"},
    )  # fmt: skip
    feed = rss("Harbour talks").replace("https://example.org/feed/1", page)
    user = program(folder, feed_server.set("/a", feed))
    user.config.write_text(user.config.read_text() + "full_text = true\n")
    await user.poll()
    _, out, _ = await user.run("show", "1", "--full-text")
    assert "forty ships" in out
    assert len(feed_server.asked("/page")) == 1


async def has_engine(folder: Path) -> bool:
    with contextlib.closing(sqlite3.connect(folder / "feedwatch.db")) as database:
        return bool(database.execute("SELECT owner FROM engine WHERE owner IS NOT NULL").fetchone())


async def has_alerts(folder: Path, count: int) -> bool:
    with contextlib.closing(sqlite3.connect(folder / "feedwatch.db")) as database:
        return bool(database.execute("SELECT count(*) = ? FROM alerts", (count,)).fetchone()[0])


async def polled(server: FeedServer, path: str, times: int) -> bool:
    return len(server.asked(path)) >= times
