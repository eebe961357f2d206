"""The elements that ``strict`` reads, and what feedparser makes of each. Raises DoubtError for what only it may judge.

The comments and docstrings name the methods of feedparser's mixins that are followed. What feedparser has a handler
for is in ``HANDLED``; what it has none for, it only puts aside under the element's own name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from html.entities import entitydefs
from xml.etree import ElementTree as ET

from feedwatch.core.elements import ADDRESSED, PAGE_TYPES

_ATOM = "http://www.w3.org/2005/atom"
PREFIXES: Mapping[str, str] = {
    _ATOM: "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/xhtml": "xhtml",
}
"""Namespaces, in lower case, by the prefix that feedparser gives their elements."""
TAKEN = frozenset({*PREFIXES.values(), "title", "summary"})
"""Prefixes under which an element of another namespace would be taken for one that is read."""
_BLANK = re.compile(
    r"backend\.userland\.com/rss|my\.netscape\.com|purl\.org/(?:rss/1\.0/(?:$|modules/rss091)|echo|pie|atom)|example\.com|echo"
)
"""Namespaces whose elements feedparser takes as having no prefix."""
_DEEPEST = 5
"""Groups within groups."""
_EMAIL = re.compile(r"[\w.+-]@[\w\[]")
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ENTITY = re.compile(r"&(#?\w+);")
_LOST_AMPERSAND = re.compile(r"&([A-Za-z0-9_]+);")
_C1 = re.compile("[\x80-\x9f]")
_TYPES: Mapping[str, str] = {
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "text/plain": "text/plain",
    "text/html": "text/html",
}

_HANDLED_NAMES = """
    abstract author body category channel cloud content content:encoded contributor copyright created
    creativecommons_license
    dc:author dc:contributor dc:creator dc:date dc:description dc:language dc:publisher dc:rights dc:subject dc:title
    dcterms:created dcterms:issued dcterms:modified dcterms:valid description email enclosure entry expirationdate feed
    feedburner:browserfriendly fullitem generator geom georssgeom guid height homepage id image info issued item
    itunes:author itunes:block itunes:category itunes:email itunes:explicit itunes:image itunes:keywords itunes:link
    itunes:name itunes:owner itunes:subtitle itunes:summary keywords language lastbuilddate link managingeditor
    media:category media:content media:credit media:description media:group media:keywords media:license media:player
    media:rating media:restriction media:thumbnail media:title modified name newlocation pubdate published rights rss
    source subtitle summary tagline tags textinput title updated uri url webmaster where width xhtml:body
"""
HANDLED = frozenset(_HANDLED_NAMES.split())
"""Elements that feedparser knows; the tests hold this against it. What it does not know it only puts aside."""
_READ = frozenset({"links", "authors", "tags", "feedburner:origlink", "sy:updateperiod", "sy:updatefrequency", "ttl"})
"""Names under which ``parse`` would find what was put aside."""
_HARMLESS_NAMES = """
    cloud copyright rights generator webmaster subtitle tagline expirationdate dc:publisher dc:rights dc:contributor
    dcterms:valid itunes:subtitle itunes:explicit itunes:image itunes:block media:credit media:rating media:player
    media:restriction media:license
"""
HARMLESS = frozenset(_HARMLESS_NAMES.split())
"""Elements that it knows, and that give nothing which is read."""
_HARMLESS_IN_FEED_NAMES = """
    lastbuilddate pubdate updated published modified id category keywords dc:date dc:subject itunes:keywords
    itunes:category itunes:link info feedburner:browserfriendly media:thumbnail media:keywords media:category
"""
HARMLESS_IN_FEED = HARMLESS | frozenset(_HARMLESS_IN_FEED_NAMES.split())
_PEOPLE = "author managingeditor dc:creator dc:author itunes:author itunes:owner itunes:name itunes:email"
HARMLESS_IN_CHANNEL = HARMLESS_IN_FEED | frozenset(_PEOPLE.split())
"""In RSS; in Atom the entries have the feed's author."""


