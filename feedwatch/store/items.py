"""Items in SQL: the lists that a view names, walked by index from any place, and one item whole. No query language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feedwatch.model import (
    Anchor,
    Article,
    Edit,
    ItemDetail,
    ItemId,
    ItemRow,
    Match,
    Page,
    Revision,
    Subject,
    View,
    replace,
)
from feedwatch.rules.syntax import FieldName
from feedwatch.store import stories
from feedwatch.store.connection import Connection, Row
from feedwatch.store.rows import (
    enclosures_from_json,
    from_ms,
    from_ms_or_none,
    highest,
    id_list,
    layout_to_json,
    strings_from_json,
    to_document,
    to_item_alert,
    to_item_row,
    to_ms,
    to_subject,
)

MOST_EDITS = 5
"""Changes of an item's wording that are compared, the newest."""
MOST_COUNTED = 50_000
"""Items of a grouped view up to which its stories are counted (measured: 3 ms for 4,500)."""
SMALL = 20_000
"""Items of a tag up to which it is faster to sort them all than to walk every item in search of them."""

# The order of the tables is ours (CROSS JOIN): marks first, by the index that the view walks.
COLUMNS = (
    "SELECT i.id, m.sort_at, m.feed_id, f.name AS feed, f.outlet, i.title, i.url, i.author, i.published, i.seen,"
    f" i.story_id, {stories.COUNTS}, i.language, m.read, m.starred, i.revisions"
)
TABLES = (
    " FROM marks m CROSS JOIN items i ON i.id = m.item_id"
    " JOIN feeds f ON f.id = m.feed_id JOIN stories s ON s.id = i.story_id"
)
SUBJECT = f"{COLUMNS}, m.alerted, f.tags, c.text, c.categories{TABLES} JOIN contents c ON c.item_id = i.id"
# The plus keeps SQLite from gathering all items of some feeds by their index, where walking is meant.
_GATHERED = "m.feed_id IN (SELECT value FROM json_each(?))"
_WALKED = "+m.feed_id IN (SELECT value FROM json_each(?))"
_EARLIER = (
    "NOT EXISTS (SELECT 1 FROM items own CROSS JOIN items other ON other.story_id = own.story_id AND other.id < own.id"
    " CROSS JOIN marks earlier ON earlier.item_id = other.id WHERE own.id = m.item_id AND {0})"
)
_UNREAD = (
    "SELECT DISTINCT i.story_id FROM items i JOIN marks m ON m.item_id = i.id"
    " WHERE i.story_id IN (SELECT value FROM json_each(?)) AND m.read = 0"
)
_ALERTED = (
    "SELECT i.story_id, a.rule, a.severity FROM items i JOIN alerts a ON a.item_id = i.id"
    " WHERE i.story_id IN (SELECT value FROM json_each(?)) ORDER BY a.raised_at, a.rowid"
)
_BY_IDS = " WHERE m.item_id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a list to read: beyond ``after``, ahead of ``before``, its ``last`` rows, or from its top."""

    after: Anchor | None = None
    before: Anchor | None = None
    last: bool = False

    @property
    def upwards(self) -> bool:
        """Whether the rows are walked oldest first."""
        return self.last or self.before is not None


@dataclass(frozen=True, slots=True)
class Condition:
    """What holds for the rows of a list, as SQL over ``marks m``; ``few`` where sorting beats walking an index."""

    where: str
    parameters: tuple[int | str, ...]
    few: bool = False

    def joined(self, where: str, *parameters: int | str) -> Condition:
        """This, and another condition."""
        return Condition(f"{self.where} AND {where}", (*self.parameters, *parameters), self.few)


def subjects(fields: frozenset[FieldName]) -> str:
    """``SUBJECT``, of the long fields only with those that are wanted."""
    found = SUBJECT
    if FieldName.CATEGORY not in fields:
        found = found.replace("c.categories", "'[]' AS categories")  # it stands behind the HTML: far to read
    if FieldName.TEXT not in fields:
        found = found.replace("c.text", "'' AS text")
    return found


# --- which items -----------------------------------------------------------------------------------------------------


def condition(connection: Connection, view: View, feeds: frozenset[int] | None = None) -> Condition:
    """The view but for its query, within some feeds where that is said.

    Flags are written as the partial indexes have them, else these are not used.
    """
    flags = {"m.read = 0": view.unread, "m.starred = 1": view.starred, "m.alerted = 1": view.alerted}
    found = Condition(" AND ".join(["1", *(flag for flag, wanted in flags.items() if wanted)]), ())
    if view.feed_id is not None:
        found = found.joined("m.feed_id = ?", view.feed_id)
    if view.tag:
        feeds = _tagged(connection, view.tag).intersection(*([] if feeds is None else [feeds]))
    found = found if feeds is None else _of_feeds(connection, found, sorted(feeds))
    return _first_of_story(found) if view.is_by_story else found


