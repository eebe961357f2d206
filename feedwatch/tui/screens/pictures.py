"""The pictures of an item, one at a time: each is fetched when it is to be shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from feedwatch.model import Bitmap, Picture
from feedwatch.tui import drawing
from feedwatch.tui.backend import Backend
from feedwatch.tui.bindings import bindings
from feedwatch.tui.commands import Place
from feedwatch.tui.screens.pane_screen import PaneScreen
from feedwatch.tui.sentences import size_words
from feedwatch.tui.typeset import Line
from feedwatch.tui.widgets.bar import Bar
from feedwatch.tui.widgets.text_pane import TextPane


class PicturesScreen(PaneScreen):
    """One picture, as large as the screen allows."""

    PLACE = Place.PICTURES
    BINDINGS: ClassVar[list[BindingType]] = bindings(PLACE)

    def __init__(self, backend: Backend, pictures: tuple[Picture, ...], browse: Callable[[str], None]) -> None:
        """``browse`` opens an address in the browser."""
        super().__init__()
        self._backend = backend
        self._pictures = pictures
        self._browse = browse
        self._shown = 0
        self._fetched: dict[str, Bitmap] = {}
        self.header = Bar(id="header")
        self.words = TextPane(id="words")
        self.frame = Container(id="frame")

    def compose(self) -> ComposeResult:
        """A header that says which picture is shown, and the picture, or what became of it."""
        yield self.header
        yield self.words
        yield self.frame

    def on_mount(self) -> None:
        """Fetch the first."""
        self._go(0)

    def action_next_picture(self) -> None:
        """The one after this."""
        self._go(1)

    def action_previous_picture(self) -> None:
        """The one before this."""
        self._go(-1)

    def action_open_browser(self) -> None:
        """This one, in the browser."""
        self._browse(self._pictures[self._shown].url)

    def _go(self, step: int) -> None:
        self._shown = (self._shown + step) % len(self._pictures)
        picture = self._pictures[self._shown]
        left = (("Picture", "title"), ("  ", ""), (picture.description or picture.url, "heading"))
        more = f"{self._shown + 1} of {len(self._pictures)}  tab  " if len(self._pictures) > 1 else ""
        self.header.show(left, ((f"{more}o opens it  esc goes back", "dim"),))
        self.work(partial(self._show, picture), group="picture", exclusive=True)

    async def _show(self, picture: Picture) -> None:
        if picture.url not in self._fetched:
            self._say("Fetching the picture …")
            self._fetched[picture.url] = await self._backend.picture(picture.url, progress=self._heard)
        await self.frame.remove_children()
        await self.frame.mount(drawing.drawn(self._fetched[picture.url], coloured=not self.app.no_color))
        self.words.display, self.frame.display = False, True

    def _heard(self, received: int) -> None:
        self._say(f"Fetching the picture … {size_words(received)}")

    def _say(self, sentence: str) -> None:
        self.words.display, self.frame.display = True, False
        self.words.show_lines((Line(), Line(((sentence, "dim"),))))

    def say_failed(self, sentence: str) -> None:
        """In place of the picture."""
        self.words.display, self.frame.display = True, False
        self.words.show_problem(sentence)
