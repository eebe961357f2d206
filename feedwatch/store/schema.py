"""The schema, as migrations, oldest first. A step that was released is never edited: what is wrong gets a new step.

Times are integers, milliseconds since 1970 in UTC. ``change`` columns carry the number of the transaction that a screen
has to hear about; where they are NULL at first, new rows are told apart by their id. Plain statements only:
``executescript`` would commit the step's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedwatch.store.first_schema import first

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x46656477
"""'Fedw', in the file's header: this is a database of feedwatch."""

_LEARNED = (
    "ALTER TABLE feeds ADD COLUMN rhythm BLOB NOT NULL DEFAULT x''",
    "ALTER TABLE feeds ADD COLUMN skips BLOB NOT NULL DEFAULT x''",
    "ALTER TABLE feeds ADD COLUMN late INTEGER NOT NULL DEFAULT 0",
    # Apart from its feed, as ``paragraphs`` are.
    "CREATE TABLE skims (feed_id INTEGER PRIMARY KEY REFERENCES feeds, marks BLOB NOT NULL)",
    # How late the event loop of the engine ran, in seconds: before its last beat, and ever.
    "ALTER TABLE engine ADD COLUMN lag REAL NOT NULL DEFAULT 0",
    "ALTER TABLE engine ADD COLUMN lag_max REAL NOT NULL DEFAULT 0",
)


def learned(db: Database) -> None:
    """What a feed's rhythm is, whether it is late, and which entries its last body had."""
    for statement in _LEARNED:
        db.conn.execute(statement)


_SUPPRESSED = (
    # Matches in stories that their rule had alerted to: listed when asked for, never sent.
    """
    CREATE TABLE suppressed (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        item_id INTEGER NOT NULL REFERENCES items,
        rule TEXT NOT NULL,
        severity TEXT NOT NULL,
        reason TEXT NOT NULL,
        raised_at INTEGER NOT NULL,
        matches BLOB NOT NULL,         -- JSON list
        UNIQUE (item_id, rule)
    )
    """,
    "CREATE INDEX suppressed_raised_at ON suppressed (raised_at)",
    "CREATE INDEX suppressed_rule ON suppressed (rule, raised_at)",
)


def suppressed(db: Database) -> None:
    """What a rule matched and did not alert to, since it had alerted to the story."""
    for statement in _SUPPRESSED:
        db.conn.execute(statement)


def ahead(db: Database) -> None:
    """Few items are from later than they were seen; a search for news finds them beside those seen lately."""
    db.conn.execute("CREATE INDEX items_ahead ON items (published) WHERE published > seen")


_QUIET = (
    # Held for the end of a channel's quiet hours; then of the digest that it went into, and never claimed by itself.
    "ALTER TABLE outbox ADD COLUMN held INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE outbox ADD COLUMN digest_id TEXT",
    "CREATE INDEX outbox_held ON outbox (channel, next_at) WHERE held = 1",
    "CREATE INDEX outbox_digest ON outbox (digest_id) WHERE digest_id IS NOT NULL",
)


def quiet(db: Database) -> None:
    """Messages that wait for the end of quiet hours, and the digests that they go in."""
    for statement in _QUIET:
        db.conn.execute(statement)


_GISTS = (
    # What each item of the last days says, as ``core/gist.py`` packs it.
    "CREATE TABLE gists (item_id INTEGER PRIMARY KEY REFERENCES items, seen INTEGER NOT NULL, vector BLOB NOT NULL)",
    "CREATE TABLE gist_terms (term INTEGER, item_id INTEGER, weight REAL, PRIMARY KEY (term, item_id)) WITHOUT ROWID",
    # How many items had a term, ever; of the term -1: how many were counted.
    "CREATE TABLE term_counts (term INTEGER PRIMARY KEY, items INTEGER NOT NULL)",
)


def gists(db: Database) -> None:
    """What items say, for stories to be known by."""
    for statement in _GISTS:
        db.conn.execute(statement)


_GROWTH = (
    # JSON lists: at how many outlets of its story an alert is told again, of those it has not reached; and to whom.
    "ALTER TABLE alerts ADD COLUMN grow BLOB NOT NULL DEFAULT '[]'",
    "ALTER TABLE alerts ADD COLUMN channels TEXT NOT NULL DEFAULT '[]'",
)


def growth(db: Database) -> None:
    """When an alert is told again."""
    for statement in _GROWTH:
        db.conn.execute(statement)


