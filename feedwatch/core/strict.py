"""Plain, well-formed RSS 2.0 and Atom 1.0 read at the speed of expat; nothing where there is any doubt.

feedparser reads everything, and spends most of its time on what plain feeds don't have. For those this gives exactly
what it would give, many times as fast, and feedparser is the oracle of the tests: every field of every real and
generated feed is equal. expat is the parser that feedparser itself uses first, so what is well-formed is so for both.

Doubt is the rule: what ``strict_elements`` does not know for certain, a declaration that gives a prefix two meanings,
``xml:base``, text between elements, anything of the feed after its entries. Then the body goes to feedparser whole.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from feedwatch.core import plaintext
from feedwatch.core.bounds import bounded_feed, bounded_item
from feedwatch.core.clean import title_text
from feedwatch.core.dates import parse_date
from feedwatch.core.elements import ADDRESSED, MEDIUM_TYPES, PAGE_TYPES, number, refresh, resolve
from feedwatch.core.prepass import Prepared
from feedwatch.core.strict_elements import (
    HARMLESS_IN_CHANNEL,
    HARMLESS_IN_FEED,
    PREFIXES,
    READERS,
    TAKEN,
    XML_LANG,
    DoubtError,
    Found,
    name_of,
    pass_over,
    read_all,
    refuse_text,
    text_of,
    value_of,
)
from feedwatch.model import Enclosure, ParsedFeed, ParsedItem

_ROOT = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_DECLARED = re.compile(r"xmlns(?::([\w.-]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BASE = re.compile(rb"\bbase\s*=")
_PARTS_OF_IMAGE = frozenset({"url", "title", "link", "width", "height", "description"})


def parse(prepared: Prepared, url: str) -> ParsedFeed | None:
    """What feedparser would find in the body, or None where that is not certain; ``url`` is where it came from."""
    if not _declares_plainly(prepared.body):
        return None
    try:
        # no DTD is left in it, so it can declare no entity
        root = ET.fromstring(prepared.body)  # noqa: S314
        return bounded_feed(_feed(root, prepared, url))
    except (ET.ParseError, DoubtError):
        return None


def _declares_plainly(body: bytes) -> bool:
    """Whether prefixes mean one namespace each, none is another's usual one, and no base is declared."""
    if b"base" in body and _BASE.search(body):
        return False
    found = _ROOT.match(body)
    root = found[0] if found else b""
    everywhere = body.count(b"xmlns") > root.count(b"xmlns")
    declared = _DECLARED.findall((body if everywhere else root).decode("utf-8", "replace"))
    meanings = {(prefix.lower(), (double or single).lower()) for prefix, double, single in declared}
    if len(meanings) > len({prefix for prefix, _ in meanings}):
        return False
    return all(PREFIXES.get(uri) == prefix for prefix, uri in meanings if prefix in TAKEN)


# --- the feed --------------------------------------------------------------------------------------------------------


def _feed(root: ET.Element, prepared: Prepared, url: str) -> ParsedFeed:
    is_atom = root.tag == "{http://www.w3.org/2005/Atom}feed"
    language = root.get(XML_LANG, root.get("lang", "")).replace("_", "-")
    found = Found(language, is_atom=is_atom)
    entries: list[ET.Element] = []
    for element in root if is_atom else _channel(root):
        key = name_of(element.tag)
        if key == ("entry" if is_atom else "item"):
            entries.append(element)
        elif entries:
            raise DoubtError  # of the feed, after an entry
        else:
            _read_of_feed(found, key, element)
        refuse_text(element.tail)
    author = _authors(found) if is_atom else ""  # RFC 4287, 4.2.1: entries without one have the feed's
    texts = found.texts
    return ParsedFeed(
        title=title_text(found.title or "", found.title_type == "text/html"),
        site=resolve(url, _page(found)),
        language=texts.get("language", language),
        refresh=refresh(texts.get("ttl", ""), texts.get("sy:updateperiod", ""), texts.get("sy:updatefrequency", "")),
        items=tuple(_item(entry, url, author, language, is_atom=is_atom) for entry in entries),
        complete=prepared.complete,
        warnings=prepared.warnings,
    )


def _channel(root: ET.Element) -> ET.Element:
    if root.tag != "rss" or len(root) != 1 or root[0].tag != "channel" or root[0].attrib:
        raise DoubtError
    return root[0]


