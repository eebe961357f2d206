from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from feedwatch.core.normalize import normalize
from feedwatch.model import Draft, DraftFeed, Enclosure, ParsedFeed, ParsedItem, replace

URL = "https://site.example/feed.xml"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BEFORE = NOW - timedelta(hours=3)
ITEM = ParsedItem(
    guid="guid-1",
    link="https://site.example/1",
    title="Bridge closed",
    title_is_html=False,
    summary="The bridge is closed.",
    published=BEFORE,
)


def of_feed(feed: ParsedFeed, paragraphs: Mapping[str, int] | None = None, now: datetime = NOW) -> DraftFeed:
    found = normalize(feed, URL, paragraphs or {}, now)
    assert found is not None
    return found.drafted


def drafted(*items: ParsedItem, paragraphs: Mapping[str, int] | None = None, now: datetime = NOW) -> DraftFeed:
    return of_feed(ParsedFeed(title="T", items=items), paragraphs, now)


def drafts(*items: ParsedItem) -> tuple[Draft, ...]:
    return drafted(*items).drafts


def draft(item: ParsedItem = ITEM, /, **changes: object) -> Draft:
    (found,) = drafts(replace(item, **changes))  # type: ignore[arg-type]  # named fields of a record
    return found


# --- the ladder ------------------------------------------------------------------------------------------------------


def test_a_guid_is_the_first_rung() -> None:
    found = draft()
    assert found.level == 1
    assert len(found.key) == len(found.strict_key) == 16
    assert found.key != found.strict_key


def test_the_key_is_a_hash_of_level_and_value() -> None:
    assert draft().key == hashlib.sha256(b"1\0guid-1").digest()[:16]
    assert draft().strict_key == hashlib.sha256(b"1\0guid-1\0https://site.example/1").digest()[:16]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Bridge open"},
        {"summary": "x"},
        {"published": None},
        {"link": "https://site.example/moved"},
        {"guid": "  guid-1\n"},
    ],
)
def test_an_entry_with_its_guid_is_the_same_entry(changes: dict[str, object]) -> None:
    assert draft(**changes).key == draft().key


def test_without_guid_the_canonical_link_is_the_second_rung() -> None:
    plain = draft(guid="")
    tracked = draft(guid="", link="HTTPS://SITE.example:443/1?utm_source=rss#top")
    assert (plain.level, plain.key) == (2, tracked.key)
    assert plain.strict_key == plain.key


def test_without_link_title_and_date_are_the_third_rung() -> None:
    bare = draft(guid="", link="")
    assert bare.level == 3
    assert draft(guid="", link="", summary="other").key == bare.key
    assert draft(guid="", link="", published=NOW).key != bare.key


def test_without_date_title_and_text_are_the_fourth_rung() -> None:
    bare = draft(guid="", link="", published=None)
    assert bare.level == 4
    assert draft(guid="", link="", published=None, summary="other").key != bare.key


def test_a_date_of_update_is_no_identity() -> None:
    assert draft(guid="", link="", published=None, updated=BEFORE).level == 4


def test_a_guid_and_a_link_of_the_same_text_are_different_identities() -> None:
    assert draft(guid="https://site.example/1").key != draft(guid="").key


def test_a_guid_that_stands_for_two_links_is_told_apart_by_them() -> None:
    found = drafts(ITEM, replace(ITEM, link="https://site.example/2", title="Other"))
    assert [one.level for one in found] == [1, 1]
    assert found[0].key == found[0].strict_key == draft().strict_key
    assert found[0].key != found[1].key


def test_one_guid_and_one_link_for_everything_lose_no_entry() -> None:
    items = [
        replace(ITEM, guid="https://site.example/", link="https://site.example/", title=f"News {n}") for n in range(5)
    ]
    assert len({one.key for one in drafts(*items)}) == 5


def test_one_link_for_everything_loses_no_entry() -> None:
    items = [replace(ITEM, guid="", link="https://site.example/", title=f"News {n}") for n in range(5)]
    found = drafts(*items)
    assert len({one.key for one in found}) == 5
    assert {one.level for one in found} == {3}


