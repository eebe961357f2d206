"""Which lines, and which ends of paragraphs, are known forms of what publishers put around their news.

The forms themselves are data, in ``core/phrases.py``. All is bounded in length: what is longer is an article's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import regex

from feedwatch.core.phrases import LANGUAGES, RUN, SITE_NAMES, SOURCE, TAGS

LONGEST_FORM = 320
"""Characters of a line."""
LONGEST_HEAD = 60
"""Characters of a line that announces related articles."""
LONGEST_HEADLINE = 140
"""Characters of one promoted headline at the end of a paragraph."""
SHORT_SENTENCE = 40
"""Characters: with an invitation, such a sentence is part of it ("It's free.")."""
LONGEST_QUESTION = 80
"""Characters of a question before an invitation ("Want more?")."""
SHORTEST_TAIL = 8
"""Characters: a paragraph may well end in "More." """
WORDS_PER_ADDRESS = 120
"""Characters beside each address in a run of invitations."""
WORDS_PER_PLACE = 40
"""Characters beside each address in a list of places to go."""


def _any(forms: Iterable[str]) -> str:
    """One pattern for all of these tables of ``phrases``."""
    lines = "\n".join(forms).replace("\n" + 12 * " ", "").split("\n")
    joined = "|".join(line.strip() for line in lines if line.strip())
    return joined.replace("SITES", _SITES).replace("…", r"[^,.;:]{1,40}")


_SITES = rf"(?:{'|'.join(SITE_NAMES.split())})\b"
_DONE = r"[\s.…!>»›→➡️:|)\]]*"
_RELATED = _any(language.related for language in LANGUAGES)
_ONWARD = _any(form for language in LANGUAGES for form in (language.onward, language.syndicated))
_FURNITURE = _any(language.furniture for language in LANGUAGES)
_INVITES = _any(form for language in LANGUAGES for form in (language.addressed, language.consent))
_FORM = re.compile(rf"(?:{_ONWARD}|{_FURNITURE}|{_RELATED}|{_any([SOURCE])}){_DONE}", re.DOTALL)
_INVITE = re.compile(rf"(?:{_INVITES})", re.DOTALL)
_ABOUT_INVITE = re.compile(
    r"\b(?:subscri\w+|unsubscribe|newsletters?|inbox|abonn\w+|suscri\w+|iscri\w+|assin\w+|подпис\w+|підпис\w+)\b"
    r"|https?:|@\w"
)
_RELATED_HEAD = re.compile(rf"(?:{_RELATED}){_DONE}")
_LABELLED = re.compile(
    rf"[\[(]?\s*(?:{_RELATED}|read|read more|more|must[ -]read|watch also|also watch|lesetipp)"
    r"\s*(?:[:：|»›→]|[–—-]\s)\s*\S.*",
    re.DOTALL,
)
_LEAD_IN = re.compile(rf"(?:{_RELATED}|read more|watch|video|photos?|more)\b")
_LINK_ROW_WORD = (
    r"(?:permalink|(?:no|\d+) comments?|comments?|add to \S+|share|tweet|e-?mail(?: this)?|print|save|digg this|reply"
    r"|trackbacks?|facebook|twitter|reddit|linkedin|pinterest|whatsapp|telegram|instagram|youtube|rss"
    r"|(?:like|follow) us on \w+|contact the author)"
)
_LINK_ROW = re.compile(rf"{_LINK_ROW_WORD}(?:[\s|/•·,&-]+{_LINK_ROW_WORD})+{_DONE}")

_BEGINNING = regex.compile(
    rf"(?:{_FORM.pattern})|(?:{_LABELLED.pattern})|(?:{_LINK_ROW.pattern})|(?:{_INVITE.pattern}).*", regex.DOTALL
)
_FIRST_LETTERS = 3

_TAG = re.compile(rf"\[\s*(?:{'|'.join(TAGS.split())})\s*\]\s*(?=\w)", re.IGNORECASE)
_BEFORE_TAG = re.compile(r"(?:^|[.!?…»”\"'’)|\n•])\s*$")

_ORNAMENT = re.compile(r"[^\w\[(©&#]+")
_COUNTRY = re.compile(r"\bUS\b")
"""Never the reader's "follow us"."""
_SENTENCE = re.compile(r"[.!?…][»”\"'’)\]]{0,4}\s+|\n\s*")
_BOUNDARY = re.compile(rf"{_SENTENCE.pattern}|\s(?=[-–—•➡►▶]\s?\w|Subscribe to )|(?<!\S)(?:#\w|https?:)\S*\s+")
"""A sentence or a line ends; a hashtag or an address ends, or a bullet begins."""
_INVITATION = re.compile(rf"(?:please )?(?:{_any([RUN])}|{_INVITES})")
_ADDRESS = re.compile(r"https?://\S+")


