"""The schema as version 0.1 made it: the first migration. Never edited; what came later is in ``schema.py``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

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
