from __future__ import annotations

from textual.pilot import Pilot

from feedwatch.tui.commands import COMMANDS
from feedwatch.tui.help_lines import lines, shortened
from feedwatch.tui.screens.help import HelpScreen
from feedwatch.tui.screens.main import MainScreen
from tests.tui.conftest import Run, press, said, written
from tests.tui.fake_backend import FakeBackend, make_row


def names(words: str, keys: dict[str, str] | None = None) -> list[str]:
    """The commands that the help lists for these words, in its order."""
    return [line.pieces[-1][0].strip() for line in lines(keys or {}, words) if len(line.pieces) == 4]


def screen(pilot: Pilot[str]) -> HelpScreen:
    assert isinstance(pilot.app.screen, HelpScreen)
    return pilot.app.screen


def test_without_words_every_command_is_listed() -> None:
    assert names("") == [command.name for command in COMMANDS]


def test_a_command_is_found_by_its_name_its_words_and_its_group() -> None:
    assert "toggle_star" in names("toggle_star")
    assert names("browser") == ["open_browser"]
    assert {"split", "merge"} <= set(names("stories"))


def test_all_words_must_be_there_in_any_order_and_case() -> None:
    assert names("FEED poll now") == ["poll_all", "poll_feed"]
    assert names("poll xyz") == []


def test_a_key_brings_its_command_to_the_top_and_tells_small_from_capital() -> None:
    assert names("R")[0] == "poll_all"
    assert names("r")[0] == "poll_feed"
    assert names("ctrl+s") == ["save"]
    assert names("esc")[0] == "back"


def test_a_key_of_the_configuration_is_found() -> None:
    assert names("ctrl+y", {"toggle_star": "ctrl+y"}) == ["toggle_star"]


def test_words_that_no_command_has_are_told() -> None:
    assert "No command has these words." in "".join(text for line in lines({}, "qqq") for text, _ in line.pieces)


def test_the_last_word_goes() -> None:
    assert shortened("poll every ") == "poll"
    assert shortened("poll") == ""


async def test_typing_filters_at_once_and_escape_clears_then_leaves(run: Run) -> None:
    async with run(FakeBackend([make_row(1)])) as pilot:
        await press(pilot, "?", *"quit")
        assert "Move down" not in written(screen(pilot).pane)
        assert "quit" in said(screen(pilot).header)
        await press(pilot, "backspace", "backspace", "backspace", "backspace")
        assert "Move down" in written(screen(pilot).pane)
        await press(pilot, *"undo", "escape")
        assert "Move down" in written(screen(pilot).pane)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, MainScreen)


async def test_keys_that_print_nothing_still_scroll(run: Run) -> None:
    async with run(FakeBackend([make_row(1)]), size=(80, 20)) as pilot:
        await press(pilot, "?", "down", "pagedown")
        assert screen(pilot).pane.scroll_y > 1
        await press(pilot, "j")
        assert screen(pilot).pane.scroll_y == 0


async def test_escape_leaves_though_back_was_given_a_printable_key(run: Run) -> None:
    async with run(FakeBackend([make_row(1)]), keys={"back": "q"}) as pilot:
        await press(pilot, "?", "q", "escape", "escape")
        assert isinstance(pilot.app.screen, MainScreen)
