"""What is known of a feed's entries, by the identities that they came under. Outlives the items themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from feedwatch.model import Aliased, Draft, FeedId, ItemId, Known, KnownItem
from feedwatch.store.connection import Connection, Row
from feedwatch.store.rows import from_ms_or_none

_KNOWN = (
    "SELECT d.key, d.item_id, d.fingerprint, i.title, i.url, i.published"
    " FROM identities d LEFT JOIN items i ON i.id = d.item_id WHERE d.feed_id = ?"
)
_BY_KEY = f"{_KNOWN} AND d.key = ?"
_BY_SIGNATURE = f"{_KNOWN} AND d.signature = ? ORDER BY d.item_id DESC LIMIT 1"


def known(connection: Connection, feed_id: FeedId, drafts: Sequence[Draft]) -> Known:
    """What to compare drafts with; signatures are looked up only where a draft's identity is unknown."""
    (total,) = connection.execute("SELECT count(*) FROM identities WHERE feed_id = ?", (feed_id,)).fetchone()
    by_key: dict[bytes, KnownItem] = {}
    by_signature: dict[bytes, KnownItem] = {}
    if total:
        for draft in drafts:
            for key in {draft.key, draft.strict_key, draft.guid_key} - {b""}:
                if found := _find(connection, _BY_KEY, feed_id, key, draft):
                    by_key[key] = found
            if draft.key not in by_key and (alike := _find(connection, _BY_SIGNATURE, feed_id, draft.signature, draft)):
                by_signature[draft.signature] = alike
    return Known(total, by_key, by_signature)


def _find(connection: Connection, statement: str, feed_id: FeedId, value: bytes, draft: Draft) -> KnownItem | None:
    row = connection.execute(statement, (feed_id, value)).fetchone()
    return None if row is None else _to_known(connection, row, draft)


def _to_known(connection: Connection, row: Row, draft: Draft) -> KnownItem:
    if row["item_id"] is None:
        return KnownItem(row["key"], None, row["fingerprint"])
    same = row["fingerprint"] == draft.fingerprint
    return KnownItem(
        key=row["key"],
        item_id=ItemId(row["item_id"]),
        fingerprint=row["fingerprint"],
        title=row["title"],
        url=row["url"],
        text="" if same else _text(connection, row["item_id"]),
        published=from_ms_or_none(row["published"]),
    )


def _text(connection: Connection, item_id: int) -> str:
    (text,) = connection.execute("SELECT text FROM contents WHERE item_id = ?", (item_id,)).fetchone()
    return str(text)


def is_known(connection: Connection, feed_id: FeedId, key: bytes) -> bool:
    """Whether an entry came under this identity before, pruned or not."""
    found = connection.execute("SELECT 1 FROM identities WHERE feed_id = ? AND key = ?", (feed_id, key))
    return found.fetchone() is not None


def item_of(connection: Connection, feed_id: FeedId, key: bytes) -> int | None:
    """The item that came under this identity; None where there is none any more."""
    row = connection.execute("SELECT item_id FROM identities WHERE feed_id = ? AND key = ?", (feed_id, key)).fetchone()
    return row["item_id"] if row else None


def fingerprint_of(connection: Connection, item_id: int) -> bytes | None:
    """The fingerprint of the wording that an item has now."""
    row = connection.execute("SELECT fingerprint FROM identities WHERE item_id = ? LIMIT 1", (item_id,)).fetchone()
    return row["fingerprint"] if row else None


def add(connection: Connection, feed_id: FeedId, item_id: int, draft: Draft) -> None:
    """Remember what an item came as, under the draft's key; an identity that is there already stays as it is."""
    connection.execute(
        "INSERT INTO identities VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (feed_id, draft.key, item_id, draft.fingerprint, draft.signature),
    )


def replace_identities(connection: Connection, feed_id: FeedId, aliased: Iterable[Aliased]) -> None:
    """Entries that are known go by another identity now; the old one goes, since some feeds make up ids."""
    connection.executemany(
        "UPDATE OR IGNORE identities SET key = ? WHERE feed_id = ? AND key = ?",
        [(alias.key, feed_id, alias.known.key) for alias in aliased],
    )


def reword(connection: Connection, item_id: int, draft: Draft) -> None:
    """Give all identities of an item the fingerprint and signature of its new wording."""
    connection.execute(
        "UPDATE identities SET fingerprint = ?, signature = ? WHERE item_id = ?",
        (draft.fingerprint, draft.signature, item_id),
    )
