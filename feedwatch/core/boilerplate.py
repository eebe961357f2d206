"""What stands in an entry and is not its news: known forms, and what a feed repeats.

Only the document leaves it out (preview and matching); the HTML kept for the reader is whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from hashlib import blake2b

from feedwatch.core.document import Passage, part
from feedwatch.core.promotion import (
    after_invitation,
    end_of_news,
    heads_related,
    is_known,
    leads_away,
    lists_addresses,
    promoted_headlines,
)
from feedwatch.model import BlockKind

MOSTLY_LINK = 0.8
HALF_LINK = 0.5
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


def joined_hashes(hashes: Iterable[str]) -> bytes:
    """Hashes of passages, 6 bytes each."""
    return bytes.fromhex("".join(hashes))


def split_hashes(joined: bytes) -> tuple[str, ...]:
    """What ``joined_hashes`` joined."""
    digits = joined.hex()
    return tuple(digits[start : start + 12] for start in range(0, len(digits), 12))


def article(passages: tuple[Passage, ...], skip: AbstractSet[str]) -> tuple[Passage, ...]:
    """The passages without boilerplate. Where nothing would be left, only forms that never hold news are left out."""
    return tuple(_news(passages, skip)) or tuple(filter(None, map(_certain_news, passages)))


def _news(passages: Iterable[Passage], skip: AbstractSet[str]) -> Iterator[Passage]:
    under_related = False
    for index, passage in enumerate(passages):
        linked = _linked_share(passage)
        if heads_related(passage.text):
            under_related = True
        elif not (under_related and linked >= MOSTLY_LINK):
            under_related = False
            if not (skip and passage_hash(passage.text) in skip) and not _promotes(passage, linked, first=index == 0):
                rest = _certain_news(passage)
                if rest:
                    yield rest


def _promotes(passage: Passage, linked: float, *, first: bool) -> bool:
    """Whether the passage is a promoted headline: weaker signs, never an entry's only text."""
    if linked >= HALF_LINK and leads_away(passage.text):
        return True
    return promoted_headlines(passage.text) > (1 if first else 0) or lists_addresses(passage.text)


def _certain_news(passage: Passage) -> Passage | None:
    """The passage less the known forms that it begins and ends with; None where it is nothing else."""
    if passage.kind is BlockKind.CODE:
        return passage
    text = passage.text
    if is_known(text):
        return None
    start, end = _inner_lines(text) if "\n" in text else (0, len(text))
    start += after_invitation(text[start:end])
    if linked_tail := next((link for link in passage.links if link.end >= end and link.start > start), None):
        before = text[start : linked_tail.start].rstrip()
        if before[-1:] not in {",", ":", "("} and is_known(text[linked_tail.start : end]):
            end = linked_tail.start
    end = start + end_of_news(text[start:end])
    if start == 0 and end == len(text):
        return passage
    return part(passage, start, end) if text[start:end].strip() else None


def _inner_lines(text: str) -> tuple[int, int]:
    """Where the lines between known forms begin and end."""
    lines = text.split("\n")
    first, last = 0, len(lines)
    while first < last and is_known(lines[first]):
        first += 1
    while last > first and is_known(lines[last - 1]):
        last -= 1
    return sum(len(line) + 1 for line in lines[:first]), len("\n".join(lines[:last]))


def _linked_share(passage: Passage) -> float:
    linked = sum(link.end - link.start for link in passage.links)
    return linked / len(passage.text) if passage.text else 0.0


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
