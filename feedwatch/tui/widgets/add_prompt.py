"""Adding feeds: asks for an address or a file, has it done, and says what came of it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from textual import on, work
from textual.message import Message

from feedwatch.errors import FeedwatchError, UsageError
from feedwatch.model import FoundFeed
from feedwatch.tui.backend import Backend
from feedwatch.tui.cells import cut
from feedwatch.tui.widgets.prompt import Prompt

MOST_SHOWN = 5
"""Feeds whose headlines are shown."""
LONGEST_NAME, LONGEST_TITLE = 40, 80
"""Cells of them."""


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
        self._doing = ""
        """The value that something is being done about."""

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
        if not message.value:
            self.note("")
        elif message.value != self._doing:
            self._work(message.value)

    @on(Prompt.Typed)
    def _typed(self, message: Prompt.Typed) -> None:
        """What was said is about another value."""
        message.stop()
        value = message.value.strip()
        if not value or value not in (self._found[0], self._doing):
            self._end()
            self.note("")

    def action_leave(self) -> None:
        """End what is being done, and leave."""
        self._end()
        super().action_leave()

    def _end(self) -> None:
        self.workers.cancel_node(self)
        self._doing, self._found = "", ("", ())

    @work(exclusive=True)
    async def _work(self, value: str) -> None:
        self._doing = value
        try:
            sentence = await (self._import(value) if self._of_file else self._find_or_keep(value))
        except (FeedwatchError, OSError) as error:
            self.note(str(error), problem=True)
            return
        except Exception as error:  # noqa: BLE001 - a surprise must not end the screen; it is shown with its type
            self.note(f"Unexpected error: {error!r}", problem=True)
            return
        finally:
            self._doing = "" if self._doing == value else self._doing
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
    """The feeds with their newest headlines, what can't be read, and what enter does."""
    good = [one for one in found if not one.problem]
    lines = ["Enter keeps it, esc leaves:" if len(good) == 1 else f"Enter keeps these {len(good)} feeds, esc leaves:"]
    lines += [f"{_name(one)}: {_newest(one)}" for one in good[:MOST_SHOWN]]
    if len(good) > MOST_SHOWN:
        lines.append(f"and {len(good) - MOST_SHOWN} more")
    bad = [one.problem for one in found if one.problem]
    if bad:
        lines.append(f"Not {bad[0]}" + (f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""))
    return "\n".join(lines)


def _name(one: FoundFeed) -> str:
    return cut(one.subscription.name or one.subscription.url, LONGEST_NAME)


def _newest(one: FoundFeed) -> str:
    return " · ".join(cut(title, LONGEST_TITLE) for title in one.newest) or "no entries yet"


def _path(text: str) -> Path:
    """A path as it is typed, or as a terminal or a file manager pastes it: in quotes, as a file: address."""
    bare = text.strip().strip("\"'")
    if bare.startswith("file://"):
        bare = unquote(urlsplit(bare).path)
    try:
        return Path(bare).expanduser()
    except RuntimeError as error:
        raise UsageError(f"{text}: there is no such user here; write the whole path") from error
