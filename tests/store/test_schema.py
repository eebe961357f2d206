from __future__ import annotations

from sqlite_utils import Database

from feedwatch.store.schema import STEPS, migrations


def test_every_step_is_named_in_order() -> None:
    db = Database(memory=True, execute_plugins=False)
    assert tuple(step.name for step in migrations().pending(db)) == STEPS
    db.close()


def test_the_lists_are_walked_by_an_index() -> None:
    db = Database(memory=True, execute_plugins=False)
    migrations().apply(db)
    for where, index in {
        "1": "marks_all",
        "feed_id = 1": "marks_feed",
        "read = 0": "marks_unread",
        "read = 0 AND feed_id = 1": "marks_feed_unread",
        "starred = 1": "marks_starred",
        "alerted = 1": "marks_alerted",
    }.items():
        plan = db.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM marks WHERE {where} AND (sort_at, item_id) < (5, 5)"
            " ORDER BY sort_at DESC, item_id DESC LIMIT 9"
        ).fetchall()
        text = " ".join(str(row[3]) for row in plan)
        assert f"{index} " in text
        assert "TEMP B-TREE" not in text
    db.close()