def test_one_title_and_date_for_everything_lose_no_entry() -> None:
    items = [replace(ITEM, guid="", link="", summary=f"News {n}") for n in range(5)]
    found = drafts(*items)
    assert len({one.key for one in found}) == 5
    assert {one.level for one in found} == {4}


def test_entries_that_are_only_a_file_are_told_apart_by_it() -> None:
    items = [ParsedItem(enclosures=(Enclosure(f"https://site.example/{n}.mp3"),)) for n in range(3)]
    assert len(drafts(*items)) == 3


def test_the_place_in_the_document_is_no_identity() -> None:
    items = [
        replace(ITEM, guid="", link="https://site.example/", title=f"News {n % 3}", summary=f"{n}") for n in range(6)
    ]
    assert {one.key for one in drafts(*items)} == {one.key for one in drafts(*reversed(items))}


def test_the_same_entry_twice_is_one_draft() -> None:
    assert len(drafts(ITEM, ITEM)) == 1


def test_of_two_wordings_the_newest_is_taken() -> None:
    older = replace(ITEM, summary="Old.", updated=BEFORE)
    newer = replace(ITEM, summary="New.", updated=NOW)
    for order in ((older, newer), (newer, older)):
        (found,) = drafts(*order)
        assert found.document.text == "New."


def test_an_entry_that_says_nothing_is_none() -> None:
    assert drafts(ParsedItem(), ParsedItem(guid="1"), ITEM) == drafts(ITEM)


# --- edits -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{"title": "Bridge open"}, {"summary": "It is open."}, {"published": NOW}])
def test_an_edit_changes_the_fingerprint(changes: dict[str, object]) -> None:
    assert draft(**changes).fingerprint != draft().fingerprint


@pytest.mark.parametrize(
    "changes",
    [
        {"summary": "<p>The  bridge is\nclosed.</p>"},
        {"title": "  Bridge closed\n"},
        {"updated": NOW},
        {"categories": ("a",)},
        {"link": "https://site.example/1?token=2"},
        {"summary": 'The bridge is closed.<img src="https://pixel.example/1?x=2">'},
    ],
)
def test_what_is_no_edit_leaves_the_fingerprint(changes: dict[str, object]) -> None:
    assert draft(**changes).fingerprint == draft().fingerprint


def test_no_date_stays_no_date_in_the_fingerprint() -> None:
    undated = replace(ITEM, published=None)
    later = drafted(undated, now=NOW + timedelta(days=1)).drafts[0]
    assert later.fingerprint == drafts(undated)[0].fingerprint


def test_the_signature_outlives_guid_and_token() -> None:
    assert draft(guid="other", link="https://site.example/1?token=99").signature == draft().signature
    assert draft(title="Other").signature != draft().signature


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "kept"),
    [
        (BEFORE, True),
        (NOW + timedelta(hours=24), True),
        (NOW + timedelta(hours=24, seconds=1), False),
        (datetime(1990, 1, 1, tzinfo=UTC), True),
        (datetime(1989, 12, 31, 23, 59, 59, tzinfo=UTC), False),
        (datetime(118, 1, 1, tzinfo=UTC), False),
    ],
)
def test_only_a_believable_date_is_kept(published: datetime, kept: bool) -> None:
    assert draft(published=published).published == (published if kept else None)


def test_an_atom_entry_without_publication_has_its_update() -> None:
    assert draft(published=None, updated=BEFORE).published == BEFORE


# --- what is stored --------------------------------------------------------------------------------------------------


def test_the_longer_of_content_and_summary_is_the_text() -> None:
    assert draft(content="<p>The whole story of the bridge.</p>").document.text == "The whole story of the bridge."
    assert draft(content="<b>No.</b>").document.text == "The bridge is closed."


def test_hostile_markup_does_not_survive() -> None:
    found = draft(
        title="a\x1b]52;c;x\x07b\u202ec",
        author="\x9b2J",
        link="javascript:alert(1)",
        summary='<script>x</script><a href="javascript:x" onclick="y">text</a>&#27;[2J',
        categories=("\x1b[1m", "ok\u2066"),
        source="S\x00",
        enclosures=(
            Enclosure("file:///etc/passwd"),
            Enclosure("https://site.example/1.mp3", "audio/\x1b", None, "\x07t"),
        ),
    )
    assert found.url == ""
    assert "javascript" not in found.html
    assert "onclick" not in found.html
    assert [one.url for one in found.enclosures] == ["https://site.example/1.mp3"]
    sound = found.enclosures[0]
    shown = "".join((found.title, found.author, found.html, found.source, found.document.text, sound.type, sound.title))
    assert set("".join((shown, *found.categories))).isdisjoint("\x00\x07\x1b\x9b\u202e\u2066")


