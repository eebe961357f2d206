"""How large the parts of a feed may be: what a stranger can make us store, index and match.

Bounds are in characters; far above what honest feeds have (the longest title of 3,493 measured entries had 282).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from feedwatch.model import Enclosure, ParsedFeed, ParsedItem, replace

LONGEST_TITLE = 1024
LONGEST_LINK = 4096
LONGEST_GUID = 4096
LONGEST_NAME = 256
"""Of an author, a category, a source, a content type."""
LONGEST_SUMMARY = 64 * 1024
LONGEST_CONTENT = 256 * 1024
MOST_ENTRIES = 2000
MOST_PARTS = 50
"""Categories or enclosures of one entry."""

_LATEST = datetime.max.replace(tzinfo=UTC)


def bounded_feed(feed: ParsedFeed) -> ParsedFeed:
    """The feed with at most MOST_ENTRIES entries, the newest, in their order."""
    title, site = feed.title[:LONGEST_TITLE], _link(feed.site)
    warnings = feed.warnings
    items = feed.items
    if len(items) > MOST_ENTRIES:
        items = _newest(items)
        warnings += (f"the feed has {len(feed.items)} entries; the newest {MOST_ENTRIES} were read",)
    return replace(feed, title=title, site=site, language=feed.language[:LONGEST_NAME], items=items, warnings=warnings)


def bounded_item(item: ParsedItem) -> ParsedItem:
    """The entry with every part cut to its bound, but for links (dropped) and guids (hashed): a cut one is another."""
    if _is_small(item):
        return item
    return replace(
        item,
        guid=_guid(item.guid),
        link=_link(item.link),
        title=item.title[:LONGEST_TITLE],
        author=item.author[:LONGEST_NAME],
        summary=item.summary[:LONGEST_SUMMARY],
        content=item.content[:LONGEST_CONTENT],
        base=_link(item.base),
        language=item.language[:LONGEST_NAME],
        categories=tuple(name[:LONGEST_NAME] for name in item.categories[:MOST_PARTS]),
        source=item.source[:LONGEST_NAME],
        source_url=_link(item.source_url),
        enclosures=tuple(_enclosure(one) for one in item.enclosures[:MOST_PARTS] if _link(one.url)),
    )


def _is_small(item: ParsedItem) -> bool:
    """Whether nothing of an entry is beyond its bound, as nearly always."""
    return (
        len(item.guid) <= LONGEST_GUID
        and len(item.link) <= LONGEST_LINK
        and len(item.title) <= LONGEST_TITLE
        and len(item.author) <= LONGEST_NAME
        and len(item.summary) <= LONGEST_SUMMARY
        and len(item.content) <= LONGEST_CONTENT
        and len(item.base) <= LONGEST_LINK
        and len(item.language) <= LONGEST_NAME
        and len(item.source) <= LONGEST_NAME
        and len(item.source_url) <= LONGEST_LINK
        and (not item.categories or _all_small(item.categories))
        and (not item.enclosures or _all_small([one.type for one in item.enclosures]))
        and all(0 < len(one.url) <= LONGEST_LINK and len(one.title) <= LONGEST_TITLE for one in item.enclosures)
    )


def _all_small(names: Sequence[str]) -> bool:
    return len(names) <= MOST_PARTS and max(map(len, names)) <= LONGEST_NAME


def _newest(items: Sequence[ParsedItem]) -> tuple[ParsedItem, ...]:
    """By date; an entry without one counts as new, since feeds put what is new first and no news may be lost."""
    places = sorted(range(len(items)), key=lambda place: items[place].published or _LATEST, reverse=True)
    return tuple(items[place] for place in sorted(places[:MOST_ENTRIES]))


def _guid(guid: str) -> str:
    if len(guid) <= LONGEST_GUID:
        return guid
    return "sha256:" + hashlib.sha256(guid.encode("utf-8", "surrogatepass")).hexdigest()


def _link(link: str) -> str:
    return link if len(link) <= LONGEST_LINK else ""


def _enclosure(one: Enclosure) -> Enclosure:
    return replace(one, type=one.type[:LONGEST_NAME], title=one.title[:LONGEST_TITLE])
