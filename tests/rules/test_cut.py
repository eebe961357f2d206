"""A text is cut into the same words, at the same places, whichever way is quicker."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.rules import cut
from feedwatch.rules.cut import Cut
from feedwatch.rules.letters import fold
from feedwatch.rules.western import encoded, folded, is_western
from feedwatch.rules.words import tokens
from tests.rules.strategies import texts

WESTERN = st.text(st.one_of(st.characters(codec="cp1252"), st.sampled_from("aest '’-,")), max_size=60)


@settings(max_examples=500)
@given(st.one_of(texts(), WESTERN, st.text(st.characters(max_codepoint=0x2200), max_size=60)), st.booleans())
def test_words_and_their_places_are_those_of_tokens(text: str, one_by_one: bool) -> None:
    found = list(tokens(text))
    made = Cut(text)

    assert made.words == [token.folded for token in found]
    spans = [made.span(place) for place in range(len(found))] if one_by_one else made.spans
    assert spans == [(token.start, token.end) for token in found]


@pytest.mark.parametrize(
    "text",
    [
        "Drone’s drone 'drone' drones’ drone",
        "L'armée, l’armée; l' armée d’Italie",
        "' '' 's rock'n'roll it's its",
        "a a a aa a_a a.a a-a",
        "Œuvre Ÿ ÿ ŠŽ ß ƒ ª º ½ ² naïve Ærø",
    ],
)
def test_a_word_that_stands_often_is_found_where_it_stands(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "FEW", 1_000)
    found = list(tokens(text))

    for place in range(len(found)):
        assert Cut(text).span(place) == (found[place].start, found[place].end)


@pytest.mark.parametrize("character", [bytes([byte]).decode("cp1252", "ignore") for byte in range(256)])
def test_each_western_character_folds_as_fold_says(character: str) -> None:
    written = encoded(character)
    if written is not None:
        assert folded(written) == fold(character)


def test_what_is_misleading_is_not_western() -> None:
    assert is_western("A “drone’s” – naïve œuvre…")
    assert not any(map(is_western, ("dro\xadne", "5 µm", "Дрон", "dro\u200dne", "e\u0301", "中")))
