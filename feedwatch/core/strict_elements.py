"""The elements that ``strict`` reads, and what feedparser makes of each. Raises DoubtError for what only it may judge.

The comments and docstrings name the methods of feedparser's mixins that are followed. What it has a handler for is in
``strict_names``; what it has none for, it only puts aside under the element's own name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from xml.etree import ElementTree as ET

from feedwatch.core.elements import PAGE_TYPES
from feedwatch.core.strict_found import DoubtError, Found, looks_like_html, mended, refuse_text, text_of, value_of
from feedwatch.core.strict_names import HARMLESS, is_harmless, name_of

_DEEPEST = 5
"""Groups within groups."""
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGE_NAMES = frozenset({XML_LANG.lower(), "lang"})
_EMAIL = re.compile(
    r"[a-zA-Z0-9_.+-]+@(?:\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.|(?:[a-zA-Z0-9-]+\.)+)(?:[a-zA-Z]{2,4}|[0-9]{1,3})\]?"
    r"(?:\?subject=\S+)?"
)
_LONGEST_AUTHOR = 500
_LOST_AMPERSAND = re.compile(r"&([A-Za-z0-9_]+);")
_TYPES: Mapping[str, str] = {
    "text": "text/plain",
    "plain": "text/plain",
    "html": "text/html",
    "text/plain": "text/plain",
    "text/html": "text/html",
}
_PAGE_LINK_TYPES = frozenset({*PAGE_TYPES, "html", "xhtml"} - {""})
_PARTS_OF_CATEGORY = frozenset({"term", "scheme", "domain", "label", XML_LANG.lower()})
_USUAL_ATTRIBUTES = frozenset({"rel", "href", "type", "url", "length", "width", "height", "medium", "title"})
_PARTS_OF_PERSON: Mapping[str, str] = {"name": "name", "email": "email", "uri": "href", "?": ""}


Reader = Callable[[Found, ET.Element, int], None]
"""Notes one element of an entry; the number says how many groups it is in."""


# --- elements --------------------------------------------------------------------------------------------------------


def pass_over(element: ET.Element, key: str, harmless: frozenset[str]) -> None:
    """Pass over an element of which nothing is read, or raise."""
    if not is_harmless(key, harmless):
        raise DoubtError
    if len(element) and not all(is_harmless(name_of(part.tag), harmless) for one in element for part in one.iter()):
        raise DoubtError


def read_all(found: Found, parent: ET.Element, depth: int) -> None:
    """Read all that an entry, or a group within it, holds."""
    refuse_text(parent.text)
    for element in parent:
        _reader_of(element.tag)(found, element, depth)
        text = element.tail
        if text and not text.isspace():
            raise DoubtError


@lru_cache(maxsize=1024)
def _reader_of(tag: str) -> Reader:
    key = name_of(tag)
    reader = READERS.get(key)
    return reader or (_read_nothing if is_harmless(key, HARMLESS) else _doubt)


def _doubt(_: Found, __: ET.Element, ___: int) -> None:
    raise DoubtError


def _read_nothing(_: Found, element: ET.Element, __: int) -> None:
    if len(element):
        pass_over(element, "?", HARMLESS)


def _construct(found: Found, element: ET.Element, default: str, part: str) -> tuple[str, str]:
    """A text construct's kind, declared or guessed where the format is not Atom (``looks_like_html``), and its text."""
    text = text_of(element)
    kind = default
    if element.attrib:
        kind = _declared_type(found, element.attrib, default, part)
    if kind == "text/plain" and not found.is_atom and looks_like_html(text):
        kind = "text/html"
    return kind, text if text.isascii() else mended(text)


def _declared_type(found: Found, attributes: Mapping[str, str], default: str, part: str) -> str:
    """The kind that a text construct says it is of; its language is noted under the name of the part."""
    kind = default
    for name, value in attributes.items():
        if name == "type":
            kind = _TYPES.get(value.lower(), "")
        elif name == XML_LANG and part not in found.languages:
            found.languages[part] = value.replace("_", "-")
        else:
            raise DoubtError
    if not kind:
        raise DoubtError  # base64, or markup
    return kind


