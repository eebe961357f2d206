"""A skimmed body gives what a whole parse gives of the same entries, and loses none."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import chain, combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.core import prepass, skim
from feedwatch.core.intake import take_in
from feedwatch.core.parse import parse_text
from feedwatch.errors import NotAFeedError, ParseError
from feedwatch.model import DraftFeed, replace
from tests.core.documents import Made, documents

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "http://feeds.example/news.xml"
CORPUS = os.environ.get("FEEDWATCH_CORPUS")
FEEDS = sorted((Path(CORPUS) / "feeds").glob("*.xml")) if CORPUS else []
ITEM = "<item><title>{0}</title><guid>{0}</guid></item>"


def rss(*entries: str, head: str = "<title>T</title>", tail: str = "") -> str:
    return f'<rss version="2.0"><channel>{head}{"".join(entries)}{tail}</channel></rss>'


def taken(body: bytes, skimmed: bytes = b"") -> DraftFeed:
    return take_in(body, {}, URL, {}, NOW, skimmed)


def restricted(skimmed: bytes, marks: frozenset[bytes]) -> bytes:
    """What is kept of a body, as if it had had only these entries."""
    traces = {mark: trace for mark, trace in skim.unpack(skimmed).items() if mark in marks}
    return skim.pack(list(traces), list(traces.values()))


def check(body: bytes, subsets: Iterator[frozenset[bytes]] | None = None) -> int:
    """Compare the skimmed with the whole for every subset of entries that were seen; how many were compared."""
    try:
        whole = taken(body)
    except (NotAFeedError, ParseError):
        return 0
    if not whole.skim:
        return 0
    decoded = prepass.read(body)
    cut = skim.cut(decoded.text, URL)
    assert cut is not None
    items = parse_text(decoded, URL).items
    assert len(items) == len(cut.marks)
    compared = 0
    for seen in every_subset(cut.marks) if subsets is None else subsets:
        compared += 1
        text, marks = cut.without(seen)
        reduced = parse_text(replace(decoded, text=text), URL)
        unseen = [item for item, mark in zip(items, cut.marks, strict=True) if mark not in seen]
        assert [item for item, mark in zip(reduced.items, marks, strict=True) if mark not in seen] == unseen
        compare_drafts(taken(body, restricted(whole.skim, seen)), whole, seen)
    return compared


def compare_drafts(found: DraftFeed, whole: DraftFeed, seen: frozenset[bytes]) -> None:
    """The unseen entries' drafts, or all of them where only the whole tells; what is learned is the same in both."""
    traces = skim.unpack(whole.skim)
    own = sum(trace.passages is not None for mark, trace in traces.items() if mark not in seen)
    by_key = {draft.key: draft for draft in whole.drafts}
    assert all(draft == by_key[draft.key] for draft in found.drafts)
    assert len({draft.key for draft in found.drafts}) == len(found.drafts)
    assert len(found.drafts) in {own, len(whole.drafts)}
    assert (found.entries, found.paragraphs) == (whole.entries, whole.paragraphs)
    assert (found.title, found.site, found.language, found.refresh) == (
        whole.title,
        whole.site,
        whole.language,
        whole.refresh,
    )
    assert skim.unpack(found.skim) == traces


def every_subset(marks: tuple[bytes, ...]) -> Iterator[frozenset[bytes]]:
    each = tuple(dict.fromkeys(marks))
    return map(frozenset, chain.from_iterable(combinations(each, count) for count in range(len(each) + 1)))


def some_subsets(marks: tuple[bytes, ...], count: int) -> Iterator[frozenset[bytes]]:
    """None, all, all but each of a few, and some at random."""
    chance = random.Random(7)  # the same every time
    each = tuple(dict.fromkeys(marks))
    yield frozenset()
    yield frozenset(each)
    yield from (frozenset(each) - {one} for one in chance.sample(each, min(count, len(each))))
    yield from (frozenset(chance.sample(each, chance.randrange(len(each) + 1))) for _ in range(count))


@settings(max_examples=220)
@given(documents(odd=False))
def test_a_skimmed_body_gives_what_the_whole_gives(made: Made) -> None:
    check(made.body)


@settings(max_examples=220)
@given(documents(odd=True))
def test_a_hostile_body_is_skimmed_rightly_or_not_at_all(made: Made) -> None:
    check(made.body)


@settings(max_examples=200)
@given(documents(odd=True), st.data())
def test_a_body_that_changed_loses_no_entry(made: Made, data: st.DataObject) -> None:
    """The last body is another one: with entries taken away, put first, and put in another order."""
    body = made.body
    earlier = data.draw(st.lists(st.sampled_from(made.entries), max_size=5))
    before = f"{made.head}{''.join(earlier)}{made.tail}".encode()
    try:
        first = taken(before)
    except (NotAFeedError, ParseError):
        return
    whole, found = taken(body), taken(body, first.skim)
    known = {draft.key: draft for draft in first.drafts}
    by_key = {draft.key: draft for draft in whole.drafts}
    assert all(draft == by_key[draft.key] for draft in found.drafts)
    missing = by_key.keys() - {draft.key for draft in found.drafts}
    assert all(known[key].fingerprint == by_key[key].fingerprint for key in missing), "left out, and not known"


def test_plain_bodies_are_skimmed() -> None:
    body = rss(*(ITEM.format(n) for n in range(5))).encode()
    assert check(body) == 32
    more = rss(*(ITEM.format(n) for n in range(6))).encode()
    assert [draft.title for draft in taken(more, taken(body).skim).drafts] == ["5"]