def is_known(text: str) -> bool:
    """Whether a whole line is a form that never holds news."""
    if len(text) > LONGEST_FORM:
        return False
    line = _bare(text)
    if not _may_begin(line[:_FIRST_LETTERS]) and "?" not in line[:LONGEST_QUESTION]:
        return False
    return bool(_FORM.fullmatch(line) or _LABELLED.fullmatch(line) or _LINK_ROW.fullmatch(line)) or _invites(line)


def after_invitation(text: str) -> int:
    """Where the news begins that follows an invitation in the same paragraph: 0 where there is none before it."""
    first = _SENTENCE.search(text, 0, LONGEST_FORM)
    if first and len(text) - first.end() > SHORT_SENTENCE and _INVITE.match(_bare(text[: first.end()])):
        return first.end()
    return 0


def heads_related(text: str) -> bool:
    """Whether a line announces links to other articles."""
    return len(text) <= LONGEST_HEAD and _RELATED_HEAD.fullmatch(_bare(text)) is not None


def leads_away(text: str) -> bool:
    """Whether a line that is mostly a link promotes another article."""
    return len(text) <= LONGEST_FORM and _LEAD_IN.match(_bare(text)) is not None


def promoted_headlines(text: str) -> int:
    """How many headlines behind a tag a line consists of: "[VIDEO] Duck crosses road | [Poll] Your duck?" has two."""
    if len(text) > LONGEST_FORM or not _TAG.match(text.lstrip("•*►▶–— -")):
        return 0
    return len(_TAG.findall(text))


def lists_addresses(text: str) -> bool:
    """Whether a line is little else than places to go, each with its address."""
    addresses = _ADDRESS.findall(text) if "http" in text else ()
    return len(addresses) > 1 and len(text) - sum(map(len, addresses)) <= WORDS_PER_PLACE * len(addresses)


def end_of_news(text: str) -> int:
    """Where the promotion that ends a paragraph begins: its length where there is none."""
    if "[" in text:
        text = text[: _before_headlines(text)]
    if "http" in text:
        text = text[: _before_invitations(text)]
    for sentence in _SENTENCE.finditer(text, max(0, len(text) - LONGEST_FORM)):
        start = sentence.end()
        if len(text) - start >= SHORTEST_TAIL and is_known(text[start:]):
            return start
    return len(text)


@lru_cache(maxsize=8192)
def _may_begin(start: str) -> bool:
    """Whether a form or an invitation begins so. Few do, and there are few beginnings: no other look is as fast."""
    return _BEGINNING.fullmatch(start, partial=True) is not None


def _invites(line: str) -> bool:
    """Whether a line's first sentence asks something of the reader, and the others only go on about it.

    News may follow in the same line: "SIGN UP TO OUR NEWSLETTER. A man was arrested …".
    """
    if not _INVITE.match(line) and "?" not in line[:LONGEST_QUESTION]:
        return False
    first, *others = _sentences(line)
    if first.endswith("?") and others and len(first) <= LONGEST_QUESTION and not _INVITE.match(first):
        first, *others = others
    return bool(_INVITE.match(first)) and all(
        len(other) <= SHORT_SENTENCE or _ABOUT_INVITE.search(other) or _FORM.fullmatch(other) or _INVITE.match(other)
        for other in others
    )


def _sentences(line: str) -> list[str]:
    ends = [sentence.end() for sentence in _SENTENCE.finditer(line)]
    return [line[start:end].strip() for start, end in zip([0, *ends], [*ends, len(line)], strict=True)]


def _bare(text: str) -> str:
    """Lower case, without the bullets, arrows and emoji before the first word."""
    line = (_COUNTRY.sub("U.S.", text) if "US" in text and not text.isupper() else text).lower()
    ornament = _ORNAMENT.match(line)
    return line[ornament.end() :] if ornament else line


def _before_headlines(text: str) -> int:
    """Up to the promoted headlines at the end: two of them, or one that is no sentence."""
    tags = [
        tag.start() for tag in _TAG.finditer(text) if _BEFORE_TAG.search(text, max(0, tag.start() - 3), tag.start())
    ]
    if not tags or tags[0] == 0:
        return len(text)
    if len(tags) > 1:
        return tags[0]
    is_headline = len(text) - tags[0] <= LONGEST_HEADLINE and not text.endswith(".")
    return tags[0] if is_headline else len(text)


def _before_invitations(text: str) -> int:
    """Up to a run of invitations with an address each, as descriptions of videos end."""
    addresses = [found.span() for found in _ADDRESS.finditer(text)]
    length = sum(end - start for start, end in addresses)
    passed = 0
    for boundary in _BOUNDARY.finditer(text):
        place = boundary.end()
        while passed < len(addresses) and addresses[passed][0] < place:
            start, end = addresses[passed]
            length -= end - start
            passed += 1
        ahead = len(addresses) - passed
        is_run = ahead and len(text) - place - length <= WORDS_PER_ADDRESS * ahead
        if is_run and _INVITATION.match(_bare(text[place : place + LONGEST_FORM])):
            return place
    return len(text)
