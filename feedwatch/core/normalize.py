"""ParsedFeed to drafts: identity, clean text, fingerprint. Owns the ladder by which an entry is known again.

A rung of the ladder holds where nothing in the document contradicts it:

    1  guid                      every entry with this guid has this link and title
    1  guid and link             … with this guid and link has this title
    1  guid, link and title
    2  canonical link            every entry with this link has this title
    3  title and date            every entry with both has this text
    4  title and text

Never the position. An entry's key comes from the first rung that it has and that holds. So a site that gives all its
entries one guid, or one link, loses none of them; entries alike in all of this are one.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from feedwatch.core.clean import (
    Passage,
    boilerplate,
    lay_out,
    learn,
    passage_hashes,
    plain,
    read_passages,
    safe_html,
    title_text,
)
from feedwatch.core.urls import canonical, safe_link, without_query
from feedwatch.model import Document, Draft, DraftFeed, Enclosure, ParsedFeed, ParsedItem

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(hours=24)
"""An entry dated further into the future is a mistake or an advertisement."""

_HEADLINE = 120
"""Characters of text that stand in for a title."""
_TAG = re.compile(r"<[^<>]*>")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry half-way: clean, not yet identified, boilerplate not yet left out."""

    item: ParsedItem
    title: str
    url: str
    html: str
    passages: tuple[Passage, ...]
    whole: Document
    """Learned boilerplate included: what is learned tomorrow must not make an edit of it."""


@dataclass(frozen=True, slots=True)
class _Rung:
    """One way to identify an entry; it holds where all entries that share ``value`` share ``witness``."""

    level: int
    value: str
    witness: str


def to_drafts(feed: ParsedFeed, feed_url: str, paragraphs: Mapping[str, int], now: datetime) -> DraftFeed:
    """The entries of a feed ready to be stored, each once; ``paragraphs`` is the boilerplate learned so far."""
    entries = [entry for entry in (_clean(item, feed_url) for item in feed.items) if _says_anything(entry)]
    identified = _identify(entries)
    counts = learn(paragraphs, (passage_hashes(entry.passages) for _, entry in identified))
    skip = boilerplate(counts)
    language = _language(feed.language)
    return DraftFeed(
        title=plain(feed.title),
        site=safe_link(feed.site, feed_url),
        language=language,
        refresh=feed.refresh,
        drafts=tuple(_draft(rung, entry, skip, language, now) for rung, entry in identified),
        complete=feed.complete,
        warnings=tuple(plain(warning) for warning in feed.warnings),
        paragraphs=counts,
    )


def _clean(item: ParsedItem, feed_url: str) -> _Entry:
    base = item.base or feed_url
    html = safe_html(_longer(item.content, item.summary), base)
    passages = read_passages(html)
    return _Entry(
        item=item,
        title=title_text(item.title, item.title_is_html),
        url=safe_link(item.link, base),
        html=html,
        passages=passages,
        whole=lay_out(passages, frozenset()),
    )


def _says_anything(entry: _Entry) -> bool:
    return bool(entry.title or entry.url or entry.whole.text or entry.item.enclosures)


def _longer(content: str, summary: str) -> str:
    """What has more text; of equals the content."""
    return content if _length(content) >= _length(summary) else summary


def _length(html: str) -> int:
    return len(" ".join(_TAG.sub(" ", html).split()))


# --- identity --------------------------------------------------------------------------------------------------------


def _identify(entries: Sequence[_Entry]) -> list[tuple[_Rung, _Entry]]:
    """Each entry with its identity, entries of one identity as one."""
    ladders = [_ladder(entry) for entry in entries]
    holding = _holding(ladders)
    rungs = [_first_holding(ladder, holding) for ladder in ladders]
    return _once(zip(rungs, entries, strict=True))


