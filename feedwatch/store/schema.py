"""The schema, as migrations, oldest first. A step that was released is never edited: what is wrong gets a new step.

Times are integers, milliseconds since 1970 in UTC. ``change`` columns carry the number of the transaction that a screen
has to hear about; where they are NULL at first, new rows are told apart by their id. Plain statements only:
``executescript`` would commit the step's transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

APPLICATION_ID = 0x46656477
"""'Fedw', in the file's header: this is a database of feedwatch."""

_FEEDS = (
    "CREATE TABLE change (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL)",
    "INSERT INTO change VALUES (1, 1)",
    """
    CREATE TABLE feeds (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        outlet TEXT NOT NULL,
        tags TEXT NOT NULL,            -- JSON list
        fixed_interval REAL,           -- what the configuration says, in seconds
        full_text INTEGER NOT NULL,
        baseline INTEGER NOT NULL,
        position INTEGER NOT NULL,     -- in the configuration
        removed INTEGER NOT NULL DEFAULT 0,
        lease_owner TEXT,
        lease_until INTEGER,
        epoch INTEGER NOT NULL DEFAULT 0,
        due_at INTEGER,
        validators_url TEXT NOT NULL DEFAULT '',
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        body_hash BLOB NOT NULL DEFAULT x'',
        health TEXT NOT NULL DEFAULT 'new',
        failures INTEGER NOT NULL DEFAULT 0,
        last_poll INTEGER,
        last_success INTEGER,
        last_error TEXT NOT NULL DEFAULT '',
        last_error_at INTEGER,
        warning TEXT NOT NULL DEFAULT '',
        interval REAL,
        refresh REAL,
        cadence REAL,
        last_news INTEGER,
        moved_to TEXT NOT NULL DEFAULT '',
        redirect_target TEXT NOT NULL DEFAULT '',
        redirect_seen INTEGER NOT NULL DEFAULT 0,
        baseline_done INTEGER NOT NULL DEFAULT 0,
        title TEXT NOT NULL DEFAULT '',
        site TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        change INTEGER NOT NULL
    )
    """,
    "CREATE INDEX feeds_due ON feeds (due_at) WHERE removed = 0",
    "CREATE INDEX feeds_change ON feeds (change)",
    # Apart from its feed, so that the many polls that bring nothing rewrite a small row.
    "CREATE TABLE paragraphs (feed_id INTEGER PRIMARY KEY REFERENCES feeds, counts BLOB NOT NULL)",
    # Kept by triggers, so that a list of feeds with its counts reads one row per feed, however large the archive.
    """
    CREATE TABLE tallies (
        feed_id INTEGER PRIMARY KEY REFERENCES feeds,
        items INTEGER NOT NULL DEFAULT 0,
        unread INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE TRIGGER feed_added AFTER INSERT ON feeds BEGIN INSERT INTO tallies (feed_id) VALUES (new.id); END",
)

_ITEMS = (
    """
    CREATE TABLE stories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL,
        items INTEGER NOT NULL,
        outlets INTEGER NOT NULL,
        first_seen INTEGER NOT NULL,
        last_seen INTEGER NOT NULL,
        change INTEGER NOT NULL
    )
    """,
    "CREATE INDEX stories_last_seen ON stories (last_seen)",
    "CREATE INDEX stories_change ON stories (change)",
    """
    CREATE TABLE items (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        feed_id INTEGER NOT NULL REFERENCES feeds,
        story_id INTEGER NOT NULL REFERENCES stories,
        title TEXT NOT NULL,
        url TEXT NOT NULL,
        author TEXT NOT NULL,
        language TEXT NOT NULL,
        published INTEGER,
        seen INTEGER NOT NULL,
        url_key INTEGER,               -- hash of the canonical address, NULL where there is none
        title_key INTEGER,             -- hash of the folded title, NULL where it has no letters
        first_poll INTEGER NOT NULL,   -- came with its feed's first poll
        revisions INTEGER NOT NULL DEFAULT 0,
        change INTEGER                 -- NULL until its wording changes
    )
    """,
    "CREATE INDEX items_story ON items (story_id)",
    "CREATE INDEX items_seen ON items (seen)",
    "CREATE INDEX items_url_key ON items (url_key, seen) WHERE url_key IS NOT NULL",
    "CREATE INDEX items_title_key ON items (title_key, seen) WHERE title_key IS NOT NULL",
    "CREATE INDEX items_change ON items (change) WHERE change IS NOT NULL",
    """
    CREATE TABLE contents (
        item_id INTEGER PRIMARY KEY REFERENCES items,
        text TEXT NOT NULL,
        layout BLOB NOT NULL,          -- JSON: blocks and links
        html TEXT NOT NULL,
        categories TEXT NOT NULL,      -- JSON list
        source TEXT NOT NULL,
        enclosures BLOB NOT NULL       -- JSON list
    )
    """,
    """
    CREATE TABLE identities (
        feed_id INTEGER NOT NULL REFERENCES feeds,
        key BLOB NOT NULL,
        item_id INTEGER REFERENCES items,   -- NULL: pruned, and not new when it is served again
        fingerprint BLOB NOT NULL,
        signature BLOB NOT NULL,
        PRIMARY KEY (feed_id, key)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX identities_item ON identities (item_id) WHERE item_id IS NOT NULL",
    "CREATE INDEX identities_signature ON identities (feed_id, signature)",
    """
    CREATE TABLE revisions (
        item_id INTEGER NOT NULL REFERENCES items,
        replaced_at INTEGER NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        published INTEGER
    )
    """,
    "CREATE INDEX revisions_item ON revisions (item_id, replaced_at)",
    """
    CREATE TABLE articles (
        item_id INTEGER PRIMARY KEY REFERENCES items,
        text TEXT NOT NULL,
        layout BLOB NOT NULL,
        fetched_at INTEGER NOT NULL,
        error TEXT NOT NULL
    )
    """,
    # Holds no text of its own: it is given searchable(...) of title and text, and the same again to take them out.
    """
    CREATE VIRTUAL TABLE search USING fts5 (
        title, text, content = '', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
    )
    """,
)

