from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from feedwatch.core.bounds import LONGEST_CONTENT, LONGEST_SUMMARY, LONGEST_TITLE, MOST_ENTRIES
from feedwatch.core.parse import parse
from feedwatch.errors import NotAFeedError, ParseError
from feedwatch.model import ParsedFeed, ParsedItem

URL = "https://feeds.example/x/feed.xml"
FEEDS = Path(__file__).parent.parent / "data" / "feeds"
PAIRS = sorted(FEEDS.glob("*.xml"))


def rss(items: str, channel: str = "", root: str = '<rss version="2.0">') -> bytes:
    return f"<?xml version='1.0'?>{root}<channel><title>T</title>{channel}{items}</channel></rss>".encode()


def one(item: str) -> ParsedItem:
    (found,) = parse(rss(f"<item>{item}</item>"), {}, URL).items
    return found


def corpus() -> Iterator[tuple[Path, int]]:
    folder = os.environ.get("FEEDWATCH_CORPUS")
    if folder:
        for line in (Path(folder) / "feeds" / "index.jsonl").read_text(encoding="utf-8").splitlines():
            said = json.loads(line)
            yield Path(folder) / "feeds" / said["file"], said["entries"]


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_a_sample_gives_what_its_pair_says(path: Path) -> None:
    expected = msgspec.json.decode(path.with_suffix(".json").read_bytes(), type=ParsedFeed)
    found = parse(path.read_bytes(), {}, URL)
    assert found == expected


def test_every_format_has_a_sample() -> None:
    stems = {path.stem for path in PAIRS}
    assert {"rss-0.90", "rss-0.91", "rss-0.92", "rss-1.0", "rss-2.0", "atom-0.3", "atom-1.0"} <= stems


@pytest.mark.skipif("FEEDWATCH_CORPUS" not in os.environ, reason="FEEDWATCH_CORPUS names no corpus")
@pytest.mark.parametrize(
    ("path", "entries"), list(corpus()), ids=lambda value: value.stem if isinstance(value, Path) else ""
)
def test_a_feed_as_served_gives_all_its_entries(path: Path, entries: int) -> None:
    found = parse(path.read_bytes(), {}, URL)
    assert len(found.items) == entries
    assert found.complete


# --- what feedparser must never be trusted with ----------------------------------------------------------------------


def test_a_body_that_is_a_path_opens_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss("<item><title>stolen</title></item>"))
    for body in (str(secret).encode(), f"file://{secret}".encode(), b"/dev/zero"):
        with pytest.raises(NotAFeedError):
            parse(body, {}, URL)


def test_newlines_before_the_root_cost_nothing() -> None:
    assert len(parse(b"\n" * 1_000_000 + rss("<item><title>a</title></item>"), {}, URL).items) == 1


def test_a_flood_of_encodings_costs_nothing() -> None:
    flood = b"<?" + b'encoding="a" ' * 8000 + b"?>"
    assert len(parse(flood + rss("<item><title>a</title></item>"), {}, URL).items) == 1


def test_an_entity_bomb_stays_small() -> None:
    bomb = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 65_000}">]>' + '<rss version="2.0"><channel><item><title>'
    body = bomb + "&a;" * 16_000 + "</title></item></channel></rss>"
    (item,) = parse(body.encode(), {}, URL).items
    assert len(item.title) <= LONGEST_TITLE
    assert "xxx" not in item.title


def test_nested_entities_stay_small() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE rss [<!-- -->\n<!ENTITY l0 "lol">{levels}]>\n' + rss("<item><title>&l9;</title></item>").decode()
    (item,) = parse(body.encode(), {}, URL).items
    assert "lol" not in item.title


