"""The pieces of ``make bench-tui``: what they find on a screen, and when."""

from __future__ import annotations

import sys
from pathlib import Path

import pyte
import pytest

from tests.bench.corpus import corpus_of
from tests.bench.farm import Mode, _Site, path_of
from tests.bench.tui import halves, hasty
from tests.bench.watched import lines_at, selected_line, selects, shows, watched

FRAME = (
    b"\x1b[1;1H\x1b[48;5;17m feedwatch        \x1b[0m"
    b"\x1b[2;1H\x1b[48;5;233m Outlet 1  Ferry   "
    b"\x1b[3;1H\x1b[48;5;23m Outlet 22 Drones  "
    b"\x1b[4;1H\x1b[48;5;233m Outlet 3  Market  "
    b"\x1b[5;1H\x1b[48;5;233m                   "
    b"\x1b[6;1H\x1b[48;5;17m nobody polls      \x1b[0m"
)


@pytest.fixture
def screen() -> pyte.Screen:
    screen = pyte.Screen(20, 6)
    pyte.ByteStream(screen).feed(FRAME)
    return screen


def test_items_are_seen_once_so_many_lines_show_one(screen: pyte.Screen) -> None:
    assert shows(r"Outlet \d+ ", 3)(screen)
    assert not shows(r"Outlet \d+ ", 4)(screen)
    assert lines_at(screen, range(1, 4), 11, 17) == ("Ferry ", "Drones", "Market")


def test_the_selected_line_is_the_one_on_another_ground(screen: pyte.Screen) -> None:
    assert selected_line(screen, 12) == 2
    assert selects(2, 12)(screen)
    pyte.ByteStream(screen).feed(b"\x1b[3;1H\x1b[48;5;233m Outlet 22 Drones  ")
    assert selected_line(screen, 12) is None


def test_what_a_key_brings_is_timed_to_the_frame_that_shows_it(tmp_path: Path) -> None:
    program = (
        "import sys, tty; tty.setcbreak(0); print('ready', flush=True); print('got', sys.stdin.read(1), flush=True)"
    )
    with watched((sys.executable, "-c", program), tmp_path) as seen:
        assert seen.until(shows("ready")) > seen.begun
        assert 0 < seen.press("k", shows("got k")) < 20
        assert seen.terminal.wait_for_end() == 0


def test_half_and_99_of_100() -> None:
    assert halves([0.001 * value for value in range(1, 102)]) == "51 / 100"
    assert halves([0.0041, 0.0041]) == "4.1 / 4.1"


def test_feeds_are_due_again_at_once() -> None:
    assert hasty("[poll]\nper_host = 64\n") == '[poll]\ninterval = "0.3s"\nadaptive = false\nper_host = 64\n'


def test_a_part_of_the_farm_has_the_new_entry() -> None:
    site = _Site(range(4), corpus_of())
    site.set(Mode())
    before = [site.answer(b"GET " + path_of(feed) + b" HTTP/1.1\r\n") for feed in range(4)]
    site.set(Mode(generation=1, share=0.5))
    after = [site.answer(b"GET " + path_of(feed) + b" HTTP/1.1\r\n") for feed in range(4)]
    bodies = [
        (old.partition(b"\r\n\r\n")[2], new.partition(b"\r\n\r\n")[2]) for old, new in zip(before, after, strict=True)
    ]
    assert [old != new for old, new in bodies] == [True, True, False, False]
