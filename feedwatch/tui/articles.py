"""Whose article from its page is read in place of the feed's text, and which pages are being fetched. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from feedwatch.model import ItemId, replace
from feedwatch.tui.sentences import size_words


@dataclass(frozen=True, slots=True)
class Articles:
    """What the user asked for with "full text", item by item: it outlives that another item is looked at."""

    asked: frozenset[ItemId] = frozenset()
    """Items that are read from their pages, once these have come."""
    received: dict[ItemId, int] = field(default_factory=dict)
    """Bytes that have come of each page that is being fetched."""


def begun(articles: Articles, item_id: ItemId) -> Articles:
    """The page of an item is being fetched."""
    return Articles(articles.asked | {item_id}, {**articles.received, item_id: 0})


def heard(articles: Articles, item_id: ItemId, received: int) -> Articles:
    """So many bytes of a page have come; nothing where it is fetched no longer."""
    if item_id not in articles.received:
        return articles
    return replace(articles, received={**articles.received, item_id: received})


def ended(articles: Articles, item_id: ItemId, *, found: bool) -> Articles:
    """A page has been fetched; without an article in it the feed's text stays."""
    received = {other: size for other, size in articles.received.items() if other != item_id}
    return Articles(articles.asked if found else articles.asked - {item_id}, received)


def turned(articles: Articles, item_id: ItemId) -> Articles:
    """From the feed's text to the article, or back."""
    return replace(articles, asked=articles.asked ^ {item_id})


def words(articles: Articles, item_id: ItemId | None) -> str:
    """The line at the bottom while the page of the shown item is being fetched; empty where it is not."""
    if item_id is None or item_id not in articles.received:
        return ""
    received = articles.received[item_id]
    return f"Fetching the article … {size_words(received)}" if received else "Fetching the article …"