_MARKS = (
    # One row per item, with all that a list is chosen and ordered by: each kind of list has an index to walk.
    """
    CREATE TABLE marks (
        item_id INTEGER PRIMARY KEY REFERENCES items,
        feed_id INTEGER NOT NULL,
        sort_at INTEGER NOT NULL,      -- published, where that is not after seen; never changes, so that no list jumps
        read INTEGER NOT NULL DEFAULT 0,
        starred INTEGER NOT NULL DEFAULT 0,
        alerted INTEGER NOT NULL DEFAULT 0,
        marked_at INTEGER,
        change INTEGER                 -- NULL until somebody marks it
    )
    """,
    "CREATE INDEX marks_all ON marks (sort_at, item_id)",
    "CREATE INDEX marks_feed ON marks (feed_id, sort_at, item_id)",
    "CREATE INDEX marks_unread ON marks (sort_at, item_id) WHERE read = 0",
    "CREATE INDEX marks_feed_unread ON marks (feed_id, sort_at, item_id) WHERE read = 0",
    "CREATE INDEX marks_starred ON marks (sort_at, item_id) WHERE starred = 1",
    "CREATE INDEX marks_alerted ON marks (sort_at, item_id) WHERE alerted = 1",
    "CREATE INDEX marks_change ON marks (change) WHERE change IS NOT NULL",
    """
    CREATE TRIGGER marks_added AFTER INSERT ON marks BEGIN
        UPDATE tallies SET items = items + 1, unread = unread + (new.read = 0) WHERE feed_id = new.feed_id;
    END
    """,
    """
    CREATE TRIGGER marks_removed AFTER DELETE ON marks BEGIN
        UPDATE tallies SET items = items - 1, unread = unread - (old.read = 0) WHERE feed_id = old.feed_id;
    END
    """,
    """
    CREATE TRIGGER marks_read AFTER UPDATE OF read ON marks WHEN old.read <> new.read BEGIN
        UPDATE tallies SET unread = unread + old.read - new.read WHERE feed_id = new.feed_id;
    END
    """,
)

