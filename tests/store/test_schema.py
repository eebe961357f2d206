from __future__ import annotations

from sqlite_utils import Database

from feedwatch.store import schema
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


def test_items_of_which_only_the_date_was_changed_are_not_edited_any_more() -> None:
    db = Database(memory=True, execute_plugins=False)
    for step in schema._STEPS[: schema._STEPS.index(schema.voices)]:
        step(db)
    db.execute("INSERT INTO feeds (url, name, outlet, tags, full_text, baseline, position, change)"
               " VALUES ('u', 'n', 'o', '[]', 0, 0, 0, 1)")  # fmt: skip
    db.execute("INSERT INTO stories VALUES (1, 't', 3, 1, 0, 0, 1)")
    for item_id, (before, after) in enumerate((("same", "same"), ("old", "new"), ("same", "same")), 1):
        db.execute(
            "INSERT INTO items (id, feed_id, story_id, title, url, author, language, seen, first_poll, revisions)"
            " VALUES (?, 1, 1, ?, '', '', '', 0, 0, ?)",
            (item_id, after, int(item_id < 3)),
        )
        db.execute("INSERT INTO contents VALUES (?, 'x', '', '', '[]', '', '[]')", (item_id,))
        if item_id < 3:
            db.execute("INSERT INTO revisions VALUES (?, 1, ?, 'x', NULL)", (item_id, before))
    schema.voices(db)
    assert [row[0] for row in db.execute("SELECT revisions FROM items ORDER BY id")] == [0, 1, 0]
    db.close()
