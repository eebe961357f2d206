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
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from feedwatch.core.boilerplate import joined_hashes, split_hashes
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
from feedwatch.core.credits import agency
from feedwatch.core.gist import gist
from feedwatch.core.outlets import publisher
from feedwatch.core.skim import CLUE, Trace
from feedwatch.core.stories import text_key, title_key, url_key
from feedwatch.core.urls import canonical, safe_link, without_query
from feedwatch.model import Document, Draft, DraftFeed, Enclosure, ParsedFeed, ParsedItem, replace

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(hours=24)
"""An entry dated further into the future is a mistake or an advertisement."""

_HEADLINE = 120
"""Characters of text that stand in for a title."""
_TAG = re.compile(r"<[^<>]*>")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8}){0,4}")


class _Rung(NamedTuple):
    """One way to identify an entry; it holds where all entries that share ``value`` share ``witness``."""

    level: int
    value: str
    witness: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry half-way: clean, not yet identified, boilerplate not yet left out."""

    item: ParsedItem
    title: str
    url: str
    html: str
    passages: tuple[Passage, ...]
    hashes: tuple[str, ...]
    """Of its passages, for ``boilerplate``."""
    whole: Document
    """Learned boilerplate included: what is learned tomorrow must not make an edit of it."""
    ladder: tuple[_Rung, ...]
    """The rungs that it has, first choice first; the last always holds. Empty where it says nothing."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """The entries that were parsed, ready to be stored, and what to know each by from now on."""

    drafted: DraftFeed
    traces: tuple[Trace, ...]
    """One for each parsed entry, in order."""


def normalize(
    feed: ParsedFeed,
    feed_url: str,
    paragraphs: Mapping[str, int],
    now: datetime,
    beside: Sequence[Trace] = (),
) -> Normalized | None:
    """The entries of a feed ready to be stored, each once; ``paragraphs`` is the boilerplate learned so far.

    ``beside`` are the traces of entries that the document has and ``feed`` has not. None where one of these may be
    what one of ``feed`` has to be told apart from: then only the whole document can tell.
    """
    entries = [_clean(item, feed_url) for item in feed.items]
    clues = [_clues(entry.ladder) for entry in entries]
    if _share_a_clue(clues, [one.clues for one in beside]):
        return None
    identified = _identify([entry for entry in entries if entry.ladder])
    own = {id(entry) for _, entry in identified}
    others = [split_hashes(one.passages) for one in beside if one.passages is not None]
    counts = learn(paragraphs, (*(entry.hashes for _, entry in identified), *others))
    skip = boilerplate(counts)
    language = _language(feed.language)
    drafted = DraftFeed(
        title=plain(feed.title),
        site=safe_link(feed.site, feed_url),
        language=language,
        refresh=feed.refresh,
        drafts=tuple(_draft(rung, entry, skip, language, feed_url, now) for rung, entry in identified),
        complete=feed.complete,
        warnings=tuple(plain(warning) for warning in feed.warnings),
        paragraphs=counts,
        entries=len(identified) + len(others),
        skips=feed.skips,
    )
    traces = (
        Trace(clue, joined_hashes(entry.hashes) if id(entry) in own else None)
        for clue, entry in zip(clues, entries, strict=True)
    )
    return Normalized(drafted, tuple(traces))


def _clean(item: ParsedItem, feed_url: str) -> _Entry:
    base = item.base or feed_url
    html = safe_html(_longer(item.content, item.summary), base)
    passages = read_passages(html)
    title = title_text(item.title, item.title_is_html)
    url = safe_link(item.link, base)
    whole = lay_out(passages, frozenset())
    speaks = bool(title or url or whole.text or item.enclosures)
    return _Entry(
        item=item,
        title=title,
        url=url,
        html=html,
        passages=passages,
        hashes=passage_hashes(passages),
        whole=whole,
        ladder=_ladder(item, title, whole.text) if speaks else (),
    )


def _longer(content: str, summary: str) -> str:
    """What has more text; of equals the content."""
    if not summary or not content:
        return content or summary
    length = _length(content)
    return content if length >= len(summary) or length >= _length(summary) else summary


def _length(html: str) -> int:
    return len(" ".join(_TAG.sub(" ", html).split()))


# --- identity --------------------------------------------------------------------------------------------------------


def _identify(entries: Sequence[_Entry]) -> list[tuple[_Rung, _Entry]]:
    """Each entry with its identity, entries of one identity as one."""
    holding = _holding([entry.ladder for entry in entries])
    return _once((_first_holding(entry.ladder, holding), entry) for entry in entries)


def _ladder(item: ParsedItem, title: str, text: str) -> tuple[_Rung, ...]:
    """The rungs that an entry has, first choice first; the last always holds."""
    guid, link = item.guid.strip(), canonical(item.link)
    rungs = []
    if guid:
        rungs.append(_Rung(1, guid, f"{link}\0{title}"))
        rungs.append(_Rung(1, f"{guid}\0{link}", title))
        rungs.append(_Rung(1, f"{guid}\0{link}\0{title}", ""))
    if link:
        rungs.append(_Rung(2, link, title))
    if title and item.published:
        rungs.append(_Rung(3, f"{title}\0{item.published.isoformat()}", text))
    enclosed = "\0".join(one.url for one in item.enclosures)
    rungs.append(_Rung(4, "\0".join((title, text, enclosed)), ""))
    return tuple(rungs)


def _clues(ladder: Sequence[_Rung]) -> bytes:
    """The ladder in four bytes for each level: entries without a clue in common can't contradict each other."""
    widest = {rung.level: rung.value for rung in reversed(ladder)}
    return b"".join(
        hashlib.blake2b(f"{level}\0{value}".encode("utf-8", "surrogatepass"), digest_size=CLUE).digest()
        for level, value in widest.items()
    )


