from __future__ import annotations

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from feedwatch.model import Block, BlockKind, Document, ItemId, Link, replace
from feedwatch.tui import guard
from feedwatch.tui.app import FeedwatchApp
from feedwatch.tui.cells import bounded, width_of
from feedwatch.tui.link_keys import Typed, after, words
from feedwatch.tui.screens.main import MainScreen
from feedwatch.tui.typeset import lines
from tests.tui.conftest import Run, press, said, written
from tests.tui.fake_backend import NOW, FakeBackend, make_row


def main(pilot: Pilot[str]) -> MainScreen:
    assert isinstance(pilot.app, FeedwatchApp)
    return pilot.app.main


def linked(count: int, *, url: str = "https://example.org/link/{}") -> Document:
    """A text of so many links, each a word."""
    text = " ".join(f"word{number:03}" for number in range(1, count + 1))
    links = tuple(Link(at * 8, at * 8 + 7, url.format(at + 1)) for at in range(count))
    return Document(text, (Block(BlockKind.PARAGRAPH, 0, len(text)),), links)


def reading(document: Document) -> FakeBackend:
    backend = FakeBackend([make_row(1), make_row(2)])
    backend.documents[ItemId(2)] = document
    return backend


@pytest.mark.parametrize(
    ("digits", "key", "count", "becomes"),
    [
        ("", "3", 9, Typed(number=3)),
        ("", "1", 12, Typed("1")),
        ("", "2", 12, Typed(number=2)),
        ("1", "2", 12, Typed(number=12)),
        ("1", "enter", 12, Typed(number=1)),
        ("", "enter", 12, Typed()),
        ("1", "escape", 12, Typed()),
        ("12", "backspace", 120, Typed("1")),
        ("", "backspace", 12, Typed()),
        ("", "0", 12, Typed(problem="There is no link 0: this text has 12.")),
        ("1", "3", 12, Typed(problem="There is no link 13: this text has 12.")),
        ("1", "j", 12, Typed(passed=True)),
        ("", "٣", 12, Typed(passed=True)),
    ],
)
def test_a_number_is_typed_key_by_key(digits: str, key: str, count: int, becomes: Typed) -> None:
    assert after(digits, key, count) == becomes


def test_the_digits_typed_so_far_are_shown() -> None:
    assert words("1", 12).startswith("; 1_")


async def test_a_link_is_opened_by_its_number_and_a_longer_number_waits_for_enter(run: Run, opened: list[str]) -> None:
    async with run(reading(linked(12))) as pilot:
        assert "word003[3]" in written(main(pilot).panes.preview)
        assert "[12] https://example.org/link/12" in written(main(pilot).panes.preview)
        await press(pilot, ";", "3")
        await press(pilot, ";", "1")
        assert "; 1_" in said(main(pilot).panes.status)
        assert opened == ["https://example.org/link/3"]
        await press(pilot, "enter")
        await press(pilot, ";", "1", "2")
        assert opened == [f"https://example.org/link/{number}" for number in (3, 1, 12)]


async def test_escape_ends_the_number_and_leaves_all_else_as_it_was(run: Run, opened: list[str]) -> None:
    async with run(reading(linked(12))) as pilot:
        await press(pilot, ";", "1", "escape")
        assert "_" not in said(main(pilot).panes.status)
        await press(pilot, "j")
        assert main(pilot).state.selected == 1
        assert opened == []


async def test_a_key_that_is_no_digit_ends_the_number_and_does_what_it_always_does(run: Run) -> None:
    async with run(reading(linked(12))) as pilot:
        await press(pilot, ";", "1", "j")
        assert main(pilot).state.digits is None
        assert main(pilot).state.selected == 1


async def test_a_digit_of_a_number_does_not_change_the_view(run: Run) -> None:
    async with run(reading(linked(40))) as pilot:
        await press(pilot, ";", "2")
        assert pilot.app.screen is main(pilot)
        assert main(pilot).state.digits == "2"


async def test_only_web_addresses_are_opened_by_number(run: Run, opened: list[str]) -> None:
    async with run(reading(linked(1, url="javascript:alert({})"))) as pilot:
        await press(pilot, ";", "1")
        assert opened == []
        assert "no link that a browser could open" in said(main(pilot).panes.status)


async def test_a_text_without_links_says_so(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        await press(pilot, ";")
        assert "This text has no links." in said(main(pilot).panes.status)


async def test_what_is_marked_by_the_mouse_meanwhile_ends_the_number(run: Run, opened: list[str]) -> None:
    async with run(reading(linked(12))) as pilot:
        await press(pilot, ";", "1")
        await pilot.click("#items", offset=(20, 1))
        await press(pilot, "enter")
        assert main(pilot).state.digits is None
        assert opened == []


# --- scripts ---------------------------------------------------------------------------------------------------------

_SCRIPTS = {
    "arabic": "أعلنت الوزارة اليوم عن خطة جديدة لتطوير الموانئ البحرية في البلاد خلال العام المقبل",
    "hebrew": "הַמִּשְׂרָד הודיע היום על תוכנית חדשה לפיתוח הנמלים ברחבי הארץ בשנה הבאה 2026",
    "mixed": "قال المتحدث باسم NATO إن 12 طائرة (F-16) وصلت إلى القاعدة",
    "controls": "safe \u202eevil\u202c \u2066isolate\u2069 \u200fmark",
    "cjk": "国防部は九日、新型の無人機を公開した。「重要な一歩」と大臣は述べた。",
    "emoji": "👩‍👩‍👧‍👦 família 🇺🇦 bandeira 👍🏽 ok ❤️ ☎️ 1️⃣ fim",
    "thai": "รัฐบาลประกาศแผนใหม่สำหรับท่าเรือ",
}


@pytest.mark.parametrize("name", _SCRIPTS)
@pytest.mark.parametrize("kind", list(BlockKind))
@pytest.mark.parametrize("width", [8, 20, 33, 60])
async def test_every_script_stays_in_its_column_in_every_kind_of_block(name: str, kind: BlockKind, width: int) -> None:
    text = _SCRIPTS[name]
    backend = FakeBackend([make_row(1, title=text)])
    link = Link(0, len(text), "https://example.org/")
    backend.documents[ItemId(1)] = Document(text, (Block(kind, 0, len(text), depth=2),), (link,))
    detail = await backend.item(ItemId(1))
    assert detail is not None
    shown = lines(replace(detail), width, NOW, full=False)
    for line in shown:
        assert width_of(line.pieces) <= width
        assert width_of(bounded(line.pieces, width)) == width
        assert cell_len("".join(part for part, _ in bounded(line.pieces, width))) == width
    drawn = "".join(part for line in shown for part, _ in line.pieces)
    assert guard.line(drawn) == drawn
    assert not any(mark in drawn for mark in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@pytest.mark.parametrize("name", ["arabic", "hebrew", "mixed"])
async def test_right_to_left_text_keeps_its_order(name: str) -> None:
    text = _SCRIPTS[name]
    backend = reading(Document(text, (Block(BlockKind.PARAGRAPH, 0, len(text)),)))
    detail = await backend.item(ItemId(2))
    assert detail is not None
    shown = lines(detail, 30, NOW, full=False)
    assert text in " ".join("".join(part for part, _ in line.pieces) for line in shown)
