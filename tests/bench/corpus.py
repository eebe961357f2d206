"""The feeds of the benchmark, invented: the same number, generation and first day give the same bytes, anywhere.

Owns what a feed says. Text is drawn from 8,000 made-up words by Zipf's law, since matching, search and compression all
depend on how often words return; a few real words stand among them so that rules have something to find.
"""

from __future__ import annotations

import hashlib
import html
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from struct import unpack

SHOWN = 30
"""Entries that a feed shows at once."""
GAP = timedelta(minutes=20)
"""Between two entries of a feed."""
WORDS = 8000
_SLOTS = 65536
"""Places in the table that words are drawn from: as many as two random bytes can name."""
_COMMON = (
    "the of to and in a is for on that with as was at by it from be his are has an were have not this which had or "
    "their who said will they been but its more after one about"
)
"""English so far as its commonest words: what languages are told apart by."""
_RARE = {"drone": 2, "drones": 2, "general": 3, "General": 2, "election": 4, "airspace": 3, "army": 3, "police": 4}
"""Real words and their places: ``drone`` stands in one entry of 80, ``general`` in one of 65."""
_STARTS = "b br c ch d dr f fl g gr h j k kl l m n p pl pr qu r s sh sk sl st t th tr v w z"
_MIDDLES = "a e i o u ai ea ia ie io oa ou a e i o"
_ENDS = "b ck d g l ll m n nd ng nt p r rd rn s ss st t th x"
_FOREIGN = ("é", "ü", "ø", "ñ", "ß", "ç", "ő", "ж", "и", "к")


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as it is served."""

    body: bytes
    content_type: str
    changed: datetime
    """When its newest entry was published."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one entry says, before it is written in a format."""

    key: str
    link: str
    title: str
    published: datetime
    author: str
    category: str
    summary: str
    """HTML of one paragraph."""
    text: str
    """HTML of several."""


@dataclass(frozen=True)
class Corpus:
    """Every feed of a run. Dates follow from ``first``, when each feed's entry 0 was published."""

    first: datetime

    def document(self, feed: int, generation: int = 0) -> Document:
        """A feed that shows the entries ``generation`` to ``generation + 29``, newest first."""
        numbers = range(generation + SHOWN - 1, generation - 1, -1)
        entries = [self.entry(feed, number) for number in numbers]
        write = _atom if is_atom(feed) else _rss
        kind = "application/atom+xml" if is_atom(feed) else "application/rss+xml"
        return Document(write(feed, entries).encode(), f"{kind}; charset=utf-8", entries[0].published)

    def entry(self, feed: int, number: int) -> Entry:
        """An entry of a feed, by its number from the oldest."""
        draw = _Draw(f"{feed}/{number}")
        title = draw.title()
        slug = "-".join(word for word in title.lower().split() if word.isascii() and word.isalpha())
        link = f"https://news{feed}.example/{number // 100}/{slug}-{number}?from=feed&n={number}"
        return Entry(
            key=f"news{feed}.example:{number}",
            link=link,
            title=title,
            published=self.first + number * GAP + timedelta(seconds=feed % 1100),
            author=draw.name(),
            category=draw.word(),
            summary=draw.paragraph(14 + draw.below(10)),
            text=draw.article(feed),
        )


