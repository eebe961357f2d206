"""The strict reader gives what feedparser gives, field by field, or nothing."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urljoin

import pytest
from feedparser.api import StrictFeedParser
from feedparser.html import _cp1252
from feedparser.sanitizer import _HTMLSanitizer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedwatch.core import prepass, strict
from feedwatch.core.elements import resolve
from feedwatch.core.parse import parse_leniently
from feedwatch.core.strict_found import mended
from feedwatch.core.strict_names import HANDLED, HTML
from feedwatch.errors import NotAFeedError, ParseError
from feedwatch.model import ParsedFeed
from tests.core.documents import Made, documents

URL = "http://feeds.example/dir/news.xml"
CORPUS = os.environ.get("FEEDWATCH_CORPUS")
REAL = sorted((Path(CORPUS) / "feeds").glob("*.xml")) if CORPUS else []
OURS = sorted((Path(__file__).parent.parent / "data" / "feeds").glob("*.xml"))

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:a10="http://www.w3.org/2005/Atom" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" xmlns:odd="http://odd.example/" '
    'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:gml="http://www.opengis.net/gml" xmlns:psc="http://podlove.org/simple-chapters" '
    'xmlns:cc="http://backend.userland.com/creativeCommonsRssModule"'
)
ROOTS = {
    "rss": (
        f'<rss version="2.0" {NAMESPACES}>',
        f'<rss version="0.92" xml:lang="de-AT" {NAMESPACES}>',
        f"<rss {NAMESPACES} lang='pt_BR'>",
        '<rss version="2.0" xmlns:media="http://odd.example/" xmlns:dc="http://purl.org/dc/elements/1.1/">',
        '<rss version="2.0" xmlns="http://odd.example/">',
        f'<rss version="2.0" xml:base="http://base.example/" {NAMESPACES}>',
        f'<rss version="2.0" xml:Base="http://base.example/" {NAMESPACES}>',
        f'<rss version="2.0" xml:Lang="de" {NAMESPACES}>',
        f'<rss version="2.0" odd:lang="de" lang="fr" {NAMESPACES}>',
        f'<rss version="2.0" xmlns:q="http://purl.org/rss/1.0/" {NAMESPACES}>',
        '<rss version="2.0" xmlns:gml="http://odd.example/" xmlns:odd="http://odd.example/">',
    ),
    "feed": (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en_GB" {NAMESPACES}>',
        f"<feed {NAMESPACES}>",
        f'<feed xmlns:q="http://purl.org/rss/1.0/" xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" LANG="fr" {NAMESPACES}>',
    ),
}
FEED_PARTS = (
    "<title>News &amp;amp; more</title>",
    "<title>Plain</title>",
    "<a10:title type='html'>A &lt;b&gt;B&lt;/b&gt;</a10:title>",
    "<link>http://a.example/</link>",
    "<link href='http://b.example/'/>",
    "<a10:link rel='self' href='http://b.example/feed'/>",
    "<link rel='alternate' type='text/html' href='/rel'/>",
    "<description>About</description>",
    "<itunes:summary>Short</itunes:summary>",
    "<link>http://a.example/?a&amp;amp;b;c&amp;copy;</link>",
    "<cc:license>http://l.example/</cc:license>",
    "<date>2026-11-23</date>",
    "<subtitle>Sub</subtitle>",
    "<language>en-us</language>",
    "<dc:language>fr</dc:language>",
    "<ttl>60</ttl>",
    "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
    "<image><url>http://a.example/l.png</url><title>Logo</title><link>http://a.example/logo</link></image>",
    "<itunes:owner><itunes:name>O</itunes:name><itunes:email>o@a.example</itunes:email></itunes:owner>",
    "<itunes:category text='News'><itunes:category text='Daily'/></itunes:category>",
    "<author><name>Desk</name><email>desk@a.example</email></author>",
    "<author>plain desk</author>",
    "<managingEditor>ed@a.example (Ed)</managingEditor>",
    "<skipHours><hour>1</hour></skipHours>",
    "<textInput><title>t</title><name>q</name></textInput>",
    "<lastBuildDate>Mon, 23 Nov 2026 10:00:00 GMT</lastBuildDate>",
    "<odd:thing a='1'>x</odd:thing>",
    "<content:encoded>of the feed</content:encoded>",
    "<!-- comment -->",
    "<cloud domain='a'/>",
)
PLAIN_PARTS = (
    "<title>Bridge closed</title>",
    "<link>http://a.example/1?a=1&amp;b=2</link>",
    "<guid isPermaLink='false'>g-1</guid>",
    "<pubDate>Mon, 23 Nov 2026 10:00:00 GMT</pubDate>",
    "<dc:creator>Ann Other</dc:creator>",
    "<category>World</category>",
    "<description>The &lt;b&gt;bridge&lt;/b&gt; is closed.</description>",
    "<content:encoded><![CDATA[<p>The bridge, whole.</p>]]></content:encoded>",
    "<enclosure url='http://a.example/a.mp3' length='12' type='Audio/MPEG'/>",
    "<comments>http://a.example/1#c</comments>",
    "<slash:comments>3</slash:comments>",
    "<media:thumbnail url='http://a.example/t.jpg' width='3'/>",
    "<media:content url='http://a.example/c.jpg' medium='image'><media:title>Pic</media:title></media:content>",
)
ODD_PARTS = (
    "<title/>",
    "<title> A &amp;lt;i&amp;gt; &amp;eacute; </title>",
    "<title><![CDATA[Fish & <i>Chips</i>]]></title>",
    "<title type='html'>x &lt;b&gt;y&lt;/b&gt;</title>",
    "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>z</div></title>",
    "<title type='text'>a &amp;amp; b</title>",
    "<dc:title>dc</dc:title>",
    "<media:title>media</media:title>",
    "<TITLE>shout</TITLE>",
    "<title>caf\u00c3\u00a9</title>",
    "<title>\u00e9t\u00e9 \u4e2d\u6587 \U0001f600</title>",
    "<title>a\u0093b\u0094</title>",
    "<title>with <b>markup</b></title>",
    "<link/>",
    "<link>  /relative  </link>",
    "<link>http:///three</link>",
    "<link>http://a.example/?x=1&amp;amp;y;z&amp;copy;=2</link>",
    "<link href='http://a.example/href'/>",
    "<link href='' />",
    "<link rel='Enclosure' href='/e.mp3' length='x9' title='E'/>",
    "<link rel='alternate' type='application/json' href='http://a.example/j'/>",
    "<link rel='self' href='http://a.example/self'>text</link>",
    "<a10:link rel='alternate' href='http://a.example/atom'/>",
    "<link url='http://a.example/url'/>",
    "<feedburner:origLink>http://orig.example/1</feedburner:origLink>",
    "<feedburner:origLink>nowhere</feedburner:origLink>",
    "<guid>http://a.example/guid</guid>",
    "<guid isPermaLink='true'>http://a.example/perma</guid>",
    "<guid ispermalink='FALSE'>g</guid>",
    "<guid> spaced </guid>",
    "<guid x='1'>g</guid>",
    "<id>tag:a.example,2026:1</id>",
    "<description/>",
    "<description>a &amp;copy; b</description>",
    "<description type='plain'>typed &lt;b&gt;</description>",
    "<summary>plain summary</summary>",
    "<summary type='html'>&lt;p&gt;s&lt;/p&gt;</summary>",
    "<itunes:summary>itunes summary</itunes:summary>",
    "<itunes:summary>with &amp;amp; entity</itunes:summary>",
    "<dc:description>dc description</dc:description>",
    "<media:description type='plain'>media description</media:description>",
    "<media:group><media:content url='/g.mp4' fileSize='7'/><media:thumbnail url='/g.jpg'/></media:group>",
    "<media:group><media:title>g</media:title><media:description>in group</media:description></media:group>",
    "<content type='html'>&lt;p&gt;c&lt;/p&gt;</content>",
    "<content>plain content</content>",
    "<content type='image/png'>aGVsbG8=</content>",
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x</p></div></content>",
    "<content src='http://a.example/c' type='html'/>",
    "<content:encoded>The &lt;b&gt;bridge&lt;/b&gt; is closed.</content:encoded>",
    "<content:encoded/>",
    "<author>desk@a.example (World Desk)</author>",
    "<author>Ann &lt;ann@a.example&gt;</author>",
    "<author>@handle</author>",
    "<author/>",
    "<author><name>Ann</name></author>",
    "<author><name>Bo</name><email>b@a.example</email><uri>http://b.example/</uri></author>",
    "<author><email>c@a.example</email></author>",
    "<author> <name/> </author>",
    "<author>x<name>y</name></author>",
    "<itunes:author>It</itunes:author>",
    "<contributor><name>C</name></contributor>",
    "<dc:contributor>DC</dc:contributor>",
    "<published>2026-11-23T10:00:00Z</published>",
    "<updated>2026-11-23T12:00:00+01:00</updated>",
    "<dc:date>2026-11-22</dc:date>",
    "<dcterms:modified>2026-11-24</dcterms:modified>",
    "<dcterms:created>2026-11-20</dcterms:created>",
    "<pubDate>no date</pubDate>",
    "<pubDate/>",
    "<category term='t' label='L' scheme='s'/>",
    "<category domain='d'>in domain</category>",
    "<category domain='d'/>",
    "<category/>",
    "<category>World</category>",
    "<dc:subject>Subject</dc:subject>",
    "<media:keywords>a, b,,c</media:keywords>",
    "<itunes:keywords>k1,k2</itunes:keywords>",
    "<media:category>mc</media:category>",
    "<keywords>kw</keywords>",
    "<tags>t1 t2</tags>",
    "<source url='http://s.example/'>Agency</source>",
    "<source/>",
    "<source><title>Atom source</title></source>",
    "<enclosure href='/h.mp3' length='1'/>",
    "<enclosure url='' type='a/b'/>",
    "<image>http://a.example/i.png</image>",
    "<image><url>u</url><title>In image</title></image>",
    "<itunes:image href='http://a.example/i.jpg'/>",
    "<media:thumbnail>http://a.example/text.jpg</media:thumbnail>",
    "<media:content url='/x.jpg' xml:lang='fr'><media:description>c</media:description></media:content>",
    "<language>it</language>",
    "<dc:language>it</dc:language>",
    "<x base='http://b.example/'>y</x>",
    "<x xml:lang='fr'>y</x>",
    "<x xmlns:dc='http://odd.example/'><dc:title>no</dc:title></x>",
    "<x xmlns='http://odd.example/'><title>odd</title></x>",
    "<odd:title>odd</odd:title>",
    "<odd:box><odd:inner a='1'>t</odd:inner></odd:box>",
    "<odd:box><title>within</title></odd:box>",
    "<links>l</links>",
    "<authors>l</authors>",
    "<title_detail>l</title_detail>",
    "<media_content>l</media_content>",
    "<postid>9</postid>",
    "<lang>xx</lang>",
    "<a10:updated>2026-11-21T00:00:00Z</a10:updated>",
    "<expirationDate>2027-01-01</expirationDate>",
    "loose text",
    "<!-- c -->",
    "<?pi x?>",
    "\n\t ",
    "&#160;",
    "<svg/>",
    "<body>b</body>",
    "<fullitem>f</fullitem>",
    "<abstract>a</abstract>",
    "<rights>r</rights>",
    "<title xml:lang='fr'>la une</title>",
    "<title xml:lang=''>none</title>",
    "<title lang='fr'>la une</title>",
    "<title odd:type='html'>x &lt;b&gt;</title>",
    "<title>&lt;b&gt;bold&lt;/b&gt; &amp;amp; plain</title>",
    "<title>&lt;made-up&gt;x&lt;/made-up&gt;</title>",
    "<title>a &lt; b &amp;amp; c</title>",
    "<content xml:lang='sv' type='text'>text</content>",
    "<summary xml:lang='en_GB'>text</summary>",
    "<link odd:href='http://a.example/odd'/>",
    "<link HREF='http://a.example/HREF' Rel='ALTERNATE'/>",
    "<enclosure odd:url='http://a.example/odd.mp3'/>",
    "<media:content odd:url='/odd.jpg' URL='/shout.jpg'/>",
    "<media:content><media:description type='plain'>deeper</media:description></media:content>",
    "<author>plain@a.example</author>",
    "<author>Ann (ann@a.example)</author>",
    "<author>info@a.museum</author>",
    "<author><name>Ann</name><odd:image src='x'/><name>Bo</name></author>",
    "<author><uri>http://a.example/</uri></author>",
    "<category xml:lang='fr' term='t'/>",
    "<category odd:term='t'/>",
    "<date>2026-11-19T00:00:00Z</date>",
    "<date a='1'/>",
    "<gml:pos>1 2</gml:pos>",
    "<odd:box><gml:pos>1 2</gml:pos></odd:box>",
    "<psc:chapters><psc:chapter/></psc:chapters>",
    "<cc:license>http://l.example/</cc:license>",
    "<odd:box><cc:license>http://l.example/</cc:license></odd:box>",
    "<x odd:base='http://b.example/'>y</x>",
    "<x BASE='http://b.example/'>y</x>",
    "<unclosed>",
)


def compare(body: bytes) -> bool:
    """Whether the strict reader took the body; it then gave what feedparser gives."""
    try:
        prepared = prepass.prepare(prepass.read(body))
    except NotAFeedError:
        return False
    found = strict.parse(prepared, URL)
    if found is None:
        return False
    try:
        expected = parse_leniently(prepared, URL)
    except ParseError as error:
        pytest.fail(f"feedparser refuses what was taken: {error}")
    assert differences(found, expected) == []
    assert found == expected
    return True


def differences(found: ParsedFeed, expected: ParsedFeed) -> list[str]:
    """Field by field, what is not equal."""
    of_feed = [
        f"{name}: {getattr(found, name)!r} for {getattr(expected, name)!r}"
        for name in found.__struct_fields__
        if name != "items" and getattr(found, name) != getattr(expected, name)
    ]
    of_items = [
        f"{place} {name}: {getattr(one, name)!r} for {getattr(other, name)!r}"
        for place, (one, other) in enumerate(zip(found.items, expected.items, strict=False))
        for name in one.__struct_fields__
        if getattr(one, name) != getattr(other, name)
    ]
    return of_feed + of_items


_ROOT_NAMES = st.sampled_from(("rss", "feed"))
_HEAD_PARTS = st.lists(st.sampled_from(FEED_PARTS), max_size=4)
_PARTS = {odd: st.sampled_from(PLAIN_PARTS + (ODD_PARTS if odd else ())) for odd in (False, True)}
_ENTRIES = {odd: st.lists(st.lists(parts, max_size=6, unique=not odd), max_size=3) for odd, parts in _PARTS.items()}
_SAID = {
    True: st.sampled_from(("", "", "", " xml:lang='nl'", " xml:lang=''", " x='1'")),
    False: st.just(""),
}


@st.composite
def grammar(draw: st.DrawFn, *, odd: bool) -> bytes:
    """A document of a few entries; its parts from all that feeds may have, in any order."""
    root = draw(_ROOT_NAMES)
    opening = draw(st.sampled_from(ROOTS[root][: None if odd else 2]))
    head = draw(_HEAD_PARTS)
    name = "item" if root == "rss" else "entry"
    entries = draw(_ENTRIES[odd])
    said = _SAID[odd]
    items = "".join(f"<{name}{draw(said)}>{''.join(entry)}</{name}>" for entry in entries)
    inside = f"{''.join(head)}{items}"
    if root == "rss":
        return f"{opening}<channel{draw(said)}>{inside}</channel></rss>".encode()
    return f"{opening}{inside}</feed>".encode()


@settings(max_examples=500)
@given(grammar(odd=True))
def test_odd_feeds_are_equal_or_left_to_feedparser(body: bytes) -> None:
    compare(body)


@settings(max_examples=300)
@given(grammar(odd=False))
def test_plain_feeds_are_equal(body: bytes) -> None:
    compare(body)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(documents(odd=True), st.data())
def test_damaged_feeds_are_equal_or_left_to_feedparser(made: Made, data: st.DataObject) -> None:
    body = bytearray(made.body)
    for _ in range(data.draw(st.integers(0, 3))):
        place = data.draw(st.integers(0, len(body) - 1))
        body[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=2))
    compare(bytes(body))


@pytest.mark.parametrize("root", ["rss", "feed"])
def test_a_plain_feed_is_taken(root: str) -> None:
    entry = "".join(PLAIN_PARTS) if root == "rss" else "".join(PLAIN_PARTS[:1] + PLAIN_PARTS[4:])
    name = "item" if root == "rss" else "entry"
    inside = f"<title>News</title><link>http://a.example/</link><{name}>{entry}</{name}>\n"
    body = ROOTS[root][0] + (f"<channel>{inside}</channel></rss>" if root == "rss" else f"{inside}</feed>")
    assert compare(body.encode())


@pytest.mark.parametrize("part", [part for part in ODD_PARTS if part != "<unclosed>"])
def test_each_odd_element_beside_plain_ones(part: str) -> None:
    plain = "".join(PLAIN_PARTS)
    for before, after in (
        ("", plain),
        (plain, ""),
        ("", ""),
        (PLAIN_PARTS[6], ""),
        (part, ""),
        ("<author>A</author>", ""),
    ):
        for root, name in (("rss", "item"), ("feed", "entry")):
            inside = f"<{name}>{before}{part}{after}</{name}>"
            body = f"<channel>{inside}</channel></rss>" if root == "rss" else f"{inside}</feed>"
            compare((ROOTS[root][0] + body).encode())


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_feeds_are_equal(path: Path) -> None:
    compare(path.read_bytes())


@pytest.mark.skipif(not REAL, reason="FEEDWATCH_CORPUS names no folder")
def test_real_feeds_are_equal_and_most_are_taken() -> None:
    taken = sum(compare(path.read_bytes()) for path in REAL)
    assert taken > len(REAL) * 0.8


def test_every_element_that_feedparser_handles_is_known_to_us() -> None:
    """What it has no handler for, it only puts aside; a later version may have another."""
    names = {name.split("_", 2)[2].lower() for name in dir(StrictFeedParser) if name.startswith(("_start_", "_end_"))}
    modules = ("dc", "dcterms", "content", "media", "itunes", "feedburner", "xhtml", "sy")
    others = ("admin", "cc", "creativecommons", "georss", "gml", "psc")
    ours = set()
    for name in names:
        module, _, rest = name.partition("_")
        if rest and module in modules:
            ours.add(f"{module}:{rest}")
        elif not (rest and module in others):
            ours.add(name)
    assert ours - {"creativecommons_license"} <= HANDLED


def test_the_tags_that_tell_html_from_plain_text_are_feedparsers() -> None:
    assert _HTMLSanitizer.acceptable_elements == HTML


def test_c1_controls_are_read_as_feedparser_reads_them() -> None:
    controls = "".join(map(chr, range(0x80, 0xA0))) + "\u4e2d"
    assert mended(controls) == controls.translate(_cp1252)


@given(st.sampled_from(("http", "https")), st.text("ab/.:;?#&=%!$'()*~@,+-_1", max_size=9))
def test_an_address_is_resolved_as_urljoin_does(scheme: str, rest: str) -> None:
    address = f"{scheme}://a.example/{rest}"
    assert resolve(URL, address) == urljoin(URL, address)