def _ladder(entry: _Entry) -> tuple[_Rung, ...]:
    """The rungs that an entry has, first choice first; the last always holds."""
    guid, link = entry.item.guid.strip(), canonical(entry.item.link)
    rungs = []
    if guid:
        rungs.append(_Rung(1, guid, f"{link}\0{entry.title}"))
        rungs.append(_Rung(1, f"{guid}\0{link}", entry.title))
        rungs.append(_Rung(1, f"{guid}\0{link}\0{entry.title}", ""))
    if link:
        rungs.append(_Rung(2, link, entry.title))
    if entry.title and entry.item.published:
        rungs.append(_Rung(3, f"{entry.title}\0{entry.item.published.isoformat()}", entry.whole.text))
    enclosed = "\0".join(one.url for one in entry.item.enclosures)
    rungs.append(_Rung(4, "\0".join((entry.title, entry.whole.text, enclosed)), ""))
    return tuple(rungs)


def _holding(ladders: Iterable[tuple[_Rung, ...]]) -> frozenset[tuple[int, str]]:
    """Level and value of every rung that nothing in the document contradicts."""
    witnesses: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for ladder in ladders:
        for rung in ladder:
            witnesses[rung.level, rung.value].add(rung.witness)
    return frozenset(rung for rung, seen in witnesses.items() if len(seen) == 1)


def _first_holding(ladder: Sequence[_Rung], holding: frozenset[tuple[int, str]]) -> _Rung:
    return next((rung for rung in ladder if (rung.level, rung.value) in holding), ladder[-1])


def _once(identified: Iterable[tuple[_Rung, _Entry]]) -> list[tuple[_Rung, _Entry]]:
    """One entry for each identity: the newest wording, and the first of equals."""
    chosen: dict[tuple[int, str], tuple[_Rung, _Entry]] = {}
    for rung, entry in identified:
        other = chosen.get((rung.level, rung.value))
        if other is None or _age(entry) > _age(other[1]):
            chosen[rung.level, rung.value] = rung, entry
    return list(chosen.values())


def _age(entry: _Entry) -> datetime:
    return entry.item.updated or entry.item.published or EARLIEST


def _hash(*parts: str) -> bytes:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()[:16]


# --- drafts ----------------------------------------------------------------------------------------------------------


def _draft(rung: _Rung, entry: _Entry, skip: frozenset[str], feed_language: str, now: datetime) -> Draft:
    item = entry.item
    guid = item.guid.strip()
    key = _hash(str(rung.level), rung.value)
    is_guid_alone = rung.level == 1 and rung.value == guid
    document = lay_out(entry.passages, skip) if skip else entry.whole
    # where all that an entry says is boilerplate, that is its news
    document = document if document.text else entry.whole
    return Draft(
        key=key,
        strict_key=_hash("1", f"{guid}\0{canonical(item.link)}") if is_guid_alone else key,
        level=rung.level,
        fingerprint=_hash(entry.title, entry.whole.text, item.published.isoformat() if item.published else ""),
        signature=_hash(entry.title, without_query(entry.url)),
        title=entry.title or _headline(document.text),
        url=entry.url,
        author=plain(item.author),
        document=document,
        html=entry.html,
        published=_believable(item.published or item.updated, now),
        language=_language(item.language) or feed_language,
        categories=tuple(dict.fromkeys(filter(None, map(plain, item.categories)))),
        source=plain(item.source),
        enclosures=tuple(_enclosures(item.enclosures)),
        guid_key=_hash("1", guid) if rung.level == 1 and not is_guid_alone else b"",
    )


def _headline(text: str) -> str:
    """The beginning of an entry without a title, cut at a word."""
    line = plain(text.split("\n", 1)[0])
    if len(line) <= _HEADLINE:
        return line
    return f"{line[:_HEADLINE].rsplit(' ', 1)[0]}…"


def _believable(published: datetime | None, now: datetime) -> datetime | None:
    """The date, or None where no feed existed yet or it lies ahead."""
    return published if published and EARLIEST <= published <= now + LATEST_AHEAD else None


def _language(tag: str) -> str:
    """A language tag in lower case ("pt-br"), or '' where it is none."""
    stripped = tag.strip()
    return stripped.lower().replace("_", "-") if _LANGUAGE.fullmatch(stripped) else ""


def _enclosures(enclosures: Iterable[Enclosure]) -> Iterable[Enclosure]:
    for one in enclosures:
        url = safe_link(one.url)
        if url:
            yield replace(one, url=url, type=plain(one.type), title=plain(one.title))
