"""Adding feeds: asks for an address or a file, has it done, and says what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from textual import on, work
from textual.message import Message

from feedwatch.errors import FeedwatchError
from feedwatch.tui.backend import Backend
from feedwatch.tui.widgets.prompt import Prompt


class AddPrompt(Prompt):
    """The prompt of everything that subscribes."""

    class Added(Message):
        """It is done; the sentence says what was."""

        def __init__(self, sentence: str) -> None:
            super().__init__()
            self.sentence = sentence

    def __init__(self, backend: Backend, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._backend = backend
        self._add: Callable[[str], Awaitable[str]] = backend.add_feeds

    def ask_address(self) -> None:
        """Ask for a feed or a site."""
        self._add = self._backend.add_feeds
        self.ask("Address", hint="Of a feed, or of a site whose feeds are to be found; enter adds, esc leaves.")

    def ask_file(self) -> None:
        """Ask for an OPML file."""
        self._add = self._import
        self.ask("OPML file", hint="As exported by another reader; enter imports, esc leaves.")

    async def _import(self, path: str) -> str:
        return await self._backend.import_opml(_path(path))

    @on(Prompt.Given)
    def _given(self, message: Prompt.Given) -> None:
        message.stop()
        if message.value:
            self.note("Working …")
            self._work(message.value)

    @on(Prompt.Typed)
    def _typed(self, message: Prompt.Typed) -> None:
        message.stop()

    @work(exclusive=True)
    async def _work(self, value: str) -> None:
        try:
            sentence = await self._add(value)
        except (FeedwatchError, OSError) as error:
            self.note(str(error), problem=True)
            return
        self.close()
        self.post_message(self.Added(sentence))


def _path(text: str) -> Path:
    return Path(text).expanduser()
