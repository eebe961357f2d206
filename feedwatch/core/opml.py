"""OPML (opml.org, versions 1 and 2) to the feeds that it lists, and subscriptions to OPML.

Folders become tags. Entity declarations are refused, not expanded; nothing that the document names is opened.
"""

from __future__ import annotations

import xml.parsers.expat
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from feedwatch.core.charset import decode
from feedwatch.core.clean import plain
from feedwatch.core.urls import as_http, safe_link
from feedwatch.errors import SubscriptionError
from feedwatch.model import Subscription

_DEEPEST = 32
MOST = 20_000
"""Feeds that are taken from one document."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of an OPML document."""

    url: str
    name: str = ""
    site: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """What an OPML document lists."""

    feeds: tuple[Outline, ...]
    left_out: int
    """Outlines that have an address which can't be polled, or come after so many feeds as are taken."""


def read(body: bytes) -> Listed:
    """The feeds of an OPML document, each address once, with the folders that hold it as tags.

    Raises SubscriptionError where it is no OPML, or is broken.
    """
    reader = _Reader()
    parser = xml.parsers.expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.EntityDeclHandler = _refuse_entity
    text = decode(body).text
    try:
        parser.Parse(text[text.find("<") :].encode("utf-8", "replace"), True)  # noqa: FBT003  # expat's own signature
    except xml.parsers.expat.ExpatError as error:
        reason = xml.parsers.expat.ErrorString(error.code)
        raise SubscriptionError(f"The OPML file is broken at line {error.lineno}: {reason}.") from error
    return Listed(tuple(reader.outlines()), reader.left_out)


def write(subscriptions: Iterable[Subscription]) -> bytes:
    """The subscriptions as an OPML 2.0 document, under a folder for the first tag of each."""
    folders: dict[str, list[Subscription]] = {}
    for one in subscriptions:
        folders.setdefault(one.tags[0] if one.tags else "", []).append(one)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += ["  <head><title>feedwatch subscriptions</title></head>", "  <body>"]
    for folder, members in folders.items():
        if folder:
            lines.append(f"    <outline text={quoteattr(folder)} title={quoteattr(folder)}>")
        lines += [_outline(one, "      " if folder else "    ") for one in members]
        if folder:
            lines.append("    </outline>")
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines).encode()


def _outline(one: Subscription, indent: str) -> str:
    more = f" category={quoteattr(','.join(one.tags))}" if one.tags else ""
    name, url = quoteattr(one.name), quoteattr(one.url)
    return f'{indent}<outline type="rss" text={name} title={name} xmlUrl={url}{more}/>'


def _refuse_entity(*_: object) -> None:
    raise SubscriptionError("The OPML file declares XML entities; remove its DTD and import it again.")


@dataclass
class _Reader:
    """Where reading stands: the folders open, and the feeds found."""

    _folders: list[str] = field(default_factory=list)
    """One for each open element; '' where it is no folder."""
    _found: dict[str, Outline] = field(default_factory=dict)
    _is_opml: bool = False
    left_out: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element's start: a feed, a folder, or neither."""
        self._check(name.lower())
        said = {key.lower(): value for key, value in attributes.items()}
        title = plain(said.get("title") or said.get("text") or "")
        url = safe_link(as_http(said.get("xmlurl", "").strip()))
        is_folder = name.lower() == "outline" and "xmlurl" not in said
        self._folders.append(title if is_folder else "")
        if name.lower() != "outline" or "xmlurl" not in said:
            return
        if not url or (len(self._found) >= MOST and url not in self._found):
            self.left_out += 1
        else:
            self._add(Outline(url, title, safe_link(said.get("htmlurl", "")), self._tags(said)))

    def end(self, _name: str) -> None:
        """Leave an element."""
        self._folders.pop()

    def outlines(self) -> Iterable[Outline]:
        """What was found, in the document's order."""
        return self._found.values()

    def _check(self, name: str) -> None:
        if not self._is_opml and name != "opml":
            raise SubscriptionError(f"This is not an OPML file: it begins with <{plain(name)[:40]}>.")
        self._is_opml = True
        if len(self._folders) >= _DEEPEST:
            raise SubscriptionError(f"The OPML file nests folders more than {_DEEPEST} deep.")

    def _tags(self, said: dict[str, str]) -> tuple[str, ...]:
        categories = (part.strip("/ ") for part in plain(said.get("category", "")).split(","))
        return tuple(dict.fromkeys(filter(None, (*self._folders, *categories))))

    def _add(self, outline: Outline) -> None:
        """A feed that stands in two folders has the tags of both."""
        earlier = self._found.get(outline.url)
        tags = tuple(dict.fromkeys((*earlier.tags, *outline.tags))) if earlier else outline.tags
        name = (earlier.name if earlier else "") or outline.name
        self._found[outline.url] = Outline(outline.url, name, outline.site, tags)
