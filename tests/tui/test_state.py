from __future__ import annotations

from feedwatch.events import ConfigReloaded
from feedwatch.model import AlertId, ItemDetail, ItemId, ItemRow, Page, View, replace
from feedwatch.tui import state as states
from feedwatch.tui import window as windows
from feedwatch.tui.reading import Reading
from feedwatch.tui.state import Mode, ViewState
from feedwatch.tui.undo import Mark, MarkKind, reverse
from feedwatch.tui.window import Load
from tests.tui.fake_backend import make_alert, make_row


def shown(newest: int = 20, oldest: int = 1, *, more: bool = False) -> ViewState:
    rows = tuple(make_row(number) for number in range(newest, oldest - 1, -1))
    return states.opened(ViewState(), View(), Page(rows, more), newest)


def detail(row: ItemRow) -> ItemDetail:
    from feedwatch.model import Document

    return ItemDetail(row, Document("text"), "", "", (), "", (), (), (), (), ())


def numbers(state: ViewState) -> list[int]:
    return [row.id for row in state.window.rows]


def test_opening_a_view_selects_its_first_row() -> None:
    assert shown().selected == 20


def test_a_query_that_cannot_be_read_keeps_the_rows_and_tells_why() -> None:
    state = states.opened(shown(), View(query="("), Page((), more=False, error="unclosed bracket"), None)
    assert state.query_error == "unclosed bracket"
    assert (numbers(state), state.view) == (numbers(shown()), View())


def test_a_query_that_can_be_read_again_takes_the_error_away() -> None:
    broken = replace(shown(), query_error="unclosed bracket")
    assert states.opened(broken, View(query="a"), Page((), more=False), None).query_error == ""


def test_the_selection_is_carried_into_a_view_that_has_it() -> None:
    state = states.selected(shown(), ItemId(15))
    narrow = states.opened(state, View(unread=True), Page((make_row(18), make_row(15)), more=False), 2)
    assert narrow.selected == 15


def test_moving_stops_at_both_ends() -> None:
    state = shown()
    assert states.moved(state, -5, 0).selected == 20
    assert states.moved(state, 500, 0).selected == 1
    assert states.moved(state, 3, 0).selected == 17


def test_moving_without_a_loaded_selection_begins_on_the_screen() -> None:
    state = replace(shown(), selected=ItemId(999))
    assert states.moved(state, 1, 5).selected == 15


def test_arrivals_never_take_the_selection_away() -> None:
    state = states.selected(shown(), ItemId(15))
    state = states.read_again(state, Reading(View(), rows=(make_row(21), make_row(22))), ItemId(18), 2)
    assert state.selected == 15
    assert numbers(state)[:3] == [22, 21, 20]


def test_arrivals_above_the_screen_are_counted_until_the_top_is_seen() -> None:
    state = states.read_again(shown(), Reading(View(), rows=(make_row(21), make_row(22))), ItemId(18), 2)
    assert state.fresh == 2
    assert states.at_top(state).fresh == 0


def test_arrivals_below_the_first_row_of_the_screen_are_not_counted() -> None:
    late = replace(make_row(99), anchor=replace(make_row(10).anchor, item_id=99))
    assert states.read_again(shown(), Reading(View(), rows=(late,)), ItemId(18), 2).fresh == 0


def test_what_was_read_for_another_view_is_not_spliced() -> None:
    state = states.read_again(shown(), Reading(View(unread=True), rows=(make_row(21),)), None, 0)
    assert numbers(state) == numbers(shown())


def test_an_item_that_left_the_view_stays_where_it_is_with_its_new_marks() -> None:
    read = replace(make_row(15), read=True)
    state = states.read_again(shown(), Reading(View(), left=(read,)), None, 0)
    assert numbers(state) == numbers(shown())
    assert windows.row_at(state.window, 5) == read


def test_the_first_item_of_an_empty_view_becomes_selected() -> None:
    empty = states.opened(ViewState(), View(), Page((), more=False), 0)
    assert empty.selected is None
    assert states.read_again(empty, Reading(View(), rows=(make_row(1),)), None, 0).selected == 1


def test_a_page_is_taken_where_its_window_ends_and_nowhere_else() -> None:
    state, page = shown(20, 10, more=True), Page((make_row(9),), more=False)
    assert numbers(states.extended(state, state.window, page, Load.BELOW, 0))[-1] == 9
    trimmed = replace(state.window, rows=state.window.rows[:-1])
    assert states.extended(replace(state, window=trimmed), state.window, page, Load.BELOW, 0).window == trimmed


def test_a_page_that_comes_after_the_view_was_opened_again_is_dropped() -> None:
    deep = shown(1400, 1200, more=True)
    top = states.opened(deep, View(), Page(tuple(make_row(2000 - n) for n in range(200)), more=True), 2000)
    late = Page(tuple(make_row(1199 - n) for n in range(200)), more=True)
    assert states.extended(top, deep.window, late, Load.BELOW, 0) is top
    assert states.landed(top, deep.window, late, late, 1000) is top


