"""The panes of the main screen: which there are, and which part of the state each is handed."""

from __future__ import annotations

from datetime import date, datetime

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical

from feedwatch.model import FeedRow
from feedwatch.tui import articles, link_keys, visual
from feedwatch.tui.alert_order import headed
from feedwatch.tui.cells import Piece
from feedwatch.tui.sentences import nothing_in, view_words, waits
from feedwatch.tui.state import Mode, ViewState, shown_item, shown_links, urgent
from feedwatch.tui.steps import ALERTS
from feedwatch.tui.widgets.alert_list import AlertList
from feedwatch.tui.widgets.feed_list import FeedList
from feedwatch.tui.widgets.header import Header
from feedwatch.tui.widgets.item_list import ItemList
from feedwatch.tui.widgets.preview import Preview
from feedwatch.tui.widgets.prompt import Prompt
from feedwatch.tui.widgets.status_bar import StatusBar


class Panes(Vertical):
    """Header, feeds, items or alerts, preview, compact alerts, status; ``app.tcss`` says where at which size."""

    def __init__(self) -> None:
        super().__init__(id="panes")
        self.header, self.status = Header("show_items"), StatusBar(id="status")
        self.feeds, self.items = FeedList(id="feeds"), ItemList(id="items")
        self.alerts, self.strip = AlertList(id="alerts"), AlertList(id="strip")
        self.preview, self.prompt = Preview(id="preview"), Prompt(id="search")
        self.strip.border_title = "Alerts"
        self._today: date | None = None
        """Times of another day are written with it."""

    def compose(self) -> ComposeResult:
        """The panes in the order in which tab goes through them."""
        yield self.header
        with Horizontal(id="body"):
            yield self.feeds
            with Container(id="reading"):
                with Vertical(id="middle"):
                    yield self.items
                    yield self.alerts
                    yield self.prompt
                with Vertical(id="side"):
                    yield self.preview
                    yield self.strip
        yield self.status

    def show(self, state: ViewState, before: ViewState | None, now: datetime) -> None:
        """Hand each pane its part; one whose part is the same as before does nothing."""
        feed = _feed(state)
        self.set_class(state.listing is Mode.ALERTS, "-alerts")
        if before is None or _left_differs(state, before):
            self.feeds.show(state.feeds, state.status, state.view, now)
        self.items.say_when_empty(nothing_in(state.view, feed) if state.loaded else "Opening …")
        self.items.show(state.window, state.selected, now, frozenset() if state.visual is None else state.visual.ids)
        today, self._today = self._today, now.astimezone().date()
        if before is None or _alerts_differ(state, before) or today != self._today:
            self.alerts.show(headed(state.alerts) if state.by_rule else state.alerts, state.alert, now)
            self.strip.show(urgent(state.alerts), state.alert if state.mode is Mode.ALERTS else None, now)
        self.preview.show(state.detail, now, full=state.full)
        self.header.view = "show_alerts" if state.listing is Mode.ALERTS else "show_items"
        self.header.show((("feedwatch", "title"), ("  ", ""), *_what(state, feed)), _where(state))
        self.status.tell(state.status, _said(state), now, problem=state.problem)
        self.prompt.note(state.query_error, problem=True)


def _left_differs(state: ViewState, before: ViewState) -> bool:
    """The feeds by identity: they are many, and read anew whenever one of them changes."""
    return state.feeds is not before.feeds or state.view != before.view or _sums(state) != _sums(before)


def _alerts_differ(state: ViewState, before: ViewState) -> bool:
    chosen = (state.alert, state.mode, state.by_rule) != (before.alert, before.mode, before.by_rule)
    return chosen or state.alerts is not before.alerts


def _sums(state: ViewState) -> tuple[int, int] | None:
    """What the feeds' list shows of the status."""
    return None if state.status is None else (state.status.unread, state.status.alerts)


def _feed(state: ViewState) -> FeedRow | None:
    if state.view.feed_id is None:
        return None
    return next((row for row in state.feeds if row.feed.id == state.view.feed_id), None)


def _said(state: ViewState) -> str:
    """What is being typed, selected or fetched, and the last message."""
    if state.digits is not None:
        return link_keys.words(state.digits, len(shown_links(state)))
    selected = "" if state.visual is None else visual.words(state.visual)
    return " · ".join(filter(None, (selected, articles.words(state.articles, shown_item(state)), state.message)))


def _what(state: ViewState, feed: FeedRow | None) -> tuple[Piece, ...]:
    if state.listing is Mode.ALERTS:
        return (("Alerts", "heading"),)
    fresh: tuple[Piece, ...] = ((f"  ↑ {state.fresh} new", "accent"),) if state.fresh else ()
    return ((view_words(state.view, feed), "heading"), *fresh)


def _where(state: ViewState) -> tuple[Piece, ...]:
    """How many rows the list has; a total that is only guessed so far carries a +."""
    if state.listing is Mode.ALERTS:
        waiting = sum(map(waits, state.alerts))
        count = f"{len(state.alerts)}{'+' if len(state.alerts) >= ALERTS else ''}"
        return ((f"{count} {'alert' if count == '1' else 'alerts'}, {waiting} to acknowledge", "dim"),)
    if not state.loaded or not state.window.total:
        return ()
    count = f"{state.window.total:,}".replace(",", " ")
    one, many = ("story", "stories") if state.view.is_by_story else ("item", "items")
    noun = one if state.window.total == 1 and not state.window.guessed else many
    return ((f"{count}{'+' if state.window.guessed else ''} {noun}", "dim"),)
