"""Draws docs/screen.svg: the demo, half a minute in, as the screen itself exports it. Run by ``make picture``."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from pathlib import Path

from feedwatch.cli.demo import demo_server, prepare
from feedwatch.engine.engine import open_engine
from feedwatch.tui.app import FeedwatchApp

PLAYED = 36.0
"""Seconds of the demo before the picture is taken."""
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""The exporter's fonts would be loaded from elsewhere; the reader's own monospace will do."""


async def draw(target: Path) -> None:
    """Play the demo, read an alert, and save the screen."""
    with tempfile.TemporaryDirectory() as folder:
        async with demo_server() as server:
            context = await prepare(Path(folder), server)
            stop = asyncio.Event()
            async with open_engine(context.config, context.database, "screen") as engine, context.desk() as desk:
                running = asyncio.create_task(engine.run(stop))
                app = FeedwatchApp(desk, open_url=lambda url: None)
                async with app.run_test(size=(128, 36)) as pilot:
                    await asyncio.sleep(PLAYED)
                    await pilot.press("g", "j", "enter")
                    await pilot.pause(1.0)
                    svg = app.export_screenshot(title="feedwatch")
                stop.set()
                await running
    target.write_text(_FONTS.sub("", svg), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
