"""What grouping an item into a story costs with much news around it: ``python -m tests.bench.grouping``, Markdown.

Owns the archive that it is measured in: as many items as asked, the last ones (``WINDOW``'s worth at most) written by
the real code as polls of 20, older ones straight into the tables that grouping looks into. What items say is the news
of ``FEEDWATCH_CORPUS``, over and over with a third of the words exchanged for made-up ones, so that there is as much to
compare as in real news; without it the words are all made up.

Timed are the last polls: reading what their items may belong to, deciding, and writing what later ones are compared
with; by themselves, in this process, with the file in the system's cache as while polling.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedwatch.core.gist import gist
from feedwatch.core.stories import WINDOW, Grouping, text_key, title_key, url_key
from feedwatch.model import Claim, Draft, NewItem, StoryBasis, replace
from feedwatch.store import feeds, gists, stories, updates
from feedwatch.store.connection import Connection, connect, in_transaction
from feedwatch.store.opening import prepare
from feedwatch.store.rows import to_ms
from tests.bench.corpus import vocabulary
from tests.store import samples

SIZES = (10_000, 100_000, 1_000_000)
IN_WINDOW = 100_000
"""Of the items stored, as many at most are young enough to be compared with."""
POLL = 20
FEEDS = 500
TIMED = 4_000
"""Items, the last."""
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@dataclass(slots=True)
class Spent:
    """Seconds."""

    reading: float = 0.0
    deciding: float = 0.0
    writing: float = 0.0
    items: int = 0
    polls: list[float] = field(default_factory=list)


def news() -> Callable[[random.Random], tuple[str, str]]:
    """A source of headlines and texts."""
    folder = os.environ.get("FEEDWATCH_CORPUS", "")
    words = vocabulary()
    told: list[tuple[str, str]] = [("", "")]
    if folder:
        rows = map(json.loads, (Path(folder) / "stream.jsonl").read_text(encoding="utf-8").splitlines())
        told = [(row["title"], row["summary"] or "") for row in rows]

    def draw(chance: random.Random) -> tuple[str, str]:
        title, text = chance.choice(told)
        if not title:
            return " ".join(chance.choices(words, k=9)), " ".join(chance.choices(words, k=40))
        return _exchanged(chance, title, words), _exchanged(chance, text, words)

    return draw


def _exchanged(chance: random.Random, text: str, words: Sequence[str]) -> str:
    return " ".join(chance.choice(words) if chance.random() < 0.33 else word for word in text.split())


def draft(name: str, title: str, text: str, at: datetime) -> Draft:
    """An entry ready to be grouped."""
    made = replace(samples.draft(name, title, text, at), source="", enclosures=(), gist=gist(title, text, "en"))
    return replace(made, url_key=url_key(made.url), title_key=title_key(title), text_key=text_key(text))


def add_old(connection: Connection, count: int) -> None:
    """Items from before the window, as far as grouping looks at them."""
    seen = to_ms(NOW - timedelta(days=30))
    chance = random.Random(2)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("PRAGMA defer_foreign_keys = ON")
    connection.executemany(
        "INSERT INTO stories (title, items, outlets, sources, first_seen, last_seen, change)"
        " VALUES ('An older story', 1, 1, 1, ?, ?, 1)",
        ((seen + place, seen + place) for place in range(count)),
    )
    connection.executemany(
        "INSERT INTO items (feed_id, story_id, title, url, author, language, seen, url_key, title_key, first_poll)"
        " VALUES (?, ?, 'An older story', '', '', 'en', ?, ?, ?, 0)",
        (
            (place % FEEDS + 1, place + 1, seen + place, chance.getrandbits(62), chance.getrandbits(62))
            for place in range(count)
        ),
    )
    connection.execute("COMMIT")


def polls(claims: Sequence[Claim], count: int) -> Iterator[tuple[Claim, datetime, list[Draft]]]:
    """So many items, evenly over the window."""
    draw, chance = news(), random.Random(1)
    rounds = count // POLL
    for number in range(rounds):
        at = NOW - WINDOW * (rounds - number) / rounds
        made = [draft(f"{number}-{place}", *draw(chance), at) for place in range(POLL)]
        yield claims[number % len(claims)], at, made


def group(connection: Connection, claim: Claim, at: datetime, drafts: Sequence[Draft]) -> tuple[list[NewItem], Spent]:
    """What the engine does to find the stories of a poll's items."""
    begun = time.perf_counter()
    found: StoryBasis = stories.basis(connection, claim.feed.id, drafts, {}, at - WINDOW)
    read = time.perf_counter()
    grouping = Grouping([found])
    new = [grouping.join(one, claim.feed.id, claim.feed.subscription.outlet, at) for one in drafts]
    return new, Spent(read - begun, time.perf_counter() - read, items=len(drafts))


