"""The word index: which items may hold the words of a query. What matches is the rules' word alone; this only narrows.

The index is given ``searchable(...)`` of title and text and holds nothing else, so its rows are taken out with the same
words that they were put in with. Searches reach it as quoted terms only: FTS5's own syntax lets a raw string name
columns and operators, and fails on most of what people type.
"""

from __future__ import annotations

from collections.abc import Sequence

from feedwatch.rules.syntax import And, Expression, Field, FieldName, parts_of
from feedwatch.rules.terms import required_prefixes
from feedwatch.rules.words import searchable
from feedwatch.store.connection import Connection
from feedwatch.store.rows import id_list

MOST_HITS = 20_000
"""Items that the index may name; where there are more, walking all items soon finds a page of them."""
MOST_TERMS = 64
_MOST_SCOPED = 3
_COLUMNS = (FieldName.TITLE, FieldName.TEXT)
_HIGHEST = 2**62
"""Above every id."""


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
    question = question_of(expression)
    if not question:
        return None
    found = newest(connection, question, most + 1)
    return None if len(found) > most else found


def newest(connection: Connection, question: str, limit: int, below: int = _HIGHEST) -> tuple[int, ...]:
    """The highest ids up to ``below`` that the index names, highest first; no more than ``limit``."""
    return _named(connection, "rowid <= ? ORDER BY rowid DESC", question, below, limit)


def oldest(connection: Connection, question: str, limit: int, above: int) -> tuple[int, ...]:
    """The lowest ids from ``above`` on that the index names, lowest first; no more than ``limit``."""
    return _named(connection, "rowid >= ? ORDER BY rowid", question, above, limit)


def _named(connection: Connection, where: str, question: str, bound: int, limit: int) -> tuple[int, ...]:
    statement = f"SELECT rowid FROM search WHERE search MATCH ? AND {where} LIMIT ?"  # noqa: S608  # constants
    return tuple([row[0] for row in connection.execute(statement, (question, bound, limit))])


def question_of(expression: Expression) -> str:
    """What to ask the index about an expression; empty where it knows of nothing that a match must have."""
    parts = tuple(parts_of(expression))
    scoped = [part for part in parts if isinstance(part, Field) and part.name in _COLUMNS][:_MOST_SCOPED]
    others = And(tuple(part for part in parts if part not in scoped))
    asked = [_question(required_prefixes(others) or ())]
    asked += [f"{part.name.value} : ({_question(groups)})" for part in scoped if (groups := required_prefixes(part))]
    return " AND ".join(filter(None, asked))


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
