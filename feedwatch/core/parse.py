"""Feed bytes to ParsedFeed: plain feeds through ``strict``, all others through feedparser. Only this imports it.

``feedparser.parse`` opens the file or the URL that a body names, so it is handed a BytesIO, and only what
``core/prepass.py`` prepared. It gets no base address: entries would otherwise change identity when a feed moves, so
relative links are resolved here. Everything that it raises is a ParseError. A body may still take it long; that is why
this runs in a process that can be killed. Nothing is cleaned and nothing is judged here: sizes are capped.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime

from feedwatch.core import jsonfeed, plaintext, strict
from feedwatch.core.bounds import bounded_feed, bounded_item
from feedwatch.core.charset import Decoded
from feedwatch.core.clean import title_text
from feedwatch.core.dates import parse_date
from feedwatch.core.elements import ADDRESSED, MEDIUM_TYPES, PAGE_TYPES, number, refresh, resolve, skips
from feedwatch.core.prepass import Prepared, prepare, read
from feedwatch.errors import NotAFeedError, ParseError
from feedwatch.model import Enclosure, ParsedFeed, ParsedItem, replace

_Said = Mapping[str, object]
"""What feedparser found of one element: its keys are mostly, and its values nearly always, what one expects."""


def parse(body: bytes, headers: Mapping[str, str], url: str) -> ParsedFeed:
    """The feed that a body is; ``url`` is where it came from, what its links are relative to.

    Raises NotAFeedError where the body is something else, ParseError where it can't be read. An ill-formed or cut feed
    gives what it has, with warnings.
    """
    if jsonfeed.is_json(body):
        return jsonfeed.parse(body, url)
    return parse_text(read(body, headers.get("content-type", "")), url)


def parse_text(decoded: Decoded, url: str) -> ParsedFeed:
    """The feed that a text is; raises as ``parse`` does."""
    prepared = prepare(decoded)
    found = strict.parse(prepared, url) or parse_leniently(prepared, url)
    head = decoded.text.partition("<item")[0]
    return replace(found, skips=skips(head)) if "<skip" in head else found


def parse_leniently(prepared: Prepared, url: str) -> ParsedFeed:
    """The feed as feedparser reads it; raises as ``parse`` does."""
    said = _read(prepared)
    entries = _many(said, "entries")
    version = _text(said, "version")
    if not entries and not version:
        raise NotAFeedError("This is XML, but neither RSS nor Atom: it has no entries and no version.")
    return _feed(_one(said, "feed"), entries, prepared, url, _complaint(said), is_atom=version.startswith("atom"))


def _read(prepared: Prepared) -> _Said:
    import feedparser.api  # a tenth of a second, and most feeds do without it

    feedparser.api.PREFERRED_XML_PARSERS = []  # it would take libxml2's driver where there is one, which reads DTDs
    try:
        found = feedparser.parse(
            io.BytesIO(prepared.body),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except MemoryError:
        raise
    except Exception as error:  # feedparser raises whatever its parts raise (its issues 591, 599)
        raise ParseError(f"The feed could not be read: the parser stopped at {type(error).__name__}.") from error
    return found if isinstance(found, Mapping) else {}


def _complaint(said: _Said) -> str:
    """What makes the document ill-formed, or ''."""
    if not said.get("bozo"):
        return ""
    error = said.get("bozo_exception")
    message = getattr(error, "getMessage", lambda: type(error).__name__)()
    return f"the document is not well-formed ({message}); what could be read was"


def _feed(  # what a feed is made of
    feed: _Said, entries: tuple[_Said, ...], prepared: Prepared, url: str, complaint: str, *, is_atom: bool
) -> ParsedFeed:
    author = _authors(feed) if is_atom else ""  # RFC 4287, 4.2.1: entries without one have the feed's
    parsed = ParsedFeed(
        title=title_text(_text(feed, "title"), _is_html(_one(feed, "title_detail"))),
        site=resolve(url, _link(feed)),
        language=_text(feed, "language"),
        refresh=refresh(_text(feed, "ttl"), _text(feed, "sy_updateperiod"), _text(feed, "sy_updatefrequency")),
        items=tuple(_item(entry, url, author, is_atom=is_atom) for entry in entries),
        complete=prepared.complete,
        warnings=tuple(filter(None, (*prepared.warnings, complaint))),
    )
    return bounded_feed(parsed)


def _item(entry: _Said, url: str, author: str, *, is_atom: bool) -> ParsedItem:
    base = resolve(url, _base(entry)) or url
    published, updated = _dates(entry, is_atom=is_atom)
    contents, source = _many(entry, "content"), _one(entry, "source")
    return bounded_item(
        ParsedItem(
            guid=_text(entry, "id").strip(),
            link=resolve(base, _link(entry) or _permalink(entry)),
            title=_text(entry, "title"),
            title_is_html=_is_html(_one(entry, "title_detail")),
            author=_authors(entry) or author,
            summary=_summary(entry, contents),
            content=max((_html(one, _text(one, "value")) for one in contents), key=len, default=""),
            base=base,
            published=published,
            updated=updated,
            language=_language(entry),
            categories=_categories(entry),
            source=_text(source, "title"),
            source_url=_text(source, "href") or _text(source, "link"),
            enclosures=tuple(_enclosures(entry, base)),
        )
    )


# --- one element's parts ---------------------------------------------------------------------------------------------


def _text(said: _Said, key: str) -> str:
    # dict.get: feedparser's own ``get`` answers "updated" with "published"
    value = dict.get(said, key) if isinstance(said, dict) else None
    return value if isinstance(value, str) else ""


def _one(said: _Said, key: str) -> _Said:
    value = dict.get(said, key) if isinstance(said, dict) else None
    return value if isinstance(value, Mapping) else {}


def _many(said: _Said, key: str) -> tuple[_Said, ...]:
    value = dict.get(said, key) if isinstance(said, dict) else None
    return tuple(one for one in value if isinstance(one, Mapping)) if isinstance(value, list) else ()


def _link(said: _Said) -> str:
    """The page that an element is about: FeedBurner's original, else the first alternate, a web page before others."""
    original = _text(said, "feedburner_origlink")
    if original.startswith(("http://", "https://")):
        return original
    links = [one for one in _many(said, "links") if _text(one, "rel") == "alternate" and _text(one, "href")]
    pages = [one for one in links if _text(one, "type") in PAGE_TYPES]
    return next((_text(one, "href") for one in (*pages, *links)), "")


