"""Searching: the word index, and views with a query. What matches is the rules' word alone; the index only narrows.

The index is given ``searchable(...)`` of title and text and holds nothing else, so its rows are taken out with the same
words that they were put in with. Searches reach it as quoted terms only: FTS5's own syntax lets a raw string name
columns and operators, and fails on most of what people type.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from feedwatch.errors import RuleError
from feedwatch.model import Anchor, ItemId, Match, Page, View
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse
from feedwatch.rules.syntax import And, Expression, Is, State, Time, TimeName
from feedwatch.rules.terms import required_prefixes
from feedwatch.rules.words import searchable
from feedwatch.store.connection import Connection, Row, Stopped
from feedwatch.store.items import SUBJECT, TABLES, Condition, Place, at_place, condition, to_item_rows, walk
from feedwatch.store.rows import id_list, to_ms, to_subject

TIME_LIMIT = 2.0
"""Seconds after which a search gives what it has."""
MOST_HITS = 20_000
"""Items that the index may name; where there are more, walking all items soon finds a page of them."""
MOST_TERMS = 64
FIRST_BATCH = 100
LARGEST_BATCH = 800


# --- the word index --------------------------------------------------------------------------------------------------

_WORDS = "SELECT i.id, searchable(i.title), searchable(c.text) FROM items i JOIN contents c ON c.item_id = i.id"
_ADD = f"INSERT INTO search (rowid, title, text) {_WORDS}"
_REMOVE = (
    "INSERT INTO search (search, rowid, title, text)"
    " SELECT 'delete', i.id, searchable(i.title), searchable(c.text) FROM items i JOIN contents c ON c.item_id = i.id"
)
_THESE = " WHERE i.id IN (SELECT value FROM json_each(?))"


def add_texts(connection: Connection, texts: Sequence[tuple[int, str, str]]) -> None:
    """Put in new items: the id, title and text of each."""
    connection.executemany(
        "INSERT INTO search (rowid, title, text) VALUES (?, ?, ?)",
        [(item_id, searchable(title), searchable(text)) for item_id, title, text in texts],
    )


def add(connection: Connection, item_ids: Sequence[int]) -> None:
    """Put items in."""
    connection.execute(f"{_ADD}{_THESE}", (id_list(item_ids),))


def remove(connection: Connection, item_ids: Sequence[int]) -> None:
    """Take items out; only while their title and text are still those that were put in."""
    connection.execute(f"{_REMOVE}{_THESE}", (id_list(item_ids),))


def hits(connection: Connection, expression: Expression, most: int = MOST_HITS) -> tuple[int, ...] | None:
    """The items that the index can't rule out; None where it can rule out none, or names more than ``most``."""
    question = _question(required_prefixes(expression) or ())
    if not question:
        return None
    fetched = connection.execute(
        "SELECT rowid FROM search WHERE search MATCH ? LIMIT ?", (question, most + 1)
    ).fetchall()
    return None if len(fetched) > most else tuple(row["rowid"] for row in fetched)


def _question(groups: Sequence[Sequence[str]]) -> str:
    """The groups, joined by AND, of quoted beginnings, joined by OR; as many groups as MOST_TERMS allows."""
    terms = 0
    parts: list[str] = []
    for group in groups:
        terms += len(group)
        if terms > MOST_TERMS:
            break
        parts.append("(" + " OR ".join(_quoted(beginning) for beginning in group) + ")")
    return " AND ".join(parts)


def _quoted(beginning: str) -> str:
    """A term that FTS5 takes as nothing else, whatever is in it; NUL would end the whole question."""
    return '"' + beginning.replace('"', '""').replace("\0", "") + '" *'


# --- views with a query ----------------------------------------------------------------------------------------------


def page(connection: Connection, stopped: Stopped, view: View, place: Place, limit: int, now: datetime) -> Page:
    """A page of a view with a query, newest first; no more than TIME_LIMIT's worth of looking."""
    try:
        expression = parse(view.query, search=True)
    except RuleError as error:
        return Page((), more=False, error=error.pointed())
    until = time.monotonic() + TIME_LIMIT
    chosen: list[Row] = []
    matches: dict[int, Sequence[Match]] = {}
    reached: Anchor | None = None
    within = _within(connection, view, expression, now)
    for row in _walked(connection, within, place, hits(connection, expression)):
        found = find(expression, to_subject(row), now)
        if found.matched:
            chosen.append(row)
            matches[row["id"]] = found.matches
        if len(chosen) > limit:
            break
        if stopped() or time.monotonic() > until:
            reached = Anchor(row["sort_at"], row["id"])
            break
    more = len(chosen) > limit or reached is not None
    return _to_page(connection, chosen[:limit], matches, place, more=more, reached=reached)


