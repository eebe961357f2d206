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
        said: tuple[Piece, ...] = ((message, "bad" if problem else "accent"),) if message else ()
        self._told = status, said, _engine(status, now, "   " if message else "")
        self._set()

    def on_resize(self) -> None:
        """Choose anew what there is room for."""
        self._set()

    def _set(self) -> None:
        status, said, engine = self._told
        room, whole = self.size.width - 2 - GAP, width_of(said[:1] or engine[:1])
        waiting = counts(status, room - whole) if status else ()
        shown: tuple[Piece, ...] = ()
        for part in (*said, *engine):  # what would be cut is left out, but for what stands first
            if shown and width_of((*shown, part)) > room - width_of(waiting):
                break
            shown = (*shown, part)
        self.show(shown, waiting)


def _engine(status: Status | None, now: datetime, gap: str) -> tuple[Piece, ...]:
    if status is None:
        return ((f"{gap}opening …", "dim"),)
    if status.trouble:
        return ((f"{gap}{status.trouble}", "bad"),)
    who, how = engine_words(status.engine), progress_words(status, now)
    return ((f"{gap}{who}", "warning" if status.engine is None else ""), (f" · {how}" if how else "", "dim"))
