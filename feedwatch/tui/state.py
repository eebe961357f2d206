"""What the main screen shows, as one frozen value, and the pure functions that move it.

Nothing here awaits, draws or knows textual. A function that the backend's answer feeds takes that answer as arguments;
``steps.py`` asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from feedwatch.events import ConfigReloaded
from feedwatch.model import (
    AlertId,
    AlertRow,
    Anchor,
    FeedId,
    FeedRow,
    ItemAlert,
    ItemDetail,
    ItemId,
    ItemRow,
    Link,
    Page,
    Status,
    View,
    replace,
)
from feedwatch.tui import alert_order, typeset
from feedwatch.tui import window as windows
from feedwatch.tui.articles import Articles
from feedwatch.tui.reading import Reading
from feedwatch.tui.sentences import waits
from feedwatch.tui.undo import Done, Mark, Regrouping, marked_alert, marked_detail, marked_row, reverse
from feedwatch.tui.visual import Lines
from feedwatch.tui.window import Window

HEARD = 500
"""Items remembered as heard of lately: more than come in while a view is read."""
UNDONE = 50
"""Things done that can be taken back."""

CONTEXT = 4
"""Rows shown above a selection that is carried over into another view."""
STREAM = View(grouped=True)
"""All items, a line for each story."""
_NO_ROWS = Window()
_NO_ARTICLES = Articles()


class Mode(StrEnum):
    """One of the two lists."""

    ITEMS = "items"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True)
class ViewState:
    """All that the panes of the main screen are drawn from."""

    view: View = STREAM
    listing: Mode = Mode.ITEMS
    """What stands in the middle of the screen."""
    mode: Mode = Mode.ITEMS
    """Whose selection the preview follows, and commands mean."""
    window: Window = _NO_ROWS
    loaded: bool = False
    """The view has been read once: an empty window means that there is nothing."""
    selected: ItemId | None = None
    heard: tuple[ItemId, ...] = ()
    """Items that came in or changed lately, oldest first."""
    fresh: int = 0
    """Rows that came in above what is shown since the user was last at the top."""
    feeds: tuple[FeedRow, ...] = ()
    alerts: tuple[AlertRow, ...] = ()
    """In the order in which they are listed."""
    by_rule: bool = True
    """Alerts by rule, what waits first; else newest first."""
    alert: AlertId | None = None
    """The selected alert."""
    alert_picked: bool = False
    """The user selected it; else it is whichever is listed first when the alerts are shown."""
    detail: ItemDetail | None = None
    """What the preview shows; may lag behind the selection by a few milliseconds."""
    missed: ItemId | None = None
    """The item whose preview could not be read: it is asked for again."""
    articles: Articles = _NO_ARTICLES
    """Of which items the preview shows the article from the page, not what the feed said."""
    status: Status | None = None
    message: str = ""
    problem: bool = False
    """The message tells of something that went wrong."""
    query_error: str = ""
    undo: tuple[Done, ...] = ()
    """What was done, oldest first."""
    visual: Lines | None = None
    """The lines selected at once; None: only the one that is ``selected``."""
    digits: str | None = None
    """The number of a link, as far as it is typed; None: none is being typed."""
    merging: ItemId | None = None
    """The item whose story is to be one with that of the next item named."""

    @property
    def full(self) -> bool:
        """The preview shows the article from the page, where there is one."""
        return self.detail is not None and self.detail.row.id in self.articles.asked


# --- what the store says ---------------------------------------------------------------------------------------------


def opened(state: ViewState, view: View, page: Page, count: int | None, *, end: bool = False) -> ViewState:
    """The state with another view, or the same at its top or end; a query that can't be read changes only its error."""
    if page.error:
        return replace(state, query_error=page.error, view=view if not state.loaded else state.view)
    make = windows.last if end else windows.first
    shown = make(page, count, state.window.turn + 1)
    chosen = shown.rows[-1 if end else 0].id if shown.rows else None
    if view != state.view and windows.place_of(shown, state.selected) is not None:
        chosen = state.selected
        shown = replace(shown, focus=max(0, (windows.place_of(shown, chosen) or 0) - CONTEXT))
    detail = state.detail if chosen is not None and state.detail and state.detail.row.id == chosen else None
    return replace(state, view=view, window=shown, loaded=True, selected=chosen, fresh=0, detail=detail, query_error="")


