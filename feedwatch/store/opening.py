"""What happens to the file before anybody uses it: made, checked, backed up, migrated, or refused untouched."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from feedwatch.errors import SchemaTooNewError, StoreError
from feedwatch.store.connection import Connection, SqlError, connect, patiently, sentence
from feedwatch.store.schema import APPLICATION_ID, STEPS, migrations

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

_MAGIC = b"SQLite format 3\0"
CHECKED_SIZE = 32_000_000
"""Bytes up to which a database that was not closed in order is checked when it is opened (measured: 0.2 s)."""


def prepare(path: Path) -> None:
    """Make ``path`` a database that this version can use; raises StoreError, the file untouched, where it can't."""
    try:
        was_interrupted = _has_log(path)
        _create(path)
        _refuse_foreign(path)
        _migrate(path)
        if was_interrupted and path.stat().st_size <= CHECKED_SIZE:
            _check(path)
    except SqlError as error:
        raise sentence(path, error) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise StoreError(
            f"{path}: {reason}; choose another place with --db, or put right who may write there"
        ) from error


def _has_log(path: Path) -> bool:
    log = Path(f"{path}-wal")
    return log.exists() and log.stat().st_size > 0


def _create(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return


def _refuse_foreign(path: Path) -> None:
    """Raise for what is no database of ours, before anything opens it for writing."""
    with path.open("rb") as file:
        start = file.read(len(_MAGIC))
    if start and start != _MAGIC:
        raise StoreError(f"{path}: this is no database; name another file with --db, or move this one away")
    if not start:
        return
    connection = connect(path, write=False)
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if application != APPLICATION_ID and (application or tables):
            raise StoreError(f"{path}: this is the database of another program; name another file with --db")
        _refuse_newer(connection, path)
    finally:
        connection.close()


def _refuse_newer(connection: Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(STEPS) or not _applied(connection) <= set(STEPS):
        raise SchemaTooNewError(
            f"{path}: a newer feedwatch wrote this database; update feedwatch, or name another file with --db"
        )


def _applied(connection: Connection) -> set[str]:
    """The names of the steps that this database has taken, as sqlite-utils writes them down."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = '_sqlite_migrations'").fetchone():
        return set()
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'feedwatch'")
    return {row["name"] for row in rows}


def _migrate(path: Path) -> None:
    connection = connect(path, write=True)
    try:
        applied = _applied(connection)
        if applied >= set(STEPS):
            return
        from sqlite_utils import Database

        patiently(connection, path, "PRAGMA journal_mode = WAL")
        steps, db = migrations(), Database(connection, execute_plugins=False)
        while _take_step(connection, steps, db, path, worth_a_backup=bool(applied)):
            pass
    finally:
        connection.close()


def _take_step(connection: Connection, steps: Migrations, db: Database, path: Path, *, worth_a_backup: bool) -> bool:
    """Apply the next pending step with its record in one transaction that no other process can get between."""
    patiently(connection, path)
    try:
        pending = [step.name for step in steps.pending(db)]
        if pending:
            if worth_a_backup:
                _back_up(path, pending[0])
            steps.apply(db, stop_before=pending[1:])
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")  # a constant: pragmas take no parameters
            connection.execute(f"PRAGMA user_version = {len(STEPS) - len(pending) + 1:d}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return len(pending) > 1


def _back_up(path: Path, step: str) -> None:
    """A copy beside the file, as it was before the step; the step's transaction keeps other writers out meanwhile."""
    target = path.with_name(f"{path.name}.before-{step}.bak")
    copy(path, target)


def copy(path: Path, target: Path) -> None:
    """A whole copy of the database, readable by its owner only; in place at once or not at all."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    source = connect(path, write=False)
    try:
        destination = connect(part, write=True)
        try:
            source.backup(destination)
        finally:
            destination.close()
        part.replace(target)
    finally:
        source.close()
        part.unlink(missing_ok=True)


def _check(path: Path) -> None:
    connection = connect(path, write=False)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.close()
    if verdict != "ok":
        raise StoreError(f"{path}: the database is damaged ({verdict}); move it away, or put a backup in its place")