def test_a_change_far_from_what_is_loaded_counts_as_nothing_new() -> None:
    deep = replace(shown(1400, 1200, more=True).window, above=True, start=600, total=2000)
    state = replace(shown(1400, 1200, more=True), window=deep)
    newer, older = make_row(1900), make_row(100)
    for row in (newer, older):
        again = states.read_again(state, Reading(View(), rows=(row,)), ItemId(1390), 610)
        assert (again.window.start, again.window.total, again.fresh) == (600, 2000, 0)
    arrived = Reading(View(), arrived=frozenset({newer.id}), rows=(newer,))
    again = states.read_again(state, arrived, ItemId(1390), 610)
    assert (again.window.start, again.window.total, again.fresh) == (601, 2001, 1)


def test_a_detail_that_comes_too_late_is_dropped() -> None:
    state = shown()
    assert states.detailed(state, ItemId(3), detail(make_row(3))).detail is None
    assert states.detailed(state, ItemId(20), detail(make_row(20))).detail is not None


def test_a_mark_shows_in_the_list_and_in_the_preview() -> None:
    state = states.detailed(shown(), ItemId(20), detail(make_row(20)))
    state = states.marked(state, Mark(MarkKind.STARRED, on=True, item_ids=(ItemId(20),)))
    assert state.window.rows[0].starred
    assert state.detail is not None
    assert state.detail.row.starred


def test_a_mark_and_its_reverse_leave_nothing() -> None:
    mark = Mark(MarkKind.READ, on=True, item_ids=(ItemId(20),))
    assert states.marked(states.marked(shown(), mark), reverse(mark)) == shown()


def test_acknowledging_goes_on_to_the_next_that_nobody_has_seen() -> None:
    alerts = tuple(make_alert(number, make_row(number)) for number in (9, 8, 7))
    seen = replace(alerts[1], acknowledged=True)
    state = replace(states.alerted(shown(), (alerts[0], seen, alerts[2])), mode=Mode.ALERTS)
    assert states.triaged(state).alert == "a7"
    assert states.triaged(replace(state, alert=AlertId("a7"))).alert == "a7"


def test_what_waits_for_somebody_comes_first() -> None:
    alerts = tuple(make_alert(number, make_row(number), acknowledged=number == 9) for number in (9, 8, 7))
    assert [row.id for row in states.urgent(alerts)] == ["a8", "a7", "a9"]


def test_the_preview_follows_the_list_that_was_used_last() -> None:
    state = states.alerted(shown(), (make_alert(1, make_row(5)),))
    assert states.shown_item(state) == 20
    assert states.shown_item(states.picked_alert(state, AlertId("a1"))) == 5
    assert states.shown_item(states.picked_item(states.picked_alert(state, AlertId("a1")), ItemId(3))) == 3


def test_a_refused_configuration_is_told_as_a_problem() -> None:
    state = states.read_again(shown(), Reading(View(), config=ConfigReloaded("line 3: no such key")), None, 0)
    assert state.problem
    assert "line 3: no such key" in state.message


def test_the_next_hit_is_the_next_row_with_a_match() -> None:
    rows = tuple(make_row(number, title_matches=((0, 1),) if number == 4 else ()) for number in range(9, 0, -1))
    state = states.opened(ViewState(), View(), Page(rows, more=False), 9)
    assert states.sought(state, 1).selected == 4
    assert states.sought(states.sought(state, 1), 1).message


def test_where_nothing_is_listed_there_is_no_hit_in_either_direction() -> None:
    state = states.opened(ViewState(), View(query="walrus"), Page((), more=False), 0)
    assert states.sought(state, 1).message
    assert states.sought(state, -1).message


def test_the_total_of_marks_that_can_be_taken_back_is_bounded() -> None:
    state = shown()
    for number in range(100):
        state = states.remembered(state, Mark(MarkKind.READ, on=True, item_ids=(ItemId(number),)))
    assert len(state.undo) == states.UNDONE
    last = state.undo[-1]
    assert isinstance(last, Mark)
    assert last.item_ids == (99,)


def test_leaving_a_search_brings_the_old_selection_back() -> None:
    origin = states.selected(shown(), ItemId(10))
    searched = states.opened(origin, View(query="x"), Page((), more=False), None)
    above, below = Page(origin.window.rows[:10], more=False), Page(origin.window.rows[10:], more=False)
    state = states.returned(searched, origin, above, below, 20, 10)
    assert (state.view, state.selected, numbers(state)) == (View(), 10, numbers(origin))
    assert windows.place_of(state.window, state.selected) == 10


def test_what_a_mark_did_not_change_is_not_taken_back() -> None:
    mark = Mark(MarkKind.READ, on=True, item_ids=(ItemId(20),), tellings=True)
    state = states.remembered(shown(), mark)
    assert states.held(state, mark, ()).undo == ()
    (kept,) = states.held(state, mark, (ItemId(7),)).undo
    assert kept == Mark(MarkKind.READ, on=True, item_ids=(ItemId(7),))
