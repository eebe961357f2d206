from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedwatch.model import View
from feedwatch.store import candidates
from feedwatch.store.connection import Connection, connect
from feedwatch.store.items import Place, condition
from feedwatch.store.store import Store
from tests.store.samples import HOUR, NOW, add, draft

ITEMS = 120
QUESTION = '"drone"'


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One item of three names a drone; of every seventh, the feed told some days late. Made once, and only read."""
    path = tmp_path_factory.mktemp("candidates") / "feedwatch.db"
    asyncio.run(fill(path))
    return path


async def fill(path: Path) -> None:
    store = await Store.open(path)
    for number in range(ITEMS):
        published = NOW + number * HOUR - (number % 7 == 0) * 50 * HOUR
        one = draft(f"{number}", "Kite" if number % 3 else "Drone", published=published)
        await add(store, one, at=NOW + number * HOUR)
    await store.close()


@pytest.fixture
def connection(filled: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    for name, value in {"NAMED": 16, "NARROWED_BATCH": 8, "LARGEST_NARROWED": 16, "GATHERED": 5}.items():
        monkeypatch.setattr(candidates, name, value)
    opened = connect(filled, write=False)
    yield opened
    opened.close()


def looked_at(connection: Connection, question: str, place: Place, most: int) -> list[int]:
    within = condition(connection, View())
    found = candidates.candidates(connection, within, question, place, most)
    return [item_id for batch in found for _, item_id in batch.places]


def in_order(connection: Connection, where: str, *, upwards: bool) -> list[int]:
    turn = "ASC" if upwards else "DESC"
    rows: list[sqlite3.Row] = connection.execute(
        f"SELECT m.item_id FROM marks m JOIN items i ON i.id = m.item_id WHERE {where}"
        f" ORDER BY m.sort_at {turn}, m.item_id {turn}"
    ).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize("upwards", [False, True])
def test_few_named_items_come_in_the_order_of_the_list(connection: Connection, *, upwards: bool) -> None:
    expected = in_order(connection, "i.title = 'Drone'", upwards=upwards)
    assert looked_at(connection, QUESTION, Place(last=upwards), ITEMS) == expected


@pytest.mark.parametrize("upwards", [False, True])
def test_a_walk_leaves_out_none_that_the_index_names_and_most_of_the_others(
    connection: Connection, *, upwards: bool
) -> None:
    drones = set(in_order(connection, "i.title = 'Drone'", upwards=upwards))
    found = looked_at(connection, QUESTION, Place(last=upwards), 20)
    assert [each for each in found if each in drones] == in_order(connection, "i.title = 'Drone'", upwards=upwards)
    assert len(found) < len(drones) + (ITEMS - len(drones)) // 2
    assert found == [each for each in in_order(connection, "1", upwards=upwards) if each in set(found)]


def test_without_a_question_the_whole_list_is_walked(connection: Connection) -> None:
    assert looked_at(connection, "", Place(), 20) == in_order(connection, "1", upwards=False)


def test_a_walk_that_the_index_can_not_follow_looks_at_everything(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "NAMED", 1)
    assert looked_at(connection, QUESTION, Place(), 1) == in_order(connection, "1", upwards=False)