def test_an_external_entity_is_not_read(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("CANARY")
    dtd = f'<!DOCTYPE rss [<!ENTITY c SYSTEM "file://{canary}"><!ENTITY % p SYSTEM "file://{canary}"> %p;]>'
    found = parse(dtd.encode() + rss("<item><title>x&c;</title><description>&c;</description></item>"), {}, URL)
    assert len(found.items) == 1
    assert "CANARY" not in repr(found)


@pytest.mark.parametrize(
    "reference", ["&#xD800;", "&#99999999999;", "&#0;", "&#x110000;", "&#27;", "&#xFFFE;", "&#" + "9" * 10_000 + ";"]
)
def test_an_impossible_character_reference_is_left_out(reference: str) -> None:
    assert one(f"<title>a{reference}b</title>").title == "ab"


@pytest.mark.parametrize("label", ["punycode", "undefined", "utf-7", "idna", "rot13", "zip", "../../etc", "x" * 500])
def test_an_encoding_off_the_list_is_not_used(label: str) -> None:
    body = f"<?xml version='1.0' encoding='{label}'?>".encode() + rss("<item><title>é</title></item>")[21:]
    assert parse(body, {}, URL).items[0].title == "é"


def test_deep_nesting_is_read_or_refused() -> None:
    body = rss("<item><title>a</title>" + "<x>" * 20_000 + "</x>" * 20_000 + "</item>")
    assert len(parse(body, {}, URL).items) == 1


def test_a_foreign_exception_is_a_parse_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(stream: object, **_: object) -> None:
        assert isinstance(stream, io.BytesIO)
        raise OverflowError("signed integer is greater than maximum")

    monkeypatch.setattr("feedparser.parse", explode)
    with pytest.raises(ParseError, match="OverflowError"):
        parse(rss("<item><x base='http://b.example/'/></item>"), {}, URL)  # a base is nothing for the strict reader


@pytest.mark.parametrize(
    ("head", "hours"),
    [
        (
            "<skipHours><hour>3</hour> <hour> 24 </hour></skipHours>",
            {day * 24 + hour for day in range(7) for hour in (0, 3)},
        ),
        ("<skipDays><day>sunday</day></skipDays>", set(range(6 * 24, 7 * 24))),
        ("<skipDays><day>Someday</day></skipDays><skipHours><hour>99</hour><hour>x</hour></skipHours>", set()),
        ("<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>", set()),
        ("<skipHours/>", set()),
    ],
)
def test_hours_and_days_to_skip_are_read(head: str, hours: set[int]) -> None:
    bits = int.from_bytes(parse(rss(f"{head}<item><title>a</title></item>"), {}, URL).skips, "little")
    assert {hour for hour in range(168) if bits >> hour & 1} == hours


# --- what is no feed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "empty body"),
        (b" \n\t ", "empty body"),
        (b"<!DOCTYPE html><html><head><title>x</title></head><body></body></html>", "web page"),
        (b"<html><body><rss></body></html>", "web page"),
        (b"just words", "plain text"),
        (b"http://127.0.0.1/feed", "plain text"),
        (b'{"hello": 1}', "JSON, but not a JSON Feed"),
        (b"[1, 2]", "JSON, but not a JSON Feed"),
        (b"<?xml version='1.0'?><opml version='2.0'><body/></opml>", "OPML"),
        (b"<?xml version='1.0'?><urlset><url/></urlset>", "sitemap"),
        (b"<note><to>x</to></note>", "root <note>"),
        (b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'></rdf:RDF>", "no entries and no version"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x1f\x8b\x08\x00", "compressed"),
        (b"<!-- never closed <rss>", "plain text"),
    ],
)
def test_a_body_that_is_no_feed_is_told_what_it_is(body: bytes, sentence: str) -> None:
    with pytest.raises(NotAFeedError, match=sentence):
        parse(body, {}, URL)


def test_a_feed_without_entries_is_a_feed() -> None:
    found = parse(rss(""), {}, URL)
    assert found.items == ()
    assert found.complete
    assert found.warnings == ()


