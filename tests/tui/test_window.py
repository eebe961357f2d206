from __future__ import annotations

from feedwatch.model import Anchor, ItemId, ItemRow, Page, replace
from feedwatch.tui import window as windows
from feedwatch.tui.window import KEPT, PAGE, Load, Window
from tests.tui.fake_backend import make_row


def page(newest: int, oldest: int, *, more: bool = True) -> Page:
    return Page(tuple(make_row(number) for number in range(newest, oldest - 1, -1)), more)


def numbers(window: Window) -> list[int]:
    return [row.id for row in window.rows]


def middle() -> Window:
    """Rows 50 to 41 of 100, at the places 50 to 59."""
    return Window(page(50, 41).rows, start=50, total=100, above=True, below=True)


def test_the_first_page_stands_at_the_top_of_what_was_counted() -> None:
    window = windows.first(page(1000, 801), 1000)
    assert (window.start, window.end, window.total, window.above, window.below) == (0, 200, 1000, False, True)
    assert not window.guessed


def test_the_last_page_stands_at_the_end() -> None:
    window = windows.last(page(200, 1), 1000)
    assert (window.start, window.end, window.total, window.above, window.below) == (800, 1000, 1000, True, False)


def test_a_list_that_nobody_counted_grows_as_it_is_read() -> None:
    window = windows.first(page(1000, 801), None)
    assert window.total > 200
    assert window.guessed
    window = windows.grown_below(window, page(800, 750, more=False))
    assert (window.total, window.below, window.guessed) == (251, False, False)


def test_pages_join_at_both_ends_without_doubles() -> None:
    window = windows.grown_above(windows.grown_below(middle(), page(41, 31)), page(60, 50))
    assert numbers(window) == list(range(60, 30, -1))
    assert window.start == 40


def test_an_estimate_is_put_right_at_the_top() -> None:
    window = replace(middle(), start=3)
    window = windows.grown_above(window, page(100, 51, more=False))
    assert (window.start, len(window.rows)) == (0, 60)


def test_new_rows_come_in_where_their_time_says() -> None:
    late = replace(make_row(500), anchor=Anchor(make_row(45).anchor.at, 500))
    window = windows.spliced(middle(), [late])
    assert numbers(window)[4:7] == [46, 500, 45]
    assert (window.start, window.total) == (50, 101)


def test_new_rows_above_the_window_only_push_it_down() -> None:
    window = windows.spliced(middle(), [make_row(101), make_row(102)], {ItemId(101), ItemId(102)})
    assert numbers(window) == numbers(middle())
    assert (window.start, window.total) == (52, 102)


def test_new_rows_below_the_window_only_make_the_list_longer() -> None:
    window = windows.spliced(middle(), [make_row(2)], {ItemId(2)})
    assert (numbers(window), window.start, window.total) == (numbers(middle()), 50, 101)


def test_a_row_that_is_known_is_replaced_in_place() -> None:
    changed = replace(make_row(45), title="Other", anchor=Anchor(0, 45))
    window = windows.spliced(middle(), [changed])
    assert numbers(window) == numbers(middle())
    assert window.rows[5].title == "Other"
    assert window.total == 100


def test_splicing_the_same_rows_again_changes_nothing() -> None:
    window = windows.first(page(10, 1, more=False), 10)
    once = windows.spliced(window, [make_row(11)])
    assert windows.spliced(once, [make_row(11)]) == once


def test_thousands_of_new_rows_are_spliced_in_a_blink() -> None:
    window = windows.first(page(1000, 1, more=False), 1000)
    fresh: list[ItemRow] = [make_row(number) for number in range(1001, 6001)]
    assert windows.spliced(window, fresh).total == 6000


def test_trimming_keeps_what_is_shown_and_every_place() -> None:
    window = windows.first(page(3000, 1001), 3000)
    trimmed = windows.trimmed(window, 1500)
    assert len(trimmed.rows) == KEPT
    assert windows.row_at(trimmed, 1500) == windows.row_at(window, 1500)
    assert (trimmed.above, trimmed.below, trimmed.total) == (True, True, 3000)


def test_more_is_asked_for_before_it_is_needed() -> None:
    window = windows.first(page(1000, 801), 1000)
    assert windows.lacking(window, 0, 40) is None
    assert windows.lacking(window, 100, 40) is Load.BELOW
    assert windows.lacking(replace(window, start=500, above=True), 540, 40) is Load.ABOVE
    assert windows.lacking(window, 700, 40) is Load.THERE


def test_a_far_place_is_guessed_between_what_is_known() -> None:
    window = windows.first(page(1000, 801), 1000)
    anchor = windows.guess(window, make_row(1000).anchor, make_row(1).anchor, 500)
    assert abs(anchor.at - make_row(500).anchor.at) < 5 * 60_000


def test_landing_shows_the_second_page_at_the_place_asked() -> None:
    window = windows.first(page(1000, 801), 1000)
    there = windows.landed(window, page(700, 501), page(500, 301), 500)
    assert windows.row_at(there, 500) == make_row(500)
    assert (there.focus, there.turn) == (500, 1)


def test_a_landing_at_the_very_end_is_put_right() -> None:
    window = windows.first(page(1000, 801), 1000)
    there = windows.landed(window, page(200, 1), Page((), more=False), 990)
    assert there.total == there.end
    assert there.end - PAGE == there.start
