"""Which story a new draft belongs to. Pure: the store brings what it may belong to, this decides.

A wrong merge hides news, a missed one costs a second alert; so two items are one story where there is no doubt (the
same headline in another feed, the same page under much the same headline), or where they say so much the same that
their score is ``ENOUGH``:

    score = cosine of their vectors (``gist.py``) * n / (n + 1) * e^(-hours apart / 48)

``n`` is how many terms they share: one rare name alone is no event. An event is told within hours; what comes days
later tells of another. Headlines that are the same but for one name or number ("12th package", "13th package") tell of
two events; items of one feed are never alike, since a publisher words a series alike and tells an event once. A draft
joins the story of the item that it is most like. What it may be like is found by its heaviest terms among the
``MOST_OF_TERM`` newest items that have each, so that its cost does not grow with the archive.

What was tried on labelled news of the kinds that ``make bench-stories`` measures, as pairwise F1 (26 November 2026; the
first rows are of prototypes that compared each item with all, in one random order and at the threshold that was best
for each column; the last two are this code at one setting, headlines and texts the mean of six random orders):

| method | headlines | full texts | pairs of two publishers |
|---|---|---|---|
| cosine | .90 | .94 | .86 |
| the same, neighbouring words as terms too | .86 | .89 | .83 |
| the same, of words that stand side by side in both only one in full | .88 | .96 | .87 |
| cosine * n / (n + 1) | .91 | .98 | .86 |
| cosine * n / (n + 1) * e^(-hours / 60) | .91 | .98 | .91 |
| this, with .2 of the mean over all items of a story | .81 | .95 | .91 |
| this | .84 | .95 | .93 |
"""

from __future__ import annotations

import hashlib
import heapq
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from feedwatch.core.gist import gist, pack, telling, unpack, unpacked, weigh
from feedwatch.core.urls import canonical
from feedwatch.core.words import common_start, words_of
from feedwatch.model import Draft, FeedId, Founder, NewItem, StoryBasis, StoryCandidate, StoryRef, Voice, replace

WINDOW = timedelta(hours=72)
"""How long a story stays open to new tellings."""
MIN_WORDS: Final = 4
"""A headline shorter than this is not enough to know a story by, nor are fewer terms: "Live updates" recurs."""
MIN_OVERLAP: Final = 0.5
"""Shared words of two headlines of one page, of all their words."""
ENOUGH: Final = 0.22
"""Below .2 different events of one topic run together, above .24 rewordings fall apart (measured)."""
FADING: Final = 48.0
"""Hours in which a likeness falls to a third; labelled pairs that told one event were at most 25 apart."""
MANY: Final = 6
"""Terms in common from which on none need be the headlines': "Read more" stands under many."""
LONGEST_NAME: Final = 2
"""Words."""
LONG_WORD: Final = 4
"""Letters: shorter words are small in every headline."""
MOST_OF_TERM: Final = 16
MOST_LIKELY: Final = 6
"""Items that are compared in full, those that share most of the heaviest terms."""
SHARED: Final = 0.06
"""What the heaviest terms of a draft must add to the cosine at least (measured: no item that is alike enough is left
out)."""
COPY: Final = 0.85
"""The cosine from which on two items are the same words: two of three agency copies in two papers, and one in three
hundred pairs of reports that two papers wrote themselves (measured)."""
TEXT_WORDS: Final = 40
MIN_TEXT_WORDS: Final = 12
"""Of a text, to know copies by: its first words, and no fewer than these."""
MOST_CHARACTERS: Final = 1_000

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


def text_key(text: str) -> int | None:
    """A hash of the text's first words, to know copies of it by; None where it has few."""
    words = words_of(text[:MOST_CHARACTERS])[:TEXT_WORDS]
    return _hash(" ".join(words)) if len(words) >= MIN_TEXT_WORDS else None


