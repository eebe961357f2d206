"""What changed since a cursor, by any process: rows stamped with a later change number, and items with a later id."""

from __future__ import annotations

from feedwatch.events import (
    AlertRaised,
    Changes,
    DeliveryChanged,
    EngineChanged,
    Event,
    FeedChecked,
    ItemsArrived,
    ItemsChanged,
)
from feedwatch.model import AlertId, Cursor, FeedId, ItemId
from feedwatch.store.connection import Connection

# An item's line changes with its wording, its marks, its alerts and the outlets of its story.
# Each by its own, and with + before the id: else SQLite walks through all items by their ids, several times a second.
ITEMS_CHANGED = (
    "SELECT id FROM items WHERE change > :change AND +id <= :item_id",
    "SELECT item_id FROM marks WHERE change > :change AND +item_id <= :item_id",
    "SELECT item_id FROM alerts WHERE change > :change AND +item_id <= :item_id",
    "SELECT i.id FROM stories s CROSS JOIN items i ON i.story_id = s.id WHERE s.change > :change AND +i.id <= :item_id",
)
FEEDS_CHANGED = "SELECT id FROM feeds WHERE change > :change ORDER BY +id"


def since(connection: Connection, cursor: Cursor | None) -> Changes:
    """The events since a cursor; without one only where to begin. Reads one row where nothing changed."""
    (number,) = connection.execute("SELECT number FROM change").fetchone()
    if cursor is not None and number == cursor.change:
        return Changes(cursor)
    (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM items").fetchone()
    if cursor is None:
        return Changes(Cursor(number, newest))
    here = Cursor(number, max(newest, cursor.item_id))
    return Changes(here, tuple(event for event in _events(connection, cursor) if event is not None))


def _events(connection: Connection, cursor: Cursor) -> tuple[Event | None, ...]:
    arrived = _ids(connection, "SELECT id FROM items WHERE id > :item_id ORDER BY id", cursor)
    changed = sorted({one for statement in ITEMS_CHANGED for one in _ids(connection, statement, cursor)})
    feeds = _ids(connection, FEEDS_CHANGED, cursor)
    alerts = connection.execute("SELECT id FROM alerts WHERE change > ? ORDER BY change, rowid", (cursor.change,))
    alert_ids = tuple(AlertId(row["id"]) for row in alerts)
    (deliveries,) = connection.execute("SELECT count(*) FROM outbox WHERE change > ?", (cursor.change,)).fetchone()
    (engine,) = connection.execute("SELECT change FROM engine").fetchone()
    return (
        FeedChecked(tuple(FeedId(one) for one in feeds)) if feeds else None,
        ItemsArrived(tuple(ItemId(one) for one in arrived)) if arrived else None,
        ItemsChanged(tuple(ItemId(one) for one in changed)) if changed else None,
        AlertRaised(alert_ids) if alert_ids else None,
        DeliveryChanged(deliveries) if deliveries else None,
        EngineChanged() if engine > cursor.change else None,
    )


def _ids(connection: Connection, statement: str, cursor: Cursor) -> tuple[int, ...]:
    found = connection.execute(statement, {"change": cursor.change, "item_id": cursor.item_id})
    return tuple(row[0] for row in found)
