"""Draws the README's pictures of the five views: the demo, a minute in, as the screen itself exports it.

Run by ``make pictures``: ``python -m tests.picture FOLDER``.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path

from feedwatch.cli.demo import demo_server, prepare
from feedwatch.engine.engine import open_engine
from feedwatch.tui.app import FeedwatchApp

PLAYED = 66.0
"""Seconds of the demo before the pictures are taken: everything has come in, and the burst has been told."""
SIZE = (120, 34)
VIEWS = {
    "stream": ("1", "g", *"j" * 13, "enter"),
    "alerts": ("escape", "2", "g", *"j" * 5),
    "feeds": ("3", "G", "k"),
    "deliveries": ("4", "g", "j"),
    "statistics": ("5",),
}
"""The keys that lead to each picture."""
FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)
"""The exporter's fonts would be loaded from elsewhere; the reader's own monospace will do."""


async def draw(folder: Path) -> None:
    """Play the demo, and save each view."""
    with tempfile.TemporaryDirectory() as name:
        async with demo_server() as server:
            context = await prepare(Path(name), server)
            stop = asyncio.Event()
            async with open_engine(context.config, context.database, "screen") as engine, context.desk() as desk:
                running = asyncio.create_task(engine.run(stop))
                desk.engine_pid = os.getpid()
                await asyncio.sleep(PLAYED)
                app = FeedwatchApp(desk, open_url=lambda url: None)
                async with app.run_test(size=SIZE) as pilot:
                    await pilot.pause(1.0)
                    for view, keys in VIEWS.items():
                        await pilot.press(*keys)
                        await pilot.pause(1.5)
                        svg = app.export_screenshot(title=f"feedwatch: {view}")
                        (folder / f"{view}.svg").write_text(FONTS.sub("", svg), encoding="utf-8")
                stop.set()
                await running


if __name__ == "__main__":
    asyncio.run(draw(Path(sys.argv[1])))