_VOICES = (
    # As in ``Voice``: who published it, where that is not its feed's outlet; the agency credited; what copies share.
    "ALTER TABLE items ADD COLUMN publisher TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE items ADD COLUMN credit TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE items ADD COLUMN words INTEGER",
    "ALTER TABLE stories ADD COLUMN sources INTEGER NOT NULL DEFAULT 0",
    "UPDATE stories SET sources = outlets",
    # Every item as its story counts it.
    """
    CREATE VIEW tellings AS
        SELECT i.id, i.story_id, i.title, i.url, i.seen, i.credit, i.words, f.name AS feed,
            CASE i.publisher WHEN '' THEN f.outlet ELSE i.publisher END AS outlet
        FROM items i JOIN feeds f ON f.id = i.feed_id
    """,
    # A hash of title and whole text, boilerplate included; empty for items from before.
    "ALTER TABLE items ADD COLUMN wording BLOB NOT NULL DEFAULT x''",
    # A word changed then, and not the date alone.
    "ALTER TABLE revisions ADD COLUMN edited INTEGER NOT NULL DEFAULT 1",
    # Counted were also changes of the date alone.
    """
    UPDATE items SET revisions = (
        SELECT count(*) FROM revisions r JOIN contents c ON c.item_id = r.item_id
        WHERE r.item_id = items.id AND (r.title <> items.title OR r.text <> c.text)
    ) WHERE revisions > 0
    """,
)


def voices(db: Database) -> None:
    """By whom a story is told, and from how many sources; how often the words of an item changed."""
    for statement in _VOICES:
        db.conn.execute(statement)


_ATTEMPTS = (
    # Every try at a message: when, for how many seconds, the status, the kind of failure ('' where it was delivered).
    """
    CREATE TABLE attempts (
        delivery_id TEXT NOT NULL REFERENCES outbox,
        at INTEGER NOT NULL,
        seconds REAL NOT NULL,
        status INTEGER,
        kind TEXT NOT NULL,
        error TEXT NOT NULL,
        answer TEXT NOT NULL           -- its beginning
    )
    """,
    "CREATE INDEX attempts_delivery ON attempts (delivery_id, at)",
    "CREATE INDEX attempts_at ON attempts (at)",
    # What Retry-After asked; what a message that is no alert's is called in lists.
    "ALTER TABLE outbox ADD COLUMN not_before INTEGER",
    "ALTER TABLE outbox ADD COLUMN title TEXT NOT NULL DEFAULT ''",
    # Out of service until then only.
    "ALTER TABLE channel_states ADD COLUMN probe_at INTEGER",
)


def attempts(db: Database) -> None:
    """What came of each try to deliver, and channels that are left alone for a while."""
    for statement in _ATTEMPTS:
        db.conn.execute(statement)


def told(db: Database) -> None:
    """What each channel was last told of feeds and rules, as ``Told``."""
    db.conn.execute(
        "CREATE TABLE told (channel TEXT, subject TEXT, kind TEXT NOT NULL, count INTEGER NOT NULL,"
        " at INTEGER NOT NULL, PRIMARY KEY (channel, subject)) WITHOUT ROWID"
    )


_COUNTED = (
    # One row, kept by triggers as ``tallies`` are: counting a million stories takes a tenth of a second.
    "CREATE TABLE story_tally (stories INTEGER NOT NULL)",
    "INSERT INTO story_tally SELECT count(*) FROM stories WHERE items > 0",
    """
    CREATE TRIGGER story_added AFTER INSERT ON stories WHEN new.items > 0 BEGIN
        UPDATE story_tally SET stories = stories + 1;
    END
    """,
    """
    CREATE TRIGGER story_removed AFTER DELETE ON stories WHEN old.items > 0 BEGIN
        UPDATE story_tally SET stories = stories - 1;
    END
    """,
    """
    CREATE TRIGGER story_filled AFTER UPDATE OF items ON stories WHEN (old.items > 0) <> (new.items > 0) BEGIN
        UPDATE story_tally SET stories = stories + (new.items > 0) - (old.items > 0);
    END
    """,
)


def counted(db: Database) -> None:
    """How many stories have an item."""
    for statement in _COUNTED:
        db.conn.execute(statement)


def waiting(db: Database) -> None:
    """The newest alerts that wait for somebody, without a walk through those that do not."""
    db.conn.execute(
        "CREATE INDEX alerts_waiting ON alerts (raised_at) WHERE acknowledged_at IS NULL AND state <> 'suppressed'"
    )


_STEPS = (first, learned, suppressed, ahead, quiet, gists, growth, voices, attempts, told, counted, waiting)
STEPS = tuple(step.__name__ for step in _STEPS)
"""The names of all steps, in order; a database with any other was written by a newer version."""


def migrations() -> Migrations:
    """All steps. sqlite-utils takes a tenth of a second to load, and most databases are up to date."""
    from sqlite_utils import Migrations

    made = Migrations("feedwatch")
    for step in _STEPS:
        made(name=step.__name__)(step)
    return made
