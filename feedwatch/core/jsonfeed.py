"""JSON Feed (jsonfeed.org, versions 1 and 1.1) to ParsedFeed.

Tolerant of one entry's wrong types, since one bad entry must not cost the others; a document that is no JSON Feed is
a NotAFeedError. Nothing is cleaned and nothing is judged here: sizes are capped.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin

import msgspec

from feedwatch.core import plaintext
from feedwatch.core.bounds import bounded_feed, bounded_item
from feedwatch.core.dates import parse_date
from feedwatch.errors import NotAFeedError, ParseError
from feedwatch.model import Enclosure, ParsedFeed, ParsedItem

_VERSION = "jsonfeed.org/version/"
_Object = Mapping[str, object]


def is_json(body: bytes) -> bool:
    """Whether a body begins as JSON does, which no XML can."""
    return body[:64].removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def parse(body: bytes, url: str) -> ParsedFeed:
    """The feed that a JSON document is. Raises NotAFeedError where it is another document, ParseError where cut."""
    document = _decode(body)
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not (_VERSION in _text(document, "version") or _looks_like_feed(document)):
        raise NotAFeedError("This is JSON, but not a JSON Feed.")
    entries = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    author = _authors(document)
    language = _text(document, "language")
    parsed = ParsedFeed(
        title=_text(document, "title"),
        site=_resolve(url, _text(document, "home_page_url")),
        language=language,
        items=tuple(_item(entry, url, author) for entry in entries),
        warnings=_odd(items, len(entries)),
    )
    return bounded_feed(parsed)


def _decode(body: bytes) -> object:
    text = body.removeprefix(codecs.BOM_UTF8).strip()
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        if not text.endswith((b"}", b"]")):
            raise ParseError("The JSON document is cut off; it will be fetched again.") from error
        raise ParseError(f"The JSON document can't be read: {error}.") from error
    except (UnicodeError, RecursionError) as error:
        raise ParseError("The JSON document can't be read: it is not UTF-8, or nested too deeply.") from error


def _looks_like_feed(document: _Object) -> bool:
    """A feed whose version is missing or misspelt."""
    items = document.get("items")
    first = items[0] if isinstance(items, list) and items else None
    return isinstance(first, dict) and "id" in first and ("title" in document or "version" in document)


def _odd(items: object, entries: int) -> tuple[str, ...]:
    if not isinstance(items, list):
        return ("the document has no list of items",)
    strange = len(items) - entries
    return (f"{strange} of {len(items)} items are no objects and were left out",) if strange else ()


def _item(entry: _Object, url: str, author: str) -> ParsedItem:
    content = _text(entry, "content_html") or plaintext.to_html(_text(entry, "content_text"))
    summary = plaintext.to_html(_text(entry, "summary"))
    return bounded_item(
        ParsedItem(
            guid=_text(entry, "id").strip(),
            link=_resolve(url, _text(entry, "url") or _text(entry, "external_url") or _address(_text(entry, "id"))),
            title=_text(entry, "title"),
            title_is_html=False,
            author=_authors(entry) or author,
            summary=summary if summary != content else "",
            content=content,
            base=url,
            published=parse_date(_text(entry, "date_published")),
            updated=parse_date(_text(entry, "date_modified")),
            language=_text(entry, "language"),
            categories=_tags(entry),
            enclosures=tuple(_enclosures(entry, url)),
        )
    )


def _text(entry: _Object, key: str) -> str:
    """A string, or a number as one: ids are numbers in the wild, and readers must take them (1.1, "id")."""
    value = entry.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _objects(entry: _Object, key: str) -> list[_Object]:
    value = entry.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _authors(entry: _Object) -> str:
    """Version 1.1 has a list, version 1 one object."""
    single = entry.get("author")
    people = _objects(entry, "authors") or ([single] if isinstance(single, dict) else [])
    names = [_text(person, "name").strip() or _text(person, "url").strip() for person in people]
    return ", ".join(dict.fromkeys(filter(None, names))) or _text(entry, "author")


def _tags(entry: _Object) -> tuple[str, ...]:
    tags = entry.get("tags")
    names = [tag.strip() for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    return tuple(dict.fromkeys(filter(None, names)))


def _enclosures(entry: _Object, base: str) -> Iterator[Enclosure]:
    for one in _objects(entry, "attachments"):
        size = one.get("size_in_bytes")
        length = int(size) if isinstance(size, int | float) and 0 <= size < 1e15 else None
        address = _resolve(base, _text(one, "url"))
        if address:
            yield Enclosure(address, _text(one, "mime_type"), length, _text(one, "title"))
    image = _resolve(base, _text(entry, "image") or _text(entry, "banner_image"))
    if image:
        yield Enclosure(image, "image/*")


def _address(guid: str) -> str:
    return guid.strip() if guid.strip().startswith(("http://", "https://")) else ""


def _resolve(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip()) if link.strip() else ""
    except ValueError:
        return ""
