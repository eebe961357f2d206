"""How soon the first page of a search is there: ``python -m tests.bench.search``, on an invented archive.

Printed as Markdown: for each search, milliseconds of the median run (wall, and CPU of this process), how many rows came
and whether the time limit cut the page short. ``--db FILE`` keeps the archive for further runs; without it, it is made
anew (a few minutes for a million items) and thrown away.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from feedwatch.model import FeedId, Page, View
from feedwatch.store.store import Store
from tests.bench import archive
from tests.bench.corpus import vocabulary
from tests.bench.tables import table

SEARCHES = (
    ("a word of every item", "the"),
    ("a common word", "said"),
    ("a word of 1 item in 60", "{500}"),
    ("a word of 1 item in 200", "drone"),
    ("a rare word", "{7000}"),
    ("a word that occurs nowhere", "contretemps"),
    ("a phrase", '"air defence"'),
    ("a phrase of common words", '"they said"'),
    ("two common words", "said {5}"),
    ("two rarer words", "drone election"),
    ("either of two words", "drone OR airspace"),
    ("a word in the title", "title:drone"),
    ("a beginning", "dro*"),
    ("a long beginning", "elec*"),
    ("two words near each other", "drone NEAR/5 said"),
    ("two words near each other, rare", "general NEAR/5 election"),
    ("a word but for a phrase", 'general EXCEPT "general election"'),
    ("Cyrillic", "генерал"),
    ("Chinese", "无人机"),
    ("Chinese, a common sign", "北"),
    ("unread", "is:unread drone"),
    ("starred", "is:starred said"),
    ("of two days", "since:2d drone"),
    ("of an hour", "since:1h said"),
    ("of before a month", "before:30d drone"),
    ("an outlet's", 'outlet:"Outlet 7" drone'),
    ("a tag's", "tag:world drone"),
    ("a language's", "lang:uk генерал"),
    ("many outlets, a word", "outlets>=3 drone"),
    ("an outlet alone", 'outlet:"Outlet 7"'),
    ("a feed alone", 'feed:"News 7"'),
    ("a tag alone", "tag:world"),
    ("a language alone", "lang:uk"),
    ("unread alone", "is:unread"),
    ("many outlets alone", "outlets>=3"),
    ("more outlets than any alone", "outlets>=20"),
    ("NOT beside a word", "drone -election"),
    ("NOT beside a common word", "said -the"),
    ("NOT alone", "-election"),
    ("NOT of a word in every item", "-the"),
    ("a common pattern", r"/\bdrones?\b/"),
    ("a common pattern, any case", r"/(?i)\bgeneral (of|the)\b/"),
    ("a rare pattern", r"/\b{7000}\b/"),
    ("a pattern that occurs nowhere", r"/contretemps\d/"),
    ("a pattern beside a word", r"election /drones?/"),
    ("a pattern in titles", r"title:/[Dd]rones/"),
)
"""What is measured: a name, and the query, in which {5} is the sixth of the made-up words, commonest first."""


def main() -> None:
    """Make the archive where there is none, and search it."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.search", description=__doc__)
    parser.add_argument("--items", type=int, default=1_000_000, help="items of the archive (1000000)")
    parser.add_argument("--db", type=Path, help="the archive, kept; made where there is none")
    parser.add_argument("--rows", type=int, default=50, help="rows of a page (50)")
    parser.add_argument("--runs", type=int, default=5, help="runs that medians are taken of (5)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="feedwatch-search-") as folder:
        path: Path = options.db or Path(folder) / "feedwatch.db"
        if not path.exists():
            archive.make(path, options.items)
        asyncio.run(_measure(path, options.rows, options.runs))


async def _measure(path: Path, rows: int, runs: int) -> None:
    store = await Store.open(path)
    try:
        bench = _Bench(store, rows, runs)
        count = await store.count(View()) or 0
        newest = (await store.items(View(), 1, now=bench.now)).rows[0]
        size = path.stat().st_size / 1e9
        sys.stdout.write(f"# Searching {count:,} items ({size:.1f} GB), pages of {rows} rows\n\n")
        bench.now = newest.seen
        lines = [await bench.first_page(name, _query(query)) for name, query in SEARCHES]
        lines += await bench.views()
        lines += [
            line for query in ("said", "drone", "-election", "since:20d {500}") for line in await bench.paging(query)
        ]
        sys.stdout.write(table(["search", "query", "wall, ms", "CPU, ms", "rows"], lines))
    finally:
        await store.close()


def _query(query: str) -> str:
    for place in (5, 9, 500, 7000):
        query = query.replace(f"{{{place}}}", vocabulary()[place])
    return query


class _Bench:
    """One open archive."""

    def __init__(self, store: Store, rows: int, runs: int) -> None:
        self._store = store
        self._rows = rows
        self._runs = runs
        self.now = datetime.now(UTC)

    async def first_page(self, name: str, query: str, view: View | None = None) -> list[str]:
        """The line of a first page."""
        asked = View(query=query) if view is None else view
        return await self._line(name, query, lambda: self._store.items(asked, self._rows, now=self.now))

    async def views(self) -> list[list[str]]:
        """Lines of a word in views that are short, long and marked."""
        views = {
            "a feed": View(feed_id=FeedId(7)),
            "a large feed": View(feed_id=FeedId(92)),
            "a tag": View(tag="tech"),
            "unread": View(unread=True),
            "starred": View(starred=True),
        }
        return [
            await self.first_page(
                f"in the view of {name}", query, View(view.feed_id, view.tag, view.unread, view.starred, query=query)
            )
            for name, view in views.items()
            for query in ("drone", "said", "-election")
        ]

    async def paging(self, query: str) -> list[list[str]]:
        """Lines of the second page, one in the middle, the last one, and the one before that."""
        query = _query(query)
        view = View(query=query)
        first = await self._store.items(view, self._rows, now=self.now)
        last = await self._store.items(view, self._rows, last=True, now=self.now)
        pages: dict[str, Callable[[], Awaitable[Page]]] = {}
        if first.rows:
            end = first.rows[-1].anchor
            pages["second page"] = lambda: self._store.items(view, self._rows, after=end, now=self.now)
        pages["last page"] = lambda: self._store.items(view, self._rows, last=True, now=self.now)
        if first.rows and last.rows:
            top = last.rows[0].anchor
            middle = type(top)((first.rows[0].anchor.at + top.at) // 2, 0)
            pages["a page in the middle"] = lambda: self._store.items(view, self._rows, after=middle, now=self.now)
            pages["upwards from the middle"] = lambda: self._store.items(view, self._rows, before=middle, now=self.now)
            pages["last page but one"] = lambda: self._store.items(view, self._rows, before=top, now=self.now)
        return [await self._line(name, query, ask) for name, ask in pages.items()]

    async def _line(self, name: str, query: str, ask: Callable[[], Awaitable[Page]]) -> list[str]:
        walls, cpus = [], []
        for _ in range(self._runs):
            wall, cpu = time.perf_counter(), time.process_time()
            page = await ask()
            walls.append(1000 * (time.perf_counter() - wall))
            cpus.append(1000 * (time.process_time() - cpu))
            if walls[-1] > 1000:
                break
        rows = f"{len(page.rows)}{' and on' if page.reached else ''}{page.error}"
        written = query.replace("|", "\\|")
        return [name, f"`{written}`", f"{median(walls):.1f}", f"{median(cpus):.1f}", rows]


if __name__ == "__main__":
    main()
