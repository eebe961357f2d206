"""What an item says: terms without inflection, weighed by how rare they are, packed and read back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.gist import HEADLINE, TELLING, TEXT_WORDS, gist, pack, telling, terms_of, unpack, unpacked, weigh


def terms(title: str, text: str = "", language: str = "en") -> set[int]:
    return set(unpacked(gist(title, text, language)))


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Drone strikes", "drone's strike", "en"),
        ("Généraux", "generaux", "fr"),
        ("генерала", "генералов", "ru"),
        ("ВИБОРИ", "вибори", "uk"),
        ("Raketenangriff", "Raketenangriffe", "de"),
        ("无人机", "无人机", "zh"),
        ("Storm hits coast - BBC News", "Storm hits coast | Reuters", ""),
    ],
)
def test_forms_of_a_word_are_one_term(one: str, other: str, language: str) -> None:
    assert terms(one, language=language) == terms(other, language=language) != set()


def test_characters_of_scripts_without_spaces_count_in_pairs() -> None:
    assert len(terms("两架无人机", language="zh") & terms("无人机坠毁", language="zh")) == 2


def test_text_without_spaces_counts_as_far_as_other_text() -> None:
    text = "".join(chr(0x4E00 + number) for number in range(1_900))
    assert len(terms("x1", text, "zh")) == 1 + 2 * TEXT_WORDS
    assert terms("x1", text, "zh") == terms("x1", text[: 2 * TEXT_WORDS + 1] + "。" + text[:900], "zh")


def test_what_only_joins_words_is_no_term() -> None:
    assert terms("It is the ... – of “a” and to") == set()
    assert gist("", "", "en") == b""


def test_a_word_of_the_headline_counts_more() -> None:
    counts = unpacked(gist("Drone", "drone harbour", "en"))
    assert sorted(counts.values()) == [1, HEADLINE + 1]


def test_only_the_beginning_of_a_text_counts() -> None:
    beginning = " ".join(f"word{number}" for number in range(60))
    assert terms("x1", beginning) == terms("x1", f"{beginning} and so on for 1000 words")
    assert len(gist("A" * 1_000_000, "b" * 1_000_000, "en")) == 10


def test_a_rare_term_weighs_more_and_the_heaviest_come_first() -> None:
    counts = {1: 1, 2: 1, 3: 1}
    vector = weigh(counts, {1: 900, 2: 5, 3: 60}, 3_000)
    assert list(vector) == [2, 3, 1]
    assert math.isclose(sum(weight**2 for weight in vector.values()), 1.0)
    assert telling(vector) == [2, 3, 1]


@given(st.dictionaries(st.integers(0, 2**32 - 1), st.integers(1, 255), max_size=80), st.integers(0, 10**7))
def test_a_vector_is_read_back_as_it_was_packed(counts: dict[int, int], total: int) -> None:
    vector = weigh(counts, {}, total)
    packed = pack(vector)

    assert len(packed) == 6 * len(counts)
    again = unpack(packed)
    assert list(again) == list(vector) == list(terms_of(packed))
    assert all(abs(again[term] - weight) < 1e-4 for term, weight in vector.items())
    assert telling(again) == telling(vector)
    assert len(telling(vector)) == min(TELLING, len(counts))


@given(st.text(max_size=300), st.text(max_size=300), st.sampled_from(("", "en", "uk", "zh", "xx")))
def test_whatever_the_text_it_has_a_gist(title: str, text: str, language: str) -> None:
    packed = gist(title, text, language)
    assert list(unpacked(packed)) == list(terms_of(packed, 5))
