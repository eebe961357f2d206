"""The line at the bottom: the last message, or who polls and how far it is; what waits at the right."""

from __future__ import annotations

from datetime import datetime

from feedwatch.model import Status
from feedwatch.tui.cells import Piece, width_of
from feedwatch.tui.sentences import counts, engine_words, progress_words
from feedwatch.tui.widgets.bar import Bar


class StatusBar(Bar):
    """Always says something; a message takes the place of what it leaves no room for."""

    def tell(self, status: Status | None, message: str, now: datetime, *, problem: bool = False) -> None:
        """Say this from now on."""
        right = counts(status) if status else ()
        if not message:
            self.show(_engine(status, now), right)
            return
        said: tuple[Piece, ...] = ((message, "bad" if problem else "accent"), ("   ", ""))
        room = self.size.width - width_of(said) - 2
        self.show((*said, *_engine(status, now)), right if width_of(right) <= room else ())


def _engine(status: Status | None, now: datetime) -> tuple[Piece, ...]:
    if status is None:
        return (("opening …", "dim"),)
    if status.trouble:
        return ((status.trouble, "bad"),)
    who, how = engine_words(status.engine), progress_words(status, now)
    return ((who, "warning" if status.engine is None else ""), (f" · {how}" if how else "", "dim"))