class DoubtError(Exception):
    """Something that only feedparser may judge."""


class Found:
    """What was found of a feed or of an entry so far; the names are those of feedparser's dictionaries."""

    def __init__(self, language: str, *, is_atom: bool) -> None:
        self.is_atom = is_atom
        self.language = language
        self.title: str | None = None
        self.title_type = ""
        self.second_titles = False
        """A ``media:title`` was there, which counts only where there is no other."""
        self.forgets_titles = False
        """Something was there after which it counts all the same (``title_depth``)."""
        self.link: str | None = None
        self.links: list[dict[str, str]] = []
        self.author = ""
        self.authors: list[dict[str, str]] = []
        self.summary: str | None = None
        self.summary_type = ""
        self.contents: list[tuple[str, str]] = []
        self.has_content = False
        self.tags: list[list[str | None]] = []
        self.source = ""
        self.media: list[dict[str, str]] = []
        self.thumbnails: list[dict[str, str]] = []
        self.texts: dict[str, str] = {}
        self.depths: dict[str, int] = {}

    def keep(self, name: str, value: str, depth: int) -> bool:
        """Keep the value of an element unless a higher one gave it (``pop``); whether it was kept."""
        if depth > self.depths.get(name, depth):
            return False
        self.depths[name] = depth
        self.texts[name] = value
        return True


@lru_cache(maxsize=1024)
def name_of(tag: str) -> str:
    """An element's name as feedparser has it, in lower case; "?" for one of a namespace of which nothing is read."""
    if tag[0] != "{":
        return tag.lower()
    uri, _, name = tag[1:].partition("}")
    prefix = PREFIXES.get(uri.lower())
    if prefix is None:
        return "?" if not _BLANK.search(uri.lower()) else "blank"
    return f"{prefix}:{name.lower()}" if prefix else name.lower()


def pass_over(element: ET.Element, key: str, harmless: frozenset[str]) -> None:
    """Pass over an element of which nothing is read, or raise."""
    for part in element.iter():
        name = key if part is element else name_of(part.tag)
        if name not in harmless and (name in HANDLED or name in _READ or name == "blank" or "_" in name):
            raise DoubtError


def refuse_text(text: str | None) -> None:
    """Raise where text stands between elements: which of them it belongs to is feedparser's to know."""
    if text and not text.isspace():
        raise DoubtError


def read_all(found: Found, parent: ET.Element, depth: int) -> None:
    """Read all that an entry, or a group within it, holds."""
    refuse_text(parent.text)
    for element in parent:
        key = name_of(element.tag)
        reader = READERS.get(key)
        if reader is not None:
            reader(found, element, depth)
        else:
            pass_over(element, key, HARMLESS)
        refuse_text(element.tail)


def text_of(element: ET.Element) -> str:
    """The text of an element without children, stripped, as ``pop`` does."""
    if len(element):
        raise DoubtError
    return (element.text or "").strip()


