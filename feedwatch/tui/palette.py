"""The command palette's source: the registry's commands of the screen that it was opened on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.types import IgnoreReturnCallbackType

from feedwatch.tui.commands import Command, Place, at, keys_of, spelled


class Commands(Provider):
    """Every command that works on the screen below, with its keys."""

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command in self._commands():
            yield DiscoveryHit(
                Content(self._label(command)), self._run(command), text=self._label(command), help=command.name
            )

    async def search(self, query: str) -> Hits:
        """Those whose help line or name has the words."""
        matcher = self.matcher(query)
        for command in self._commands():
            label = self._label(command)
            score = max(matcher.match(label), matcher.match(command.name))
            if score > 0:
                yield Hit(score, matcher.highlight(label), self._run(command), text=label, help=command.name)

    def _commands(self) -> Iterator[Command]:
        place = getattr(self.screen, "PLACE", None)
        if isinstance(place, Place):
            found = [command for command in at(place) if command.name != "palette"]
            yield from sorted(found, key=lambda command: command.group == "Move")

    def _label(self, command: Command) -> str:
        overrides: Mapping[str, str] = getattr(self.app, "keys", {})
        return f"{command.help}  ({spelled(keys_of(command, overrides))})"

    def _run(self, command: Command) -> IgnoreReturnCallbackType:
        return partial(self.app.run_action, command.name, self.app if command.by_app else self.screen)
