"""A stranger's picture made small."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from feedwatch.core.bitmap import SIDE, reduced
from feedwatch.errors import ParseError


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    body = io.BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP", "JPEG"])
def test_a_picture_comes_out_within_the_bounds_in_its_proportions(kind: str) -> None:
    bitmap = reduced(encoded(Image.new("RGB", (2000, 1000), (200, 30, 30)), kind))
    assert (bitmap.width, bitmap.height) == (SIDE, SIDE // 2)
    assert len(bitmap.rgb) == SIDE * SIDE // 2 * 3
    assert bitmap.rgb[0] > 150 > bitmap.rgb[1]


def test_a_small_picture_is_not_made_larger() -> None:
    assert reduced(encoded(Image.new("RGB", (3, 2), "blue"), "PNG")).rgb == bytes((0, 0, 255)) * 6


def test_what_is_transparent_is_white() -> None:
    assert reduced(encoded(Image.new("RGBA", (1, 1), (0, 0, 0, 0)), "PNG")).rgb == b"\xff\xff\xff"


def test_a_picture_of_a_turned_camera_is_upright() -> None:
    turned = Image.new("RGB", (40, 20), "red")
    exif = Image.Exif()
    exif[0x0112] = 6  # EXIF 2.32, 4.6.4: the 0th row is at the right
    bitmap = reduced(encoded(turned, "JPEG", exif=exif))
    assert (bitmap.width, bitmap.height) == (20, 40)


def test_of_a_moving_picture_the_first_is_shown() -> None:
    frames = [Image.new("RGB", (1, 1), name) for name in ("red", "blue")]
    assert reduced(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])).rgb == b"\xff\x00\x00"


@pytest.mark.parametrize("body", [b"", b"<svg/>", b"<html>", encoded(Image.new("RGB", (90, 90)), "PNG")[:60]])
def test_what_is_none_is_told_in_a_sentence(body: bytes) -> None:
    with pytest.raises(ParseError, match="no picture that can be shown"):
        reduced(body)


def test_kinds_that_pages_do_not_carry_reach_no_decoder() -> None:
    with pytest.raises(ParseError, match="no picture"):
        reduced(encoded(Image.new("RGB", (4, 4)), "TIFF"))


def test_a_bomb_is_refused_before_it_is_decoded() -> None:
    head = struct.pack(">II5B", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    parts = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    with pytest.raises(ParseError, match=r"too large to be shown|no picture"):
        reduced(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
