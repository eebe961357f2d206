"""How well items are grouped into stories: ``make bench-stories``, Markdown on stdout.

Labelled news of ``FEEDWATCH_CORPUS`` goes as a stream through the real code, a minute apart: each item is a poll of its
publisher's feed (of a feed of its own where it names none), grouped by what a real database knows and written to it.
One setting for all. Precision and recall are those of pairs: of two items of one story here, are they of one there.
Rows without a date come in a random order, several times.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import mean

from feedwatch.core.gist import gist
from feedwatch.core.stories import WINDOW, Grouping, title_key, url_key
from feedwatch.model import Claim, StoryId, replace
from feedwatch.store.connection import connect
from feedwatch.store.store import Store
from tests.store import samples

ORDERS = 3
"""Random orders of a file without dates."""
LEASE = 1e9
"""Seconds: no claim runs out while years of news go by."""
START = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """An item of the stream."""

    title: str
    text: str
    url: str
    publisher: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class Score:
    """How pairs of items were told apart."""

    hits: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """Of the pairs that were put together: how many belong together."""
        return self.hits / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of the pairs that belong together: how many were put together."""
        return self.hits / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.hits / (self.found + self.wanted) if self.found + self.wanted else 1.0


async def stories_of(rows: Sequence[Row]) -> list[StoryId]:
    """The story of each row, once all of them came in this order."""
    names = [row.publisher or f"feed {place}" for place, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder, "stories.db"))
        try:
            await store.sync_feeds([samples.subscription(name) for name in dict.fromkeys(names)], START)
            ids = {one.feed.subscription.name: one.feed.id for one in await store.feeds(START)}
            held = {one.feed.id: one for one in await store.claim_due("bench", len(ids), LEASE, START)}
            for place, (name, row) in enumerate(zip(names, rows, strict=True)):
                now = START + timedelta(minutes=place)
                held[ids[name]] = await _poll(store, held[ids[name]], f"{place}", row, now)
        finally:
            await store.close()
        with closing(connect(Path(folder, "stories.db"), write=False)) as connection:
            return [StoryId(row["story_id"]) for row in connection.execute("SELECT story_id FROM items ORDER BY id")]


async def _poll(store: Store, claim: Claim, guid: str, row: Row, now: datetime) -> Claim:
    """Write one item, as a poll of its feed; the feed's next claim."""
    draft = samples.draft(guid, row.title, row.text, row.published, url=row.url)
    draft = replace(
        draft, gist=gist(row.title, row.text, "en"), url_key=url_key(row.url), title_key=title_key(row.title)
    )
    feed = claim.feed
    (basis,) = await store.basis([(feed.id, [draft])], now - WINDOW)
    joined = Grouping([basis.stories]).join(draft, feed.id, feed.subscription.outlet, now)
    await store.apply([samples.update(claim, (), now, new=(joined,))])
    await store.request_poll(feed.id, now)
    (again,) = await store.claim_due("bench", 1, LEASE, now)
    return again


def read(folder: Path, name: str) -> list[dict[str, object]]:
    """The rows of a file."""
    with Path(folder, f"story_{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def row_of(said: dict[str, object]) -> Row:
    """An item as the files have it."""
    published = str(said.get("published") or "")
    moment = datetime.fromisoformat(published) if published else None
    text = str(said.get("summary") or said.get("text") or "")
    return Row(str(said["title"]), text, str(said["url"]), str(said.get("publisher") or ""), moment)


async def of_clusters(folder: Path, name: str, order: int) -> Score:
    """A file whose rows name their story."""
    said = read(folder, name)
    random.Random(order).shuffle(said)
    said.sort(key=lambda one: str(one["published"] or ""))
    found = await stories_of([row_of(one) for one in said])
    wanted = [str(one["cluster"]) for one in said]
    return Score(_pairs(zip(found, wanted, strict=True)), _pairs(found), _pairs(wanted))


def _pairs(labels: Iterable[object]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(labels).values())


async def of_pairs(folder: Path, *, edge: bool) -> Score:
    """A file of pairs, some of which tell one event; ``edge``: also those on which people would not agree."""
    said = read(folder, "pairs")
    items = [(place, side, row_of(one[side])) for place, one in enumerate(said) for side in ("a", "b")]  # type: ignore[arg-type]  # JSON
    items.sort(key=lambda item: item[2].published or START)
    found = await stories_of([row for _, _, row in items])
    story = {(place, side): one for (place, side, _), one in zip(items, found, strict=True)}
    judged = [(place, one) for place, one in enumerate(said) if edge or not one["edge"]]
    together = {place for place, _ in judged if story[place, "a"] == story[place, "b"]}
    wanted = {place for place, one in judged if one["label"]}
    return Score(len(together & wanted), len(together), len(wanted))


async def measure(folder: Path, orders: int) -> list[tuple[str, list[Score]]]:
    """All files, each in so many orders."""
    clusters: Sequence[str] = ("syndicated", "headlines", "texts")
    rows = [(name, [await of_clusters(folder, name, order) for order in range(orders)]) for name in clusters]
    rows.append(("pairs, without edge cases", [await of_pairs(folder, edge=False)]))
    rows.append(("pairs, all", [await of_pairs(folder, edge=True)]))
    return rows


def main() -> int:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.stories", description=__doc__)
    parser.add_argument("--orders", type=int, default=ORDERS)
    options = parser.parse_args()
    folder = os.environ.get("FEEDWATCH_CORPUS")
    if not folder:
        sys.stderr.write("FEEDWATCH_CORPUS names no folder with labelled news: set it and run again.\n")
        return 2
    sys.stdout.write("| news | precision | recall | F1 |\n|---|--:|--:|--:|\n")
    for name, scores in asyncio.run(measure(Path(folder), options.orders)):
        figures: Sequence[Callable[[Score], float]] = (lambda s: s.precision, lambda s: s.recall, lambda s: s.f1)
        cells = " | ".join(f"{mean(map(figure, scores)):.3f}" for figure in figures)
        sys.stdout.write(f"| {name} | {cells} |\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
