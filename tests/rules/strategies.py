"""Expressions and items made at random from words that meet: shared by the property tests."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from feedwatch.model import Subject

_WORDS = """
drone drones drone's general General générale strike struck fly man men attorney F-16 O'Brien Straße strasse
генерал генералов генерала ёлка елки беспилотник обʼєкт об'єкт п’ять безпілотників طائرة الطائرات مسيّرة
无人机 无人 AI ドローン โดรน 드론 드론이 στρατηγός Στρατηγος naïve naive İstanbul istanbul ſtrike ² go went
"""
WORDS: Final = tuple(_WORDS.split())
GAPS: Final = (
    " ",
    " ",
    " ",
    "-",
    ", ",
    "",
    "\u00ad",
    "’",
    "'",
    "\u02bc",
    "\u0301",
    "\u200d",
    "_",
    "\n",
    "中",
    "“",
    ")",
)


_PARTS = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=8)


def texts() -> st.SearchStrategy[str]:
    return _PARTS.map(lambda parts: "".join(word + gap for word, gap in parts))


def subjects() -> st.SearchStrategy[Subject]:
    return st.builds(
        Subject,
        title=texts(),
        text=texts(),
        author=texts(),
        categories=st.lists(texts(), max_size=2).map(tuple),
        url=st.sampled_from(("", "https://example.org/drone-strike")),
        feed=st.sampled_from(("", "BBC World")),
        language=st.sampled_from(("", "en-GB", "de", "fr", "ru", "uk", "ar", "tr", "zh")),
    )


def _leaves() -> st.SearchStrategy[str]:
    words = st.sampled_from([word for word in WORDS if word != "²"])
    phrases = st.lists(words, min_size=1, max_size=3).map(lambda found: f'"{" ".join(found)}"')
    return st.one_of(
        words,
        words.map(lambda word: f"={word}"),
        words.map(lambda word: f"{word}*"),
        phrases,
        phrases.map(lambda phrase: f"={phrase}"),
        st.sampled_from((r"/\w+/", "/[dg]\\w/", "/ /")),
    )


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) ({pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}) OR ({pair[1]})"),
        inner.map(lambda part: f"NOT ({part})"),
        st.tuples(st.sampled_from(("title", "text", "category")), _leaves()).map(":".join),
        st.tuples(_leaves(), _leaves(), st.sampled_from(("NEAR/2", "BEFORE/3"))).map(
            lambda parts: f"({parts[0]} {parts[2]} {parts[1]})"
        ),
        st.tuples(_leaves(), _leaves(), _leaves()).map(lambda parts: f"{parts[0]} EXCEPT ({parts[1]}, {parts[2]})"),
        st.sampled_from(("feed:BBC", "lang:fr", "outlets>=2", "is:read")),
    )


def expressions() -> st.SearchStrategy[str]:
    """Valid as searches, nearly always."""
    return st.recursive(_leaves(), _grown, max_leaves=6)
