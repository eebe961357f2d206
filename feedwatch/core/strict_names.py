"""Which elements there are for ``strict_elements``: what feedparser calls them, and what it has handlers for.

Only names: what an element means is said there. The tests hold the tables against the installed feedparser.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_ATOM = "http://www.w3.org/2005/atom"
PREFIXES: Mapping[str, str] = {
    _ATOM: "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://search.yahoo.com/mrss/": "media",
    "http://search.yahoo.com/mrss": "media",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://backend.userland.com/creativecommonsrssmodule": "creativecommons",
    "http://cyber.law.harvard.edu/rss/creativecommonsrssmodule.html": "creativecommons",
    "http://www.opengis.net/gml": "gml",
    "http://podlove.org/simple-chapters": "psc",
}
"""Namespaces, in lower case, by the prefix that feedparser gives their elements."""
TAKEN = frozenset({*PREFIXES.values(), "title", "summary"})
"""Prefixes under which an element of another namespace would be taken for one that is read."""
_RAISING = frozenset({"gml", "psc"})
"""Prefixes of elements whose handlers raise on what they don't expect."""
_BLANK = re.compile(
    r"backend\.userland\.com/rss|my\.netscape\.com|purl\.org/(?:rss/1\.0/(?:$|modules/rss091)|echo|pie|atom)|example\.com|echo"
)
"""Namespaces whose elements feedparser takes as having no prefix."""
NAMING_THE_FORMAT = ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/")
"""Namespaces by which it takes a document for RSS, whatever its root (``track_namespace``)."""

_HANDLED_NAMES = """
    abstract author body category channel cloud content content:encoded contributor copyright created
    creativecommons:license
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
_READ = frozenset(
    {"links", "authors", "tags", "date", "feedburner:origlink", "sy:updateperiod", "sy:updatefrequency", "ttl"}
)
"""Names under which ``parse`` would find what was put aside; it files "date" as "updated"."""
_DOUBTFUL = HANDLED | _READ | {"unsafe"}

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
    creativecommons:license
"""
HARMLESS_IN_FEED = HARMLESS | frozenset(_HARMLESS_IN_FEED_NAMES.split())
_PEOPLE = "author managingeditor dc:creator dc:author itunes:author itunes:owner itunes:name itunes:email"
HARMLESS_IN_CHANNEL = HARMLESS_IN_FEED | frozenset(_PEOPLE.split())
"""In RSS; in Atom the entries have the feed's author."""

_HTML_NAMES = """
    a abbr acronym address area article aside audio b big blockquote br button canvas caption center cite code col
    colgroup command datagrid datalist dd del details dfn dialog dir div dl dt em event-source fieldset figcaption
    figure font footer form h1 h2 h3 h4 h5 h6 header hr i img input ins kbd keygen label legend li m map menu meter
    multicol nav nextid noscript ol optgroup option output p pre progress q s samp section select small sound source
    spacer span strike strong sub sup table tbody td textarea tfoot th thead time tr tt u ul var video
"""
HTML = frozenset(_HTML_NAMES.split())
"""Tags by which feedparser tells HTML from plain text."""


@lru_cache(maxsize=1024)
def name_of(tag: str) -> str:
    """An element's name as feedparser has it, in lower case; "?" for one of a namespace of which nothing is read."""
    if tag[0] != "{":
        return tag.lower()
    uri, _, name = tag[1:].partition("}")
    prefix = PREFIXES.get(uri.lower())
    if prefix is None:
        return "?" if not _BLANK.search(uri.lower()) else "unsafe"
    if prefix in _RAISING:
        return "unsafe"
    return f"{prefix}:{name.lower()}" if prefix else name.lower()


def is_harmless(name: str, harmless: frozenset[str]) -> bool:
    """Whether nothing that is read comes of an element: it is one of those, or feedparser only puts it aside."""
    return name in harmless or not (name in _DOUBTFUL or "_" in name)
