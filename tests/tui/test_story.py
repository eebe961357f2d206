"""The screen of a story: who told it, when, and in which words; and stories split and merged by hand."""

from __future__ import annotations

from datetime import timedelta

from textual.pilot import Pilot

from feedwatch.model import Block, BlockKind, Document, ItemId, ItemRow, Link, StoryId, StoryMember
from feedwatch.tui.screens.story import StoryScreen, differing
from feedwatch.tui.widgets.item_list import ItemList
from feedwatch.tui.widgets.preview import Preview
from feedwatch.tui.widgets.row_list import RowList
from feedwatch.tui.widgets.status_bar import StatusBar
from tests.tui.conftest import Run, press, said, settled
from tests.tui.fake_backend import NOW, FakeBackend, make_row

TITLES = ("Drone strike halts trains", "Trains halted after strike", "A ferry was late")


def told(*stories: int) -> FakeBackend:
    """Items of the given stories, the first the oldest."""
    rows = [
        make_row(
            place,
            TITLES[place - 1],
            story_id=StoryId(story),
            tellings=stories.count(story),
            outlets=stories.count(story),
            sources=1,
        )
        for place, story in enumerate(stories, 1)
    ]
    backend = FakeBackend(rows)
    backend.members = tuple(map(member, rows))
    return backend


def member(row: ItemRow) -> StoryMember:
    later = NOW + row.id * timedelta(hours=1)
    return StoryMember(row.id, row.title, row.url, row.outlet, later, "Reuters" if row.id == 2 else "")


def lines(pane: RowList) -> list[str]:
    return [pane.render_line(y).text.strip() for y in range(pane.length)]


def listed(pilot: Pilot[str]) -> list[str]:
    return lines(pilot.app.screen.query_one("#items", ItemList))


def header(pilot: Pilot[str]) -> str:
    return pilot.app.screen.query_one("#header").render_line(0).text


async def test_x_shows_every_telling_and_the_text_of_the_selected_one(run: Run) -> None:
    backend = told(7, 7)
    async with run(backend) as pilot:
        await press(pilot, "x")
        assert "2 tellings · 2 outlets · 1 source" in header(pilot)
        first, second = lines(pilot.app.screen.query_one("#tellings", RowList))
        assert "first" in first
        assert TITLES[0] in first
        assert "+1h" in second
        assert "(Reuters)" in second
        preview = pilot.app.screen.query_one(Preview)
        assert any(TITLES[0] in preview.render_line(y).text for y in range(5))
        await press(pilot, "j")
        assert any(TITLES[1] in preview.render_line(y).text for y in range(5))
        await press(pilot, "enter")
        assert preview.has_focus
        await press(pilot, "escape", "escape")
        assert not isinstance(pilot.app.screen, StoryScreen)


async def test_a_story_of_one_says_so(run: Run) -> None:
    async with run(told(7)) as pilot:
        await press(pilot, "x")
        assert "Nobody else has told this yet." in header(pilot)


def test_words_that_the_first_telling_does_not_have_stand_out() -> None:
    assert [TITLES[1][start:end] for start, end in differing(TITLES[1], TITLES[0])] == ["halted", "after"]


# --- the list by story -----------------------------------------------------------------------------------------------


async def test_the_stream_has_a_line_for_each_story_and_x_upper_one_for_each_item(run: Run) -> None:
    async with run(told(7, 7, 9)) as pilot:
        ferry, drones = listed(pilot)
        assert TITLES[2] in ferry
        assert TITLES[0] in drones
        assert "+1" in drones
        await press(pilot, "X")
        assert [title for line, title in zip(listed(pilot), reversed(TITLES), strict=True) if title in line] == [
            *reversed(TITLES)
        ]
        assert "every telling" in header(pilot)
        await press(pilot, "X")
        assert len(listed(pilot)) == 2


