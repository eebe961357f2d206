"""The commands about the item or the alert that is shown: full text, why, its story, poll its feed.

Screens are loaded when they are asked for: the first picture waits for none of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from feedwatch.model import ItemId, replace
from feedwatch.tui import articles, steps
from feedwatch.tui import state as states
from feedwatch.tui.backend import Backend
from feedwatch.tui.screens.link_commands import LinkCommands
from feedwatch.tui.state import ViewState


class ItemCommands(LinkCommands):
    """What a user does with what is shown."""

    def __init__(self, backend: Backend, now: Callable[[], datetime], open_url: Callable[[str], None]) -> None:
        super().__init__(backend, open_url)
        self._now = now

    def action_full_text(self) -> None:
        """The article from its page, or back to the feed's text."""
        item_id, detail = states.shown_item(self.state), self.state.detail
        if item_id is None or item_id in self.state.articles.received:
            return
        if detail is not None and detail.row.id == item_id and detail.article is not None and not detail.article.error:
            self.become(replace(self.state, articles=articles.turned(self.state.articles, item_id)))
            return
        self.become(replace(self.state, articles=articles.begun(self.state.articles, item_id), message=""))
        step = partial(steps.fetch_article, self.backend, item_id, partial(self._received, item_id))
        self.ask(step, "article", partial(steps.without_article, item_id=item_id))

    def _received(self, item_id: ItemId, size: int) -> None:
        self.become(replace(self.state, articles=articles.heard(self.state.articles, item_id, size)))

    def action_pictures(self) -> None:
        """What the feed shows with the item, on demand."""
        from feedwatch.tui import drawing
        from feedwatch.tui.screens.pictures import PicturesScreen

        item_id, detail = states.shown_item(self.state), self.state.detail
        if detail is None or detail.row.id != item_id:
            return
        if not detail.pictures:
            self.tell("The feed shows no pictures with this item.")
        elif not drawing.is_installed():
            self.tell(f"{drawing.MISSING}. o opens the page in the browser.", problem=True)
        else:
            self.app.push_screen(PicturesScreen(self.backend, detail.pictures, self.browse))

    def action_why(self) -> None:
        """Why, or why not."""
        from feedwatch.tui.screens.why import WhyScreen

        item_id = states.shown_item(self.state)
        if item_id is not None:
            title = getattr(states.shown_row(self.state), "title", "")
            rules, query = states.rules_meant(self.state), self.state.view.query
            asked = rules or ((query,) if query else ())
            self.app.push_screen(WhyScreen(self.backend, item_id, title, asked, as_written=not rules))

    def action_story(self) -> None:
        """Every telling of its story."""
        from feedwatch.tui.screens.story import StoryScreen

        item_id = states.shown_item(self.state)
        if item_id is not None:
            self.app.push_screen(StoryScreen(self.backend, self._now, item_id, self))

    def action_split(self) -> None:
        """The item in a story of its own."""
        item_id = states.shown_item(self.state)
        if item_id is not None:
            self.ask(partial(steps.split, self.backend, item_id), "stories")

    async def split(self, item_id: ItemId) -> ViewState:
        """Give an item a story of its own, which can be taken back; the state then, whose message says what came."""
        await self.take(partial(steps.split, self.backend, item_id))
        return self.state

    def action_merge(self) -> None:
        """First the one story, then the other."""
        item_id, first = states.shown_item(self.state), self.state.merging
        if item_id is None:
            return
        if first is None or first == item_id:
            self.become(replace(self.state, merging=None if first else item_id))
            self.tell("Not merged." if first else "Select the story to make one with this, and press the key again.")
            return
        self.become(replace(self.state, merging=None))
        self.ask(partial(steps.merge, self.backend, self.state, first, item_id), "stories")

    def action_backtest(self) -> None:
        """The rule of the alert that is shown, over the archive; else the search that is shown, or what is typed."""
        from feedwatch.tui.screens.backtest import BacktestScreen

        rules = states.rules_meant(self.state)
        asked = rules[0] if rules else self.state.view.query
        self.app.push_screen(BacktestScreen(self.backend, self._now, asked, as_written=not rules))

    def action_poll_all(self) -> None:
        """Every feed, now."""
        self.ask(partial(steps.poll, self.backend, None), "poll")

    def action_poll_feed(self) -> None:
        """This feed, now."""
        feed_id = states.shown_feed(self.state)
        if feed_id is None:
            self.tell("Select a feed, or an item of one.")
        else:
            self.ask(partial(steps.poll, self.backend, feed_id), "poll")