def _permalink(entry: _Said) -> str:
    """A guid that is the entry's address (RSS 2.0: unless it says isPermaLink="false"); feedparser takes any guid."""
    guid = _text(entry, "id").strip()
    return guid if _text(entry, "link") == guid and guid.startswith(("http://", "https://")) else ""


def _base(entry: _Said) -> str:
    details = (*_many(entry, "content"), _one(entry, "summary_detail"), _one(entry, "title_detail"))
    return next((base for base in (_text(detail, "base") for detail in details) if base), "")


def _html(detail: _Said, value: str) -> str:
    """The element's text as HTML."""
    return plaintext.to_html(value) if _text(detail, "type") == "text/plain" else value


def _summary(entry: _Said, contents: tuple[_Said, ...]) -> str:
    """The summary as HTML; feedparser makes a copy of the content where there is none."""
    summary = _text(entry, "summary")
    is_copy = any(_text(one, "value") == summary for one in contents)
    return "" if is_copy else _html(_one(entry, "summary_detail"), summary)


def _is_html(detail: _Said) -> bool:
    return _text(detail, "type") not in ("", "text/plain")


def _authors(said: _Said) -> str:
    """The names, without e-mail addresses where there is a name (RSS 2.0: ``desk@example.org (World Desk)``)."""
    author = _text(said, "author")
    addressed = ADDRESSED.fullmatch(author.strip())
    if addressed:
        return addressed[1].strip()
    names = dict.fromkeys(_text(one, "name").strip() for one in _many(said, "authors"))
    return ", ".join(filter(None, names)) or author


def _dates(entry: _Said, *, is_atom: bool) -> tuple[datetime | None, datetime | None]:
    """Published and updated. In RSS the one date that there is, ``dc:date``, is the time of publication."""
    published = parse_date(_text(entry, "published")) or parse_date(_text(entry, "created"))
    updated = parse_date(_text(entry, "updated"))
    return (published, updated) if is_atom else (published or updated, updated)


def _language(entry: _Said) -> str:
    details = (_one(entry, "title_detail"), *_many(entry, "content"), _one(entry, "summary_detail"))
    return _text(entry, "language") or next(filter(None, (_text(detail, "language") for detail in details)), "")


def _categories(entry: _Said) -> tuple[str, ...]:
    names = (_text(tag, "label") or _text(tag, "term") for tag in _many(entry, "tags"))
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in names))))


def _enclosures(entry: _Said, base: str) -> Iterator[Enclosure]:
    """Enclosures, then media:content and media:thumbnail, each address once."""
    links = [(one, "href") for one in _many(entry, "links") if _text(one, "rel") == "enclosure"]
    media = [(one, "url") for key in ("media_content", "media_thumbnail") for one in _many(entry, key)]
    seen: set[str] = set()
    for one, key in (*links, *media):
        address = resolve(base, _text(one, key))
        if address and address not in seen:
            seen.add(address)
            length = _text(one, "length") or _text(one, "filesize")
            kind = _text(one, "type") or MEDIUM_TYPES.get(_text(one, "medium"), "")
            yield Enclosure(address, kind, number(length), _text(one, "title"))