def measured(path: Path, stored: int) -> tuple[Spent, float, int]:
    """What the last items cost, seconds until a newly opened file is ready, and its size in bytes."""
    prepare(path)
    connection = connect(path, write=True)
    spent = Spent()
    writing = 0.0
    original = gists.add

    def timed(*arguments: object) -> None:
        nonlocal writing
        begun = time.perf_counter()
        original(*arguments)  # type: ignore[arg-type]  # handed through as they come
        writing += time.perf_counter() - begun

    with closing(connection):
        connection.execute("PRAGMA synchronous = OFF")  # a benchmark's file may be lost
        names = [samples.subscription(f"F{number}") for number in range(FEEDS)]
        in_transaction(connection, path, feeds.sync, names, NOW - WINDOW)
        claims = in_transaction(connection, path, feeds.claim_due, "bench", FEEDS, 1e9, NOW - WINDOW)
        recent = min(stored, IN_WINDOW)
        add_old(connection, stored - recent)
        for place, (claim, at, drafts) in enumerate(polls(claims, recent)):
            new, one = group(connection, claim, at, drafts)
            update = samples.update(claim, (), at, new=tuple(new))
            held = replace(update.state, due_at=None)
            gists.add, writing = timed, 0.0  # type: ignore[assignment]  # timed where it is called
            in_transaction(connection, path, updates.apply, [replace(update, state=held)])
            gists.add = original
            connection.execute(
                "UPDATE feeds SET lease_owner = 'bench', lease_until = 9e15 WHERE id = ?", (claim.feed.id,)
            )
            connection.commit()
            if place * POLL >= recent - TIMED:
                spent.reading += one.reading
                spent.deciding += one.deciding
                spent.writing += writing
                spent.items += len(drafts)
                spent.polls.append((one.reading + one.deciding + writing) / len(drafts))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    begun = time.perf_counter()
    with closing(connect(path, write=True)) as opened:
        group(opened, *next(polls(claims, recent)))
    return spent, time.perf_counter() - begun, path.stat().st_size


def main() -> None:
    """Measure at each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    sizes = parser.parse_args().sizes
    print("| stored | in the window | reading | deciding | writing | an item | first poll after start | peak memory |")  # noqa: T201  # its output
    print("|--:|--:|--:|--:|--:|--:|--:|--:|")  # noqa: T201  # as before
    for stored in sizes:
        with tempfile.TemporaryDirectory() as folder:
            spent, ready, _ = measured(Path(folder, "grouping.db"), stored)
        per = [1000 * part / spent.items for part in (spent.reading, spent.deciding, spent.writing)]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        cells = " | ".join(f"{part:.2f} ms" for part in (*per, sum(per)))
        print(f"| {stored:,} | {min(stored, IN_WINDOW):,} | {cells} | {1000 * ready:.0f} ms | {peak} MB |", flush=True)  # noqa: T201  # as before
        sys.stdout.flush()


if __name__ == "__main__":
    main()