def _first_of_story(found: Condition) -> Condition:
    """The condition without items of whose story it holds an earlier one, of which it asks the same."""
    earlier = _EARLIER.format(re.sub(r"\bm\.", "earlier.", found.where))
    return found.joined(earlier, *found.parameters)


def _tagged(connection: Connection, tag: str) -> frozenset[int]:
    rows = connection.execute(
        "SELECT id FROM feeds WHERE EXISTS (SELECT 1 FROM json_each(feeds.tags) WHERE value = ?)", (tag,)
    )
    return frozenset(row["id"] for row in rows)


def _of_feeds(connection: Connection, found: Condition, feeds: Sequence[int]) -> Condition:
    """The condition within feeds: one is walked by its index, the items of a few are gathered, those of many sought."""
    if len(feeds) == 1:
        return found.joined("m.feed_id = ?", feeds[0])
    (items,) = connection.execute(
        "SELECT coalesce(sum(items), 0) FROM tallies WHERE feed_id IN (SELECT value FROM json_each(?))",
        (id_list(feeds),),
    ).fetchone()
    few = items <= SMALL
    return replace(found.joined(_GATHERED if few else _WALKED, id_list(feeds)), few=few)


def at_place(found: Condition, place: Place) -> Condition:
    """The condition from a place on, in the direction of walking."""
    if place.after is not None:
        found = found.joined("(m.sort_at, m.item_id) < (?, ?)", place.after.at, place.after.item_id)
    if place.before is not None:
        found = found.joined("(m.sort_at, m.item_id) > (?, ?)", place.before.at, place.before.item_id)
    return found


def walk(found: Condition, *, upwards: bool) -> str:
    """The end of a statement that walks the rows of a condition in order; its last parameter is the limit."""
    by = "+m.sort_at {0}, +m.item_id {0}" if found.few else "m.sort_at {0}, m.item_id {0}"
    return f" WHERE {found.where} ORDER BY {by.format('ASC' if upwards else 'DESC')} LIMIT ?"


# --- lists -----------------------------------------------------------------------------------------------------------


def page(connection: Connection, view: View, place: Place, limit: int) -> Page:
    """A page of a view without a query, newest first."""
    found = at_place(condition(connection, view), place)
    statement = f"{COLUMNS}{TABLES}{walk(found, upwards=place.upwards)}"
    fetched = connection.execute(statement, (*found.parameters, limit + 1)).fetchall()
    chosen = fetched[:limit]
    if place.upwards:
        chosen.reverse()
    return Page(_lines(connection, view, chosen), more=len(fetched) > limit)


def rows(connection: Connection, view: View, item_ids: Sequence[ItemId]) -> Page:
    """Those of the items that a view without a query holds, newest first."""
    found = condition(connection, view)
    fetched = connection.execute(
        f"{COLUMNS}{TABLES}{_BY_IDS} AND {found.where} ORDER BY +m.sort_at DESC, +m.item_id DESC",
        (id_list(item_ids), *found.parameters),
    ).fetchall()
    return Page(_lines(connection, view, fetched), more=False)


def _lines(connection: Connection, view: View, fetched: Sequence[Row]) -> tuple[ItemRow, ...]:
    """The rows of a view; one that stands for a story is read once all of that is, and has the alerts of all of it."""
    lines = to_item_rows(connection, fetched)
    if not view.is_by_story:
        return lines
    asked = (id_list([line.story_id for line in lines]),)
    unread = {row["story_id"] for row in connection.execute(_UNREAD, asked)}
    alerts: defaultdict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(_ALERTED, asked):
        alerts[row["story_id"]].append(row)
    return tuple(
        replace(
            line,
            read=line.story_id not in unread,
            rules=tuple(dict.fromkeys(row["rule"] for row in alerts[line.story_id])),
            severity=highest(alerts[line.story_id]),
        )
        for line in lines
    )


def to_item_rows(
    connection: Connection, fetched: Sequence[Row], found: Mapping[int, Sequence[Match]] | None = None
) -> tuple[ItemRow, ...]:
    """Lines of a list from rows of COLUMNS, with their alerts, and by id what a search found in them."""
    alerts = defaultdict(list)
    for alert in connection.execute(
        "SELECT item_id, rule, severity, matches FROM alerts WHERE item_id IN (SELECT value FROM json_each(?))"
        " ORDER BY raised_at, rowid",
        (id_list([row["id"] for row in fetched]),),
    ):
        alerts[alert["item_id"]].append(alert)
    matches = found or {}
    return tuple(to_item_row(row, alerts[row["id"]], matches.get(row["id"], ())) for row in fetched)


def count(connection: Connection, view: View) -> int | None:
    """How many lines a view has; None for one with a query, and for a grouped one of more items than are counted."""
    if view.query:
        return None
    if view.starred or view.alerted:
        return _counted(connection, view)
    if view == View(grouped=True):
        (number,) = connection.execute("SELECT stories FROM story_tally").fetchone()
        return int(number)
    items = _tallied(connection, view)
    if not view.grouped:
        return items
    return _counted(connection, view) if items <= MOST_COUNTED else None


