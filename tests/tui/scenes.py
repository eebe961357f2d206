"""Every screen of the program, and the keys that lead there: what ``test_snapshots.py`` takes pictures of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedwatch.model import Picture
from tests.tui.newsday import HOSTILE, late_rows
from tests.tui.newsroom import Newsroom


@dataclass(frozen=True, slots=True)
class Scene:
    """A screen as a user comes to see it."""

    name: str
    """Of its files."""
    shows: str
    """What stands on it once it is there; '' where the keys alone tell."""
    keys: tuple[str, ...] = ()
    first: Callable[[Newsroom], None] | None = None
    """What is so before the screen is opened."""
    then: Callable[[Newsroom], None] | None = None
    """What happens once the keys have been pressed; ``shows`` stands there after it."""
    has_feeds: bool = True


def _arrive(backend: Newsroom) -> None:
    backend.arrive(late_rows(12))


def _nobody_polls(backend: Newsroom) -> None:
    backend.engine = None
    backend.trouble = f"The disk is full: nothing can be stored. {HOSTILE}"


def _empty(backend: Newsroom) -> None:
    backend.all, backend.alert_rows, backend.delivery_rows = (), (), ()


def _without_feeds(backend: Newsroom) -> None:
    _empty(backend)
    backend.feed_rows = ()


def _with_pictures(backend: Newsroom) -> None:
    backend.pictures = (
        Picture("https://news.example/refinery.jpg", "The refinery at dawn, seen from the 港"),
        Picture("https://news.example/map.png"),
    )


_ADDRESS = tuple("harbour.example")

SCENES = (
    Scene("stream", "Two drones"),
    Scene("stream-marked", "", ("v", "j", "j", "j")),
    Scene("stream-new", "42 stories", ("ctrl+d", "ctrl+d"), then=_arrive),
    Scene("stream-empty", "No items yet", first=_empty),
    Scene("stream-trouble", "Two drones", first=_nobody_polls),
    Scene("feed-list", "港湾日報", ("t",)),
    Scene("preview", "Air defence units", ("enter",)),
    Scene("preview-article", "The article from its page", ("enter", "f")),
    Scene("preview-end", "How it was changed", ("enter", "G")),
    Scene("preview-link", "", ("enter", ";")),
    Scene("pictures", "1 of 2", ("i",), first=_with_pictures),
    Scene("search", "", ("/", *"drone")),
    Scene("search-nothing", "", ("/", *"walrus")),
    Scene("search-wrong", "unclosed bracket", ("/", *"drone (")),
    Scene("alerts", "Attorney", ("2",)),
    Scene("alerts-empty", "", ("2",), first=_empty),
    Scene("feeds", "failing", ("3",)),
    Scene("feeds-failing", "503", ("3", "j", "j", "j")),
    Scene("feeds-adding", "Harbour news", ("3", "a", *_ADDRESS, "enter")),
    Scene("deliveries", "desk", ("4",)),
    Scene("deliveries-tried", "The queue is full", ("4", "j", "tab")),
    Scene("deliveries-filter", "", ("4", "/", *"dead")),
    Scene("statistics", "newsroom-c", ("5",)),
    Scene("statistics-end", "", ("5", "G")),
    Scene("rules", "Generals", ("6",)),
    Scene("rules-proposal", "noisy hits", ("6", "j")),
    Scene("editor", "412 of 81,200", ("6", "enter")),
    Scene("editor-wrong", "a bracket is not closed", ("6", "enter", "end", *" AND (tank")),
    Scene("chart-day", "[24 h]", ("6", "c")),
    Scene("chart-week", "[7 d]", ("6", "c", "tab")),
    Scene("chart-month", "[30 d]", ("6", "c", "tab", "tab")),
    Scene("chart-quarter", "[90 d]", ("6", "c", "tab", "tab", "tab")),
    Scene("story", "9 tellings", ("x",)),
    Scene("why", "NEAR/5", ("w",)),
    Scene("why-asking", "", ("j", "w")),
    Scene("backtest", "First matches", ("b",)),
    Scene("help", "Move down", ("?",)),
    Scene("help-searching", "alert", ("?", *"alert")),
    Scene("palette", "show_items", (":",)),
    Scene("palette-searching", "", (":", *"feed")),
    Scene("welcome", "no network needed", first=_without_feeds, has_feeds=False),
    Scene("welcome-adding", "Harbour news", ("a", *_ADDRESS, "enter"), first=_without_feeds, has_feeds=False),
)
