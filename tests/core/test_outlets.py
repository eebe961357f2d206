"""Who publishes a draft, and how many outlets and sources tell a story."""

from __future__ import annotations

import pytest

from feedwatch.core.outlets import Site, count_outlets, count_sources, names_of, outlet_of, publisher
from feedwatch.model import Subscription, Voice, replace
from tests.core.test_update import draft

PAPER = Subscription("https://rss.example.org/world", "Paper World", "The Paper")
UNNAMED = Subscription("https://rss.example.org/world", "Paper World", "example.org")


@pytest.mark.parametrize(
    ("source", "url", "found"),
    [
        ("", "", ""),
        ("Other", "", "Other"),
        ("Other", "https://www.example.net/feed.xml", "example.net"),
        ("Paper Sport", "https://sport.example.org/", ""),
        ("Other", "no address", "Other"),
    ],
)
def test_a_source_is_known_by_its_domain_or_name(source: str, url: str, found: str) -> None:
    assert publisher(source, url, PAPER.url) == found


@pytest.mark.parametrize(
    ("said", "taken_from", "url", "found"),
    [
        (PAPER, "", "https://example.net/1", "The Paper"),
        (PAPER, "example.net", "https://example.org/1", "example.net"),
        (PAPER, "bbc.co.uk", "", "BBC"),
        (PAPER, "The Paper on Sunday", "", "The Paper"),
        (PAPER, "Paper World", "", "The Paper"),
        (PAPER, "The Paper of India", "", "The Paper of India"),
        (UNNAMED, "", "https://www.example.org/1", "example.org"),
        (UNNAMED, "", "https://www.example.net/1", "example.net"),
        (UNNAMED, "", "https://news.bbc.co.uk/1", "BBC"),
        (UNNAMED, "", "", "example.org"),
    ],
)
def test_a_draft_is_its_publishers(said: Subscription, taken_from: str, url: str, found: str) -> None:
    one = replace(draft("a"), publisher=taken_from, url=url)
    assert outlet_of(one, said, {"bbc.co.uk": "BBC"}) == found


def test_domains_go_by_the_name_that_one_outlet_gives_them() -> None:
    sites = (
        Site("BBC", "https://feeds.bbci.co.uk/a", "https://www.bbc.co.uk/news"),
        Site("BBC", "https://feeds.bbci.co.uk/b", "https://www.bbc.co.uk/sport"),
        Site("bbc.co.uk", "https://www.bbc.co.uk/c", "https://www.bbc.co.uk/"),
        Site("Town A", "https://a.example.com/", ""),
        Site("Town B", "https://b.example.com/", ""),
    )
    assert names_of(sites) == {"bbci.co.uk": "BBC", "bbc.co.uk": "BBC"}


@pytest.mark.parametrize(
    ("voices", "counts"),
    [
        ((), (0, 0)),
        ((Voice("A", words=1), Voice("B", words=2)), (2, 2)),
        ((Voice("A", words=1), Voice("A", words=2)), (1, 1)),
        ((Voice("A", "Reuters", 1), Voice("B", "Reuters", 2), Voice("C", "AP", 3)), (3, 2)),
        ((Voice("reuters.com", words=1), Voice("B", "Reuters", 2)), (2, 1)),
        ((Voice("A", words=1), Voice("B", "Reuters", 1), Voice("C", "Reuters", 2)), (3, 1)),
        ((Voice("A", "AP", 1), Voice("B", "Reuters", 2), Voice("C", words=1), Voice("D", words=2)), (4, 2)),
        ((Voice("A"), Voice("B")), (2, 2)),
    ],
)
def test_outlets_and_sources_are_counted(voices: tuple[Voice, ...], counts: tuple[int, int]) -> None:
    assert (count_outlets(voices), count_sources(voices)) == counts
    assert (count_outlets(voices[::-1]), count_sources(voices[::-1])) == counts
