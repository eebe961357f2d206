"""Which characters a body's bytes mean. Owns the list of encodings that are believed; never raises.

Order of belief: byte order mark, the charset of the HTTP header, the XML declaration, UTF-8. A label off the list
(utf-7, punycode, undefined …) is not used. A body that contradicts its label is read as what it is, with a warning.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body as text."""

    text: str = field(repr=False)
    charset: str
    warnings: tuple[str, ...] = ()


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDE_STARTS = (
    (re.compile(rb"<\0\0\0"), "utf-32-le"),
    (re.compile(rb"\0\0\0<"), "utf-32-be"),
    (re.compile(rb"<\0[^\0]\0"), "utf-16-le"),
    (re.compile(rb"\0<\0[^\0]"), "utf-16-be"),
)
"""How a body without a mark begins (XML 1.0, appendix F)."""

_SINGLE_BYTE = frozenset(
    {f"iso8859-{n}" for n in (*range(1, 12), *range(13, 17))}
    | {f"cp{n}" for n in (437, 850, 852, 855, 866, 874, *range(1250, 1259))}
    | {"koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "tis-620", "ptcp154"}
)
_MULTI_BYTE = {
    "utf-8": "utf-8",
    "ascii": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "cp950": "cp950",
    "shift_jis": "cp932",
    "cp932": "cp932",
    "euc_jp": "euc_jp",
    "iso2022_jp": "iso2022_jp",
    "euc_kr": "cp949",
    "cp949": "cp949",
}
"""Codec -> the superset that publishers mean by it."""

_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,39}")
_WIDE_LABEL = re.compile(r"(?i)utf[-_]?(16|32)|ucs-|u(16|32)|iso-10646")
"""Often said of documents that are UTF-8: a body that is wide shows it in its first bytes, whatever it says."""
_HTTP_CHARSET = re.compile(r"charset\s{0,5}=\s{0,5}[\"']?([^\s;\"']{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(rb"\s*<\?xml\b([^>]{0,400})")
_META = re.compile(rb"<meta\b[^<>]{0,200}?charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
"""How a web page says it."""
_DECLARED = re.compile(rb"\bencoding\s{0,20}=\s{0,20}[\"']([^\"']{1,40})[\"']")
_LOOK_AHEAD = 1024
"""Bytes at the beginning in which a document says its encoding (HTML standard, 4.2.5.4)."""


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a body, and which encoding it was read in."""
    for mark, charset in _MARKS:
        if body.startswith(mark):
            return _decode(body[len(mark) :], (charset,), "")
    for start, charset in _WIDE_STARTS:
        if start.match(body):
            return _decode(body, (charset,), "")
    labels = _labels(body, content_type)
    charsets = tuple(filter(None, map(codec_of, labels)))
    refused = next((label for label in labels if codec_of(label) is None and not _WIDE_LABEL.match(label)), "")
    return _decode(body, charsets, f"the encoding is given as “{refused}”, which is not read" if refused else "")


def codec_of(label: str) -> str | None:
    """The name of the codec for an encoding's label, or None where it is not on the list."""
    if not _LABEL.fullmatch(label):
        return None
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    return name if name in _SINGLE_BYTE else _MULTI_BYTE.get(name)


def _labels(body: bytes, content_type: str) -> tuple[str, ...]:
    """What the HTTP header says, then the XML declaration or the page's meta element."""
    http = _HTTP_CHARSET.search(content_type[:_LOOK_AHEAD])
    declaration = _DECLARATION.match(body[:_LOOK_AHEAD])
    declared = _DECLARED.search(declaration[1]) if declaration else _META.search(body[:_LOOK_AHEAD])
    labels = (http[1] if http else "", declared[1].decode("ascii", "replace") if declared else "")
    return tuple(filter(None, labels))


def _decode(body: bytes, charsets: tuple[str, ...], warning: str) -> Decoded:
    """Strictly as the first charset that fits; a single-byte charset, which fits anything, is belied by valid UTF-8."""
    believed = dict.fromkeys((*charsets, "utf-8"))
    first = next(iter(believed))
    as_utf8 = _strict(body, "utf-8")
    if first in _SINGLE_BYTE and as_utf8 is not None and not as_utf8.isascii():
        return Decoded(as_utf8, "utf-8", (_belied(first, "utf-8"),))
    for charset in believed:
        text = as_utf8 if charset == "utf-8" else _strict(body, charset)
        if text is not None:
            said = warning or ("" if charset == first else _belied(first, charset))
            return Decoded(text, charset, (said,) if said else ())
    return _decode_leniently(body, tuple(believed))


def _belied(charset: str, real: str) -> str:
    return f"the encoding is given as {charset}, but the document is {real}"


def _strict(body: bytes, charset: str) -> str | None:
    """The text, or None; a character cut in two at the very end is forgiven and dropped."""
    try:
        return codecs.getincrementaldecoder(charset)("strict").decode(body)
    except ValueError:
        return None


def _decode_leniently(body: bytes, charsets: tuple[str, ...]) -> Decoded:
    """A body that no codec reads whole: its own with a few holes, or windows-1252 where the holes are the rule."""
    for charset in charsets:
        text = body.decode(charset, "replace")
        holes = text.count("\ufffd")
        foreign = len(text) - len(text.encode("ascii", "ignore"))
        if holes * 4 <= foreign or charset.startswith(("utf-16", "utf-32")):
            return Decoded(text, charset, (f"{holes} characters are not valid {charset} and were replaced",))
    text = body.decode("windows-1252", "replace")
    return Decoded(text, "cp1252", (f"the document is not valid {charsets[0]}; it was read as windows-1252",))
