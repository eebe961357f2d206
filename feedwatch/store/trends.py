"""How often rules find something, by the hour; what is much of it is decided in ``core/bursts.py``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from feedwatch.core.bursts import FEWEST
from feedwatch.model import Mentions
from feedwatch.store.connection import Connection
from feedwatch.store.rows import id_list, to_ms

HOUR = 3_600_000
"""Milliseconds."""
_COUNTED = "rule = ? AND raised_at >= ? AND state <> 'baseline'"
"""A first poll brings what is old; an alert that a cooldown suppressed is a story as well. One alert is one story."""
_STORIES = (
    f"SELECT raised_at / {HOUR} AS hour, count(*) AS number FROM alerts INDEXED BY alerts_rule"  # noqa: S608  # constants
    f" WHERE {_COUNTED} GROUP BY hour"
)
_OUTLETS = (
    f"SELECT a.raised_at / {HOUR} AS hour, count(DISTINCT t.outlet) AS number"  # noqa: S608  # constants
    f" FROM (SELECT raised_at, story_id FROM alerts INDEXED BY alerts_rule WHERE {_COUNTED}"
    f" AND raised_at / {HOUR} IN (SELECT value FROM json_each(?))) a"
    f" CROSS JOIN tellings t ON t.story_id = a.story_id AND t.seen < (a.raised_at / {HOUR} + 1) * {HOUR} GROUP BY hour"
)
_WATCHED = f"""
    WITH RECURSIVE hours (hour) AS (
        SELECT ? UNION ALL SELECT hour + 1 FROM hours WHERE hour < (SELECT max(seen) / {HOUR} FROM items)
    )
    SELECT hour FROM hours
    WHERE EXISTS (SELECT 1 FROM items WHERE seen >= hour * {HOUR} AND seen < (hour + 1) * {HOUR})
"""  # noqa: S608  # constants


def read(connection: Connection, rules: Sequence[str], since: datetime) -> tuple[tuple[Mentions, ...], frozenset[int]]:
    """Stories and their outlets of each rule by hour, from a whole hour on; and the hours in which any item came in."""
    first = to_ms(since) // HOUR
    watched = frozenset(row["hour"] for row in connection.execute(_WATCHED, (first,)))
    return tuple(_of(connection, rule, first * HOUR) for rule in rules), watched


def _of(connection: Connection, rule: str, since: int) -> Mentions:
    (begun,) = connection.execute("SELECT min(raised_at) FROM alerts WHERE rule = ?", (rule,)).fetchone()
    stories = _counts(connection, _STORIES, rule, since)
    many = id_list([hour for hour, count in stories.items() if count >= FEWEST])
    return Mentions(
        rule=rule,
        first=None if begun is None else begun // HOUR,
        stories=stories,
        outlets=_counts(connection, _OUTLETS, rule, since, many),
    )


def _counts(connection: Connection, query: str, *asked: str | int) -> dict[int, int]:
    return {row["hour"]: row["number"] for row in connection.execute(query, asked)}
