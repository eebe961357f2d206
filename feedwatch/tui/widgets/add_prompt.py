"""Adding feeds: asks for an address or a file, has it done, and says what came of it."""

from __future__ import annotations

from pathlib import Path

from textual import on, work
from textual.message import Message

from feedwatch.errors import FeedwatchError, UsageError
from feedwatch.model import FoundFeed
from feedwatch.tui.backend import Backend
from feedwatch.tui.widgets.prompt import Prompt

MOST_SHOWN = 5
"""Feeds whose headlines are shown."""


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
        self._of_file = False
        self._found: tuple[str, tuple[FoundFeed, ...]] = ("", ())
        """What was found at which address, and is kept by the next enter."""

    def ask_address(self) -> None:
        """Ask for a feed or a site."""
        self._of_file, self._found = False, ("", ())
        self.ask("Address", hint="Of a feed, or of a site whose feeds are to be found; enter looks, esc leaves.")

    def ask_file(self) -> None:
        """Ask for an OPML file."""
        self._of_file = True
        self.ask("OPML file", hint="As exported by another reader; enter imports, esc leaves.")

    @on(Prompt.Given)
    def _given(self, message: Prompt.Given) -> None:
        message.stop()
        if message.value:
            self._work(message.value)

    @on(Prompt.Typed)
    def _typed(self, message: Prompt.Typed) -> None:
        message.stop()

    @work(exclusive=True)
    async def _work(self, value: str) -> None:
        try:
            sentence = await (self._import(value) if self._of_file else self._find_or_keep(value))
        except (FeedwatchError, OSError) as error:
            self.note(str(error), problem=True)
            return
        except Exception as error:  # noqa: BLE001 - a surprise must not end the screen; it is shown with its type
            self.note(f"Unexpected error: {error!r}", problem=True)
            return
        if sentence:
            self.close()
            self.post_message(self.Added(sentence))

    async def _import(self, path: str) -> str:
        self.note("Reading the file …")
        return await self._backend.import_opml(_path(path))

    async def _find_or_keep(self, address: str) -> str:
        """Show what is there, or where that was seen keep it; the sentence to say then."""
        seen, found = self._found
        if seen == address:
            self.note("Keeping them …")
            return await self._backend.keep_feeds(found)
        self.note("Looking for feeds …")
        self._found = (address, await self._backend.find_feeds(address))
        self.note(_sample(self._found[1]))
        return ""


def _sample(found: tuple[FoundFeed, ...]) -> str:
    """The feeds with their newest headlines, and what enter does."""
    lines = ["Enter keeps it, esc leaves:" if len(found) == 1 else f"Enter keeps these {len(found)} feeds, esc leaves:"]
    lines += [
        f"{one.subscription.name or one.subscription.url}: {' · '.join(one.newest) or 'no entries yet'}"
        for one in found[:MOST_SHOWN]
    ]
    more = len(found) - MOST_SHOWN
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{text}: there is no such user here; write the whole path") from error
