"""An archive to search, invented: any number of items of 500 feeds, written by the store's own code as polls are.

Owns what the items say and when they came. Words are drawn by Zipf's law, one item of eleven is Cyrillic and one of
thirty Chinese; one of 25 tells another outlet's story, one of 30 is days older than its poll, one of 200 says that it
is of tomorrow. The same number of items gives the same words; the newest item is of the hour in which it was made.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feedwatch.core.stories import title_key, url_key
from feedwatch.model import (
    Block,
    BlockKind,
    Claim,
    Document,
    Draft,
    FeedUpdate,
    ItemId,
    NewItem,
    StoryId,
    Subscription,
    replace,
)
from feedwatch.store import feeds, marks, updates
from feedwatch.store.connection import Connection, connect, in_transaction
from feedwatch.store.opening import prepare
from tests.bench.corpus import table, vocabulary

FEEDS = 500
OUTLETS = 200
POLLED = 250
"""Feeds polled in one round, in turn: one transaction."""
A_ROUND = 5_000
"""Items that they bring."""
BETWEEN = timedelta(days=1)
TAGS = ("world", "world", "tech", "local", "sport")
_CYRILLIC = str.maketrans("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстуввкиз")
_RUSSIAN = ("дрон", "дроны", "генерал", "генерала", "армия", "выборы")
_ENGLISH = ("air", "defence", "attorney", "general election", "air defence", "air defence", "attorney general")
"""Beside what the table has: phrases, and their words alone."""
_CHINESE = ("无人机", "北京", "总统", "军队")
_LANGUAGES = ("en", "en", "en", "en", "en", "en-GB", "en-US", "", "de", "fr")
_TITLE = 8
"""Words of a title; texts are from 15 to 300 words long, half of them shorter than 60."""
_COMMON_WORDS = 6_000
"""Made-up words that are not among the rarest."""


def make(path: Path, items: int, now: datetime | None = None) -> None:
    """Write an archive into a new database; what is going on goes to stderr."""
    prepare(path)
    connection = connect(path, write=True)
    connection.execute("PRAGMA synchronous = OFF")  # a benchmark's file may be lost
    connection.execute("PRAGMA cache_size = -400000")
    now = now or datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    rounds = -(-items // A_ROUND)
    first = now - rounds * BETWEEN
    begun, last = time.monotonic(), 0.0
    try:
        in_transaction(connection, path, feeds.sync, [subscription(feed) for feed in range(FEEDS)], first)
        writer = Writer(connection, path)
        for number in range(rounds):
            writer.round(number, min(A_ROUND, items - number * A_ROUND), first + number * BETWEEN)
            if time.monotonic() - last > 10:
                last = time.monotonic()
                sys.stderr.write(f"{number * A_ROUND:,} items after {last - begun:.0f} s\n")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def add_article(path: Path, title: str, size: int) -> None:
    """Write one item of so many bytes beneath the newest one, and have no feed fall due for ten years."""
    connection = connect(path, write=True)
    try:
        (newest,) = connection.execute("SELECT max(sort_at) FROM marks").fetchone()
        at = datetime.fromtimestamp(newest / 1000, UTC)
        writer = Writer(connection, path)
        (claim,) = in_transaction(connection, path, feeds.claim_due, "bench", 1, 1e6, at + 400 * BETWEEN)
        draft = replace(
            writer.draft("article", at),
            title=title,
            document=_long(writer, title, size),
            published=at - timedelta(milliseconds=1),
        )
        state = replace(claim.feed.state, due_at=at, last_poll=at, last_success=at, baseline_done=True)
        update = FeedUpdate(claim, at, state, (NewItem(draft, None),))
        in_transaction(connection, path, updates.apply, [update])
        connection.execute("UPDATE feeds SET due_at = ?, lease_owner = NULL", (newest + 10 * 365 * 86_400_000,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def _long(writer: Writer, title: str, size: int) -> Document:
    """A text that begins with its title, in paragraphs of some 1,000 characters."""
    text, blocks = "", []
    while len(text) < size:
        start = len(text)
        text += "More of it." if start else f"{title} begins here."
        while len(text) - start < 1_000:
            text += " " + writer.draft("more", datetime.now(UTC)).document.text
        blocks.append((start, len(text)))
        text += "\n"
    return Document(text, tuple(Block(BlockKind.PARAGRAPH, start, end) for start, end in blocks))


def subscription(feed: int) -> Subscription:
    """One of the archive's feeds, from 0 to FEEDS."""
    return Subscription(
        url=f"https://news{feed}.example/feed",
        name=f"News {feed}",
        outlet=f"Outlet {feed % OUTLETS}",
        tags=(TAGS[feed % len(TAGS)],),
    )


