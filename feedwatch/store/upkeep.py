"""What keeps the file small and sound: pruning, the write-ahead log, backups and checks."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from feedwatch.core.stories import WINDOW
from feedwatch.store import deliveries, gists, opening, search, stories
from feedwatch.store.connection import BUSY_MILLISECONDS, Connection, connect, next_change
from feedwatch.store.rows import id_list, in_ms, to_ms

PRUNED_AT_ONCE = 300
"""Items in one transaction, so that nobody waits long for the writer (measured at 300,000 items: 0.06 s)."""
CHECKPOINT_MILLISECONDS = 200
"""How long emptying the log waits for readers, with the writer standing still."""


def prune_batch(connection: Connection, keep_seconds: float, now: datetime) -> int:
    """Forget some items seen longer ago than that; how many. 0: there are no more."""
    rows = connection.execute(
        "SELECT i.id, i.feed_id, i.story_id FROM items i JOIN marks m ON m.item_id = i.id"
        " WHERE i.seen < ? AND m.starred = 0 AND m.alerted = 0 ORDER BY i.seen LIMIT ?",
        (to_ms(now) - in_ms(keep_seconds), PRUNED_AT_ONCE),
    ).fetchall()
    if not rows:
        return 0
    item_ids = [row["id"] for row in rows]
    change = next_change(connection)
    search.remove(connection, item_ids)
    gists.remove(connection, item_ids)
    _forget(connection, id_list(item_ids))
    stories.recount(connection, {row["story_id"] for row in rows}, change)
    connection.execute(
        "UPDATE feeds SET change = ? WHERE id IN (SELECT value FROM json_each(?))",
        (change, id_list([row["feed_id"] for row in rows])),
    )
    return len(rows)


def prune_aside(connection: Connection, keep_seconds: float, now: datetime) -> int:
    """Forget some attempts made so long ago, and gists that no new item can join; how many. 0: there are no more."""
    attempts = deliveries.forget_attempts(connection, now - timedelta(seconds=keep_seconds))
    return attempts + gists.forget_before(connection, to_ms(now - WINDOW))


def _forget(connection: Connection, item_ids: str) -> None:
    for statement in (
        "UPDATE identities SET item_id = NULL WHERE item_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM suppressed WHERE item_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM revisions WHERE item_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM articles WHERE item_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM contents WHERE item_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM marks WHERE item_id IN (SELECT value FROM json_each(?))",
        "DELETE FROM items WHERE id IN (SELECT value FROM json_each(?))",
    ):
        connection.execute(statement, (item_ids,))


def checkpoint(connection: Connection) -> None:
    """Write the log into the database and cut it to nothing; a reader in the way leaves that for another time."""
    connection.execute(f"PRAGMA busy_timeout = {CHECKPOINT_MILLISECONDS:d}")
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS:d}")


def backup(connection: Connection, target: Path) -> None:
    """A whole copy of the database at ``target``."""
    opening.copy(_path(connection), target)


def integrity_check(connection: Connection) -> str:
    """``ok``, or the problems, one per line: pages, indexes, references, and the counts that triggers keep.

    On a connection of its own: one that has searched before checks an older state of the word index against the newest
    pages, and reports damage where there is none (measured with SQLite 3.53.4).
    """
    fresh = connect(_path(connection), write=False)
    try:
        return "\n".join(_problems(fresh)) or "ok"
    finally:
        fresh.close()


def _problems(connection: Connection) -> list[str]:
    problems = [row[0] for row in connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
    problems += [f"a row of {row[0]} refers to nothing" for row in connection.execute("PRAGMA foreign_key_check")]
    wrong = connection.execute(
        "SELECT t.feed_id FROM tallies t LEFT JOIN"
        " (SELECT feed_id, count(*) AS items, sum(read = 0) AS unread FROM marks GROUP BY feed_id) m"
        " ON m.feed_id = t.feed_id WHERE t.items <> coalesce(m.items, 0) OR t.unread <> coalesce(m.unread, 0)"
    )
    problems += [f"the counts of feed {row['feed_id']} are wrong" for row in wrong]
    stories = "SELECT 1 FROM story_tally WHERE stories <> (SELECT count(*) FROM stories WHERE items > 0)"
    return problems + ["the count of stories is wrong" for _ in connection.execute(stories)]


def _path(connection: Connection) -> Path:
    return Path(connection.execute("PRAGMA database_list").fetchone()["file"])
