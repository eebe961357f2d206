"""A bitmap as a widget of half blocks, which every terminal, multiplexer and ssh connection carries.

The only part that knows textual-image, an optional extra that is loaded with the first picture.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from textual.widget import Widget

from feedwatch.model import Bitmap

MISSING = "Pictures need an extra: pip install 'feedwatch[images]'"


def is_installed() -> bool:
    """Whether pictures can be drawn."""
    return find_spec("textual_image") is not None


def drawn(bitmap: Bitmap, *, coloured: bool) -> Widget:
    """The picture, as large as fits where it is put, in its proportions; without colours in shades of the text's."""
    with _unasked_terminal():
        from PIL import Image
        from textual_image.widget import HalfcellImage, UnicodeImage
    image = Image.frombytes("RGB", (bitmap.width, bitmap.height), bitmap.rgb)
    return HalfcellImage(image) if coloured else UnicodeImage(image)


@contextmanager
def _unasked_terminal() -> Iterator[None]:
    """Keep textual-image from asking the terminal what it can do, which it does while it is imported.

    Textual reads the terminal by then: an answer that comes late would be taken for keys.
    """
    real = sys.__stdout__
    sys.__stdout__ = io.TextIOWrapper(io.BytesIO())  # type: ignore[misc]  # no terminal: it asks nothing
    try:
        yield
    finally:
        sys.__stdout__ = real  # type: ignore[misc]