def corpus_of(day: datetime | None = None) -> Corpus:
    """The corpus whose feeds began two days before a day, or before today: the first hundred generations are past."""
    midnight = (day or datetime.now(UTC)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Corpus(midnight - timedelta(days=2))


def is_atom(feed: int) -> bool:
    """Every fourth feed is Atom 1.0, the others RSS 2.0."""
    return feed % 4 == 3


def has_full_text(feed: int) -> bool:
    """Half of the feeds carry a summary and the whole text, the others the text alone."""
    return feed // 4 % 2 == 0


class _Draw:
    """Chance from a name: numbers below 65,536, and what is made of them."""

    def __init__(self, name: str) -> None:
        self._numbers: Iterator[int] = iter(unpack("<400H", hashlib.shake_128(name.encode()).digest(800)))

    def below(self, limit: int) -> int:
        return next(self._numbers) % limit

    def word(self) -> str:
        return table()[next(self._numbers)]

    def words(self, count: int) -> list[str]:
        words = table()
        return [words[number] for number in itertools.islice(self._numbers, count)]

    def name(self) -> str:
        return f"{vocabulary()[self.below(WORDS)].capitalize()} {vocabulary()[self.below(WORDS)].capitalize()}"

    def title(self) -> str:
        """Five to nine rarer words, so that no two feeds tell the same story."""
        words = [vocabulary()[self.below(WORDS)] for _ in range(3)] + self.words(2 + self.below(5))
        words[0] = words[0].capitalize()
        ending = ("", "", ": a & b", " – in full", "?")[self.below(5)]
        return " ".join(words) + ending

    def paragraph(self, count: int) -> str:
        """A sentence or two, escaped for HTML, with an entity now and then."""
        words = self.words(count)
        words[0] = words[0].capitalize()
        words[count // 2] += (",", ".", " &amp;", "&rsquo;s", " &mdash;", ",")[self.below(6)]
        return f"{' '.join(words)}."

    def article(self, feed: int) -> str:
        """Two to four paragraphs with a link each, and a picture in every third entry."""
        parts = [self._picture(feed)] if self.below(3) == 0 else []
        for _ in range(2 + self.below(3)):
            start, end = self.paragraph(6 + self.below(9)), self.paragraph(7 + self.below(11))
            target = f"https://{self.word().lower()}.example/{self.below(9999)}?a=1&amp;b=2"
            parts.append(f'<p>{start} <a href="{target}">{" ".join(self.words(2))}</a> {end}</p>')
        parts.append(f"<p><em>{self.name()}</em>&nbsp;&#8212; <strong>{self.word()}</strong> {self.paragraph(6)}</p>")
        return "\n".join(parts)

    def _picture(self, feed: int) -> str:
        source = f"https://img.news{feed}.example/{self.below(9999)}.jpg"
        return f'<p><img src="{source}" alt="{self.word()}" width="640" height="360"/></p>'


def _rss(feed: int, entries: Sequence[Entry]) -> str:
    full = has_full_text(feed)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">\n'
        f"<channel>\n<title>News {feed} &amp; views</title>\n<link>https://news{feed}.example/</link>\n"
        f'<atom:link href="https://news{feed}.example/feed" rel="self" type="application/rss+xml"/>\n'
        f"<description>All that feed {feed} has to say</description>\n<language>en</language>\n"
        f"<lastBuildDate>{_rfc822(entries[0].published)}</lastBuildDate>\n"
        f"{''.join(_rss_item(entry, full=full) for entry in entries)}</channel>\n</rss>\n"
    )


def _rss_item(entry: Entry, *, full: bool) -> str:
    shown = f"<p>{entry.summary}</p>" if full else f"<p>{entry.summary}</p>\n{entry.text}"
    whole = f"    <content:encoded><![CDATA[{entry.text}]]></content:encoded>\n" if full else ""
    return (
        f"  <item>\n    <title>{_escape(entry.title)}</title>\n    <link>{_escape(entry.link)}</link>\n"
        f'    <guid isPermaLink="false">{entry.key}</guid>\n    <pubDate>{_rfc822(entry.published)}</pubDate>\n'
        f"    <dc:creator>{_escape(entry.author)}</dc:creator>\n    <category>{_escape(entry.category)}</category>\n"
        f"    <description>{_escape(shown)}</description>\n{whole}  </item>\n"
    )


def _atom(feed: int, entries: Sequence[Entry]) -> str:
    full = has_full_text(feed)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
        f"<title>News {feed} &amp; views</title>\n<id>tag:news{feed}.example,2026:feed</id>\n"
        f'<link href="https://news{feed}.example/"/>\n<link rel="self" href="https://news{feed}.example/feed"/>\n'
        f"<updated>{entries[0].published.isoformat()}</updated>\n"
        f"{''.join(_atom_entry(entry, full=full) for entry in entries)}</feed>\n"
    )


def _atom_entry(entry: Entry, *, full: bool) -> str:
    summary = f'  <summary type="html">{_escape(entry.summary)}</summary>\n' if full else ""
    when = entry.published.isoformat()
    return (
        f'<entry>\n  <title>{_escape(entry.title)}</title>\n  <link rel="alternate" href="{_escape(entry.link)}"/>\n'
        f"  <id>tag:{entry.key.replace(':', ',2026:')}</id>\n"
        f"  <published>{when}</published>\n  <updated>{when}</updated>\n"
        f'  <author><name>{_escape(entry.author)}</name></author>\n  <category term="{_escape(entry.category)}"/>\n'
        f'{summary}  <content type="html">{_escape(entry.text)}</content>\n</entry>\n'
    )


def _escape(text: str) -> str:
    return html.escape(text, quote=True)


def _rfc822(when: datetime) -> str:
    return format_datetime(when, usegmt=True)


@cache
def vocabulary() -> tuple[str, ...]:
    """Made-up words, the shorter ones first, every thirtieth with a foreign letter."""
    starts, middles, ends = _STARTS.split(), _MIDDLES.split(), _ENDS.split()
    found: dict[str, None] = {}
    for number in itertools.count():
        draw = unpack("<8H", hashlib.shake_128(f"word {number}".encode()).digest(16))
        word = "".join(
            starts[draw[at] % len(starts)] + middles[draw[at + 1] % len(middles)]
            for at in range(0, 2 + 2 * (len(found) * 3 // WORDS), 2)
        )
        word += ends[draw[6] % len(ends)]
        found.setdefault(word + _FOREIGN[draw[7] % len(_FOREIGN)] if number % 30 == 0 else word)
        if len(found) == WORDS:
            return tuple(found)
    raise AssertionError


@cache
def table() -> tuple[str, ...]:
    """Every word as often as Zipf's law has it: what a number below 65,536 draws."""
    ranked = (*_COMMON.split(), *vocabulary())
    total = sum(1 / rank for rank in range(1, len(ranked) + 1))
    rare = [word for word, places in _RARE.items() for _ in range(places)]
    drawn = list(rare)
    for rank, word in enumerate(ranked, start=1):
        drawn += [word] * max(1, round((_SLOTS - len(rare)) / (rank * total)))
    return tuple(itertools.islice(itertools.cycle(drawn), _SLOTS))
