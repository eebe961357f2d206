"""Views with a query. What matches is the rules' word alone: what SQL and the word index let through is matched.

A page takes the time that finding its rows takes, up to TIME_LIMIT: then it holds what was found in the newest part of
the list (the oldest, where it is read upwards), and ``reached`` says how far that part goes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedwatch.errors import RuleError
from feedwatch.model import Anchor, ItemId, Page, Subject, View, replace
from feedwatch.rules.glance import fields_of, glance
from feedwatch.rules.match import Found, find
from feedwatch.rules.parser import parse
from feedwatch.rules.syntax import Expression, FieldName, Is, State, Time, TimeName, Word, parts_of
from feedwatch.store import items, questions
from feedwatch.store.candidates import NAMED, candidates
from feedwatch.store.connection import Connection, Row, Stopped
from feedwatch.store.items import Condition, Place, condition
from feedwatch.store.rows import id_list, to_ms, to_subject
from feedwatch.store.search import MOST_HITS, question_of

TIME_LIMIT = 0.4
"""Seconds after which a search gives what it has."""
MOST_OF_SHORT = 60_000
"""``MOST_HITS`` for a short list: reading all of its items takes longer than to look up so many."""
LARGEST_PORTION = 1_600
"""Items that are read at once."""
SOON = 10_000
"""Items seen since a moment up to which it is faster to gather them all than to walk the list in search of them."""

_CONTENTS = " CROSS JOIN contents c ON c.item_id = i.id"
_EVERY = Condition("1", ())
_NOTHING = Found(matched=False)
_THESE = "m.item_id IN (SELECT value FROM json_each(?))"
_SINCE = (
    "m.item_id IN (SELECT id FROM items WHERE seen >= ?"
    " UNION ALL SELECT id FROM items WHERE published > seen AND published >= ?)"
)


def page(connection: Connection, stopped: Stopped, view: View, place: Place, limit: int, now: datetime) -> Page:
    """A page of a view with a query, newest first."""
    until = time.monotonic() + TIME_LIMIT

    def over() -> bool:
        return stopped() or time.monotonic() > until

    try:
        asked = _asked(connection, view, now)
    except RuleError as error:
        return Page((), more=False, error=error.pointed())
    chosen: list[_Seen] = []
    reached: Anchor | None = None
    for seen in _looked_at(connection, asked, place, limit, over):
        if seen.found.matched:
            chosen.append(seen)
        if len(chosen) > limit:
            break
        if over():
            reached = seen.anchor
            break
    more = len(chosen) > limit or reached is not None
    return _to_page(connection, chosen[:limit], more=more, reached=reached, turned=place.upwards)


def rows(connection: Connection, view: View, item_ids: Sequence[ItemId], now: datetime) -> Page:
    """Those of the items that a view with a query holds, newest first."""
    try:
        asked = _asked(connection, view, now)
    except RuleError as error:
        return Page((), more=False, error=error.pointed())
    matched = [one for one in _matched(connection, asked, item_ids, asked.within) if one.found.matched]
    matched.sort(key=lambda one: one.anchor, reverse=True)
    return _to_page(connection, matched, more=False)


# --- what is asked ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A view with its query, as far as each part of the store can answer it."""

    expression: Expression
    now: datetime
    within: Condition
    """What an index of ``marks`` knows: the view, and what the query asks of feeds and marks."""
    besides: Condition | None
    """What else SQL knows, once it has read the item."""
    fields: frozenset[FieldName]
    """What has to be read to match it."""
    can_match: Callable[[Subject], bool] | None
    """What title and text rule out at a glance."""
    most: int
    """Items up to which all that the word index names are put in order; where it names more, the list is walked."""


def _asked(connection: Connection, view: View, now: datetime) -> _Asked:
    """Raises RuleError where the query can't be read."""
    expression = parse(view.query, search=True)
    within = _within(connection, view, expression, now)
    besides = questions.condition_of(connection, expression, now)
    if within.few or view.feed_id is not None:
        most = MOST_OF_SHORT
    elif all(isinstance(part, Word) for part in parts_of(expression)):
        most = NAMED
    else:
        most = MOST_HITS
    return _Asked(expression, now, within, besides, fields_of(expression), glance(expression), most)


