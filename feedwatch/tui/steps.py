"""What the main screen asks of the backend: each step awaits it and ends in a change of state.

A step never touches a widget, and a change is applied to the state as it is when the answer has come, so that a slow
answer can't undo what the user did meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from feedwatch.errors import FeedwatchError
from feedwatch.model import Anchor, Explanation, FeedId, ItemAlert, ItemId, ItemRow, StoryId, View, replace
from feedwatch.tui import articles, marks
from feedwatch.tui import state as states
from feedwatch.tui import window as windows
from feedwatch.tui.backend import Backend
from feedwatch.tui.sentences import polled_words
from feedwatch.tui.state import ViewState
from feedwatch.tui.undo import Mark, MarkKind, Regrouping, reverse
from feedwatch.tui.window import PAGE, Load, Window

ALERTS = 500
"""Alerts listed: so many of the newest, and of those that nobody has acknowledged."""

Change = Callable[[ViewState], ViewState]


async def begin(backend: Backend) -> Change:
    """All that the first picture shows but the items, which come by ``open_view``."""
    feeds = await backend.feeds()
    alerts = await backend.alerts(ALERTS)
    status = await backend.status()
    return lambda state: states.alerted(replace(state, feeds=feeds, status=status), alerts)


async def open_view(backend: Backend, view: View, *, end: bool = False) -> Change:
    """A view from its top, or from its end."""
    page = await backend.items(view, PAGE, last=end)
    count = None if page.error else await backend.count(view)
    return partial(states.opened, view=view, page=page, count=count, end=end)


async def open_kept(backend: Backend, view: View, item_id: ItemId | None) -> Change:
    """The view and the selection of an earlier screen; the stream where its feed or tag is gone."""
    if view.feed_id is not None or view.tag:
        feeds = await backend.feeds()
        if not any(row.feed.id == view.feed_id or view.tag in row.feed.subscription.tags for row in feeds):
            view = replace(states.STREAM, grouped=view.grouped)
    change = await open_view(backend, view)
    # where the user has chosen a view meanwhile, that one stays
    return lambda state: state if state.loaded else states.reselected(change(state), item_id)


async def return_to(backend: Backend, origin: ViewState) -> Change:
    """The view of an earlier state, read again around what was selected in it."""
    place = windows.place_of(origin.window, origin.selected)
    row = None if place is None else windows.row_at(origin.window, place)
    if row is None or place is None:
        return await open_view(backend, origin.view)
    here = Anchor(row.anchor.at, row.anchor.item_id + 1)  # so that the row itself is among those after it
    above = await backend.items(origin.view, PAGE, before=here)
    below = await backend.items(origin.view, PAGE, after=here)
    count = await backend.count(origin.view)
    return partial(states.returned, origin=origin, above=above, below=below, count=count, place=place)


async def open_item(backend: Backend, origin: ViewState, item_id: ItemId) -> Change:
    """An item among all items, wherever it stands, each by itself: a story's line shows only its first."""
    detail = await backend.item(item_id)
    if detail is None:
        return partial(states.told, message="This item is gone: it was pruned meanwhile.", problem=True)
    here = Window((detail.row,), turn=origin.window.turn)
    return await return_to(backend, replace(origin, view=View(), window=here, selected=item_id))


async def load_more(backend: Backend, view: View, window: Window, load: Load, shown: int) -> Change:
    """The rows that a window lacks."""
    if load is Load.THERE:
        return await _land(backend, view, window, shown)
    anchor = states.edge(window, load)
    if load is Load.BELOW:
        page = await backend.items(view, PAGE, after=anchor)
    else:
        page = await backend.items(view, PAGE, before=anchor)
    return partial(states.extended, window=window, page=page, load=load, shown=shown)


async def read_missed(backend: Backend, view: View, item_ids: tuple[ItemId, ...]) -> Change:
    """What was heard of lately, as a view holds it: it may have come in while the view was being read."""
    page = await backend.rows(view, item_ids)
    return partial(states.caught_up, view=view, rows=page.rows)


async def load_detail(backend: Backend, item_id: ItemId) -> Change:
    """An item's preview."""
    detail = await backend.item(item_id)
    return partial(states.detailed, item_id=item_id, detail=detail)


async def send_mark(backend: Backend, mark: Mark) -> Change:
    """A mark written to the store; it is already shown."""
    match mark.kind:
        case MarkKind.READ:
            changed = await backend.mark_read(mark.item_ids, read=mark.on, tellings=mark.tellings)
            return lambda state: states.marked(states.held(state, mark, changed), mark)
        case MarkKind.STARRED:
            await backend.mark_starred(mark.item_ids, starred=mark.on)
        case MarkKind.ACKNOWLEDGED:
            await backend.acknowledge(mark.alert_ids, acknowledged=mark.on)
        case MarkKind.NOISE:
            await backend.mark_noise(mark.alert_ids, noise=mark.on)
            if mark.seen and not mark.on:
                await backend.acknowledge(mark.seen, acknowledged=False)
    return partial(states.marked, mark=mark)


