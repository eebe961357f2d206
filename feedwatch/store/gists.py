"""What items say, in SQL: their vectors while a story may still grow by them, and how common each term is."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from feedwatch.core.gist import TELLING, telling, terms_of, unpack, unpacked, weigh
from feedwatch.core.stories import MOST_LIKELY, MOST_OF_TERM, SHARED
from feedwatch.model import Draft
from feedwatch.store.connection import Connection
from feedwatch.store.rows import id_list

_EVERY = -1
"""What stands for a term that every item has: how many were counted."""
_NEWEST = """
    SELECT g.term, g.item_id, g.weight FROM json_each(:terms) k CROSS JOIN gist_terms g
    ON g.term = k.value AND g.item_id >= coalesce(
        (SELECT item_id FROM gist_terms WHERE term = k.value ORDER BY item_id DESC LIMIT 1 OFFSET :most - 1), 0)
"""
FORGOTTEN_AT_ONCE = 300
ALL_COUNTED = 5_000
"""The first items, whose terms are all counted."""
ONE_OF = 4
"""Of later ones, every fourth's are: each term's count is a page of the file to write."""


def known(connection: Connection, drafts: Iterable[Draft]) -> tuple[dict[int, int], int]:
    """How many items have each term of the drafts, and how many items there were."""
    terms = {_EVERY}.union(*(terms_of(draft.gist, 5) for draft in drafts))
    rows = connection.execute(
        "SELECT term, items FROM term_counts WHERE term IN (SELECT value FROM json_each(?))", (id_list(tuple(terms)),)
    )
    counts = {row["term"]: row["items"] for row in rows}
    return counts, counts.pop(_EVERY, 0)


def begun(connection: Connection) -> int:
    """When the oldest that is kept was seen, in milliseconds; 0 where nothing is."""
    row = connection.execute("SELECT seen FROM gists ORDER BY item_id LIMIT 1").fetchone()
    return row["seen"] if row else 0


def likely(connection: Connection, drafts: Iterable[Draft], counts: Mapping[int, int], items: int) -> frozenset[int]:
    """The items that share most of what each draft says: by its heaviest terms, of the newest items that have them."""
    vectors = [weigh(unpacked(draft.gist), counts, items) for draft in drafts]
    newest = _newest(connection, {term for vector in vectors for term in telling(vector) if term in counts})
    found: set[int] = set()
    for vector in vectors:
        alike: defaultdict[int, float] = defaultdict(float)
        for term in telling(vector):
            here = vector[term]
            for item_id, weight in newest.get(term, ()):
                alike[item_id] += here * weight
        likely_enough = [item_id for item_id, shared in alike.items() if shared >= SHARED]
        found.update(heapq.nlargest(MOST_LIKELY, likely_enough, key=alike.__getitem__))
    return frozenset(found)


def _newest(connection: Connection, terms: Iterable[int]) -> Mapping[int, list[tuple[int, float]]]:
    """The newest items that have each term, with what it weighs in them."""
    cursor = connection.cursor()
    cursor.row_factory = None  # plain tuples: there are thousands
    found: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
    for term, item_id, weight in cursor.execute(_NEWEST, {"terms": id_list(tuple(terms)), "most": MOST_OF_TERM}):
        found[term].append((item_id, weight))
    return found


def add(connection: Connection, vectors: Sequence[tuple[int, bytes]], seen: int) -> None:
    """Keep the vectors of new items, file them under their telling terms, and count all terms."""
    said = [(item_id, vector) for item_id, vector in vectors if vector]
    if not said:
        return
    counted = [vector for item_id, vector in said if item_id < ALL_COUNTED or item_id % ONE_OF == 0]
    counts = Counter(term for vector in counted for term in terms_of(vector))
    counts[_EVERY] = len(counted)
    connection.executemany(
        "INSERT INTO term_counts VALUES (?, ?) ON CONFLICT (term) DO UPDATE SET items = items + excluded.items",
        counts.items(),
    )
    connection.executemany("INSERT INTO gists VALUES (?, ?, ?)", [(item_id, seen, vector) for item_id, vector in said])
    connection.executemany(
        "INSERT INTO gist_terms VALUES (?, ?, ?)",
        [
            (term, item_id, weight)
            for item_id, vector in said
            for term, weight in islice(unpack(vector).items(), TELLING)
        ],
    )


def forget_before(connection: Connection, seen: int) -> int:
    """Drop some of the vectors that no new item can be compared with; how many. 0: there are no more."""
    rows = connection.execute(
        "SELECT item_id FROM gists WHERE seen < ? ORDER BY item_id LIMIT ?", (seen, FORGOTTEN_AT_ONCE)
    ).fetchall()
    remove(connection, [row["item_id"] for row in rows])
    return len(rows)


def remove(connection: Connection, item_ids: Sequence[int]) -> None:
    """Drop the vectors of these items; how common their terms are stays."""
    rows = connection.execute(
        "SELECT item_id, vector FROM gists WHERE item_id IN (SELECT value FROM json_each(?))", (id_list(item_ids),)
    ).fetchall()
    connection.executemany(
        "DELETE FROM gist_terms WHERE term = ? AND item_id = ?",
        [(term, row["item_id"]) for row in rows for term in terms_of(row["vector"])[:TELLING]],
    )
    connection.executemany("DELETE FROM gists WHERE item_id = ?", [(row["item_id"],) for row in rows])