def _within(connection: Connection, view: View, expression: Expression, now: datetime) -> Condition:
    states = {part.state for part in parts_of(expression) if isinstance(part, Is)}
    narrowed = replace(
        view,
        grouped=False,
        unread=view.unread or State.UNREAD in states,
        starred=view.starred or State.STARRED in states,
        alerted=view.alerted or State.ALERT in states,
    )
    found = condition(connection, narrowed, questions.feeds_of(connection, expression))
    limits = (
        questions.limit_of(part, now)
        for part in parts_of(expression)
        if isinstance(part, Time) and part.name is TimeName.SINCE
    )
    since = max((to_ms(limit) for limit in limits if limit is not None), default=None)
    return found if since is None else _since(connection, found, since)


def _since(connection: Connection, found: Condition, since: int) -> Condition:
    """The condition among the items since then, where they are few: what was published after it was seen is rare."""
    (soon,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM items WHERE seen >= ? LIMIT ?)", (since, SOON + 1)
    ).fetchone()
    return found if soon > SOON else replace(found.joined(_SINCE, since, since), few=True)


# --- looking at items ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """An item that was matched, or the place up to which all items were looked at."""

    anchor: Anchor
    found: Found = _NOTHING
    row: Row | None = None


def _looked_at(
    connection: Connection, asked: _Asked, place: Place, limit: int, over: Callable[[], bool]
) -> Iterator[_Seen]:
    """The items from a place on that may match, in order, and how far that is, however few they are."""
    size = limit + limit // 4 + 1
    for batch in candidates(connection, asked.within, question_of(asked.expression), place, asked.most):
        start = 0
        while start < len(batch.places):
            portion = batch.places[start : start + size]
            start += size
            size = min(2 * size, LARGEST_PORTION)
            yield from _portion(connection, asked, portion, over)
        yield _Seen(batch.end)


def _portion(connection: Connection, asked: _Asked, places: Sequence[Row], over: Callable[[], bool]) -> Iterator[_Seen]:
    """Some items, in order; those up to which it came, where the time is over before all were glanced at."""
    if asked.can_match is None:
        likely, last = [item_id for _, item_id in places], places[-1]
    else:
        likely, last = _glanced_at(connection, asked, asked.can_match, places, over)
    yield from _matched(connection, asked, likely, asked.besides)
    yield _Seen(Anchor(*last))


def _glanced_at(
    connection: Connection,
    asked: _Asked,
    can_match: Callable[[Subject], bool],
    places: Sequence[Row],
    over: Callable[[], bool],
) -> tuple[list[int], Row]:
    """Those of the items whose title and text may match, and the last place looked at; nothing else is read."""
    text, contents = ("c.text", _CONTENTS) if FieldName.TEXT in asked.fields else ("''", "")
    besides = asked.besides or _EVERY
    fetched = connection.execute(
        f"SELECT i.id, i.title, i.language, {text} FROM marks m CROSS JOIN items i ON i.id = m.item_id{contents}"  # noqa: S608  # constants; what was asked is bound
        f" WHERE {_THESE} AND {besides.where}",
        (id_list([item_id for _, item_id in places]), *besides.parameters),
    )
    by_id = {row[0]: row for row in fetched}
    likely = []
    for place in places:
        row = by_id.get(place[1])
        if row is not None and can_match(Subject(row[1], row[3], language=row[2])):
            likely.append(place[1])
        if over():
            return likely, place
    return likely, places[-1]


def _matched(
    connection: Connection, asked: _Asked, item_ids: Sequence[int], besides: Condition | None
) -> Iterator[_Seen]:
    """The items that meet a condition, in the order of their ids, and what the rules say of each."""
    besides = besides or _EVERY
    fetched = connection.execute(
        f"{items.subjects(asked.fields)} WHERE {_THESE} AND {besides.where}",
        (id_list(item_ids), *besides.parameters),
    )
    by_id = {row["id"]: row for row in fetched}
    for each in item_ids:
        if row := by_id.get(each):
            found = find(asked.expression, to_subject(row), asked.now)
            yield _Seen(Anchor(row["sort_at"], each), found, row)


def _to_page(
    connection: Connection, seen: Sequence[_Seen], *, more: bool, reached: Anchor | None = None, turned: bool = False
) -> Page:
    found = {one.anchor.item_id: one.found.matches for one in seen}
    fetched = [one.row for one in (reversed(seen) if turned else seen) if one.row is not None]
    return Page(items.to_item_rows(connection, fetched, found), more=more, reached=reached)