def _mended(text: str) -> str:
    """What ``pop`` makes of text: UTF-8 that was taken for latin-1 is read again."""
    if text.isascii():
        return text
    try:
        text = text.encode("iso-8859-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        pass
    if _C1.search(text):
        raise DoubtError  # feedparser reads these as windows-1252
    return text


def value_of(element: ET.Element) -> str:
    """The text of an element as ``pop`` keeps it."""
    return _mended(text_of(element))


def _content_type(found: Found, element: ET.Element, default: str, value: str) -> str:
    """The kind of a text construct: declared, else guessed where the format is not Atom (``looks_like_html``)."""
    kind = default
    if element.attrib:
        kind = _TYPES.get(element.attrib.get("type", "").lower(), "")
        if not kind or len(element.attrib) > 1:
            raise DoubtError  # base64, or markup
    if kind == "text/plain" and not found.is_atom and _looks_like_html(value):
        return "text/html"
    return kind


def _looks_like_html(value: str) -> bool:
    if "</" in value:
        raise DoubtError  # which tags are HTML's is feedparser's to know
    entities = _ENTITY.findall(value)
    if entities and "<" in value:
        raise DoubtError
    return bool(entities) and all(name[0] == "#" or name in entitydefs for name in entities)


def _resolved(address: str) -> str:
    """An address as ``resolve_uri`` leaves it where there is no base."""
    if "///" in address:
        raise DoubtError
    return address


def _attributes(element: ET.Element) -> dict[str, str]:
    """Attributes as ``_normalize_attributes`` leaves them."""
    return {
        name.lower(): value.lower() if name.lower() in {"rel", "type"} else value for name, value in element.items()
    }


def _read_title(found: Found, element: ET.Element, depth: int) -> None:
    if found.title is not None or depth:
        raise DoubtError
    found.title = value_of(element)
    found.title_type = _content_type(found, element, "text/plain", found.title)


def _read_second_title(found: Found, element: ET.Element, _: int) -> None:
    text_of(element)
    found.second_titles = True


def _read_link(found: Found, element: ET.Element, depth: int) -> None:
    given = _attributes(element)
    if depth or len(element) or {"url", "uri"} & given.keys():
        raise DoubtError
    given.setdefault("rel", "alternate")
    given.setdefault("type", "application/atom+xml" if given["rel"] == "self" else "text/html")
    if given.get("href"):
        if element.text and element.text.strip():
            raise DoubtError
        given["href"] = _resolved(given["href"])
        if given["rel"] == "alternate" and given["type"] in {*PAGE_TYPES, "html", "xhtml"} - {""}:
            found.link = given["href"]
    elif element.attrib:
        raise DoubtError
    else:
        address = _LOST_AMPERSAND.sub(r"&\1", _mended(_resolved(text_of(element))).replace("&amp;", "&"))
        found.link = address
        if address:
            given["href"] = address
    found.links.append(given)


def _read_guid(found: Found, element: ET.Element, depth: int) -> None:
    given = _attributes(element)
    if depth or "id" in found.texts or not given.keys() <= {"ispermalink"}:
        raise DoubtError
    is_link = given.get("ispermalink", "true") == "true"
    value = _mended(_resolved(text_of(element)) if is_link else text_of(element))
    found.texts["id"] = value
    if is_link and found.link is None:
        found.link = value


def _read_summary(default: str) -> Callable[[Found, ET.Element, int], None]:
    def read(found: Found, element: ET.Element, depth: int) -> None:
        value = value_of(element)
        if found.summary is not None and not found.has_content:  # _start_description: a second one is content
            found.has_content = True
            found.contents.append((_content_type(found, element, "text/plain", value), value))
        elif found.keep("summary", value, depth):
            found.summary = value
            found.summary_type = _content_type(found, element, default, value)
        else:
            raise DoubtError

    return read


def _read_content(default: str) -> Callable[[Found, ET.Element, int], None]:
    def read(found: Found, element: ET.Element, depth: int) -> None:
        value = value_of(element)
        kind = _content_type(found, element, default, value)
        if depth:
            raise DoubtError
        found.has_content = True
        found.contents.append((kind, value))
        if found.summary is None:  # _end_content: copied, without saying what kind it is
            found.summary, found.summary_type = value, ""

    return read


def _read_text(name: str) -> Callable[[Found, ET.Element, int], None]:
    def read(found: Found, element: ET.Element, depth: int) -> None:
        if element.attrib:
            raise DoubtError
        found.keep(name, value_of(element), depth)

    return read


def _read_author(found: Found, element: ET.Element, depth: int) -> None:
    if depth or (found.authors and (len(element) or found.authors[0].keys() != {"name"})):
        raise DoubtError  # of several, one with parts: what stays of which is feedparser's to know
    person: dict[str, str] = {}
    for part in element:
        key = name_of(part.tag)
        if key in {"name", "email"} and key not in person:
            person[key] = text_of(part)
        elif key != "uri" or len(part):
            raise DoubtError
    said = _mended((element.text or "").strip())
    if len(element):
        if said or any(part.tail and part.tail.strip() for part in element):
            raise DoubtError
        name, email = person.get("name", ""), person.get("email", "")
        said = f"{name} ({email})" if name and email else name or email or said
    elif "@" in said and _EMAIL.search(said):
        if found.authors or not ADDRESSED.fullmatch(said):
            raise DoubtError  # _sync_author_detail takes the name out
        person = {"name": said, "email": said}
    else:
        person = {"name": said}
    found.author = said
    found.authors.append(person)


def _add_tag(found: Found, term: str | None, scheme: str | None, label: str | None) -> None:
    tag = [term, scheme, label]
    if any(tag) and tag not in found.tags:
        found.tags.append(tag)


def _read_category(found: Found, element: ET.Element, _: int) -> None:
    given = _attributes(element)
    if not given.keys() <= {"term", "scheme", "domain", "label"}:
        raise DoubtError
    _add_tag(found, given.get("term"), given.get("scheme", given.get("domain")), given.get("label"))
    value = value_of(element)
    if value and found.tags and not found.tags[-1][0]:
        found.tags[-1][0] = value
    elif value:
        _add_tag(found, value, None, None)


def _read_keywords(scheme: str | None) -> Callable[[Found, ET.Element, int], None]:
    def read(found: Found, element: ET.Element, _: int) -> None:
        if element.attrib:
            raise DoubtError
        for term in value_of(element).split(","):
            if term.strip():
                _add_tag(found, term.strip(), scheme, None)

    return read


def _read_enclosure(found: Found, element: ET.Element, _: int) -> None:
    given = _attributes(element)
    if len(element) or {"uri", "href"} & given.keys():
        raise DoubtError
    if given.get("url"):
        given["href"] = given.pop("url")
    found.links.append(given | {"rel": "enclosure"})


def _read_source(found: Found, element: ET.Element, depth: int) -> None:
    if depth or found.source or not element.attrib.keys() <= {"url"}:
        raise DoubtError
    found.source = value_of(element)
    found.forgets_titles = True


def _read_image(found: Found, element: ET.Element, _: int) -> None:
    text_of(element)
    found.forgets_titles = True


def _read_media(found: Found, element: ET.Element, depth: int) -> None:
    found.media.append(_attributes(element))
    _read_group(found, element, depth)


def _read_thumbnail(found: Found, element: ET.Element, _: int) -> None:
    if text_of(element):
        raise DoubtError
    found.thumbnails.append(_attributes(element))


def _read_group(found: Found, element: ET.Element, depth: int) -> None:
    if depth > _DEEPEST or (len(element) and (XML_LANG in element.attrib or "lang" in element.attrib)):
        raise DoubtError
    read_all(found, element, depth + 1)


READERS: Mapping[str, Callable[[Found, ET.Element, int], None]] = {
    "title": _read_title,
    "media:title": _read_second_title,
    "link": _read_link,
    "guid": _read_guid,
    "id": _read_guid,
    "description": _read_summary("text/html"),
    "media:description": _read_summary("text/html"),
    "dc:description": _read_summary("text/html"),
    "summary": _read_summary("text/plain"),
    "itunes:summary": _read_summary("text/plain"),
    "content": _read_content("text/plain"),
    "content:encoded": _read_content("text/html"),
    **dict.fromkeys(("pubdate", "published", "issued", "dcterms:issued"), _read_text("published")),
    **dict.fromkeys(("updated", "modified", "dc:date", "dcterms:modified", "lastbuilddate"), _read_text("updated")),
    **dict.fromkeys(("created", "dcterms:created"), _read_text("created")),
    **dict.fromkeys(("author", "dc:creator", "dc:author", "itunes:author"), _read_author),
    **dict.fromkeys(("category", "dc:subject"), _read_category),
    "media:keywords": _read_keywords(None),
    "itunes:keywords": _read_keywords("http://www.itunes.com/"),
    "enclosure": _read_enclosure,
    "source": _read_source,
    "image": _read_image,
    "media:content": _read_media,
    "media:thumbnail": _read_thumbnail,
    "media:group": _read_group,
    "feedburner:origlink": _read_text("feedburner_origlink"),
}
