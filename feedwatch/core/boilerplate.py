"""What stands in an entry and is not its news: known forms, and what a feed repeats.

Only the document leaves it out (preview and matching); the HTML kept for the reader is whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from hashlib import blake2b

from feedwatch.core.document import Passage

SHORTEST_COUNTED = 25
MOST_KEPT = 200
SMALLEST_BODY = 5
FEWEST_ENTRIES = 3
SMALLEST_SHARE = 0.2


def passage_hashes(passages: Iterable[Passage]) -> tuple[str, ...]:
    """Short hashes of one entry's passages, each once: 12 hexadecimal digits of the folded text."""
    texts = (passage.text for passage in passages if len(passage.text) >= SHORTEST_COUNTED)
    return tuple(dict.fromkeys(passage_hash(text) for text in texts))


def passage_hash(text: str) -> str:
    """The hash that one passage's text is known by."""
    folded = " ".join(text.casefold().split())
    return blake2b(folded.encode("utf-8", "replace"), digest_size=6).hexdigest()


def article(passages: tuple[Passage, ...], skip: AbstractSet[str]) -> tuple[Passage, ...]:
    """The passages that are news; all that are no known form where everything would go."""
    kept = tuple(passage for passage in passages if passage_hash(passage.text) not in skip) if skip else passages
    return kept or passages


def learn(known: Mapping[str, int], entries: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """What a feed repeats: hash -> in how many entries of one body it stood at most, bounded to ``MOST_KEPT``."""
    bodies = tuple(entries)
    counted = Counter(found for hashes in bodies for found in set(hashes))
    fewest = max(FEWEST_ENTRIES, SMALLEST_SHARE * len(bodies))
    learned = dict(known)
    if len(bodies) >= SMALLEST_BODY:
        for found, count in counted.items():
            if count >= fewest:
                learned[found] = max(count, learned.get(found, 0))
    most = sorted(learned.items(), key=lambda item: -item[1])[:MOST_KEPT]
    return dict(most)


def boilerplate(counts: Mapping[str, int]) -> frozenset[str]:
    """The hashes that count as boilerplate."""
    return frozenset(found for found, count in counts.items() if count >= FEWEST_ENTRIES)
