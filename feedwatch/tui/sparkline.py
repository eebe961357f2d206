"""Numbers as a line of small bars, one cell each."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """The values in exactly ``width`` cells, the last at the right; the highest of several where they are more.

    Nothing is the lowest bar and only nothing is: one story among hundreds is seen.
    """
    shown = _shared(values, width)
    most = max(shown, default=0)
    highest = len(BARS) - 2  # a full block would touch the line above
    return "".join(BARS[_step(value, most, highest)] for value in shown).rjust(max(0, width))


def _shared(values: Sequence[float], width: int) -> Sequence[float]:
    """The values, or the highest of each of as many groups as there are cells."""
    count = len(values)
    if count <= width:
        return values
    return [max(values[at * count // width : (at + 1) * count // width]) for at in range(max(0, width))]


def _step(value: float, most: float, last: int) -> int:
    return 0 if value <= 0 else 1 + int(value / most * (last - 1))