async def take_back(backend: Backend, mark: Mark) -> Change:
    """The reverse of a mark written to the store; it is already shown."""
    change = await send_mark(backend, reverse(mark))
    return lambda state: states.told(change(state), marks.taken_back(mark))


async def alerts_of(backend: Backend, rows: Sequence[ItemRow]) -> tuple[ItemAlert, ...]:
    """The alerts of items; only those with rules are asked for."""
    details = [await backend.item(row.id) for row in rows if row.rules]
    return tuple(alert for detail in details if detail is not None for alert in detail.alerts)


async def split(backend: Backend, item_id: ItemId) -> Change:
    """An item in a story of its own; the lists hear of it by themselves."""
    was = await backend.split(item_id)
    if not was:
        return partial(states.told, message="Nobody else has told this yet: there is nothing to split it from.")
    return _regrouped(was, "Split off; undo takes it back.")


async def merge(backend: Backend, origin: ViewState, item_id: ItemId, into: ItemId) -> Change:
    """One story of two, and the view read again: one of the two lines is gone."""
    was = await backend.merge(item_id, into)
    if not was:
        return partial(states.told, message="These are one story already.")
    shown = _where_it_is_shown(origin, await return_to(backend, replace(origin, selected=min(item_id, into))))
    done = _regrouped(was, "One story now; undo takes it back.")
    return lambda state: done(shown(state))


async def put_back(backend: Backend, origin: ViewState, done: Regrouping) -> Change:
    """Items back in the stories that they were in, and the view read again."""
    await backend.regroup(dict(done.was))
    shown = _where_it_is_shown(origin, await return_to(backend, origin))
    return lambda state: states.told(shown(state), marks.taken_back(done))


def _where_it_is_shown(origin: ViewState, change: Change) -> Change:
    """The change, where the user has not gone to another view meanwhile; a line that they have gone to stays theirs."""

    def apply(state: ViewState) -> ViewState:
        if state.view != origin.view:
            return state
        again = change(state)
        moved = state.selected != origin.selected and windows.place_of(again.window, state.selected) is not None
        return replace(again, selected=state.selected) if moved else again

    return apply


def _regrouped(was: Mapping[ItemId, StoryId], sentence: str) -> Change:
    done = Regrouping(tuple(was.items()))
    return lambda state: states.told(states.remembered(state, done), sentence)


async def poll(backend: Backend, feed_id: FeedId | None) -> Change:
    """A feed, or all, due now."""
    count = await backend.poll_now(feed_id)
    feed = "" if feed_id is None else "This feed"
    return lambda state: states.told(state, polled_words(count, state.status, feed))


async def fetch_article(backend: Backend, item_id: ItemId, heard: Callable[[int], None]) -> Change:
    """The full text of an item's page; ``heard`` is told how many bytes of it have come."""
    article = await backend.full_text(item_id, progress=heard)
    detail = await backend.item(item_id)

    def change(state: ViewState) -> ViewState:
        state = states.detailed(without_article(state, item_id, found=not article.error), item_id, detail)
        if article.error:
            return states.told(state, f"No full text: {article.error}", problem=True)
        if states.shown_item(state) == item_id:
            return states.told(state, "The article from its page; f goes back.")
        return states.told(state, f"The article has come: {detail.row.title}" if detail else "The article has come.")

    return change


def without_article(state: ViewState, item_id: ItemId, *, found: bool = False) -> ViewState:
    """The state once the page of an item is fetched no longer."""
    return replace(state, articles=articles.ended(state.articles, item_id, found=found))


async def explain(
    backend: Backend, rules: tuple[str, ...], item_id: ItemId, *, as_written: bool
) -> tuple[tuple[str, Explanation], ...]:
    """Why each rule, or expression, matches an item or does not."""
    return tuple([(rule, await backend.explain(rule, item_id, as_written=as_written)) for rule in rules])


async def _land(backend: Backend, view: View, window: Window, shown: int) -> Change:
    newest = await backend.items(view, 1)
    oldest = await backend.items(view, 1, last=True)
    if not newest.rows or not oldest.rows:
        return unchanged
    anchor = windows.guess(window, newest.rows[0].anchor, oldest.rows[0].anchor, shown)
    above = await backend.items(view, PAGE, before=anchor)
    below = await backend.items(view, PAGE, after=anchor)
    return partial(states.landed, window=window, above=above, below=below, place=shown)


async def attempt(step: Callable[[], Awaitable[Change]], failed: Change) -> Change:
    """A step's change; where it fails, ``failed`` and the sentence to show."""
    try:
        return await step()
    except FeedwatchError as error:
        return _after(failed, str(error))
    except Exception as error:  # noqa: BLE001 - a surprise must not end the screen; it is shown with its type
        return _after(failed, f"Unexpected error: {error!r}")


def unchanged(state: ViewState) -> ViewState:
    """The change that is none."""
    return state


def _after(failed: Change, sentence: str) -> Change:
    return lambda state: states.told(failed(state), sentence, problem=True)
