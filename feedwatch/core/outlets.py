"""Who tells a story: the outlets that carry it, and from how many sources they have it. Pure.

An *outlet* publishes; several feeds of one are one. A *source* is where the words come from: the agency that is
credited, or else the outlet that wrote them. Outlets whose words are the same have them from one source, whether they
say so or not; so ten papers with one agency's report are ten outlets and one source.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from feedwatch.core.credits import agency_of
from feedwatch.core.urls import registrable_domain
from feedwatch.model import Draft, Subscription, Voice

_WORD = re.compile(r"\w+")


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
    words = _words(name)
    return any(ours and (ours <= words or words <= ours) for ours in map(_words, (said.outlet, said.name)))


def _words(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name.casefold()))


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
    groups: list[set[str | int]] = []
    for who, words in {(one.credit or agency_of(one.outlet) or one.outlet, one.words) for one in voices}:
        keys: set[str | int] = {who} if words is None else {who, words}
        groups, joined = [group for group in groups if not group & keys], [group for group in groups if group & keys]
        groups.append(keys.union(*joined))
    return len(groups)