def _counted(connection: Connection, view: View) -> int:
    found = condition(connection, view)
    (number,) = connection.execute(
        f"SELECT count(*) FROM marks m WHERE {found.where}",  # noqa: S608  # constants; what was asked is bound
        found.parameters,
    ).fetchone()
    return int(number)


def _tallied(connection: Connection, view: View) -> int:
    row = connection.execute(
        "SELECT coalesce(sum(t.items), 0) AS items, coalesce(sum(t.unread), 0) AS unread"
        " FROM tallies t JOIN feeds f ON f.id = t.feed_id WHERE (? IS NULL OR t.feed_id = ?)"
        " AND (? = '' OR EXISTS (SELECT 1 FROM json_each(f.tags) WHERE value = ?))",
        (view.feed_id, view.feed_id, view.tag, view.tag),
    ).fetchone()
    return int(row["unread"] if view.unread else row["items"])


# --- one item --------------------------------------------------------------------------------------------------------


def detail(connection: Connection, item_id: ItemId) -> ItemDetail | None:
    """An item whole."""
    from feedwatch.core.pictures import pictures  # with what it needs, and no list waits for it

    row = connection.execute(f"{COLUMNS}{TABLES} WHERE m.item_id = ?", (item_id,)).fetchone()
    if row is None:
        return None
    content = connection.execute(
        "SELECT c.*, f.url AS feed_url, f.tags FROM contents c JOIN items i ON i.id = c.item_id"
        " JOIN feeds f ON f.id = i.feed_id WHERE c.item_id = ?",
        (item_id,),
    ).fetchone()
    alerts = connection.execute("SELECT * FROM alerts WHERE item_id = ? ORDER BY raised_at, rowid", (item_id,))
    document, revisions = to_document(content["text"], content["layout"]), _revisions(connection, item_id)
    changed = list(_changed(revisions, row["title"], document.text))
    enclosures = enclosures_from_json(content["enclosures"])
    return ItemDetail(
        row=to_item_rows(connection, [row])[0],
        document=document,
        html=content["html"],
        feed_url=content["feed_url"],
        categories=strings_from_json(content["categories"]),
        source=content["source"],
        enclosures=enclosures,
        tags=strings_from_json(content["tags"]),
        alerts=tuple(to_item_alert(alert) for alert in alerts),
        revisions=revisions,
        members=stories.members(connection, row["story_id"]),
        article=_article(connection, item_id),
        pictures=pictures(content["html"], enclosures),
        edits=tuple(_edit(*one) for one in changed[:MOST_EDITS]),
        older_edits=len(changed[MOST_EDITS:]),
    )


def _changed(revisions: Sequence[Revision], title: str, text: str) -> Iterator[tuple[Revision, str, str]]:
    """The earlier wordings that are not those after them, newest first, with title and text that came after."""
    for one in revisions:
        if one.is_edit and (one.title.split(), one.text.split()) != (title.split(), text.split()):
            yield one, title, text
        title, text = one.title, one.text


def _edit(before: Revision, title: str, text: str) -> Edit:
    from feedwatch.core.difference import difference  # as above

    return Edit(before.replaced_at, difference(before.title, title), difference(before.text, text))


def _revisions(connection: Connection, item_id: ItemId) -> tuple[Revision, ...]:
    fetched = connection.execute(
        "SELECT * FROM revisions WHERE item_id = ? ORDER BY replaced_at DESC, rowid DESC", (item_id,)
    )
    return tuple(
        Revision(
            from_ms(row["replaced_at"]),
            row["title"],
            row["text"],
            from_ms_or_none(row["published"]),
            bool(row["edited"]),
        )
        for row in fetched
    )


def _article(connection: Connection, item_id: ItemId) -> Article | None:
    row = connection.execute("SELECT * FROM articles WHERE item_id = ?", (item_id,)).fetchone()
    if row is None:
        return None
    return Article(to_document(row["text"], row["layout"]), from_ms(row["fetched_at"]), row["error"])


def keep_article(connection: Connection, item_id: ItemId, article: Article) -> None:
    """Keep the full text of an item's page; nothing where the item is gone."""
    connection.execute(
        "INSERT OR REPLACE INTO articles SELECT id, ?, ?, ?, ? FROM items WHERE id = ?",
        (
            article.document.text,
            layout_to_json(article.document),
            to_ms(article.fetched_at),
            article.error,
            item_id,
        ),
    )


def subject(connection: Connection, item_id: ItemId) -> Subject | None:
    """What a rule can ask of an item."""
    row = connection.execute(f"{SUBJECT} WHERE m.item_id = ?", (item_id,)).fetchone()
    return None if row is None else to_subject(row)