def _hash(text: str) -> int:
    """64 bits, signed as SQLite's integers are."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


@dataclass(frozen=True, slots=True)
class _Told:
    """An item that is in a story, or about to be."""

    story: StoryRef
    feed_id: FeedId
    title: str
    seen: float
    published: float | None
    """In hours."""
    vector: Mapping[int, float]
    url_key: int | None
    title_key: int | None
    words: int | None
    outlet: str


class Grouping:
    """The stories that a batch of polls may tell, which grows as its drafts join them or found new ones."""

    def __init__(self, bases: Iterable[StoryBasis]) -> None:
        self._known = Counter[int]()
        """How many items have a term; of those that this batch has."""
        self._items = 0
        self._told: list[_Told] = []
        self._by_term: defaultdict[int, list[int]] = defaultdict(list)
        self._by_key: defaultdict[int, list[int]] = defaultdict(list)
        self._voices: defaultdict[StoryRef, set[Voice]] = defaultdict(set)
        seen: set[int] = set()
        for basis in bases:
            self._items = max(self._items, basis.items)
            self._known |= Counter(basis.known)
            for story_id, voices in basis.voices.items():
                self._voices[story_id].update(voices)
            for one in basis.candidates:
                if one.item_id not in seen:
                    seen.add(one.item_id)
                    self._add(_as_told(one))

    def voices(self, story: StoryRef) -> AbstractSet[Voice]:
        """By whom the story is told."""
        return self._voices[story]

    def join(self, draft: Draft, feed_id: FeedId, outlet: str, now: datetime, *, compared: bool = True) -> NewItem:
        """The draft with the story that it joins, or founds; later drafts may join it too.

        Not ``compared``, it joins one and is joined only beyond doubt. Where it repeats an item of its feed, its outlet
        is that item's, whatever it says: one feed must not make a story of many outlets.
        """
        own = Founder(feed_id, draft.key)
        vector = weigh(unpacked(draft.gist), self._known, self._items) if compared else {}
        seen, published = _hours(now), _hours_or_none(draft.published)
        words = draft.title_key if draft.text_key is None else draft.text_key
        told = _Told(own, feed_id, draft.title, seen, published, vector, draft.url_key, draft.title_key, words, outlet)
        other = self._same(told) or self._alike(told)
        if other is not None:
            told = replace(told, story=other.story, words=other.words if _is_copy(told, other) else words)
            told = replace(told, outlet=other.outlet if other.feed_id == feed_id else outlet)
        self._add(told)
        voice = Voice(told.outlet, draft.credit, told.words)
        self._voices[told.story].add(voice)
        if compared:
            self._items += 1
            self._known.update(vector.keys())
        return NewItem(draft, told.story, pack(vector), voice)

    def _add(self, told: _Told) -> None:
        place = len(self._told)
        self._told.append(told)
        for key in _keys(told):
            self._by_key[key].append(place)
        for term in telling(told.vector):
            self._by_term[term].append(place)

    def _same(self, told: _Told) -> _Told | None:
        places = {place for key in _keys(told) for place in self._by_key.get(key, ())}
        for place in sorted(places, reverse=True):
            if _is_same(told, self._told[place]):
                return self._told[place]
        return None

    def _alike(self, told: _Told) -> _Told | None:
        """The item that says most the same, where it is enough."""
        others = (self._told[place] for place in self._likely(told.vector))
        scored = ((_score(told, other), other) for other in others)
        likeness, most = max(scored, key=itemgetter(0), default=(0.0, None))
        return most if likeness >= ENOUGH else None

    def _likely(self, vector: Mapping[int, float]) -> list[int]:
        """The items that share the most weight of their heaviest terms; few of all that share some."""
        found: defaultdict[int, float] = defaultdict(float)
        for term in telling(vector):
            for place in self._by_term.get(term, ())[-MOST_OF_TERM:]:
                found[place] += self._told[place].vector[term] * vector[term]
        likely = [place for place, shared in found.items() if shared >= SHARED]
        return heapq.nlargest(MOST_LIKELY, likely, key=found.__getitem__)


def _score(one: _Told, other: _Told) -> float:
    """How much two items say the same, from 0 to 1."""
    shared = _shared(one, other)
    if len(shared) < 2 or min(len(one.vector), len(other.vector)) < MIN_WORDS or one.feed_id == other.feed_id:
        return 0.0
    likeness = sum(shared) * len(shared) / (len(shared) + 1) * math.exp(-_apart(one, other) / FADING)
    if likeness >= ENOUGH and (
        _differ_in_a_name(one.title, other.title)
        or (len(shared) < MANY and not _share_headline(one.title, other.title))
    ):
        return 0.0
    return likeness


def _shared(one: _Told, other: _Told) -> list[float]:
    """What each term that two items share adds to their cosine."""
    few, many = sorted((one.vector, other.vector), key=len)
    return [weight * many[term] for term, weight in few.items() if term in many]


def _is_copy(one: _Told, other: _Told) -> bool:
    """Whether two items have their words from each other, or both from a third."""
    return (one.url_key is not None and one.url_key == other.url_key) or sum(_shared(one, other)) >= COPY


def _share_headline(one: str, other: str) -> bool:
    """Whether two headlines have two terms in common at least."""
    return len(unpacked(gist(one, "", "")).keys() & unpacked(gist(other, "", "")).keys()) > 1


def _apart(one: _Told, other: _Told) -> float:
    """Hours between two items, as published where both say so."""
    if one.published is None or other.published is None:
        return abs(one.seen - other.seen)
    return abs(one.published - other.published)


def _differ_in_a_name(one: str, other: str) -> bool:
    """Whether two headlines are the same but for a name or number: "12th package", "Turkey raises rates"."""
    ours, theirs = _WORD.findall(one), _WORD.findall(other)
    folded, others = [word.casefold() for word in ours], [word.casefold() for word in theirs]
    before = common_start(folded, others)
    behind = common_start(folded[before:][::-1], others[before:][::-1])
    rests = ours[before : len(ours) - behind], theirs[before : len(theirs) - behind]
    if not all(0 < len(rest) <= LONGEST_NAME < before + behind for rest in rests):
        return False
    has_small = any(word.islower() and len(word) >= LONG_WORD for word in (*ours, *theirs))
    return all(_is_name(rest, among_small=has_small) for rest in rests)


def _is_name(words: Sequence[str], *, among_small: bool) -> bool:
    """Numbers, and capitalised words where not all words are."""
    return any(word[0].isdigit() or (among_small and word[0].isupper()) for word in words)


def _is_same(one: _Told, other: _Told) -> bool:
    """The same headline, or page, beyond doubt."""
    ours, theirs = set(words_of(one.title)), set(words_of(other.title))
    same_url = one.url_key is not None and one.url_key == other.url_key
    if one.feed_id == other.feed_id:
        return same_url and bool(ours) and ours == theirs
    if same_url:
        return bool(ours) and len(ours & theirs) >= MIN_OVERLAP * len(ours | theirs)
    return len(ours) >= MIN_WORDS and ours == theirs


def _keys(told: _Told) -> set[int]:
    return {key for key in (told.url_key, told.title_key) if key is not None}


def _as_told(one: StoryCandidate) -> _Told:
    vector = unpack(one.vector)
    seen, published = _hours(one.seen), _hours_or_none(one.published)
    return _Told(
        one.story_id, one.feed_id, one.title, seen, published, vector, one.url_key, one.title_key, one.words, one.outlet
    )


def _hours(moment: datetime) -> float:
    return moment.timestamp() / 3600


def _hours_or_none(moment: datetime | None) -> float | None:
    return None if moment is None else _hours(moment)
