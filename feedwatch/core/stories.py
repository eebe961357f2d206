"""Which story a new draft belongs to. Pure: the store brings the candidates, this decides.

A wrong merge hides news, a missed one costs a second alert; so two items are one story only where there is no doubt:
the same headline in another feed (agency copy), or the same page under much the same headline there. Within one feed
page and headline must both be the same: some feeds link every entry to one page, and word their warnings alike. A link
alone proves nothing, nor does a short headline, since "Live updates" recurs.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from feedwatch.core.urls import canonical
from feedwatch.model import Draft, FeedId, NewItem, StoryCandidate, StoryId

WINDOW = timedelta(hours=72)
"""How long a story stays open to new tellings."""
MIN_WORDS = 4
"""A headline shorter than this is not enough to know a story by."""
MIN_OVERLAP = 0.5
"""Shared words of two headlines of one page, of all their words."""

_WORD = re.compile(r"\w+")


def url_key(url: str) -> int | None:
    """A hash of the canonical address, for an index; None where there is no address."""
    address = canonical(url)
    return _hash(address) if address else None


def title_key(title: str) -> int | None:
    """A hash of the title without letter case, accents and punctuation, for an index; None where nothing is left."""
    plain = title.casefold()
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    words = " ".join(_WORD.findall(plain))
    return _hash(words) if words else None


def _hash(text: str) -> int:
    """64 bits, signed as SQLite's integers are."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def keys(drafts: Iterable[Draft]) -> frozenset[int]:
    """What drafts are looked up by: two that share no key are no candidates for one story."""
    found = (key for draft in drafts for key in (draft.url_key, draft.title_key))
    return frozenset(key for key in found if key is not None)


def assign(
    drafts: Sequence[Draft], feed_id: FeedId, candidates: Mapping[bytes, tuple[StoryCandidate, ...]]
) -> tuple[NewItem, ...]:
    """Each draft with the story that it joins, or with None for one of its own. ``candidates`` go by draft key."""
    return tuple(NewItem(draft, _story_of(draft, feed_id, candidates.get(draft.key, ()))) for draft in drafts)


def _story_of(draft: Draft, feed_id: FeedId, candidates: Iterable[StoryCandidate]) -> StoryId | None:
    for candidate in candidates:
        if _is_same_story(draft, feed_id, candidate):
            return candidate.story_id
    return None


def _is_same_story(draft: Draft, feed_id: FeedId, candidate: StoryCandidate) -> bool:
    ours, theirs = _words(draft.title), _words(candidate.title)
    if candidate.feed_id == feed_id:
        return candidate.same_url and bool(ours) and ours == theirs
    if candidate.same_url:
        return bool(ours) and len(ours & theirs) >= MIN_OVERLAP * len(ours | theirs)
    return len(ours) >= MIN_WORDS and ours == theirs


def _words(title: str) -> frozenset[str]:
    return frozenset(_WORD.findall(title.casefold()))