# --- cut and broken documents ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sixteenth", range(1, 16))
@pytest.mark.parametrize("stem", ["rss-2.0", "atom-1.0", "rss-1.0"])
def test_a_cut_feed_gives_its_whole_entries_alone(stem: str, sixteenth: int) -> None:
    body = (FEEDS / f"{stem}.xml").read_bytes()
    whole = parse(body, {}, URL)
    try:
        cut = parse(body[: len(body) * sixteenth // 16], {}, URL)
    except NotAFeedError:
        assert sixteenth <= 4
        return
    assert not cut.complete
    assert any("cut off" in warning for warning in cut.warnings)
    assert cut.items == whole.items[: len(cut.items)]


def test_a_feed_that_never_closes_its_root_loses_no_entry() -> None:
    body = rss("<item><title>a</title></item><item><title>b</title></item>").replace(b"</channel></rss>", b"")
    found = parse(body, {}, URL)
    assert [item.title for item in found.items] == ["a", "b"]
    assert not found.complete


def test_what_follows_the_end_tag_does_not_make_a_feed_incomplete() -> None:
    assert parse(rss("") + b"\n<!-- served from cache -->", {}, URL).complete


def test_a_bare_ampersand_does_not_break_a_feed() -> None:
    found = parse(rss("<item><title>A & B</title><link>https://a.example/?x=1&y=2&copy=3</link></item>"), {}, URL)
    assert found.items[0].title == "A & B"
    assert found.items[0].link == "https://a.example/?x=1&y=2&copy=3"
    assert found.warnings == ()


def test_an_ill_formed_feed_gives_what_it_has_with_a_warning() -> None:
    found = parse(rss("<item><title>a</b></title></item><item><title>b</title></item>"), {}, URL)
    assert len(found.items) == 2
    assert any("not well-formed" in warning for warning in found.warnings)


def test_cdata_is_left_alone() -> None:
    assert one("<description><![CDATA[&nbsp;&bogus; & &#xD800; <b>x</b>]]></description>").summary == (
        "&nbsp;&bogus; & &#xD800; <b>x</b>"
    )


# --- fields ----------------------------------------------------------------------------------------------------------


def test_html_entities_work_without_a_dtd() -> None:
    assert one("<title>caf&eacute;&nbsp;&mdash; &lt;3 &LT;</title>").title == "café\xa0— <3 <"


def test_a_guid_that_is_no_address_is_no_link() -> None:
    item = one("<guid>g0</guid>")
    assert (item.guid, item.link) == ("g0", "")


def test_a_guid_that_denies_being_a_link_is_none() -> None:
    assert one('<guid isPermaLink="false">https://a.example/1</guid>').link == ""


def test_a_relative_link_is_resolved_and_its_guid_is_not() -> None:
    item = one("<guid>/1</guid><link>/story/1</link>")
    assert (item.guid, item.link) == ("/1", "https://feeds.example/story/1")


def test_the_address_of_the_feed_does_not_change_an_identity() -> None:
    body = rss("<item><guid>story/1</guid></item>")
    assert parse(body, {}, "https://a.example/f").items[0].guid == parse(body, {}, "https://b.example/f").items[0].guid


def test_summary_and_content_are_told_apart() -> None:
    body = rss(
        "<item><description>short</description><content:encoded>&lt;p&gt;long&lt;/p&gt;</content:encoded></item>",
        root='<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">',
    )
    (item,) = parse(body, {}, URL).items
    assert (item.summary, item.content) == ("short", "<p>long</p>")


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>60</ttl>", 3600.0),
        ("<ttl>soon</ttl>", None),
        ("<ttl>0</ttl>", None),
        ("<ttl>99999999</ttl>", 30 * 86400.0),
        ("", None),
    ],
)
def test_the_time_to_live_is_minutes(channel: str, seconds: float | None) -> None:
    assert parse(rss("", channel), {}, URL).refresh == seconds


def test_a_date_of_dublin_core_is_the_publication_in_rss() -> None:
    root = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    body = rss("<item><dc:date>2026-11-20T09:30:00Z</dc:date></item>", root=root)
    (item,) = parse(body, {}, URL).items
    assert item.published is not None
    assert item.published.isoformat() == "2026-11-20T09:30:00+00:00"


def test_the_update_of_an_atom_entry_is_not_its_publication() -> None:
    body = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><updated>2026-11-20T09:30:00Z</updated></entry></feed>'
    (item,) = parse(body, {}, URL).items
    assert item.published is None
    assert item.updated is not None


# --- bounds ----------------------------------------------------------------------------------------------------------


def test_long_fields_are_cut() -> None:
    item = one(f"<title>{'t' * 9999}</title><description>{'s' * 99_999}</description>")
    assert len(item.title) == LONGEST_TITLE
    assert len(item.summary) == LONGEST_SUMMARY


def test_long_content_is_cut() -> None:
    root = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
    body = rss(f"<item><content:encoded>{'c' * 400_000}</content:encoded></item>", root=root)
    assert len(parse(body, {}, URL).items[0].content) == LONGEST_CONTENT


def test_a_link_that_is_too_long_is_dropped_and_a_guid_hashed() -> None:
    first, second = (
        one(f"<guid>{'g' * 5000}1</guid><link>http://a/{'l' * 5000}</link>"),
        one(f"<guid>{'g' * 5000}2</guid>"),
    )
    assert first.link == ""
    assert len(first.guid) < 100
    assert first.guid != second.guid


def test_of_too_many_entries_the_newest_are_kept() -> None:
    dated = "".join(
        f"<item><guid>{n}</guid><pubDate>2026-01-01T00:{n // 60 % 60:02}:{n % 60:02}Z</pubDate></item>"
        for n in range(MOST_ENTRIES + 3)
    )
    found = parse(rss(dated), {}, URL)
    assert len(found.items) == MOST_ENTRIES
    assert [item.guid for item in found.items[:2]] == ["3", "4"]
    assert any(str(MOST_ENTRIES + 3) in warning for warning in found.warnings)


def test_records_hold_nothing_of_the_parser() -> None:
    found = parse((FEEDS / "rss-2.0.xml").read_bytes(), {}, URL)
    again = msgspec.msgpack.decode(msgspec.msgpack.encode(found), type=ParsedFeed)
    assert again == found
    assert isinstance(again.items[0], ParsedItem)
