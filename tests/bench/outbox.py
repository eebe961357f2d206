"""How fast waiting deliveries leave: python -m tests.bench.outbox [COUNT] [CHANNELS].

The outbox is filled with real alerts, the receiver is a process of its own on the loopback address, the courier is the
engine's own with its default of four deliveries at once to a channel.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from feedwatch.model import DeliveryState, NewDelivery
from feedwatch.net.session import Client, NetSettings
from feedwatch.store.store import Store
from tests.engine.post_office import PostOffice
from tests.loopback import WebhookSink
from tests.store.samples import NOW, add, alert, draft

AT_ONCE = 200


def main() -> None:
    """Fill, deliver, and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", nargs="?", type=int, default=5000)
    parser.add_argument("channels", nargs="?", type=int, default=1)
    arguments = parser.parse_args()
    ours, theirs = multiprocessing.Pipe()
    receiver = multiprocessing.Process(target=receive, args=(theirs,), daemon=True)
    receiver.start()
    url = ours.recv()
    seconds, fill = asyncio.run(measure(url, arguments.count, arguments.channels))
    ours.send("how many?")
    print(  # noqa: T201  # its output
        f"{arguments.count:,} deliveries to {arguments.channels} channel(s) in {seconds:.1f} s"
        f" ({arguments.count / seconds:,.0f} a second); {ours.recv():,} requests came; filled in {fill:.1f} s"
    )


def receive(pipe: Connection) -> None:
    """Take whatever is sent, until told to say how much it was."""
    asyncio.run(_receive(pipe))


async def _receive(pipe: Connection) -> None:
    async with WebhookSink() as sink:
        pipe.send(sink.url("/hook"))
        await asyncio.to_thread(pipe.recv)
        pipe.send(len(sink.requests))


async def measure(url: str, count: int, channels: int) -> tuple[float, float]:
    """Seconds to deliver, and seconds to fill the outbox."""
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "feedwatch.db")
        async with Client(NetSettings(allow_private=("127.0.0.0/8",))) as client:
            office = PostOffice(store, client)
            names = [f"channel {number}" for number in range(channels)]
            for name in names:
                office.connect(name, url)
            began = time.perf_counter()
            for start in range(0, count, AT_ONCE):
                drafts = [draft(str(number)) for number in range(start, min(start + AT_ONCE, count))]
                alerts = [
                    alert(one, deliveries=(NewDelivery(names[(start + place) % channels], NOW),))
                    for place, one in enumerate(drafts)
                ]
                await add(store, *drafts, alerts=tuple(alerts))
            filled = time.perf_counter()
            await office.courier.empty()
            done = time.perf_counter()
        states = {one.state for one in await store.deliveries(count)}
        await store.close()
    assert states == {DeliveryState.DELIVERED}, states
    return done - filled, filled - began


if __name__ == "__main__":
    main()
