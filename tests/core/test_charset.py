from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.charset import codec_of, decode

TEXT = "Пример № 1 — «ёж»"


def declared(label: str, text: str, codec: str) -> bytes:
    return f"<?xml version='1.0' encoding='{label}'?><rss>{text}</rss>".encode(codec)


@pytest.mark.parametrize(
    ("label", "text", "codec", "charset"),
    [
        ("utf-8", TEXT, "utf-8", "utf-8"),
        ("windows-1251", TEXT, "cp1251", "cp1251"),
        ("KOI8-R", "Пример", "koi8-r", "koi8-r"),
        ("iso-8859-1", "déjà", "latin-1", "iso8859-1"),
        ("ISO-8859-2", "žluťoučký", "iso8859-2", "iso8859-2"),
        ("Shift_JIS", "日本語のニュース", "cp932", "cp932"),
        ("EUC-JP", "日本語のニュース", "euc_jp", "euc_jp"),
        ("ISO-2022-JP", "日本語のニュース", "iso2022_jp", "iso2022_jp"),
        ("gb2312", "中文新闻", "gb18030", "gb18030"),
        ("GBK", "中文新闻", "gb18030", "gb18030"),
        ("Big5", "中文新聞", "big5hkscs", "big5hkscs"),
        ("EUC-KR", "한국어 뉴스", "cp949", "cp949"),
        ("ks_c_5601-1987", "한국어 뉴스", "cp949", "cp949"),
        ("us-ascii", "plain", "ascii", "utf-8"),
    ],
)
def test_a_declared_encoding_is_believed(label: str, text: str, codec: str, charset: str) -> None:
    found = decode(declared(label, text, codec))
    assert text in found.text
    assert (found.charset, found.warnings) == (charset, ())


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_documents_are_known_by_mark_or_by_shape(codec: str) -> None:
    assert TEXT in decode(declared("utf-16", TEXT, codec)).text


def test_the_mark_outranks_the_header() -> None:
    assert TEXT in decode(declared("koi8-r", TEXT, "utf-8-sig"), "text/xml; charset=windows-1251").text


def test_the_header_outranks_the_declaration() -> None:
    found = decode(declared("koi8-r", TEXT, "cp1251"), 'application/xml; charset="windows-1251"')
    assert TEXT in found.text


def test_a_header_that_can_not_be_right_gives_way_to_the_declaration() -> None:
    found = decode(declared("windows-1251", TEXT, "cp1251"), "text/xml; charset=utf-8")
    assert TEXT in found.text
    assert any("cp1251" in warning for warning in found.warnings)


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1251", "utf-16", "koi8-r"])
def test_utf8_under_another_name_is_read_as_utf8(label: str) -> None:
    assert TEXT in decode(declared(label, TEXT, "utf-8")).text


def test_latin_text_under_the_name_of_utf8_is_read_with_a_warning() -> None:
    found = decode("<rss>Déjà vu à Zürich, señor</rss>".encode("cp1252"))
    assert "Déjà vu à Zürich, señor" in found.text
    assert any("windows-1252" in warning for warning in found.warnings)


def test_one_bad_byte_does_not_spoil_the_rest() -> None:
    found = decode(f"<rss>{TEXT}".encode() + b"\xff" + b"</rss>")
    assert TEXT in found.text
    assert found.charset == "utf-8"
    assert found.warnings


def test_a_character_cut_at_the_end_is_no_reason_to_doubt() -> None:
    found = decode(f"<rss>{TEXT}é".encode()[:-1])
    assert TEXT in found.text
    assert (found.charset, found.warnings) == ("utf-8", ())


@pytest.mark.parametrize(
    "label",
    [
        "utf-7",
        "punycode",
        "undefined",
        "idna",
        "rot13",
        "unicode_escape",
        "zlib",
        "hex",
        "uu",
        "",
        "a b",
        "../x",
        "x" * 99,
    ],
)
def test_an_encoding_off_the_list_has_no_codec(label: str) -> None:
    assert codec_of(label) is None


def test_an_unknown_label_is_named_in_a_warning() -> None:
    found = decode(declared("x-klingon", TEXT, "utf-8"))
    assert TEXT in found.text
    assert any("x-klingon" in warning for warning in found.warnings)


def test_a_page_says_its_encoding_in_its_head() -> None:
    assert TEXT in decode(f"<html><head><meta charset=windows-1251></head>{TEXT}".encode("cp1251")).text


@given(st.binary(max_size=200), st.text(max_size=40))
@settings(max_examples=150)
def test_any_bytes_are_some_text(body: bytes, content_type: str) -> None:
    decode(body, content_type).text.encode("utf-8", "surrogatepass")
