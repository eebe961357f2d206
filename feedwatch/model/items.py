"""Stored items and stories, and what a rule can ask of them and answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct, field

from feedwatch.model.entries import Document
from feedwatch.model.kinds import FeedId, ItemId, StoryId


class Marks(Struct, frozen=True):
    """What the reader did with an item."""

    read: bool = False
    starred: bool = False


class Revision(Struct, frozen=True):
    """An earlier wording of an item, as it stood until ``replaced_at``."""

    replaced_at: datetime
    title: str
    text: str
    published: datetime | None
    is_edit: bool = True
    """A word was changed then, and not only the date."""


class RunKind(StrEnum):
    """What became of words."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Run(NamedTuple):
    """Words of a difference that stand together; "…" among them stands for those left out."""

    kind: RunKind
    text: str


class Edit(Struct, frozen=True):
    """How a publisher changed an item's wording."""

    at: datetime
    title: tuple[Run, ...]
    """Empty where the headline stayed."""
    text: tuple[Run, ...]
    """The same for the text."""


class Match(Struct, frozen=True):
    """``text`` stands at ``[start:end]`` of the field "title" or "text" as stored, or "author", "category", "url"."""

    field: str
    start: int
    end: int
    text: str


class Subject(Struct, frozen=True):
    """What a rule can ask of an item, new or stored."""

    title: str
    text: str
    author: str = ""
    categories: tuple[str, ...] = ()
    url: str = ""
    feed: str = ""
    outlet: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    outlets: int = 1
    """How many tell its story."""
    read: bool = False
    starred: bool = False
    alerted: bool = False
    edited: bool = False
    """Its publisher changed the headline or the text."""
    seen: datetime | None = None
    published: datetime | None = None


class ExplanationNode(Struct, frozen=True):
    """One part of an expression with its truth for one item."""

    label: str
    """The part as written."""
    truth: bool
    note: str = ""
    """What was found, was missing, or was excluded: '2 occurrences, both inside "attorney general"'."""
    children: tuple[ExplanationNode, ...] = ()


class Explanation(Struct, frozen=True):
    """Why an item matches a rule, or why not."""

    verdict: bool
    summary: str
    """One sentence."""
    matches: tuple[Match, ...]
    tree: ExplanationNode
    forms: Mapping[str, tuple[str, ...]]
    """What each word of the expression expands to for this item's language."""


class Voice(NamedTuple):
    """Where one item of a story has its words from: who published it, whom it credits, and which words they are."""

    outlet: str
    credit: str = ""
    """The news agency that it credits; '' for none."""
    words: int | None = None
    """A hash that items share whose words are the same, passed on from one to its copies; None where there are none."""


class StoryMember(Struct, frozen=True):
    """One telling of a story."""

    item_id: ItemId
    title: str
    url: str
    outlet: str
    seen: datetime
    credit: str = ""
    """The news agency that it credits; '' for none."""


class StoryCandidate(Struct, frozen=True):
    """A stored item that may tell what a draft tells."""

    story_id: StoryId
    item_id: ItemId
    feed_id: FeedId
    title: str
    seen: datetime
    published: datetime | None
    url_key: int | None
    title_key: int | None
    vector: bytes
    """What it says, as ``core/gist.py`` packs it; empty where that was not looked at."""
    words: int | None = None
    outlet: str = ""
    """Both as in ``Voice``."""


class StoryBasis(Struct, frozen=True):
    """What drafts are grouped by."""

    candidates: tuple[StoryCandidate, ...] = ()
    """Items that may tell the same as one of the drafts."""
    voices: Mapping[StoryId, frozenset[Voice]] = field(default_factory=dict)
    """By whom the stories of the candidates are told, where rules ask how many outlets tell a story."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What the user calls the outlets of domains, as ``core/outlets.py`` gives them, where a draft's may be one."""
    known: Mapping[int, int] = field(default_factory=dict)
    """Of the terms of the drafts' gists: how many items have them."""
    items: int = 0
    """How many items were counted for that."""
    compared: bool = True
    """Whether the drafts are to be compared with items that are not the same beyond doubt."""


class Story(Struct, frozen=True):
    """One event told by one or more items."""

    id: StoryId
    title: str
    outlets: tuple[str, ...]
    sources: int
    """Where their words come from: ten papers that print one agency's report have one."""
    items: int
    first_seen: datetime
    last_seen: datetime


class Article(Struct, frozen=True):
    """The full text of an item's page."""

    document: Document
    fetched_at: datetime
    error: str = ""