def test_an_unchanged_body_under_a_new_head_has_no_drafts() -> None:
    first, second = (
        rss(*(ITEM.format(n) for n in range(5)), head=f"<lastBuildDate>{day}</lastBuildDate>").encode()
        for day in (1, 2)
    )
    found = taken(second, taken(first).skim)
    assert (found.drafts, found.entries) == ((), 5)
    assert found.skim == taken(first).skim


def test_an_edited_entry_is_parsed_again() -> None:
    body = rss(*(ITEM.format(n) for n in range(5)))
    edited = body.replace("<title>3<", "<title>Three<")
    assert [draft.title for draft in taken(edited.encode(), taken(body.encode()).skim).drafts] == ["Three"]


@pytest.mark.parametrize("attribute", ["xml:lang='de'", "xmlns:x='http://x.example/'", "xml:base='http://x.example/'"])
def test_what_entries_inherit_makes_all_of_them_unseen(attribute: str) -> None:
    body = rss(*(ITEM.format(n) for n in range(5)))
    moved = body.replace("<channel>", f"<channel {attribute}>")
    assert len(taken(moved.encode(), taken(body.encode()).skim).drafts) == 5


def test_a_feed_at_another_address_is_read_whole() -> None:
    body = rss(*(ITEM.format(n) for n in range(5))).encode()
    elsewhere = take_in(body, {}, "http://other.example/", {}, NOW, taken(body).skim)
    assert len(elsewhere.drafts) == 5


def test_an_entry_that_shares_its_guid_with_a_known_one_is_read_with_it() -> None:
    items = [
        f"<item><title>Title {n}</title><guid>{n}</guid><link>http://a.example/{n}</link></item>" for n in range(4)
    ]
    first = rss(*items).encode()
    other = "<item><title>Another</title><guid>2</guid><link>http://a.example/other</link></item>"
    second = rss(other, *items).encode()
    found = taken(second, taken(first).skim)
    assert [draft.key for draft in found.drafts] == [draft.key for draft in taken(second).drafts]


def test_repeated_passages_are_counted_as_if_all_were_read() -> None:
    footer = "&lt;p&gt;Sign up for the morning briefing of our desk.&lt;/p&gt;"
    items = [
        f"<item><guid>{n}</guid><title>T {n}</title><description>News {n}.&lt;p/&gt;{footer}</description></item>"
        for n in range(9)
    ]
    skimmed = b""
    paragraphs: Mapping[str, int] = {}
    for last in range(5, 9):
        body = rss(*items[last - 5 : last + 1]).encode()
        found = take_in(body, {}, URL, paragraphs, NOW, skimmed)
        whole = take_in(body, {}, URL, paragraphs, NOW)
        assert found.paragraphs == whole.paragraphs
        assert {draft.key: draft for draft in whole.drafts}.items() >= {
            draft.key: draft for draft in found.drafts
        }.items()
        skimmed, paragraphs = found.skim, found.paragraphs
    assert paragraphs


@pytest.mark.parametrize(
    "text",
    [
        '<rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/"><channel/><item><title>a</title></item></rdf:RDF>',
        '<!DOCTYPE rss [<!ENTITY a "b">]>' + rss(ITEM.format(1)),
        rss("<item><title><![CDATA[</item><item>]]></title></item>"),
        rss("<item><!-- </item> --><title>a</title></item>"),
        rss("<item><title>a</title><item><title>b</title></item></item>"),
        rss("<item><title>a</title>"),
        rss(ITEM.format(1), "<x/>", ITEM.format(2)),
        rss("<Item><title>a</title></Item>"),
        rss("<item/>", ITEM.format(1)),
        rss("<item><a:entry xmlns:a='b'/></item>"),
        rss("<item><x xml:base='http://b.example/'/></item>"),
        rss(ITEM.format(1), head="<!-- open "),
        rss(ITEM.format(1), tail="<title>Late</title>"),
        "<feed><entry><title>no namespace</title></entry></feed>",
        "<rss version='2.0'><item><title>no channel</title></item></rss>",
        "plain text",
        "",
        rss(),
    ],
)
def test_what_leaves_a_doubt_is_not_cut(text: str) -> None:
    assert skim.cut(text, URL) is None


def test_a_body_that_is_not_well_formed_is_never_skimmed() -> None:
    assert not taken(rss(ITEM.format(1), "<item><title>a</b></item>").encode()).skim
    good = rss(ITEM.format(1), ITEM.format(2)).encode()
    bad = rss(ITEM.format(1), ITEM.format(2), "<item><title>a</b><guid>3</guid></item>").encode()
    assert taken(bad, taken(good).skim).drafts == taken(bad).drafts


def test_the_kept_form_of_another_version_is_forgotten() -> None:
    assert skim.unpack(b"") == {}
    assert skim.unpack(b"\x92\x63\x90") == {}
    assert skim.unpack(b"rubbish") == {}


@pytest.mark.skipif(not FEEDS, reason="FEEDWATCH_CORPUS names no folder")
def test_every_real_feed_is_skimmed_rightly_and_most_are_skimmed() -> None:
    compared = 0
    skimmed = 0
    for path in FEEDS:
        body = path.read_bytes()
        cut = skim.cut(prepass.read(body).text, URL)
        done = check(body, some_subsets(cut.marks, 2)) if cut else 0
        compared += done
        skimmed += done > 0
    assert skimmed > len(FEEDS) * 0.7
    assert compared > 4 * skimmed
