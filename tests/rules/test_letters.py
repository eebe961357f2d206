from __future__ import annotations

import pytest

from feedwatch.rules.letters import Script, exact, fold, script_of


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Général", "general"),
        ("Ge\u0301ne\u0301ral", "general"),
        ("İstanbul", "istanbul"),
        ("Straße", "straße"),
        ("Ælf Łódź Ørsted", "ælf łodz ørsted"),
        ("Ёлка йод їжак", "елка йод їжак"),
        ("за\u0301мок", "замок"),
        ("Στρατηγός", "στρατηγοσ"),
        ("مسيّرة", "مسيرة"),
        ("آب", "اب"),
        ("がん", "がん"),
        ("D’Or", "d'or"),
        ("D`Or", "d'or"),
    ],
)
def test_case_and_accents_fold_and_letters_stay(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_an_exact_word_keeps_case_and_accents() -> None:
    assert exact("L’E\u0301te\u0301\u00ad") == "L'Été"
    assert exact("O`Brien") == "O'Brien"


@pytest.mark.parametrize(
    ("word", "script"),
    [
        ("Été", Script.LATIN),
        ("їжак", Script.CYRILLIC),
        ("無人", Script.SPACELESS),
        ("ドローン", Script.SPACELESS),
        ("โดรน", Script.SPACELESS),
        ("드론", Script.HANGUL),
        ("רחפן", Script.OTHER),
    ],
)
def test_a_word_is_of_the_script_that_it_begins_in(word: str, script: Script) -> None:
    assert script_of(word) is script
