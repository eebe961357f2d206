"""What there is to compare polls with before it is decided what they mean. Reads, and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from feedwatch.model import Basis, Draft, FeedId
from feedwatch.store import alerts, identities, stories
from feedwatch.store.connection import Connection


def read(
    connection: Connection, polls: Sequence[tuple[FeedId, Sequence[Draft]]], stories_since: datetime
) -> tuple[Basis, ...]:
    """The basis of each poll, in order; nothing is looked up that can't be of use."""
    names = stories.names(connection) if any(drafts for _, drafts in polls) else {}
    return tuple(_read_one(connection, feed_id, drafts, names, stories_since) for feed_id, drafts in polls)


def _read_one(
    connection: Connection, feed_id: FeedId, drafts: Sequence[Draft], names: Mapping[str, str], since: datetime
) -> Basis:
    known = identities.known(connection, feed_id, drafts)
    perhaps_new = [one for one in drafts if not {one.key, one.strict_key} <= known.by_key.keys()]
    grouped_by = stories.basis(connection, feed_id, perhaps_new, names, since)
    story_ids = grouped_by.voices.keys()
    earlier = (*known.by_key.values(), *known.by_signature.values())
    item_ids = {one.item_id for one in earlier if one.item_id is not None}
    told = alerts.told(connection, sorted(story_ids), sorted(item_ids)) if story_ids or item_ids else ({}, {})
    return Basis(known, grouped_by, *told)
