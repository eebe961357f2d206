"""The pictures of an item: those in its HTML, and those that it carries as files. Only found here, never fetched."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from feedwatch.core.characters import plain, unescaped
from feedwatch.core.urls import safe_link
from feedwatch.model import Enclosure, Picture

MOST = 50
"""Pictures of one item."""
_SMALLEST = 8
"""Pixels: what says that it is smaller counts readers, or is a line's ornament."""
_IMAGE = re.compile(r"<img\b((?:\"[^\"]*\"|[^<>\"])*)>")
_ATTRIBUTE = re.compile(r'\s(alt|src|width|height)="([^"]*)"')
_NAMES = (".jpg", ".jpeg", ".png", ".gif", ".webp")


def pictures(html: str, enclosures: Iterable[Enclosure]) -> tuple[Picture, ...]:
    """Those of safe HTML (``clean.safe_html``) in order, then those among the files; each address once."""
    found: dict[str, Picture] = {}
    for picture in (*_shown(html), *_carried(enclosures)):
        if picture.url and len(found) < MOST:
            found.setdefault(picture.url, picture)
    return tuple(found.values())


def _shown(html: str) -> Iterator[Picture]:
    for tag in _IMAGE.finditer(html):
        said = {name: entities.unescape(value) for name, value in _ATTRIBUTE.findall(tag[1])}
        if not any(_is_tiny(said.get(side, "")) for side in ("width", "height")):
            yield Picture(safe_link(said.get("src", "").strip()), plain(unescaped(said.get("alt", ""))))


def _carried(enclosures: Iterable[Enclosure]) -> Iterator[Picture]:
    for one in enclosures:
        if one.type.startswith("image/") or (not one.type and _is_named_so(one.url)):
            yield Picture(one.url, one.title)


def _is_tiny(size: str) -> bool:
    digits = size.strip().removesuffix("px")
    return digits.isascii() and digits.isdigit() and int(digits[:6]) < _SMALLEST


def _is_named_so(url: str) -> bool:
    return urlsplit(url).path.lower().endswith(_NAMES)