def test_relative_links_lead_to_the_feed_s_site() -> None:
    found = draft(summary='<p><a href="/map">map</a></p>')
    assert [link.url for link in found.document.links] == ["https://site.example/map"]
    assert "https://site.example/map" in found.html


def test_an_entry_without_title_gets_the_beginning_of_its_text() -> None:
    found = draft(title="", summary="<p>" + "word " * 60 + "</p><p>More.</p>")
    assert found.title.startswith("word word")
    assert found.title.endswith("word…")
    assert len(found.title) <= 121


def test_the_title_that_is_made_up_is_no_part_of_an_identity() -> None:
    assert draft(title="", guid="", link="", published=None, summary="a").level == 4


@pytest.mark.parametrize(
    ("entry", "feed", "language"),
    [
        ("EN_us", "", "en-us"),
        ("", "de", "de"),
        ("fr", "de", "fr"),
        ("English", "", ""),
        ("\x1b[1m", "uk", "uk"),
        ("", "", ""),
    ],
)
def test_the_language_is_the_entry_s_or_the_feed_s(entry: str, feed: str, language: str) -> None:
    parsed = ParsedFeed(language=feed, items=(replace(ITEM, language=entry),))
    assert of_feed(parsed).drafts[0].language == language


def test_the_feed_is_cleaned_too() -> None:
    parsed = ParsedFeed("T\x1b[2J", "javascript:x", "DE", 60.0, (), complete=False, warnings=("odd \x1b",))
    found = of_feed(parsed)
    assert (found.title, found.site, found.language, found.refresh) == ("T[2J", "", "de", 60.0)
    assert (found.complete, found.warnings) == (False, ("odd",))


# --- boilerplate -----------------------------------------------------------------------------------------------------

FOOTER = (
    "The Bridge Post is the voice of the region, and has been printed in Harbour Street since the bridge was built."
)


def story(number: int, footer: str = FOOTER) -> ParsedItem:
    text = f"<p>Story number {number} tells of something that has happened only once in this place.</p><p>{footer}</p>"
    return replace(ITEM, guid=str(number), link=f"https://site.example/{number}", summary=text)


def test_a_paragraph_of_every_entry_is_left_out_of_the_text_and_not_of_the_html() -> None:
    for found in drafts(*map(story, range(6))):
        assert FOOTER not in found.document.text
        assert "tells of something" in found.document.text
        assert FOOTER in found.html


def test_boilerplate_that_was_learned_is_left_out_of_a_single_entry() -> None:
    learned = drafted(*map(story, range(6))).paragraphs
    (found,) = drafted(story(99), paragraphs=learned).drafts
    assert FOOTER not in found.document.text


def test_learning_makes_no_edit() -> None:
    learned = drafted(*map(story, range(6))).paragraphs
    assert drafted(story(1), paragraphs=learned).drafts[0].fingerprint == drafts(story(1))[0].fingerprint


def test_polling_the_same_entries_again_and_again_learns_nothing_new() -> None:
    body = (story(1), story(2), *(story(n, f"Footer {n} of a page that is like no other one.") for n in range(3, 9)))
    paragraphs: Mapping[str, int] = {}
    for _ in range(20):
        found = drafted(*body, paragraphs=paragraphs)
        paragraphs = found.paragraphs
        assert FOOTER in found.drafts[0].document.text


def test_the_same_entry_many_times_in_one_document_is_no_boilerplate() -> None:
    found = drafted(*[story(1)] * 10)
    assert len(found.drafts) == 1
    assert FOOTER in found.drafts[0].document.text


def test_an_entry_that_is_all_boilerplate_keeps_its_text() -> None:
    items = [replace(ITEM, guid=str(n), title=f"Alarm {n}", summary=FOOTER) for n in range(6)]
    assert all(found.document.text == FOOTER for found in drafts(*items))
