"""What a person asks, on a real store."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from feedwatch.config import Config
from feedwatch.config_file import ConfigFile
from feedwatch.desk import LARGEST_OPML, Desk
from feedwatch.errors import UsageError
from feedwatch.model import Rule, View, replace
from feedwatch.store.store import Store
from tests.store.samples import NOW, add, draft

MONTH = timedelta(days=30)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """One whose only rule is named like an expression that means something else."""
    config = replace(Config(), rules=(Rule("drone", "uav OR shahed"),))
    store = await Store.open(tmp_path / "feedwatch.db")
    await add(store, draft("a", title="A drone was seen"), draft("b", title="A shahed was seen"))
    yield Desk(store, ConfigFile(tmp_path / "config.toml", config, lambda _: config), lambda: NOW)
    await store.close()


async def test_a_name_means_the_rule_and_what_is_meant_as_written_does_not(desk: Desk) -> None:
    named = await desk.backtest("drone", NOW - MONTH)
    written = await desk.backtest("drone", NOW - MONTH, as_written=True)
    instead = await desk.backtest("drone", NOW - MONTH, instead_of="drone")
    titles = [[hit.title for hit in done.first] for done in (named, written, instead)]
    assert titles == [["A shahed was seen"], ["A drone was seen"], ["A drone was seen"]]


async def test_a_search_is_explained_by_itself_where_a_rule_is_called_so(desk: Desk) -> None:
    (row,) = (await desk.items(View(query="drone"), 9)).rows
    assert not (await desk.explain("drone", row.id)).verdict
    assert (await desk.explain("drone", row.id, as_written=True)).verdict


async def test_what_an_opened_story_had_read_stays_read_when_that_is_taken_back(desk: Desk) -> None:
    one, other = [row.id for row in (await desk.items(View(), 9)).rows]
    await desk.merge(other, one)
    await desk.mark_read([one], read=True)
    assert await desk.mark_read([one], read=True, tellings=True) == (other,)


@pytest.mark.parametrize("name", ["/dev/zero", "/tmp", "pipe"])
async def test_an_opml_path_that_is_no_file_is_told_at_once(desk: Desk, tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="is no file"):
        await desk.import_opml(tmp_path / name)


async def test_an_opml_file_that_is_no_list_of_feeds_by_its_size_is_not_read(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "large.opml"
    with path.open("wb") as file:
        file.truncate(LARGEST_OPML + 1)
    with pytest.raises(UsageError, match="larger than 32 MB"):
        await desk.import_opml(path)