def _refuse_unresolved(address: str) -> None:
    """Raise where ``resolve_uri`` does not leave an address as it is, though there is no base."""
    if "///" in address:
        raise DoubtError


def _attributes(element: ET.Element) -> dict[str, str]:
    """Attributes as ``_normalize_attributes`` leaves them."""
    given = dict(element.attrib)
    if not given.keys() <= _USUAL_ATTRIBUTES:
        given = {name.lower(): value for name, value in given.items()}
        if len(given) < len(element.attrib) or any("}" in name and name not in _LANGUAGE_NAMES for name in given):
            raise DoubtError
    if "type" in given:
        given["type"] = given["type"].lower()
    if "rel" in given:
        given["rel"] = given["rel"].lower()
    return given


# --- readers ---------------------------------------------------------------------------------------------------------


def _read_title(found: Found, element: ET.Element, depth: int) -> None:
    if found.title is not None or depth:
        raise DoubtError
    found.title_type, found.title = _construct(found, element, "text/plain", "title")


def _read_second_title(found: Found, element: ET.Element, _: int) -> None:
    text_of(element)
    found.second_titles = True


def _read_link(found: Found, element: ET.Element, depth: int) -> None:
    if depth or len(element):
        raise DoubtError
    if not element.attrib:
        found.link = _linked(value_of(element), found)
        found.links.append({"rel": "alternate", "type": "text/html", "href": found.link})
        return
    given = _attributes(element)
    if not given.get("href") or "url" in given or "uri" in given:
        raise DoubtError
    refuse_text(element.text)
    _refuse_unresolved(given["href"])
    given.setdefault("rel", "alternate")
    given.setdefault("type", "application/atom+xml" if given["rel"] == "self" else "text/html")
    if given["rel"] == "alternate" and given["type"] in _PAGE_LINK_TYPES:
        found.link = given["href"]
    found.links.append(given)


def _linked(address: str, found: Found) -> str:
    """The text of a link: what looks like a reference in its query is none (``pop``)."""
    _refuse_unresolved(address)
    if "&" in address:
        address = _LOST_AMPERSAND.sub(r"&\1", address if found.is_feed else address.replace("&amp;", "&"))
    return address


def _read_guid(found: Found, element: ET.Element, depth: int) -> None:
    if depth or "id" in found.texts:
        raise DoubtError
    is_link = not element.attrib or _is_permalink(element)
    value = value_of(element)
    found.texts["id"] = value
    if is_link:
        _refuse_unresolved(value)
        if found.link is None:
            found.link = value


def _is_permalink(element: ET.Element) -> bool:
    ((name, value), *others) = element.items()
    if others or name.lower() != "ispermalink":
        raise DoubtError
    return value == "true"


def _read_summary(default: str) -> Reader:
    def read(found: Found, element: ET.Element, depth: int) -> None:
        if found.summary is not None and not found.has_content:  # _start_description: a second one is content
            found.has_content = True
            found.contents.append(_construct(found, element, "text/plain", "content"))
            return
        kind, value = _construct(found, element, default, "summary")
        if found.summary is not None and "summary" in found.languages:
            raise DoubtError
        found.summary_type = kind  # that of the last one, whichever is kept
        if found.keep("summary", value, depth):
            found.summary = value

    return read


def _read_content(default: str) -> Reader:
    def read(found: Found, element: ET.Element, depth: int) -> None:
        kind, value = _construct(found, element, default, "content")
        if depth:
            raise DoubtError
        found.has_content = True
        found.contents.append((kind, value))
        if found.summary is None:  # _end_content: copied, without saying what kind it is
            found.summary, found.summary_type = value, ""

    return read


def _read_text(name: str) -> Reader:
    def read(found: Found, element: ET.Element, depth: int) -> None:
        if element.attrib:
            raise DoubtError
        value = value_of(element)
        if depth:
            found.keep(name, value, depth)
        else:
            found.texts[name], found.depths[name] = value, 0

    return read


