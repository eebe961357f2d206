"""Plain, well-formed RSS 2.0 and Atom 1.0 read at the speed of expat; nothing where there is any doubt.

feedparser reads everything, and spends most of its time on what plain feeds don't have. For those this gives exactly
what it would give, many times as fast, and feedparser is the oracle of the tests: every field of every real and
generated feed is equal. expat is the parser that feedparser itself uses first, so what is well-formed is so for both.

Doubt is the rule: what ``strict_elements`` does not know for certain, a declaration that gives a prefix two meanings,
``xml:base``, text between elements, anything of the feed after its entries. Then the body goes to feedparser whole.
"""

from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree as ET

from feedwatch.core import plaintext
from feedwatch.core.bounds import bounded_feed, bounded_item
from feedwatch.core.clean import title_text
from feedwatch.core.dates import parse_date
from feedwatch.core.elements import ADDRESSED, MEDIUM_TYPES, PAGE_TYPES, number, refresh, resolve
from feedwatch.core.prepass import Prepared
from feedwatch.core.strict_elements import READERS, XML_LANG, pass_over, read_all
from feedwatch.core.strict_found import DoubtError, Found, refuse_text, text_of, value_of
from feedwatch.core.strict_names import (
    HARMLESS_IN_CHANNEL,
    HARMLESS_IN_FEED,
    NAMING_THE_FORMAT,
    PREFIXES,
    TAKEN,
    name_of,
)
from feedwatch.model import Enclosure, ParsedFeed, ParsedItem

