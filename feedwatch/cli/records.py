"""JSON records that more than one command gives. Their keys are the public contract."""

from __future__ import annotations

from feedwatch.cli.output import iso
from feedwatch.model import ItemRow, Match


def item_record(row: ItemRow) -> dict[str, object]:
    """An item as scripts are given it."""
    return {
        "id": row.id,
        "feed": row.feed,
        "outlet": row.outlet,
        "title": row.title,
        "url": row.url,
        "author": row.author,
        "published": iso(row.published),
        "seen": iso(row.seen),
        "story": row.story_id,
        "outlets": row.outlets,
        "sources": row.sources,
        "language": row.language,
        "read": row.read,
        "starred": row.starred,
        "rules": list(row.rules),
    }


def match_record(match: Match) -> dict[str, object]:
    """A match as scripts and receivers are given it."""
    return {"field": match.field, "start": match.start, "end": match.end, "text": match.text}