def reselected(state: ViewState, item_id: ItemId | None) -> ViewState:
    """The state with an item selected and brought onto the screen, if it is among the loaded ones."""
    place = windows.place_of(state.window, item_id)
    if place is None:
        return state
    return replace(state, selected=item_id, window=replace(state.window, focus=max(0, place - CONTEXT)))


def extended(state: ViewState, window: Window, page: Page, load: windows.Load, shown: int) -> ViewState:
    """The state with a page more at one end of its window, if it is still the ``window`` that the page was read for."""
    if state.window.turn != window.turn or edge(state.window, load) != edge(window, load):
        return state
    grow = windows.grown_below if load is windows.Load.BELOW else windows.grown_above
    return replace(state, window=windows.trimmed(grow(state.window, page), shown))


def landed(state: ViewState, window: Window, above: Page, below: Page, place: int) -> ViewState:
    """The state with its window moved to a far place, if it is still the ``window`` that this was read for."""
    if state.window.turn != window.turn or not (above.rows or below.rows):
        return state
    return replace(state, window=windows.landed(state.window, above, below, place))


def returned(state: ViewState, origin: ViewState, above: Page, below: Page, count: int | None, place: int) -> ViewState:
    """The state with an earlier one's view and selection, its rows read again."""
    known = replace(origin.window, turn=state.window.turn, total=origin.window.total if count is None else count)
    there = windows.landed(known, above, below, place)
    there = replace(there, focus=max(0, there.focus - CONTEXT))
    return replace(state, view=origin.view, window=there, selected=origin.selected, fresh=0, query_error="")


def read_again(state: ViewState, reading: Reading, top: ItemId | None, shown: int) -> ViewState:
    """The state after the store changed; ``top`` is the first item on the screen, at the place ``shown``."""
    state = replace(state, heard=(*state.heard, *reading.heard)[-HEARD:]) if reading.heard else state
    if reading.view == state.view and state.loaded:
        state = _with_rows(state, reading, top, shown)
    if reading.detail is not None and state.detail is not None and reading.detail.row.id == state.detail.row.id:
        state = replace(state, detail=reading.detail)
    if reading.config is not None:
        state = _configured(state, reading.config)
    state = replace(
        state,
        feeds=state.feeds if reading.feeds is None else reading.feeds,
        status=state.status if reading.status is None else reading.status,
    )
    return state if reading.alerts is None else alerted(state, reading.alerts)


def caught_up(state: ViewState, view: View, rows: tuple[ItemRow, ...]) -> ViewState:
    """The state with rows that its view should have had from the start; those far from the loaded ones are counted."""
    if view != state.view:
        return state
    window = windows.spliced(state.window, windows.near(state.window, rows))
    chosen = state.selected if state.selected is not None or not window.rows else window.rows[0].id
    return replace(state, window=window, selected=chosen)


def alerted(state: ViewState, alerts: tuple[AlertRow, ...]) -> ViewState:
    """The state with the newest alerts, the selected one still selected where it is among them."""
    rows = alert_order.kept(alerts, state.alerts) if state.by_rule else alert_order.by_time(alerts)
    held = state.alert_picked or state.listing is Mode.ALERTS
    chosen = state.alert if held and any(row.id == state.alert for row in rows) else None
    return replace(state, alerts=rows, alert=chosen or (rows[0].id if rows else None))


def arranged(state: ViewState, *, by_rule: bool) -> ViewState:
    """The state with its alerts put in order again."""
    rows = alert_order.by_rule(state.alerts) if by_rule else alert_order.by_time(state.alerts)
    chosen = state.alert if state.alert_picked or not rows else rows[0].id
    return replace(state, alerts=rows, by_rule=by_rule, alert=chosen)