def _read_of_feed(found: Found, key: str, element: ET.Element) -> None:
    """Note one element of the channel; what follows a summary would be content, and would reach into the entries."""
    if key in {"title", "link"} or (key == "author" and found.is_atom):
        READERS[key](found, element, 0)
    elif key in {"language", "dc:language", "ttl", "sy:updateperiod", "sy:updatefrequency"} and not element.attrib:
        found.texts[key.removeprefix("dc:")] = value_of(element)
    elif key in {"description", "summary", "itunes:summary"}:
        if found.has_content:
            raise DoubtError
        found.has_content = key != "description"
        text_of(element)
    elif key == "image":
        if any(name_of(part.tag) not in _PARTS_OF_IMAGE or len(part) for part in element):
            raise DoubtError
    else:
        pass_over(element, key, HARMLESS_IN_FEED if found.is_atom else HARMLESS_IN_CHANNEL)


# --- one entry -------------------------------------------------------------------------------------------------------


def _item(entry: ET.Element, url: str, author: str, language: str, *, is_atom: bool) -> ParsedItem:
    if entry.attrib:
        raise DoubtError
    found = Found(language, is_atom=is_atom)
    read_all(found, entry, 0)
    if found.second_titles and (not found.title or found.forgets_titles):
        raise DoubtError
    texts = found.texts
    guid = texts.get("id", "").strip()
    published = parse_date(texts.get("published", "")) or parse_date(texts.get("created", ""))
    updated = parse_date(texts.get("updated", ""))
    contents = [_html(kind, value) for kind, value in found.contents]
    return bounded_item(
        ParsedItem(
            guid=guid,
            link=resolve(url, _page(found) or _permalink(found, guid)),
            title=found.title or "",
            title_is_html=found.title_type not in {"", "text/plain"},
            author=_authors(found) or author,
            summary=_summary(found),
            content=max(contents, key=len, default=""),
            base=url,
            published=published if is_atom else published or updated,
            updated=updated,
            language=_item_language(found),
            categories=_categories(found),
            source=found.source,
            enclosures=_enclosures(found, url),
        )
    )


# --- what an entry comes to, as ``parse`` reads feedparser's dictionaries --------------------------------------------


def _page(found: Found) -> str:
    original = found.texts.get("feedburner_origlink", "")
    if original.startswith(("http://", "https://")):
        return original
    links = [one for one in found.links if one["rel"] == "alternate" and one.get("href")]
    pages = [one for one in links if one.get("type", "") in PAGE_TYPES]
    return next((one["href"] for one in (*pages, *links)), "")


def _permalink(found: Found, guid: str) -> str:
    return guid if found.link == guid and guid.startswith(("http://", "https://")) else ""


def _authors(found: Found) -> str:
    addressed = ADDRESSED.fullmatch(found.author.strip())
    if addressed:
        return addressed[1].strip()
    names = dict.fromkeys(person.get("name", "").strip() for person in found.authors)
    return ", ".join(filter(None, names)) or found.author


def _html(kind: str, value: str) -> str:
    return plaintext.to_html(value) if kind == "text/plain" else value


def _summary(found: Found) -> str:
    if found.summary is None or any(value == found.summary for _, value in found.contents):
        return ""
    return _html(found.summary_type, found.summary)


def _item_language(found: Found) -> str:
    """The root's, where a text construct has it (``push_content``)."""
    said = found.title is not None or bool(found.contents) or bool(found.summary_type)
    return found.language if said else ""


def _categories(found: Found) -> tuple[str, ...]:
    names = ((label or term or "").strip() for term, _, label in found.tags)
    return tuple(dict.fromkeys(filter(None, names)))


def _enclosures(found: Found, url: str) -> tuple[Enclosure, ...]:
    links = [(one, one.get("href", "")) for one in found.links if one["rel"] == "enclosure"]
    media = [(one, one.get("url", "")) for one in (*found.media, *found.thumbnails)]
    if not links and not media:
        return ()
    made: dict[str, Enclosure] = {}
    for one, given in (*links, *media):
        address = resolve(url, given)
        if address and address not in made:
            kind = one.get("type", "") or MEDIUM_TYPES.get(one.get("medium", ""), "")
            length = number(one.get("length", "") or one.get("filesize", ""))
            made[address] = Enclosure(address, kind, length, one.get("title", ""))
    return tuple(made.values())
