"""The exporter's picture of a screen in a fifth of its bytes, the same on every run, any browser shows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import groupby
from typing import NamedTuple

from rich.cells import cell_len

from tests.picture import FONTS

CELL = 12.2
"""Width of a cell in the exporter's units; a line is twice as high."""
_SPACE = "\u00a0"
_LINE_CLIPS = re.compile(r'<clipPath id="t-line-\d+">.*?</clipPath>', re.DOTALL)
_RECT = re.compile(
    r'<rect fill="(#\w+)" x="([^"]*)" y="([^"]*)" width="([^"]*)" height="([^"]*)" shape-rendering="crispEdges"/>'
)
_TEXT = re.compile(
    r'<text class="t-(r\d+)" x="([^"]*)" y="([^"]*)" textLength="[^"]*" clip-path="[^"]*">([^<]*)</text>'
)

_WIDE = (
    r"\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    r"\u200d\ufe0f\U0001f000-\U0001faff"
)
_PART = re.compile(rf"\xa0{{2,}}|[{_WIDE}]+|(?:(?!\xa0\xa0)[^{_WIDE}])+")
"""A gap, wide characters, or narrow ones."""


class _Rect(NamedTuple):
    """Some cells with one background."""

    fill: str
    x: float
    y: float
    width: float
    height: float

    def __str__(self) -> str:
        return f'<path fill="{self.fill}" d="M{self.x:g} {self.y:g}h{self.width:g}v{self.height:g}h-{self.width:g}"/>'


def compact(svg: str) -> str:
    """Backgrounds joined, runs of text a line each and as wide as their cells, and nothing that does not show.

    That is: fonts to be loaded from elsewhere, an id that is counted from the content, a clip for each line. (The
    exporter makes a run as wide as its characters, which squeezes those that take two cells.)
    """
    svg = re.sub(r"terminal-\d+", "t", FONTS.sub("", svg)).replace("&#160;", _SPACE)
    rects = [_Rect(fill, *map(float, sizes)) for fill, *sizes in _RECT.findall(svg)]
    svg = _TEXT.sub(_run, _RECT.sub("", _LINE_CLIPS.sub("", svg)))
    ground = '<g shape-rendering="crispEdges">\n' + "\n".join(map(str, _joined(rects))) + "\n</g>\n"
    svg = svg.replace('<g class="t-matrix">', ground + '<g class="t-matrix">')
    return "\n".join(line.strip(" ") for line in svg.split("\n") if line.strip(" ")) + "\n"


def _run(match: re.Match[str]) -> str:
    """A run of text, anew after every gap and wherever characters become wider or narrower: each stands in its cell."""
    style, x, y, text = match.groups()
    parts, at = [], float(x)
    for part in _PART.findall(unescape(text)):
        width = cell_len(part) * CELL
        if part.strip(_SPACE + "\n"):
            parts.append(f'\n<text class="t-{style}" x="{at:g}" y="{y}" textLength="{width:g}">{escape(part)}</text>')
        at += width
    return "".join(parts)


def _joined(rects: list[_Rect]) -> Iterator[_Rect]:
    """Those beside each other as one, then those of the same breadth over each other."""
    rows = [_beside(list(row)) for _, row in groupby(rects, lambda one: one.y)]
    columns: dict[tuple[str, float, float], _Rect] = {}
    for row in rows:
        for rect in row:
            place = rect.fill, rect.x, rect.width
            above = columns.get(place)
            if above is not None and above.y + above.height > rect.y:
                columns[place] = above._replace(height=rect.y + rect.height - above.y)
                continue
            if above is not None:
                yield above
            columns[place] = rect
    yield from columns.values()


def _beside(row: list[_Rect]) -> list[_Rect]:
    joined = [row[0]]
    for rect in row[1:]:
        last = joined[-1]
        if rect.fill == last.fill and abs(last.x + last.width - rect.x) < 1:
            joined[-1] = last._replace(width=rect.x + rect.width - last.x)
        else:
            joined.append(rect)
    return joined
