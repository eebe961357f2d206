"""The line at the bottom: the last message, or who polls and how far it is; what waits at the right."""

from __future__ import annotations

from datetime import datetime

from feedwatch.model import Status
from feedwatch.tui.cells import Piece, width_of
from feedwatch.tui.sentences import counts, engine_words, progress_words
from feedwatch.tui.widgets.bar import GAP, Bar


class StatusBar(Bar):
    """Always says something; of what waits, the least urgent gives way to what must be read whole."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._told: tuple[Status | None, tuple[Piece, ...], tuple[Piece, ...]] = (None, (), ())

    def tell(self, status: Status | None, message: str, now: datetime, *, problem: bool = False) -> None:
        """Say this from now on."""
        said: tuple[Piece, ...] = ((message, "bad" if problem else "accent"), ("   ", "")) if message else ()
        self._told = status, said, _engine(status, now)
        self._set()

    def on_resize(self) -> None:
        """Choose anew what there is room for."""
        self._set()

    def _set(self) -> None:
        status, said, engine = self._told
        whole = width_of(said[:1] or engine[:1]) + 1  # the sign that more was cut off
        self.show((*said, *engine), counts(status, self.size.width - 2 - GAP - whole) if status else ())


def _engine(status: Status | None, now: datetime) -> tuple[Piece, ...]:
    if status is None:
        return (("opening …", "dim"),)
    if status.trouble:
        return ((status.trouble, "bad"),)
    who, how = engine_words(status.engine), progress_words(status, now)
    return ((who, "warning" if status.engine is None else ""), (f" · {how}" if how else "", "dim"))