def detailed(state: ViewState, item_id: ItemId, detail: ItemDetail | None) -> ViewState:
    """The state with an item's preview, if it is still the one wanted."""
    if item_id != shown_item(state):
        return state
    return replace(state, detail=detail, missed=None)


def undetailed(state: ViewState, item_id: ItemId) -> ViewState:
    """The state whose preview could not be read: without that of another item."""
    stale = state.detail is not None and state.detail.row.id != item_id
    return replace(state, detail=None if stale else state.detail, missed=item_id)


# --- what the user does ----------------------------------------------------------------------------------------------


def selected(state: ViewState, item_id: ItemId) -> ViewState:
    """The state with another item selected."""
    return state if item_id == state.selected else replace(state, selected=item_id)


def picked_item(state: ViewState, item_id: ItemId) -> ViewState:
    """The state with an item selected by the user."""
    return replace(selected(state, item_id), mode=Mode.ITEMS)


def picked_alert(state: ViewState, alert_id: AlertId) -> ViewState:
    """The state with an alert selected by the user."""
    return replace(state, alert=alert_id, alert_picked=True, mode=Mode.ALERTS)


def triaged(state: ViewState) -> ViewState:
    """The state with the next older alert selected that nobody has acknowledged, once the selected one has been."""
    ids = [row.id for row in state.alerts]
    after = ids.index(state.alert) + 1 if state.alert in ids else 0
    following = next((row.id for row in state.alerts[after:] if waits(row)), state.alert)
    return replace(state, alert=following, alert_picked=True)


def urgent(alerts: tuple[AlertRow, ...]) -> tuple[AlertRow, ...]:
    """The alerts that wait for somebody first, then the others, both newest first."""
    return tuple(sorted(alert_order.by_time(alerts), key=lambda row: not waits(row)))


def moved(state: ViewState, distance: int, shown: int) -> ViewState:
    """The state with the selection so many rows on; ``shown`` is the first place on the screen."""
    place = windows.place_of(state.window, state.selected)
    wanted = shown if place is None else place + distance
    wanted = max(state.window.start, min(wanted, state.window.end - 1))
    row = windows.row_at(state.window, wanted)
    return state if row is None else selected(state, row.id)


def sought(state: ViewState, step: int) -> ViewState:
    """The state with the next (1) or previous (-1) loaded hit selected: an item with a match or an alert."""
    rows, place = state.window.rows, windows.place_of(state.window, state.selected)
    at = -1 if place is None else place - state.window.start
    for row in rows[at + 1 :] if step > 0 else reversed(rows[: max(0, at)]):
        if row.rules or row.title_matches or state.view.query:
            return selected(state, row.id)
    return told(state, "No further hit among the loaded items.")


def marked(state: ViewState, mark: Mark) -> ViewState:
    """The state with a mark set or cleared, before the store has heard of it."""
    rows = tuple(marked_row(row, mark) for row in state.window.rows) if mark.item_ids else state.window.rows
    alerts = tuple(marked_alert(row, mark) for row in state.alerts) if mark.alert_ids else state.alerts
    detail = None if state.detail is None else marked_detail(state.detail, mark)
    return replace(state, window=replace(state.window, rows=rows), alerts=alerts, detail=detail)


def remembered(state: ViewState, done: Done) -> ViewState:
    """The state in which something can be taken back."""
    return replace(state, undo=(*state.undo, done)[-UNDONE:])


def held(state: ViewState, mark: Mark, changed: tuple[ItemId, ...]) -> ViewState:
    """The state once a mark is written that ``changed`` these items: its reverse is for them alone."""
    exact = replace(mark, item_ids=changed, tellings=False)
    undo = tuple(exact if done is mark else done for done in state.undo if changed or done is not mark)
    return replace(state, undo=undo)


def not_set(state: ViewState, mark: Mark) -> ViewState:
    """The state after a mark could not be written: as it was, and with nothing to take back."""
    return held(marked(state, reverse(mark)), mark, ())


def not_taken_back(state: ViewState, done: Done) -> ViewState:
    """The state in which something could not be taken back: it stands, and that can be tried again."""
    return remembered(state if isinstance(done, Regrouping) else marked(state, done), done)


