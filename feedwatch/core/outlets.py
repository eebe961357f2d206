"""Who tells a story: the outlets that carry it, and from how many sources they have it. Pure.

An *outlet* publishes; several feeds of one are one. A *source* is where the words come from: the agency that is
credited, or else the outlet that wrote them. Outlets whose words are the same have them from one source, whether they
say so or not; so ten papers with one agency's report are ten outlets and one source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from feedwatch.core.credits import agency_of
from feedwatch.core.urls import registrable_domain
from feedwatch.core.words import words_of
from feedwatch.model import Draft, Subscription, Voice

_ADDED = """
com europe feed international latest live news of on online politics rss sport stories sunday the top tv uk us world
"""
_GENERIC: Final = frozenset(_ADDED.split())
"""What a publisher adds to its name, or leaves out."""


class Site(NamedTuple):
    """A feed that is watched, as far as it says whose pages are whose."""

    outlet: str
    feed_url: str
    site: str
    """The page that the feed belongs to; '' where it names none."""


def publisher(source: str, source_url: str, feed_url: str) -> str:
    """Who published an entry that was taken over from another feed, as its ``<source>`` says: a domain, or a name.

    '' for the feed's own.
    """
    domain = registrable_domain(source_url)
    if not domain:
        return source
    return "" if domain == registrable_domain(feed_url) else domain


def outlet_of(draft: Draft, said: Subscription, names: Mapping[str, str]) -> str:
    """Who published a draft: what its source says, the feed's outlet, or, where nobody named that, its page's domain.

    ``names`` are those of ``names_of``.
    """
    found = draft.publisher or _page_of(draft, said)
    if not found or _is_itself(found, said):
        return said.outlet
    return names.get(found, found)


def _page_of(draft: Draft, said: Subscription) -> str:
    return registrable_domain(draft.url) if is_unnamed(said.outlet, said.url) else ""


def _is_itself(name: str, said: Subscription) -> bool:
    """Whether a source is the feed's own outlet under a longer or shorter name: *BBC News* and *BBC*."""
    words = set(words_of(name))
    known = (set(words_of(one)) for one in (said.outlet, said.name))
    return any(ours & words and ours ^ words <= _GENERIC for ours in known)


def names_of(sites: Iterable[Site]) -> dict[str, str]:
    """What the user calls the outlets of domains: those at which one outlet that has a name has feeds or pages."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in sites:
        if not is_unnamed(one.outlet, one.feed_url):
            found[_domain_of_site(one.feed_url)].add(one.outlet)
            found[_domain_of_site(one.site)].add(one.outlet)
    return {domain: outlet for domain, (outlet, *others) in found.items() if domain and not others}


def is_unnamed(outlet: str, feed_url: str) -> bool:
    """Whether nobody named a feed's outlet, so that it is the feed's domain."""
    return outlet == _domain_of_site(feed_url)


@lru_cache(maxsize=16_384)
def _domain_of_site(url: str) -> str:
    """Of addresses that are asked for again and again."""
    return registrable_domain(url)


def count_outlets(voices: Iterable[Voice]) -> int:
    """How many outlets tell a story."""
    return len({one.outlet for one in voices})


def count_sources(voices: Iterable[Voice]) -> int:
    """From how many sources a story is told."""
    leads: dict[str | int, str | int] = {}
    for one in voices:
        who = one.credit or agency_of(one.outlet) or one.outlet
        first = _leader(leads, who)
        if one.words is not None:
            leads[_leader(leads, one.words)] = first
    return sum(key == lead for key, lead in leads.items())


def _leader(leads: dict[str | int, str | int], key: str | int) -> str | int:
    """Whom a key follows in the end, itself at first (disjoint sets, Tarjan 1975; paths are halved)."""
    leads.setdefault(key, key)
    while leads[key] != key:
        leads[key] = leads[leads[key]]
        key = leads[key]
    return key