def _share_a_clue(some: Iterable[bytes], others: Iterable[bytes]) -> bool:
    known = {clues[at : at + CLUE] for clues in others for at in range(0, len(clues), CLUE)}
    return any(clues[at : at + CLUE] in known for clues in some for at in range(0, len(clues), CLUE))


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


def _draft(rung: _Rung, entry: _Entry, skip: frozenset[str], feed_language: str, feed_url: str, now: datetime) -> Draft:
    item = entry.item
    guid = item.guid.strip()
    key = _hash(str(rung.level), rung.value)
    is_guid_alone = rung.level == 1 and rung.value == guid
    document = lay_out(entry.passages, skip) if skip else entry.whole
    # where all that an entry says is boilerplate, that is its news
    document = document if document.text else entry.whole
    title = entry.title or _headline(document.text)
    language = _language(item.language) or feed_language
    return Draft(
        key=key,
        strict_key=_hash("1", f"{guid}\0{canonical(item.link)}") if is_guid_alone else key,
        level=rung.level,
        fingerprint=_hash(entry.title, entry.whole.text, item.published.isoformat() if item.published else ""),
        signature=_hash(entry.title, without_query(entry.url)),
        wording=_hash(" ".join(entry.title.split()), " ".join(entry.whole.text.split()))[:8],
        title=title,
        url=entry.url,
        author=plain(item.author),
        document=document,
        html=entry.html,
        published=_believable(item.published or item.updated, now),
        language=language,
        categories=tuple(dict.fromkeys(filter(None, map(plain, item.categories)))),
        source=plain(item.source),
        enclosures=tuple(_enclosures(item.enclosures)),
        guid_key=_hash("1", guid) if rung.level == 1 and not is_guid_alone else b"",
        url_key=url_key(entry.url),
        title_key=title_key(title),
        text_key=text_key(document.text),
        gist=gist(title, document.text, language),
        publisher=publisher(plain(item.source), item.source_url, feed_url),
        credit=agency(plain(item.author), document.text),
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