def told(state: ViewState, message: str, *, problem: bool = False) -> ViewState:
    """The state with a sentence for the user."""
    return replace(state, message=message, problem=problem)


def at_top(state: ViewState) -> ViewState:
    """The state once the newest rows are on the screen."""
    return replace(state, fresh=0) if state.fresh else state


# --- what follows from it --------------------------------------------------------------------------------------------


def shown_item(state: ViewState) -> ItemId | None:
    """The item that the preview is to show."""
    if state.mode is Mode.ITEMS:
        return state.selected
    alert = shown_alert(state)
    return None if alert is None else alert.item_id


def shown_alert(state: ViewState) -> AlertRow | None:
    """The selected alert."""
    return next((row for row in state.alerts if row.id == state.alert), None)


def shown_row(state: ViewState) -> ItemRow | None:
    """The row of the item that the preview is to show, from the list or from the preview itself."""
    wanted = shown_item(state)
    listed = next((row for row in state.window.rows if row.id == wanted), None)
    if listed is None and state.detail is not None and state.detail.row.id == wanted:
        return state.detail.row
    return listed


def shown_feed(state: ViewState) -> FeedId | None:
    """The feed that a command about "this feed" means: the one looked at, else that of the item."""
    if state.view.feed_id is not None:
        return state.view.feed_id
    row = shown_row(state)
    alert = shown_alert(state) if state.mode is Mode.ALERTS else None
    return row.feed_id if row is not None else None if alert is None else alert.feed_id


def shown_url(state: ViewState) -> str:
    """The link of what the preview shows; empty where it has none."""
    row = shown_row(state)
    if row is not None:
        return row.url
    alert = shown_alert(state) if state.mode is Mode.ALERTS else None
    return "" if alert is None else alert.url


def shown_links(state: ViewState) -> tuple[Link, ...]:
    """The links of the text that the preview shows, in the order of their numbers."""
    detail = state.detail
    if detail is None or detail.row.id != shown_item(state):
        return ()
    return typeset.shown_document(detail, full=state.full).links


def rules_meant(state: ViewState) -> tuple[str, ...]:
    """The rules that "why" asks about: the selected alert's, else those of the item."""
    alert = shown_alert(state) if state.mode is Mode.ALERTS else None
    if alert is not None:
        return (alert.rule,)
    row = shown_row(state)
    return () if row is None else row.rules


def alerts_meant(state: ViewState) -> tuple[AlertRow | ItemAlert, ...]:
    """The alerts that a command about "the alert" means: the selected one, else all of the item."""
    if state.mode is Mode.ALERTS:
        alert = shown_alert(state)
        return () if alert is None else (alert,)
    if state.detail is None or state.detail.row.id != state.selected:
        return ()
    return state.detail.alerts


def edge(window: Window, load: windows.Load) -> Anchor | None:
    """The anchor that the next page of a window is read from; None where it has no rows."""
    return None if not window.rows else (window.rows[-1] if load is windows.Load.BELOW else window.rows[0]).anchor


# --- parts -----------------------------------------------------------------------------------------------------------


def _with_rows(state: ViewState, reading: Reading, top: ItemId | None, shown: int) -> ViewState:
    before = windows.place_of(state.window, top)
    after = windows.replaced(windows.spliced(state.window, reading.rows, reading.arrived), reading.left)
    place = windows.place_of(after, top)
    pushed = 0 if before is None or place is None else max(0, place - before)
    chosen = state.selected if state.selected is not None else (after.rows[0].id if after.rows else None)
    window = windows.trimmed(after, shown + pushed)
    return replace(state, window=window, selected=chosen, fresh=state.fresh + pushed)


def _configured(state: ViewState, config: ConfigReloaded) -> ViewState:
    if config.problem:
        problems = [line.strip() for line in config.problem.splitlines()[1:]] or [config.problem]
        return told(state, f"the new config is not taken over: {problems[0]}", problem=True)
    return told(state, "The configuration was read again.")
