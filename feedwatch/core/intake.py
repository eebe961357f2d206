"""One body, from its bytes to drafts: only its unseen entries where ``skim`` can cut it, else the whole of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from feedwatch.core import jsonfeed, prepass, skim
from feedwatch.core.charset import Decoded
from feedwatch.core.normalize import Normalized, normalize
from feedwatch.core.parse import parse_text
from feedwatch.model import DraftFeed, ParsedFeed, replace


def take_in(
    body: bytes,
    headers: Mapping[str, str],
    url: str,
    paragraphs: Mapping[str, int],
    now: datetime,
    skimmed: bytes = b"",
) -> DraftFeed:
    """The drafts of a body, and what to skim the next one with; ``skimmed`` and ``paragraphs`` are the last one's.

    Raises as ``parse``. The drafts are those of a whole parse, but for entries that were in the last body as they are.
    """
    if jsonfeed.is_json(body):
        return _whole(jsonfeed.parse(body, url), url, paragraphs, now).drafted
    decoded = prepass.read(body, headers.get("content-type", ""))
    cut = skim.cut(decoded.text, url)
    if cut is None:
        return _whole(parse_text(decoded, url), url, paragraphs, now).drafted
    seen = skim.unpack(skimmed)
    known = {mark: seen[mark] for mark in cut.marks if mark in seen}
    found = _unseen(decoded, cut, known, url, paragraphs, now) if known else None
    if found is not None:
        return found
    parsed = parse_text(decoded, url)
    whole = _whole(parsed, url, paragraphs, now)
    if not _is_sound(parsed, decoded, len(cut.marks)):
        return whole.drafted
    return replace(whole.drafted, skim=skim.pack(cut.marks, whole.traces))


def _unseen(
    decoded: Decoded,
    cut: skim.Cut,
    known: Mapping[bytes, skim.Trace],
    url: str,
    paragraphs: Mapping[str, int],
    now: datetime,
) -> DraftFeed | None:
    """The drafts of the entries that are not ``known``; None where only the whole document tells what they are."""
    text, marks = cut.without(known)
    parsed = parse_text(replace(decoded, text=text), url)
    if not _is_sound(parsed, decoded, len(marks)):
        return None
    unseen = [(mark, item) for mark, item in zip(marks, parsed.items, strict=True) if mark not in known]
    parsed = replace(parsed, items=tuple(item for _, item in unseen))
    found = normalize(parsed, url, paragraphs, now, tuple(known.values()))
    if found is None:
        return None
    fresh = zip((mark for mark, _ in reversed(unseen)), reversed(found.traces), strict=True)
    traces = {**dict(fresh), **known}
    return replace(found.drafted, skim=skim.pack(cut.marks, [traces[mark] for mark in cut.marks]))


def _is_sound(parsed: ParsedFeed, decoded: Decoded, entries: int) -> bool:
    """Whether a document was complete and well-formed, and gave an entry for each piece."""
    return parsed.complete and parsed.warnings == decoded.warnings and len(parsed.items) == entries


def _whole(parsed: ParsedFeed, url: str, paragraphs: Mapping[str, int], now: datetime) -> Normalized:
    found = normalize(parsed, url, paragraphs, now)
    assert found is not None  # noqa: S101  # nothing stands beside it
    return found
