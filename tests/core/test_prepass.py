from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core.prepass import Prepared, read
from feedwatch.core.prepass import prepare as prepare_text
from feedwatch.errors import NotAFeedError

FEED = b'<rss version="2.0"><channel><item><title>a</title></item></channel></rss>'


def prepare(body: bytes, content_type: str = "") -> Prepared:
    return prepare_text(read(body, content_type))


@pytest.mark.parametrize(
    "prolog",
    [
        b"\xef\xbb\xbf",
        b"\n\n  ",
        b"<?xml version='1.0'?>",
        b"<!-- <rss> in a comment -->",
        b"<!DOCTYPE rss>",
        b'<!DOCTYPE rss [<!ENTITY a "<rss>"> <!ENTITY b "b">]>',
        b'<!DOCTYPE rss PUBLIC "-//x" "http://x/[y]">',
        b"<?php echo '<rss>' ?>",
        b"<br /><b>Warning</b>: something<br />",
        b"junk < more junk ",
    ],
)
def test_what_stands_before_the_root_is_dropped(prolog: bytes) -> None:
    found = prepare(prolog + FEED)
    assert found.body == FEED
    assert found.complete


@pytest.mark.parametrize("root", ["rss", "RSS", "feed", "a:feed", "rdf:RDF", "channel"])
def test_the_root_of_every_kind_of_feed_is_known(root: str) -> None:
    assert prepare(f"<{root} x='1'></{root}>".encode()).complete


def test_a_root_that_closes_itself_is_complete() -> None:
    assert prepare(b"<rss version='2.0'/>").complete


def test_a_prefix_can_not_hide_a_dtd_from_the_parser() -> None:
    with pytest.raises(NotAFeedError):
        prepare(b"<-x:rss>")


def test_a_cut_feed_ends_after_its_last_whole_entry() -> None:
    cut = b'<rss version="2.0"><channel><item><title>a</title></item><item><title>half'
    assert prepare(cut).body == FEED
    assert not prepare(cut).complete


def test_a_feed_cut_in_its_first_entry_has_none() -> None:
    assert prepare(b"<feed><title>t</title><entry><title>half").body == b"<feed><title>t</title></feed>"


def test_a_cut_rdf_feed_is_closed_as_one() -> None:
    cut = b"<rdf:RDF><channel></channel><item>a</item><item>"
    assert prepare(cut).body == b"<rdf:RDF><channel></channel><item>a</item></rdf:RDF>"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (b"&amp;&lt;&gt;&quot;&apos;", b"&amp;&lt;&gt;&quot;&apos;"),
        (b"&amp;nbsp; &amp;#27;", b"&amp;nbsp; &amp;#27;"),
        (b"&nbsp;", "\xa0".encode()),
        (b"&LT;&AMP;", b"&#60;&#38;"),
        (b"&unheardof;", b"&amp;unheardof;"),
        (b"a & b &", b"a &amp; b &amp;"),
        (b"&#65;&#x41;&#X41;&#65 ", b"&#65;&#x41;&#x41;&#65; "),
        (b"&#0;&#x1b;&#xd800;&#1114112;", b""),
        (b"\x00\x1b\x07", b""),
        (b"<![CDATA[&nbsp; & &#0;]]>&nbsp;", b"<![CDATA[&nbsp; & &#0;]]>" + "\xa0".encode()),
    ],
)
def test_a_reference_is_made_one_that_xml_knows(said: bytes, meant: bytes) -> None:
    assert prepare(b"<rss>" + said + b"</rss>").body == b"<rss>" + meant + b"</rss>"


@pytest.mark.parametrize(
    "flood",
    [
        b"<",
        b"&",
        b"<!",
        b"<!--",
        b"<!x[",
        b"]",
        b"] ",
        b"<![CDATA[",
        b"</",
        b"</item ",
        b"<x:",
        b"<?",
        b"<!DOCTYPE [",
        b"<!DOCTYPE [>",
        b"<!DOCTYPE '",
        b"<!>",
    ],
)
def test_every_flood_is_read_in_linear_time(flood: bytes) -> None:
    body = flood * (2_000_000 // len(flood))
    for whole in (b"<rss>" + body, body):
        with contextlib.suppress(NotAFeedError):
            assert prepare(whole).body


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_are_prepared_or_refused(body: bytes) -> None:
    for whole in (body, b"<rss>" + body):
        try:
            found = prepare(whole)
        except NotAFeedError:
            continue
        assert found.body.decode("utf-8").startswith("<")
