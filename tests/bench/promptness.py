"""How soon an alert is at its webhook once it is raised: python -m tests.bench.promptness [COUNT].

A daemon in a process of its own polls a feed of the loopback address, which has one more matching item each time, and
sends to a receiver there; what ``feedwatch stats`` says of the channel is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import tempfile
from pathlib import Path

from tests.feeds import serve, write_config
from tests.loopback import FeedServer, WebhookSink
from tests.program import Program, said


def main() -> None:
    """Raise so many alerts, one after the other, and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=100)
    print(asyncio.run(measure(parser.parse_args().count)))  # noqa: T201  # its output


async def measure(count: int) -> str:
    """Half, and 95 of 100, of the times from raised to delivered."""
    async with FeedServer() as feeds, WebhookSink() as sink:
        with tempfile.TemporaryDirectory() as folder:
            url = serve(feeds, "/a", "Harbour talks")
            user = Program(write_config(Path(folder), [url], hook=sink.url("/hook")), Path(folder) / "feedwatch.db")
            await user.poll()
            titles = ["Harbour talks"]
            async with user.daemon() as process:
                await said(process, "polling 1 feeds")
                for number in range(count):
                    titles.insert(0, f"Drone {number} seen over harbour {number * 7919}")
                    serve(feeds, "/a", *titles)
                    process.send_signal(signal.SIGUSR1)
                    await sink.came(number + 1, 20)
            _, out, _ = await user.run("stats", "--json")
    (channel,) = json.loads(out)["channels"]
    took = channel["latency"]["raised_to_delivered"]
    return f"{took['count']} alerts, raised to delivered: p50 {took['p50']:.3f} s, p95 {took['p95']:.3f} s"


if __name__ == "__main__":
    main()