_ALERTS = (
    """
    CREATE TABLE alerts (
        id TEXT PRIMARY KEY,
        rule TEXT NOT NULL,
        item_id INTEGER NOT NULL REFERENCES items,
        story_id INTEGER NOT NULL REFERENCES stories,
        severity TEXT NOT NULL,
        state TEXT NOT NULL,
        reason TEXT NOT NULL,
        raised_at INTEGER NOT NULL,
        matches BLOB NOT NULL,         -- JSON list
        acknowledged_at INTEGER,
        noise INTEGER NOT NULL DEFAULT 0,
        change INTEGER NOT NULL,
        UNIQUE (rule, story_id)
    )
    """,
    "CREATE INDEX alerts_raised_at ON alerts (raised_at)",
    "CREATE INDEX alerts_rule ON alerts (rule, raised_at)",
    "CREATE INDEX alerts_item ON alerts (item_id)",
    "CREATE INDEX alerts_story ON alerts (story_id)",
    "CREATE INDEX alerts_open ON alerts (state) WHERE acknowledged_at IS NULL",
    "CREATE INDEX alerts_change ON alerts (change)",
    "CREATE TABLE rule_states (rule TEXT PRIMARY KEY, timeouts INTEGER NOT NULL)",
    """
    CREATE TABLE outbox (
        id TEXT PRIMARY KEY,
        alert_id TEXT REFERENCES alerts,    -- NULL: a test message
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_at INTEGER,
        lease_owner TEXT,
        lease_until INTEGER,
        last_status INTEGER,
        last_error TEXT NOT NULL DEFAULT '',
        created_at INTEGER NOT NULL,
        delivered_at INTEGER,
        body BLOB NOT NULL,            -- the same bytes on every attempt
        change INTEGER NOT NULL
    )
    """,
    "CREATE INDEX outbox_waiting ON outbox (channel, next_at) WHERE state = 'waiting'",
    "CREATE INDEX outbox_dead ON outbox (created_at) WHERE state = 'dead'",
    "CREATE INDEX outbox_created ON outbox (created_at)",
    "CREATE INDEX outbox_alert ON outbox (alert_id)",
    "CREATE INDEX outbox_lease ON outbox (lease_owner) WHERE lease_owner IS NOT NULL",
    "CREATE INDEX outbox_change ON outbox (change)",
    "CREATE TABLE channel_states (channel TEXT PRIMARY KEY, disabled_at INTEGER NOT NULL, reason TEXT NOT NULL)",
    """
    CREATE TABLE engine (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        owner TEXT,                    -- NULL: nobody polls
        kind TEXT NOT NULL DEFAULT '',
        pid INTEGER NOT NULL DEFAULT 0,
        host TEXT NOT NULL DEFAULT '',
        since INTEGER NOT NULL DEFAULT 0,
        until INTEGER NOT NULL DEFAULT 0,
        epoch INTEGER NOT NULL DEFAULT 0,
        wanted_by TEXT,
        wanted_until INTEGER NOT NULL DEFAULT 0,
        change INTEGER NOT NULL DEFAULT 0
    )
    """,
    "INSERT INTO engine (id) VALUES (1)",
)


def first(db: Database) -> None:
    """Everything that version 0.1 keeps."""
    for statement in (*_FEEDS, *_ITEMS, *_MARKS, *_ALERTS):
        db.conn.execute(statement)


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
    # NULL until its items are counted again: as many as outlets.
    "ALTER TABLE stories ADD COLUMN sources INTEGER",
    # A hash of title and whole text, boilerplate included; empty for items from before.
    "ALTER TABLE items ADD COLUMN wording BLOB NOT NULL DEFAULT x''",
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


_STEPS = (first, learned, suppressed, ahead, quiet, gists, growth, voices)
STEPS = tuple(step.__name__ for step in _STEPS)
"""The names of all steps, in order; a database with any other was written by a newer version."""


def migrations() -> Migrations:
    """All steps. sqlite-utils takes a tenth of a second to load, and most databases are up to date."""
    from sqlite_utils import Migrations

    made = Migrations("feedwatch")
    for step in _STEPS:
        made(name=step.__name__)(step)
    return made
