from __future__ import annotations

import subprocess
import sys

import pytest

from feedwatch.tui.commands import COMMANDS, Place, at, keys_of, markdown, names, spelled

BY_NAME = {command.name: command for command in COMMANDS}


def test_every_command_has_a_name_of_its_own() -> None:
    assert len(names()) == len(COMMANDS)


@pytest.mark.parametrize("place", list(Place))
def test_no_key_means_two_things_on_one_screen(place: Place) -> None:
    keys = [key for command in at(place) for key in command.keys]
    assert len(keys) == len(set(keys))


PROMISED = (
    "j k up down g G ctrl+d ctrl+u enter l h escape q Q ctrl+c tab 1 2 3 4 / n N R r m s o y f a ! w u : ctrl+p ?"
)


@pytest.mark.parametrize("key", PROMISED.split())
def test_every_promised_key_does_something_on_the_main_screen(key: str) -> None:
    assert any(key in command.keys for command in at(Place.MAIN))


def test_an_override_replaces_all_keys_of_a_command() -> None:
    assert keys_of(BY_NAME["toggle_read"], {"toggle_read": "x, ctrl+r"}) == ("x", "ctrl+r")


def test_a_key_taken_by_an_override_is_lost_to_the_other_command_of_that_screen_only() -> None:
    overrides = {"toggle_read": "r"}
    assert keys_of(BY_NAME["poll_feed"], overrides) == ()
    assert keys_of(BY_NAME["retry"], overrides) == ("r",)
    assert keys_of(BY_NAME["down"], {"toggle_read": "j"}) == ("down",)


def test_keys_are_spelled_for_people() -> None:
    assert spelled(("j", "down")) == "j down"


def test_the_table_for_the_readme_has_every_command() -> None:
    table = markdown()
    assert all(f"`{command.name}`" in table and command.help in table for command in COMMANDS)


def test_the_names_are_known_without_loading_textual() -> None:
    code = "import sys, feedwatch.tui.commands as c; c.names(); sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
