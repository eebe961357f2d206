from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from feedwatch.errors import SchemaTooNewError, StoreError
from feedwatch.model import View
from feedwatch.store import opening
from feedwatch.store.connection import connect
from feedwatch.store.schema import APPLICATION_ID, STEPS, migrations
from feedwatch.store.store import Store
from tests.store.samples import add, draft


def with_second_step(monkeypatch: pytest.MonkeyPatch, *, broken: bool = False) -> None:
    """As a later version has it."""
    later = Migrations("feedwatch")
    with Database(memory=True, execute_plugins=False) as db:
        for step in migrations().pending(db):
            later(name=step.name)(step.fn)

    @later()
    def second(db: Database) -> None:
        db.conn.execute("ALTER TABLE feeds ADD COLUMN colour TEXT")
        if broken:
            raise RuntimeError("in the middle")

    monkeypatch.setattr(opening, "migrations", lambda: later)
    monkeypatch.setattr(opening, "STEPS", (*STEPS, "second"))


def columns(path: Path) -> set[str]:
    connection = connect(path, write=False)
    found = {row["name"] for row in connection.execute("PRAGMA table_info(feeds)")}
    connection.close()
    return found


def execute(path: Path, statement: str) -> None:
    connection = connect(path, write=True)
    connection.execute(statement)
    connection.close()


async def fill(path: Path) -> None:
    store = await Store.open(path)
    await add(store, draft("a"))
    await store.close()


async def test_a_new_database_and_its_folder_are_their_owners_only(tmp_path: Path) -> None:
    path = tmp_path / "some" / "where" / "feedwatch.db"
    await fill(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_a_new_database_says_whose_it_is(path: Path) -> None:
    await fill(path)
    connection = connect(path, write=False)
    assert connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()
    assert not list(path.parent.glob("*.bak"))


async def test_an_empty_file_becomes_a_database(path: Path) -> None:
    path.touch()
    await fill(path)


async def test_what_was_stored_is_there_when_opened_again(path: Path) -> None:
    await fill(path)
    store = await Store.open(path)
    assert await store.count(View()) == 1
    await store.close()


@pytest.mark.parametrize("content", [b"hello", b"\x00" * 5000, os.urandom(5000), b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_file_that_is_no_database_is_refused_untouched(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match=r"feedwatch\.db: .*(name another file|move it away)"):
        await Store.open(path)
    assert path.read_bytes() == content


async def test_the_database_of_another_program_is_refused_untouched(path: Path) -> None:
    path.touch()
    execute(path, "CREATE TABLE theirs (x)")
    content = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        await Store.open(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "newer",
    [
        f"PRAGMA user_version = {len(STEPS) + 1}",
        "INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('feedwatch', 'from the future')",
    ],
)
async def test_a_newer_schema_is_refused_untouched(path: Path, newer: str) -> None:
    await fill(path)
    execute(path, newer)
    content = path.read_bytes()
    with pytest.raises(SchemaTooNewError, match="update feedwatch"):
        await Store.open(path)
    assert path.read_bytes() == content


async def test_a_migration_leaves_a_backup_of_what_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(path)
    with_second_step(monkeypatch)
    store = await Store.open(path)
    assert await store.count(View()) == 1
    await store.close()
    assert "colour" in columns(path)
    backup = path.with_name("feedwatch.db.before-second.bak")
    assert "colour" not in columns(backup)
    assert backup.stat().st_mode & 0o777 == 0o600
    assert not list(path.parent.glob("*.part*"))


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(path)
    with monkeypatch.context() as broken:
        with_second_step(broken, broken=True)
        with pytest.raises(RuntimeError):
            await Store.open(path)
    assert "colour" not in columns(path)
    await fill(path)


async def test_many_that_open_an_old_database_migrate_it_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await fill(path)
    with_second_step(monkeypatch)
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(opening.prepare, [path] * 6)) == [None] * 6
    assert "colour" in columns(path)


def test_many_that_create_a_database_create_it_once(path: Path) -> None:
    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(opening.prepare, [path] * 6)) == [None] * 6
    assert "due_at" in columns(path)


async def test_a_folder_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="choose another place with --db"):
        await Store.open(tmp_path / "file" / "feedwatch.db")


async def test_a_folder_in_place_of_the_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"choose another place with --db|can't be used"):
        await Store.open(tmp_path)


async def test_a_damaged_database_that_was_not_closed_is_found_when_opened(path: Path) -> None:
    await fill(path)
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 4)
    Path(f"{path}-wal").write_bytes(b"\0" * 32)
    with pytest.raises(StoreError, match="damaged"):
        await Store.open(path)


async def test_a_path_with_odd_letters_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a?b#c%20 ü" / "feed watch.db"
    await fill(path)
    reader = connect(path, write=False)
    assert reader.execute("SELECT count(*) FROM items").fetchone()[0] == 1
    reader.close()
