from __future__ import annotations

from datetime import UTC, datetime

from feedwatch.core import bounds
from feedwatch.core.bounds import bounded_feed, bounded_item
from feedwatch.model import Enclosure, ParsedFeed, ParsedItem


def test_an_honest_entry_stays_as_it_is() -> None:
    item = ParsedItem(guid="1", link="https://a.example/", title="t", categories=("a",), enclosures=(Enclosure("u"),))
    assert bounded_item(item) == item


def test_every_part_has_a_bound() -> None:
    long = "x" * 1_000_000
    item = bounded_item(
        ParsedItem(
            long,
            long,
            long,
            True,
            long,
            long,
            long,
            long,
            None,
            None,
            long,
            (long,) * 100,
            long,
            (Enclosure(long, long, 1, long),) * 100,
            long,
        )
    )
    assert len(repr(item)) < bounds.LONGEST_CONTENT + bounds.LONGEST_SUMMARY + 2**16


def test_an_entry_without_a_date_counts_as_new() -> None:
    dated = ParsedItem(guid="dated", published=datetime(2026, 1, 1, tzinfo=UTC))
    items = (dated, *(ParsedItem(guid=str(n)) for n in range(bounds.MOST_ENTRIES)))
    kept = bounded_feed(ParsedFeed(items=items)).items
    assert dated not in kept
    assert len(kept) == bounds.MOST_ENTRIES
