"""Feeds made at random, plain and hostile, as lists of entries between a head and a tail."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

_NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
)
HEADS = {
    "rss": (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>http://a.example/</link>',
        f'<rss version="2.0" {_NAMESPACES}\nxml:lang="de"><channel><title>A &gt; B</title><!-- <item> was here -->',
        f'<rss version="2.0" {_NAMESPACES}><channel><title>A</title><!-- note --><ttl>60</ttl><language>fr</language>',
        f'<rss version="2.0" {_NAMESPACES} xml:base="http://b.example/x/"><channel><image><url>/l.png</url></image>',
        f'<rss version="2.0" {_NAMESPACES}><channel><description>1</description><itunes:summary>2</itunes:summary>',
    ),
    "feed": (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>x</id><author><name>Desk</name></author>',
        f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sv" {_NAMESPACES}>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" {_NAMESPACES} xml:base="http://c.example/"><link href="/"/>',
    ),
}
TAILS = {
    "rss": ("</channel></rss>", "</channel>\n</rss>\n", "<ttl>5</ttl></channel></rss>", "</channel></rss><!-- end -->"),
    "feed": ("</feed>", "<subtitle>end</subtitle></feed>\n"),
}
_IDS = ("", "1", "2", "http://a.example/1", "/2")
_TITLES = ("", "Bridge closed", "Drone &amp; strike", "<![CDATA[A <b>bold</b> claim]]>", "Мост закрыт", "a &lt;b&gt; c")
_LINKS = ("", "http://a.example/1", "http://a.example/2?utm_source=x", "/rel", "http://a.example/1#top")
_TEXTS = (
    "",
    "The bridge is closed until further notice, said the city.",
    "&lt;p&gt;Read &lt;a href='/more'&gt;more&lt;/a&gt;&lt;/p&gt;",
    "<![CDATA[<p>One <img src='a.png' alt='A ship'/></p><p>Follow us for more news every day.</p>]]>",
    "<![CDATA[<!-- more --> two &rsquo; three]]>",
    "caf&eacute; &#8217; &copy; &unknown; A&B",
)
_DATES = ("", "Mon, 23 Nov 2026 10:00:00 GMT", "2026-11-23T11:00:00Z")
_PLAIN_EXTRAS = (
    "<category>World</category>",
    "<itunes:summary>said shortly</itunes:summary>",
    "<dc:creator>Ann</dc:creator>",
    "<media:thumbnail url='t.jpg'/>",
    "<unknown a='1'>x</unknown>",
    "<enclosure url='a.mp3' length='3' type='audio/mpeg'/>",
    "\n  ",
)
_ODD_EXTRAS = (
    "<!-- a comment -->",
    "<![CDATA[</item><item>]]>",
    "<x xml:base='http://base.example/'>y</x>",
    "<x xmlns:q='http://q.example/'><q:y/></x>",
    "<?php echo 1 ?>",
    "<item><title>inner</title></item>",
    "<entry/>",
    "<b>not closed",
    "</channel><channel>",
    "<content:encoded><![CDATA[<div>long</div>]]></content:encoded>",
    "<source url='http://s.example/'>Agency</source>",
    "<title>second</title>",
    "<feed/>",
    "&#27;",
    "\x0b",
)
_GAPS = ("", "\n", "  \n\t")
_ODD_GAPS = ("<!-- gap -->", "<x/>", "text")


@dataclass(frozen=True)
class Made:
    """A document in pieces."""

    head: str
    entries: tuple[str, ...]
    gaps: tuple[str, ...]
    tail: str

    @property
    def body(self) -> bytes:
        """The document as it is served."""
        pieces = (entry + gap for entry, gap in zip(self.entries, self.gaps, strict=True))
        return "".join((self.head, *pieces, self.tail)).encode()


_PICKS = {
    "id": st.sampled_from(_IDS),
    "title": st.sampled_from(_TITLES),
    "link": st.sampled_from(_LINKS),
    "text": st.sampled_from(_TEXTS),
    "date": st.sampled_from(_DATES),
}
_EXTRAS = {
    odd: st.lists(st.sampled_from(_PLAIN_EXTRAS + (_ODD_EXTRAS if odd else ())), max_size=2) for odd in (False, True)
}
_GAPS_OF = {odd: st.sampled_from(_GAPS + (_ODD_GAPS if odd else ())) for odd in (False, True)}


@st.composite
def _entry(draw: st.DrawFn, root: str, *, odd: bool) -> str:
    pick = {name: draw(strategy) for name, strategy in _PICKS.items()}
    write = _rss_parts if root == "rss" else _atom_parts
    parts = draw(st.permutations([part for part in write(pick) if part] + draw(_EXTRAS[odd])))
    name = "item" if root == "rss" else "entry"
    return f"<{name}>{''.join(parts)}</{name}>"


def _rss_parts(pick: dict[str, str]) -> list[str]:
    return [
        pick["id"] and f"<guid>{pick['id']}</guid>",
        pick["title"] and f"<title>{pick['title']}</title>",
        pick["link"] and f"<link>{pick['link']}</link>",
        pick["text"] and f"<description>{pick['text']}</description>",
        pick["date"] and f"<pubDate>{pick['date']}</pubDate>",
    ]


def _atom_parts(pick: dict[str, str]) -> list[str]:
    return [
        pick["id"] and f"<id>{pick['id']}</id>",
        pick["title"] and f"<title type='html'>{pick['title']}</title>",
        pick["link"] and f"<link href='{pick['link']}'/>",
        pick["text"] and f"<content type='html'>{pick['text']}</content>",
        pick["date"] and f"<updated>{pick['date']}</updated>",
    ]


_ROOTS = st.sampled_from(("rss", "feed"))
_HEADS = {root: st.sampled_from(heads) for root, heads in HEADS.items()}
_TAILS = {root: st.sampled_from(tails) for root, tails in TAILS.items()}
_ENTRIES = {
    (root, odd): st.lists(_entry(root, odd=odd), min_size=1, max_size=5) for root in HEADS for odd in (False, True)
}


@st.composite
def documents(draw: st.DrawFn, *, odd: bool) -> Made:
    """Feeds of up to five entries; with ``odd``, of everything that must not be cut, too."""
    root = draw(_ROOTS)
    entries = draw(_ENTRIES[root, odd])
    return Made(
        draw(_HEADS[root]),
        tuple(entries),
        tuple(draw(_GAPS_OF[odd]) for _ in entries),
        draw(_TAILS[root]),
    )
