"""A story: who told it, when, and what differs between the wordings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from feedwatch.errors import FeedwatchError
from feedwatch.model import ItemId, ItemRow, StoryMember
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.cells import wrapped
from feedwatch.tui.commands import Place
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.sentences import duration, local_time, told_by
from feedwatch.tui.typeset import Line
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.text_pane import TextPane

_WORD = re.compile(r"\w+")


class StoryScreen(PaneScreen):
    """The tellings of an item's story, the earliest first."""

    PLACE = Place.STORY
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, now: Callable[[], datetime], item_id: ItemId, title: str) -> None:
        super().__init__()
        self._backend = backend
        self._now = now
        self._item_id = item_id
        self._title = title
        self.pane = TextPane(id="story")

    def compose(self) -> ComposeResult:
        """A header and the tellings."""
        yield Bar(id="header")
        yield self.pane

    def on_mount(self) -> None:
        """Look the story up."""
        self.query_one(Bar).show(
            (("Story", "title"), ("  ", ""), (self._title, "heading")), (("esc goes back", "dim"),)
        )
        self.work(self._load, group="story", exclusive=True)

    async def _load(self) -> None:
        try:
            detail = await self._backend.item(self._item_id)
        except FeedwatchError as error:
            self.pane.show_lines((Line(), Line(((str(error), "bad"),))))
            return
        if detail is None:
            self.pane.show_lines((Line(), Line((("This item is gone: it was pruned meanwhile.", "dim"),))))
            return
        self.pane.show_lines(tuple(lines(detail.row, detail.members, self.size.width - 6, self._now())))
        self.pane.focus()


def lines(row: ItemRow, members: Sequence[StoryMember], width: int, now: datetime) -> Iterator[Line]:
    """The tellings as text: words that the first one does not have stand out."""
    yield Line()
    if len(members) < 2:
        yield Line((("Nobody else has told this yet.", "dim"),))
        return
    first = members[0]
    yield Line(((f"{len(members)} tellings · {told_by(row.outlets, row.sources)}", "heading"),))
    known = frozenset(_WORD.findall(first.title.casefold()))
    for member in members:
        after = (member.seen - first.seen).total_seconds()
        when = "first" if member is first else f"{duration(after)} later"
        yield Line()
        yield Line(
            (
                ("› " if member.item_id == row.id else "  ", "title"),
                (f"{local_time(member.seen, now)}  ", "dim"),
                (member.outlet, "source"),
                (f" ({member.credit})" if member.credit else "", "source"),
                (f"  {when}", "dim"),
            ),
            url=member.url,
        )
        for start, end in wrapped(member.title, max(8, width - 2)):
            yield Line((("  ", ""), *_marked(member.title[start:end], known)), url=member.url)


def _marked(text: str, known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The text in pieces: words that are not known stand out."""
    place = 0
    for found in _WORD.finditer(text):
        if found.group().casefold() not in known:
            yield text[place : found.start()], ""
            yield found.group(), "match"
            place = found.end()
    yield text[place:], ""