async def test_a_copy_that_comes_in_changes_the_line_of_its_story_and_adds_none(run: Run) -> None:
    backend = told(7, 9)
    async with run(backend) as pilot:
        copy = make_row(3, "Another telling", story_id=StoryId(7))
        backend.all = [row if row.id != 1 else make_row(1, TITLES[0], story_id=StoryId(7), tellings=2, outlets=2)
                       for row in backend.all]  # fmt: skip
        backend.arrive([copy])
        backend.change(next(row for row in backend.all if row.id == 1))
        await pilot.pause(0.5)
        assert len(listed(pilot)) == 2
        assert "+1" in listed(pilot)[1]


async def test_reading_a_story_reads_all_its_items_but_in_a_search_only_one(run: Run) -> None:
    backend = told(7, 7)
    async with run(backend) as pilot:
        await press(pilot, "m")
        assert backend.made("mark_read") == [((1,), True, True)]
        await press(pilot, "X", "m")
        assert backend.made("mark_read")[1:] == [((1,), False, False)]


async def test_a_story_is_split_and_put_together_again(run: Run) -> None:
    backend = told(7, 7)
    async with run(backend) as pilot:
        await press(pilot, "x", "j", "-")
        await pilot.pause(0.5)
        assert backend.made("split") == [(2,)]
        await press(pilot, "escape")
        assert len(listed(pilot)) == 2
        await press(pilot, "u")
        await pilot.pause(0.5)
        assert backend.made("regroup") == [({2: 7},)]
        assert len(listed(pilot)) == 1


async def test_two_stories_are_merged_and_taken_apart_again(run: Run) -> None:
    backend = told(7, 9)
    async with run(backend) as pilot:
        await press(pilot, "+", "j", "+")
        await pilot.pause(0.5)
        assert backend.made("merge") == [(2, 1)]
        (line,) = listed(pilot)
        assert "+1" in line
        assert "1 story " in header(pilot)
        await press(pilot, "u")
        await pilot.pause(0.5)
        assert len(listed(pilot)) == 2


async def test_a_merge_is_called_off_by_escape_and_by_the_same_line_again(run: Run) -> None:
    backend = told(7, 9)
    async with run(backend) as pilot:
        await press(pilot, "+", "escape", "j", "+", "+")
        assert not backend.made("merge")
        await press(pilot, "-")
        assert "nothing to split" in pilot.app.screen.query_one("#status").render_line(0).text


# --- links -----------------------------------------------------------------------------------------------------------


def linked(url: str) -> Document:
    return Document("Read this.", (Block(BlockKind.PARAGRAPH, 0, 10),), (Link(5, 9, url),))


async def test_a_link_of_a_telling_is_opened_by_its_number(run: Run, opened: list[str]) -> None:
    backend = told(7, 7)
    backend.documents = {ItemId(1): linked("https://example.org/one"), ItemId(2): linked("https://example.org/two")}
    async with run(backend) as pilot:
        await press(pilot, "x", ";")
        assert "opens a link, 1 to 1" in status(pilot)
        await press(pilot, "1")
        assert "opens a link" not in status(pilot)
        await press(pilot, "j", ";", "1")
        assert opened == ["https://example.org/one", "https://example.org/two"]
        assert isinstance(pilot.app.screen, StoryScreen)


async def test_a_number_ends_with_escape_and_with_another_telling(run: Run, opened: list[str]) -> None:
    backend = told(7, 7)
    backend.documents = {ItemId(1): linked("https://example.org/one")}
    async with run(backend) as pilot:
        await press(pilot, "x", ";", "escape")
        assert isinstance(pilot.app.screen, StoryScreen)
        assert "opens a link" not in status(pilot)
        await press(pilot, ";")
        await pilot.click("#tellings", offset=(20, 1))
        await settled(pilot)
        assert "opens a link" not in status(pilot)
        await press(pilot, ";")
        assert "This text has no links." in status(pilot)
        assert opened == []


async def test_what_no_browser_may_be_given_is_said_on_the_screen_of_the_story(run: Run, opened: list[str]) -> None:
    backend = told(7, 7)
    backend.documents = {ItemId(1): linked("javascript:alert(1)")}
    async with run(backend) as pilot:
        await press(pilot, "x", ";", "1")
        assert opened == []
        assert "no link that a browser could open" in status(pilot)


def status(pilot: Pilot[str]) -> str:
    bar = pilot.app.screen.query_one("#status", StatusBar)
    return said(bar)
