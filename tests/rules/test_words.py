from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.rules.western import is_western
from feedwatch.rules.words import (
    _TOKEN,
    _WESTERN_TOKEN,
    forms,
    literal_prefixes,
    prefixes,
    searchable,
    tokens,
)


def test_what_folds_to_nothing_is_no_word() -> None:
    assert written("\u0640 b \u0640\u0640 قـلم") == ["b", "قـلم"]


def written(text: str) -> list[str]:
    return [text[token.start : token.end] for token in tokens(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A drone's end", ["A", "drone's", "end"]),
        ('drones\' ‘drone’ "drone"', ["drones", "drone", "drone"]),
        ("anti-drone, drone—strike_two", ["anti", "drone", "drone", "strike", "two"]),
        ("l’armée d'O'Brien's qu'il", ["l", "armée", "d", "O'Brien's", "qu", "il"]),
        ("don't п'ять з’їзд", ["don't", "п'ять", "з’їзд"]),
        ("U.S. 3,000 F-16 MH17", ["U", "S", "3", "000", "F", "16", "MH17"]),
        ("dro\u00adne naïve e\u0301te\u0301", ["dro\u00adne", "naïve", "e\u0301te\u0301"]),
        ("中国AI、无人机。", ["中", "国", "AI", "无", "人", "机"]),
        ("ドローン攻撃 โดรน", [*"ドローン攻撃", *"โดรน"]),
        ("👍🏽 … — !", []),
        ("\u00ad\u0301'", []),
    ],
)
def test_where_words_stand(text: str, words: list[str]) -> None:
    assert written(text) == words


def test_equal_words_have_one_spelling() -> None:
    found = [(token.exact, token.base, token.folded) for token in tokens("Dro\u00adne’S Ge\u0301ne\u0301ral ΣΟΦΟΣ Ёж")]

    assert found == [
        ("Drone'S", "Drone", "drone"),
        ("Général", "Général", "general"),
        ("ΣΟΦΟΣ", "ΣΟΦΟΣ", "σοφοσ"),
        ("Ёж", "Ёж", "еж"),
    ]


def test_a_word_takes_its_english_forms_and_one_of_another_script_itself() -> None:
    assert forms("Drone") == {"drone", "drones", "droned", "droning"}
    assert forms("Генерал") == {"генерал"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("go", ("go", "went")),
        ("man", ("man", "men")),
        ("O'Brien", ("o",)),
        ("дрон", ("дрон",)),
        ("ёлка", ("елк", "ёлк")),
        ("δρόνος", ("δρ",)),
        ("드론", ("드론",)),
        ("无", None),
        ("طائرة", None),
        ("Ελλάδα", None),
    ],
)
def test_what_every_form_begins_with(word: str, expected: tuple[str, ...] | None) -> None:
    assert prefixes(word) == expected


def test_a_word_taken_literally_begins_with_itself() -> None:
    assert literal_prefixes("Général") == ("general",)
    assert literal_prefixes("无") is None


def test_what_an_index_would_misread_is_given_to_it_apart() -> None:
    assert searchable("A drone’s — end, général") == "A drone’s — end, général"
    assert list(searchable("中国AI").split()) == ["中", "国", "AI"]
    assert searchable("обʼєкт dr\u200done") == "об'єкт drone"


@settings(max_examples=600)
@given(st.text(st.characters(codec="cp1252"), max_size=60))
def test_the_quick_cut_of_western_text_is_the_general_one(text: str) -> None:
    if is_western(text):
        quick = [found.span() for found in _WESTERN_TOKEN.finditer(text)]
        assert quick == [found.span() for found in _TOKEN.finditer(text)]
