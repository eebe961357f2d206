"""The demo from its command's side: the server in its process, and the database that the screen opens."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedwatch.cli.demo import demo_server, prepare
from feedwatch.model import AlertState, View


async def test_the_demo_begins_with_two_weeks_of_news_of_which_nobody_is_told(tmp_path: Path) -> None:
    async with demo_server() as server:
        context = await prepare(tmp_path, server)
        now = datetime.now(UTC)
        async with context.desk() as desk:
            newest = await desk.items(View(), 1)
            assert now - newest.rows[0].seen < timedelta(minutes=1)
            alerts = await desk.alerts(99)
            assert {alert.rule for alert in alerts if alert.state is AlertState.RAISED} >= {
                "drone",
                "general",
                "strikes",
            }
            assert now - alerts[-1].raised_at > timedelta(days=12)
            assert await desk.store.deliveries(9) == ()
            days = {alert.raised_at.date() for alert in alerts}
            assert len(days) > 8


async def test_the_demo_shows_a_failing_feed_a_page_and_a_channel_that_fails() -> None:
    async with demo_server() as server:
        base = f"http://127.0.0.1:{server.port}"

        def status(path: str, data: bytes | None = None) -> tuple[int, bytes]:
            try:
                with urllib.request.urlopen(f"{base}{path}", data) as answer:
                    return answer.status, answer.read()
            except urllib.error.HTTPError as error:
                return error.code, b""

        assert (await asyncio.to_thread(status, "/standard.xml"))[0] == 503
        assert (await asyncio.to_thread(status, "/nothing.xml"))[0] == 404
        code, page = await asyncio.to_thread(status, "/courier/0")
        assert (code, b"will report on this during the day" in page) == (200, True)
        assert (await asyncio.to_thread(status, "/desk", b"{}"))[0] == 200
        assert (await asyncio.to_thread(status, "/broken", b"{}"))[0] == 500