class Writer:
    """One round of polls after another."""

    def __init__(self, connection: Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._random = random.Random(1)
        self._table = _table()
        self._stories: list[int] = []
        """Stories of the last round that others will tell."""
        self._last = 0
        """The last item of the round before."""

    def round(self, number: int, items: int, at: datetime) -> None:
        """Poll the feeds whose turn it is, within a day; some have far more news than others."""
        claims = in_transaction(self._connection, self._path, feeds.claim_due, "bench", POLLED, 1e6, at)
        weights = [1 / (claim.feed.id % 97 + 5) for claim in claims]
        counts = Counter(self._random.choices(range(len(claims)), weights, k=items))
        polls = [
            self._poll(claim, number, counts[place], at + place * BETWEEN / POLLED)
            for place, claim in enumerate(claims)
        ]
        in_transaction(self._connection, self._path, updates.apply, polls)
        self._look_back(at)

    def _poll(self, claim: Claim, number: int, count: int, at: datetime) -> FeedUpdate:
        state = replace(claim.feed.state, due_at=at, last_poll=at, last_success=at, baseline_done=True)
        new = [self._item(f"{claim.feed.id}/{number}/{place}", at) for place in range(count)]
        return FeedUpdate(claim, at, state, tuple(new))

    def _item(self, name: str, at: datetime) -> NewItem:
        tells = bool(self._stories) and self._random.random() < 0.04
        return NewItem(self.draft(name, at), StoryId(self._random.choice(self._stories)) if tells else None)

    def draft(self, name: str, at: datetime) -> Draft:
        """An item of so many words."""
        language, words = self._words()
        title = " ".join(words[:_TITLE]).capitalize()
        text = f"{' '.join(words[_TITLE:]).capitalize()}."
        url = f"https://news.example/{name}"
        return Draft(
            key=_digest(f"1 {name}"),
            strict_key=_digest(f"2 {name}"),
            level=1,
            fingerprint=_digest(text),
            signature=_digest(f"3 {name}"),
            title=title,
            url=url,
            author=f"{self._random.choice(vocabulary()).capitalize()} {self._random.choice(vocabulary()).capitalize()}",
            document=Document(text, (Block(BlockKind.PARAGRAPH, 0, len(text)),)),
            html=f"<p>{text}</p>",
            published=self._published(at),
            language=language,
            categories=(self._random.choice(TAGS),),
            source="",
            enclosures=(),
            url_key=url_key(url),
            title_key=title_key(title),
        )

    def _words(self) -> tuple[str, list[str]]:
        """A language, and the words of a title and a text in it."""
        chance = self._random.random()
        count = _TITLE + min(300, max(15, round(self._random.lognormvariate(4.1, 0.6))))
        words = self._random.choices(self._table, k=count)
        if chance < 0.03:
            signs = "".join(chr(0x4E00 + sum(map(ord, word)) % 1500) for word in words)
            return "zh", self._some(_CHINESE, [signs[start : start + 6] for start in range(0, count, 6)])
        if chance < 0.12:
            written = [word.lower().translate(_CYRILLIC) for word in words]
            return ("uk", "ru")[chance < 0.07], self._some(_RUSSIAN, written)
        return _LANGUAGES[int(chance * 1000) % len(_LANGUAGES)], self._some(_ENGLISH, words)

    def _some(self, real: Sequence[str], words: list[str]) -> list[str]:
        """The words, in one text of ten with a real one among them."""
        if self._random.random() < 0.1:
            words[self._random.randrange(len(words))] = self._random.choice(real)
        return words

    def _published(self, at: datetime) -> datetime | None:
        chance = self._random.random()
        if chance < 0.005:
            return at + timedelta(days=self._random.random())
        if chance < 0.04:
            return at - timedelta(days=1 + 60 * self._random.random())
        return None if chance < 0.06 else at - timedelta(hours=6 * self._random.random())

    def _look_back(self, at: datetime) -> None:
        """Choose the stories that the next round tells again; the reader reads some of the items, and stars a few."""
        rows = self._connection.execute("SELECT id, story_id FROM items WHERE id > ?", (self._last,)).fetchall()
        self._last = rows[-1]["id"] if rows else self._last
        self._stories = [row["story_id"] for row in rows[::60]]
        read = [ItemId(row["id"]) for row in rows if self._random.random() < 0.5]
        in_transaction(self._connection, self._path, marks.mark_read, read, True, at)
        in_transaction(self._connection, self._path, marks.mark_starred, read[::200], True, at)


def _table() -> list[str]:
    """The words as often as they are drawn, those that begin as *drone* does in 1 item of 30.

    The index is asked for beginnings: made-up ones must not be commoner than those of a language.
    """
    common = {word for word in vocabulary()[:_COMMON_WORDS] if word.startswith("dro")}
    return [word for word in table() if word not in common]


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