def _read_author(found: Found, element: ET.Element, depth: int) -> None:
    if depth:
        raise DoubtError
    person: dict[str, str] = {}
    found.authors.append(person)
    for part in element:
        key = _PARTS_OF_PERSON.get(name_of(part.tag))
        refuse_text(part.tail)
        if key is None or len(part):
            raise DoubtError
        if key:
            _save_author(found, person, key, text_of(part))
    if len(element):
        refuse_text(element.text)
    found.author = value_of(element) if not len(element) else ""
    _sync(found, person)


def _save_author(found: Found, person: dict[str, str], key: str, value: str) -> None:
    if found.author_detail is None:
        found.author_detail = {}
    found.author_detail[key] = value
    _sync(found, person)
    person[key] = value


def _sync(found: Found, person: dict[str, str]) -> None:
    """Make an author's one text of its parts, or the parts of the text that is there (``_sync_author_detail``)."""
    if person:
        name, email = person.get("name", ""), person.get("email", "")
        found.author = f"{name} ({email})" if name and email else name or email or found.author
    elif found.author:
        parts = _parts_of(found.author)
        if parts and found.author_detail is None:
            found.author_detail = person  # one and the same: a later one with parts changes the name of this
        person.update(parts)


def _parts_of(author: str) -> dict[str, str]:
    if len(author) > _LONGEST_AUTHOR:
        raise DoubtError
    address = _EMAIL.search(author) if "@" in author else None
    if not address:
        return {"name": author}
    email = address[0]
    name = author.replace(email, "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip()
    name = name.removeprefix("(").removesuffix(")").strip()
    return {"name": name, "email": email} if name else {"email": email}


def _add_tag(found: Found, term: str | None, scheme: str | None, label: str | None) -> None:
    tag = [term, scheme, label]
    if any(tag) and tag not in found.tags:
        found.tags.append(tag)


def _read_category(found: Found, element: ET.Element, _: int) -> None:
    if element.attrib:
        given = {name.lower(): value for name, value in element.items()}
        if not given.keys() <= _PARTS_OF_CATEGORY or len(given) < len(element.attrib):
            raise DoubtError
        _add_tag(found, given.get("term"), given.get("scheme", given.get("domain")), given.get("label"))
    value = value_of(element)
    if value and found.tags and not found.tags[-1][0]:
        found.tags[-1][0] = value
    elif value:
        _add_tag(found, value, None, None)


def _read_keywords(scheme: str | None) -> Reader:
    def read(found: Found, element: ET.Element, _: int) -> None:
        if element.attrib:
            raise DoubtError
        for term in value_of(element).split(","):
            if term.strip():
                _add_tag(found, term.strip(), scheme, None)

    return read


def _read_enclosure(found: Found, element: ET.Element, _: int) -> None:
    given = _attributes(element)
    if len(element) or "uri" in given or "href" in given:
        raise DoubtError
    if given.get("url"):
        given["href"] = given.pop("url")
    given["rel"] = "enclosure"
    found.links.append(given)


def _read_source(found: Found, element: ET.Element, depth: int) -> None:
    if depth or found.source or not element.attrib.keys() <= {"url"}:
        raise DoubtError
    found.source = value_of(element)
    found.source_url = element.get("url", "")
    found.forgets_titles = True


def _read_image(found: Found, element: ET.Element, _: int) -> None:
    text_of(element)
    found.forgets_titles = True


def _read_media(found: Found, element: ET.Element, depth: int) -> None:
    found.media.append(_attributes(element))
    if len(element) or element.text:
        _read_group(found, element, depth)


def _read_thumbnail(found: Found, element: ET.Element, _: int) -> None:
    if text_of(element):
        raise DoubtError
    found.thumbnails.append(_attributes(element))


def _read_group(found: Found, element: ET.Element, depth: int) -> None:
    if depth > _DEEPEST or any(name.lower().endswith("lang") for name in element.attrib):
        raise DoubtError
    read_all(found, element, depth + 1)


def _read_license(_: Found, element: ET.Element, depth: int) -> None:
    text_of(element)
    if depth:
        raise DoubtError  # _end_creativecommons_license raises where a higher one was


READERS: Mapping[str, Reader] = {
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
    **dict.fromkeys(("language", "dc:language"), _read_text("language")),
    "feedburner:origlink": _read_text("feedburner_origlink"),
    "creativecommons:license": _read_license,
}
"""By the names that ``name_of`` gives."""
