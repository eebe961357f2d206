"""A stranger's picture made small enough for a terminal. Runs in a worker process only: a decoder may hang or die."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

from feedwatch.errors import ParseError
from feedwatch.model import Bitmap

MOST_PIXELS = 50_000_000
"""Of the picture as it comes: 150 MB decoded, and more than any camera of a newsroom makes."""
SIDE = 640
"""Pixels of the longer side of what is given back: a terminal of 640 columns shows them all."""
FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
"""Of the some forty kinds that the library reads, those that pages carry."""


def reduced(body: bytes) -> Bitmap:
    """The picture within SIDE by SIDE pixels, upright, the first of a moving one. Raises ParseError with a sentence."""
    from PIL import Image  # an optional extra, and only who asks for pictures needs it

    try:
        with Image.open(io.BytesIO(body), formats=FORMATS) as image:
            size = image.width * image.height
            if size <= MOST_PIXELS:
                return _reduced(image)
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises whatever its decoders raise
        raise ParseError(f"This is no picture that can be shown ({', '.join(FORMATS)}), or a broken one.") from error
    raise ParseError(f"The picture is too large to be shown: {size / 1e6:.0f} million pixels.")


def _reduced(image: Image.Image) -> Bitmap:
    from PIL import Image, ImageOps

    image.draft("RGB", (SIDE, SIDE))
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((SIDE, SIDE))
    drawn = upright.convert("RGBA")
    page = Image.new("RGBA", drawn.size, "white")  # pictures that let something through are made for a page
    page.alpha_composite(drawn)
    return Bitmap(page.width, page.height, page.convert("RGB").tobytes())
