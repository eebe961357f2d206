"""What is known of a feed's entries, by the identities that they came under. Outlives the items themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from feedwatch.model import Aliased, Draft, FeedId, ItemId, Known, KnownItem
from feedwatch.store.connection import Connection, Row, in_runs
from feedwatch.store.rows import from_ms_or_none

_KNOWN = (
    "SELECT d.key, d.signature, d.item_id, d.fingerprint, i.title, i.url, i.published, i.wording"
    " FROM identities d LEFT JOIN items i ON i.id = d.item_id WHERE d.feed_id = ? AND d."
)


def known(connection: Connection, feed_id: FeedId, drafts: Sequence[Draft]) -> Known:
    """What to compare drafts with; signatures are looked up only where a draft's identity is unknown."""
    (total,) = connection.execute("SELECT count(*) FROM identities WHERE feed_id = ?", (feed_id,)).fetchone()
    if not total:
        return Known(0, {}, {})
    keys = _wordings((key, one) for one in drafts for key in (one.key, one.strict_key, one.guid_key) if key)
    by_key = {
        row["key"]: _to_known(connection, row, keys[row["key"]]) for row in _found(connection, feed_id, "key", keys)
    }
    signatures = _wordings((one.signature, one) for one in drafts if one.key not in by_key)
    alike = _found(connection, feed_id, "signature", signatures)
    newest = {row["signature"]: row for row in sorted(alike, key=lambda row: row["item_id"] or 0)}
    return Known(total, by_key, {one: _to_known(connection, row, signatures[one]) for one, row in newest.items()})


def _wordings(asked: Iterable[tuple[bytes, Draft]]) -> dict[bytes, set[bytes]]:
    """Each value that is asked for, with the fingerprints of the drafts that ask."""
    wordings: defaultdict[bytes, set[bytes]] = defaultdict(set)
    for value, draft in asked:
        wordings[value].add(draft.fingerprint)
    return wordings


def _found(connection: Connection, feed_id: FeedId, column: str, values: Iterable[bytes]) -> Iterator[Row]:
    for run in in_runs(tuple(values)):
        yield from connection.execute(f"{_KNOWN}{column} IN ({','.join('?' * len(run))})", (feed_id, *run))


def _to_known(connection: Connection, row: Row, wordings: set[bytes]) -> KnownItem:
    """What is known of an entry; with its text unless all who ask have the very same wording."""
    if row["item_id"] is None:
        return KnownItem(row["key"], None, row["fingerprint"])
    return KnownItem(
        key=row["key"],
        item_id=ItemId(row["item_id"]),
        fingerprint=row["fingerprint"],
        title=row["title"],
        url=row["url"],
        text="" if wordings == {row["fingerprint"]} else _text(connection, row["item_id"]),
        published=from_ms_or_none(row["published"]),
        wording=row["wording"],
    )


def _text(connection: Connection, item_id: int) -> str:
    (text,) = connection.execute("SELECT text FROM contents WHERE item_id = ?", (item_id,)).fetchone()
    return str(text)


def item_of(connection: Connection, feed_id: FeedId, key: bytes) -> int | None:
    """The item that came under this identity; None where there is none any more."""
    row = connection.execute("SELECT item_id FROM identities WHERE feed_id = ? AND key = ?", (feed_id, key)).fetchone()
    return row["item_id"] if row else None


def fingerprint_of(connection: Connection, item_id: int) -> bytes | None:
    """The fingerprint of the wording that an item has now."""
    row = connection.execute("SELECT fingerprint FROM identities WHERE item_id = ? LIMIT 1", (item_id,)).fetchone()
    return row["fingerprint"] if row else None


def add(connection: Connection, feed_id: FeedId, drafts: Sequence[tuple[int, Draft]]) -> frozenset[int]:
    """Remember what items come as, under their drafts' keys; the item ids of those whose identity was unknown.

    An identity that is there already, pruned or not, stays as it is.
    """
    new: set[int] = set()
    for run in in_runs(drafts):
        values = ",".join(["(?, ?, ?, ?, ?)"] * len(run))
        cursor = connection.execute(
            f"INSERT INTO identities VALUES {values} ON CONFLICT DO NOTHING RETURNING item_id",  # noqa: S608  # question marks
            [part for item_id, one in run for part in (feed_id, one.key, item_id, one.fingerprint, one.signature)],
        )
        new.update(row[0] for row in cursor.fetchall())
    return frozenset(new)


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