def _to_page(
    connection: Connection,
    chosen: list[Row],
    matches: dict[int, Sequence[Match]],
    place: Place,
    *,
    more: bool,
    reached: Anchor | None,
) -> Page:
    if place.upwards:
        chosen.reverse()
    return Page(to_item_rows(connection, chosen, matches), more=more, reached=reached)


def rows(connection: Connection, view: View, item_ids: Sequence[ItemId], now: datetime) -> Page:
    """Those of the items that a view with a query holds, newest first."""
    try:
        expression = parse(view.query, search=True)
    except RuleError as error:
        return Page((), more=False, error=error.pointed())
    within = condition(connection, view).joined("m.item_id IN (SELECT value FROM json_each(?))", id_list(item_ids))
    few = replace(within, few=True)
    chosen: list[Row] = []
    matches: dict[int, Sequence[Match]] = {}
    for row in _fetched(connection, few, len(item_ids), upwards=False):
        found = find(expression, to_subject(row), now)
        if found.matched:
            chosen.append(row)
            matches[row["id"]] = found.matches
    return Page(to_item_rows(connection, chosen, matches), more=False)


def _within(connection: Connection, view: View, expression: Expression, now: datetime) -> Condition:
    """The view, and what the query asks of an item's marks and time, so that what fails it is not even read."""
    parts = expression.parts if isinstance(expression, And) else (expression,)
    states = {part.state for part in parts if isinstance(part, Is)}
    found = condition(
        connection,
        replace(
            view,
            unread=view.unread or State.UNREAD in states,
            starred=view.starred or State.STARRED in states,
            alerted=view.alerted or State.ALERT in states,
        ),
    )
    for part in parts:
        if isinstance(part, Time):
            found = _in_time(found, part, now)
    return found


def _in_time(found: Condition, part: Time, now: datetime) -> Condition:
    limit = part.moment if part.age is None else now - part.age
    if limit is None:
        return found
    side = ">=" if part.name is TimeName.SINCE else "<="
    return found.joined(f"coalesce(i.published, i.seen) {side} ?", to_ms(limit))


def _walked(connection: Connection, within: Condition, place: Place, named: tuple[int, ...] | None) -> Iterator[Row]:
    """The items of a condition from a place on, all or those ``named``, in batches that each see the newest state."""
    if named is not None:
        yield from _of_named(connection, at_place(within, place), place, named)
        return
    size = FIRST_BATCH
    while batch := _fetched(connection, at_place(within, place), size, upwards=place.upwards):
        yield from batch
        anchor = Anchor(batch[-1]["sort_at"], batch[-1]["id"])
        place = Place(before=anchor) if place.upwards else Place(after=anchor)
        size = min(2 * size, LARGEST_BATCH)


def _of_named(connection: Connection, within: Condition, place: Place, named: Sequence[int]) -> Iterator[Row]:
    among = within.joined("m.item_id IN (SELECT value FROM json_each(?))", id_list(named))
    few = replace(among, few=True)
    ordered = connection.execute(
        f"SELECT m.item_id{TABLES}{walk(few, upwards=place.upwards)}",
        (*few.parameters, -1),
    ).fetchall()
    for start in range(0, len(ordered), FIRST_BATCH):
        ids = [row["item_id"] for row in ordered[start : start + FIRST_BATCH]]
        these = Condition("m.item_id IN (SELECT value FROM json_each(?))", (id_list(ids),), few=True)
        yield from _fetched(connection, these, len(ids), upwards=place.upwards)


def _fetched(connection: Connection, found: Condition, limit: int, *, upwards: bool) -> list[Row]:
    return connection.execute(f"{SUBJECT}{walk(found, upwards=upwards)}", (*found.parameters, limit)).fetchall()