_ROOT = re.compile(rb"<[^<>\"']*(?:\"[^\"]*\"[^<>\"']*|'[^']*'[^<>\"']*)*>")
_DECLARED = re.compile(rb"xmlns(?::([^\s=]+))?\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_BASE = re.compile(rb"base(?<=[\s:]base)\s*=\s*[\"']")
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
    small = body.lower()  # feedparser reads the names of attributes in lower case
    if _BASE.search(small):
        return False
    found = _ROOT.match(small)
    root = found[0] if found else b""
    declared = _DECLARED.findall(small if small.find(b"xmlns", len(root)) >= 0 else root)
    meanings = {(_lower(prefix), _lower(double or single)) for prefix, double, single in declared}
    if len(meanings) > len({prefix for prefix, _ in meanings}):
        return False
    if any(uri in NAMING_THE_FORMAT or "&" in uri for _, uri in meanings):
        return False
    return all(PREFIXES.get(uri) == prefix for prefix, uri in meanings if prefix in TAKEN)


def _lower(octets: bytes) -> str:
    return octets.decode("utf-8", "replace").lower()


# --- the feed --------------------------------------------------------------------------------------------------------


def _feed(root: ET.Element, prepared: Prepared, url: str) -> ParsedFeed:
    is_atom = root.tag == "{http://www.w3.org/2005/Atom}feed"
    of_root = _language_of_root(root)
    channel = root if is_atom else _channel(root)
    language = of_root if is_atom else _language(channel, of_root)
    found = Found(language, is_atom=is_atom, is_feed=True)
    entries = _read_feed(found, channel)
    contexts = [Found(_language(entry, language), is_atom=is_atom) for entry in entries]
    if contexts:
        contexts[0].has_content = found.has_content  # which only an entry's end takes back
    author = _authors(found) if is_atom else ""  # RFC 4287, 4.2.1: entries without one have the feed's
    texts = found.texts
    return ParsedFeed(
        title=title_text(found.title or "", found.title_type == "text/html"),
        site=resolve(url, _page(found)),
        language=texts.get("language", of_root),
        refresh=refresh(texts.get("ttl", ""), texts.get("sy:updateperiod", ""), texts.get("sy:updatefrequency", "")),
        items=tuple([_item(*pair, url, author) for pair in zip(contexts, entries, strict=True)]),
        complete=prepared.complete,
        warnings=prepared.warnings,
    )


def _channel(root: ET.Element) -> ET.Element:
    if root.tag != "rss" or len(root) != 1 or root[0].tag != "channel":
        raise DoubtError
    return root[0]


def _language_of_root(root: ET.Element) -> str:
    given = [name for name in root.attrib if name.lower().endswith("lang")]
    if len(given) > 1 or not {*given} <= {XML_LANG, "lang"}:
        raise DoubtError
    return root.attrib[given[0]].replace("_", "-") if given else ""


def _language(element: ET.Element, inherited: str) -> str:
    """The language of a channel or entry, which can say nothing else."""
    if not element.attrib:
        return inherited
    if element.attrib.keys() != {XML_LANG}:
        raise DoubtError
    return element.attrib[XML_LANG].replace("_", "-")


def _read_feed(found: Found, channel: ET.Element) -> list[ET.Element]:
    """Note what a channel says of itself; gives its entries, after which it may say nothing more."""
    entries: list[ET.Element] = []
    for element in channel:
        key = name_of(element.tag)
        if key == ("entry" if found.is_atom else "item"):
            entries.append(element)
        elif entries:
            raise DoubtError
        else:
            _read_of_feed(found, key, element)
        refuse_text(element.tail)
    return entries


def _read_of_feed(found: Found, key: str, element: ET.Element) -> None:
    """Note one element of the channel."""
    if key in {"title", "link"} or (key == "author" and found.is_atom):
        READERS[key](found, element, 0)
    elif key in {"language", "dc:language", "ttl", "sy:updateperiod", "sy:updatefrequency"} and not element.attrib:
        found.texts[key.removeprefix("dc:")] = value_of(element)
    elif key in {"description", "summary", "itunes:summary"}:
        text_of(element)
        if found.summary is not None:  # _start_description: a second one is content
            found.has_content = True
        elif key != "description":
            found.summary = ""
    elif key == "image":
        if any(name_of(part.tag) not in _PARTS_OF_IMAGE or len(part) for part in element):
            raise DoubtError
    else:
        pass_over(element, key, HARMLESS_IN_FEED if found.is_atom else HARMLESS_IN_CHANNEL)


# --- one entry -------------------------------------------------------------------------------------------------------


def _item(found: Found, entry: ET.Element, url: str, author: str) -> ParsedItem:
    read_all(found, entry, 0)
    if found.second_titles and (not found.title or found.forgets_titles):
        raise DoubtError
    guid = found.texts.get("id", "").strip()
    published, updated = _dates(found)
    return bounded_item(
        ParsedItem(
            guid=guid,
            link=resolve(url, _page(found) or _permalink(found, guid)),
            title=found.title or "",
            title_is_html=found.title_type == "text/html",
            author=_authors(found) or author,
            summary=_summary(found),
            content=_content(found),
            base=url,
            published=published,
            updated=updated,
            language=_item_language(found),
            categories=_categories(found),
            source=found.source,
            source_url=found.source_url,
            enclosures=_enclosures(found, url),
        )
    )


# --- what an entry comes to, as ``parse`` reads feedparser's dictionaries --------------------------------------------


def _page(found: Found) -> str:
    original = found.texts.get("feedburner_origlink", "")
    if original.startswith(("http://", "https://")):
        return original
    first = ""
    for one in found.links:
        address = one.get("href") if one["rel"] == "alternate" else ""
        if address:
            if one.get("type", "") in PAGE_TYPES:
                return address
            first = first or address
    return first


def _permalink(found: Found, guid: str) -> str:
    return guid if found.link == guid and guid.startswith(("http://", "https://")) else ""


def _authors(found: Found) -> str:
    said = found.author
    if not found.authors:
        return said
    addressed = ADDRESSED.fullmatch(said.strip()) if "@" in said else None
    if addressed:
        return addressed[1].strip()
    names = dict.fromkeys([person.get("name", "").strip() for person in found.authors])
    return ", ".join(filter(None, names)) or said


def _dates(found: Found) -> tuple[datetime | None, datetime | None]:
    texts = found.texts
    published = parse_date(texts["published"]) if "published" in texts else None
    if published is None and "created" in texts:
        published = parse_date(texts["created"])
    updated = parse_date(texts["updated"]) if "updated" in texts else None
    return (published, updated) if found.is_atom else (published or updated, updated)


def _html(kind: str, value: str) -> str:
    return plaintext.to_html(value) if kind == "text/plain" else value


def _content(found: Found) -> str:
    return max([_html(kind, value) for kind, value in found.contents], key=len) if found.contents else ""


def _summary(found: Found) -> str:
    if found.summary is None or any(value == found.summary for _, value in found.contents):
        return ""
    return _html(found.summary_type, found.summary)


def _item_language(found: Found) -> str:
    """The entry's own, else that of the first text construct with one (``push_content``): title, contents, summary."""
    if found.texts.get("language"):
        return found.texts["language"]
    has_title, has_content, has_summary = found.title is not None, bool(found.contents), bool(found.summary_type)
    if not found.languages:
        return found.language if has_title or has_content or has_summary else ""
    if len(found.contents) > 1 and "content" in found.languages:
        raise DoubtError  # which of them has it
    said = (("title", has_title), ("content", has_content), ("summary", has_summary))
    return next(filter(None, [found.languages.get(part, found.language) for part, there in said if there]), "")


def _categories(found: Found) -> tuple[str, ...]:
    if not found.tags:
        return ()
    names = dict.fromkeys([(label or term or "").strip() for term, _, label in found.tags])
    names.pop("", None)
    return tuple(names)


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
