"""What a query asks of an item beside its words, as SQL: its feed, marks, story, language and time.

A condition made here holds for every item that the expression matches; it says the same as the expression where that
asks for nothing else, and less where words stand beside. What is left over is the matching's to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import assert_never

from feedwatch.model import Subject
from feedwatch.rules.attributes import is_true
from feedwatch.rules.syntax import (
    And,
    Attribute,
    AttributeName,
    Except,
    Expression,
    Field,
    Is,
    Near,
    Not,
    Or,
    Outlets,
    Phrase,
    Regex,
    State,
    Time,
    TimeName,
    Word,
    parts_of,
)
from feedwatch.store.connection import Connection
from feedwatch.store.items import Condition
from feedwatch.store.rows import id_list, strings_from_json, to_ms

_STATES = {
    State.READ: ("m.read = 1", "m.read = 0"),
    State.UNREAD: ("m.read = 0", "m.read = 1"),
    State.STARRED: ("m.starred = 1", "m.starred = 0"),
    State.ALERT: ("m.alerted = 1", "m.alerted = 0"),
    State.EDITED: ("i.revisions > 0", "i.revisions = 0"),
}
_FEEDS = {
    True: "+m.feed_id IN (SELECT value FROM json_each(?))",
    False: "+m.feed_id NOT IN (SELECT value FROM json_each(?))",
}
# What is not plain ASCII folds otherwise in SQL: it is left to matching.
_LANGUAGE = (
    "(i.language GLOB '*[^a-zA-Z0-9_-]*' OR substr(lower(replace(i.language, '_', '-')) || '-', 1, length(?)) {0} ?)"
)
_OUTLETS = "(SELECT outlets FROM stories WHERE id = i.story_id)"
_MOMENT = "coalesce(i.published, i.seen)"


def feeds_of(connection: Connection, expression: Expression) -> frozenset[int] | None:
    """The feeds whose items can match; None where any can."""
    wanted = [part for part in parts_of(expression) if isinstance(part, Attribute) and _is_of_feed(part)]
    return frozenset.intersection(*(_feeds(connection, part) for part in wanted)) if wanted else None


def _is_of_feed(attribute: Attribute) -> bool:
    return attribute.name is not AttributeName.LANG


def _feeds(connection: Connection, attribute: Attribute) -> frozenset[int]:
    """The feeds of which it is true: a few hundred rows, asked in the rules' own words."""
    rows = connection.execute("SELECT id, name, outlet, tags FROM feeds")
    return frozenset(
        row["id"]
        for row in rows
        if is_true(
            attribute,
            Subject("", "", feed=row["name"], outlet=row["outlet"], tags=strings_from_json(row["tags"])),
            datetime.min,  # noqa: DTZ901  # no attribute asks for the time
        )
    )


def condition_of(connection: Connection, expression: Expression, now: datetime) -> Condition | None:
    """What SQL can ask of ``marks m`` and ``items i``; None where that is nothing."""
    return _Asking(connection, now).ask(expression, wanted=True)


class _Asking:
    """One expression under one clock."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def ask(self, expression: Expression, *, wanted: bool) -> Condition | None:
        """What holds wherever ``expression`` is as ``wanted``: true or false."""
        match expression:
            case And() | Or():
                parts = [self.ask(part, wanted=wanted) for part in expression.parts]
                return _all(parts) if isinstance(expression, And) is wanted else _any(parts)
            case Not():
                return self.ask(expression.part, wanted=not wanted)
            case Field():
                return self.ask(expression.part, wanted=wanted)
            case Attribute():
                return self._attribute(expression, wanted=wanted)
            case Outlets():
                holds = f"{_OUTLETS} {expression.comparison.value} ?"
                return Condition(holds if wanted else f"NOT ({holds})", (expression.count,))
            case Is():
                return Condition(_STATES[expression.state][not wanted], ())
            case Time():
                return self._time(expression, wanted=wanted)
            case Word() | Phrase() | Regex() | Near() | Except():
                return None
            case _:
                assert_never(expression)

    def _attribute(self, attribute: Attribute, *, wanted: bool) -> Condition:
        if _is_of_feed(attribute):
            return Condition(_FEEDS[wanted], (id_list(tuple(_feeds(self._connection, attribute))),))
        language = f"{attribute.value.strip().replace('_', '-').lower()}-"
        return Condition(_LANGUAGE.format("=" if wanted else "<>"), (language, language))

    def _time(self, time: Time, *, wanted: bool) -> Condition | None:
        """A moment between two milliseconds is asked for by the earlier one, on either side of it."""
        limit = limit_of(time, self._now)
        if limit is None:
            return None
        side = ">=" if (time.name is TimeName.SINCE) is wanted else "<="
        return Condition(f"{_MOMENT} {side} ?", (to_ms(limit),))


def limit_of(time: Time, now: datetime) -> datetime | None:
    """The moment that is asked about."""
    return time.moment if time.age is None else now - time.age


def _all(parts: Iterable[Condition | None]) -> Condition | None:
    return _joined([part for part in parts if part is not None], " AND ")


def _any(parts: list[Condition | None]) -> Condition | None:
    known = [part for part in parts if part is not None]
    return _joined(known, " OR ") if len(known) == len(parts) else None


def _joined(parts: list[Condition], word: str) -> Condition | None:
    if not parts:
        return None
    where = word.join(part.where for part in parts)
    return Condition(f"({where})", tuple(value for part in parts for value in part.parameters))
