from __future__ import annotations

import pytest

from feedwatch.rules.letters import Script
from feedwatch.rules.stems import algorithm_for, keys, shared_letters
from tests.bench.stems import ours, shares


@pytest.mark.parametrize(
    ("script", "language", "text", "algorithm"),
    [
        (Script.LATIN, "en-GB", "", ""),
        (Script.LATIN, "de_AT", "", "german"),
        (Script.LATIN, "", "", ""),
        (Script.CYRILLIC, "ru", "їжак", "russian"),
        (Script.CYRILLIC, "uk-UA", "", "ukrainian"),
        (Script.CYRILLIC, "en", "їжак", "ukrainian"),
        (Script.CYRILLIC, "", "ёжик", "russian"),
        (Script.ARABIC, "", "", "arabic"),
        (Script.ARABIC, "ur", "", ""),
        (Script.GREEK, "", "", "greek"),
        (Script.SPACELESS, "zh", "", ""),
    ],
)
def test_which_algorithm_a_word_takes(script: Script, language: str, text: str, algorithm: str) -> None:
    assert algorithm_for(script, language, text) == algorithm


@pytest.mark.parametrize(
    ("algorithm", "word", "form"),
    [
        ("russian", "генерал", "генералов"),
        ("russian", "генерал", "генералами"),
        ("russian", "бандит", "бандиты"),
        ("russian", "режим", "режимов"),
        ("russian", "Герасимов", "Герасимова"),
        ("ukrainian", "ракета", "ракетами"),
        ("ukrainian", "український", "українського"),
        ("german", "General", "Generäle"),
        ("french", "généraux", "general"),
        ("spanish", "general", "generales"),
        ("arabic", "طائرة", "والطائرات"),
    ],
)
def test_forms_of_one_word_share_a_key(algorithm: str, word: str, form: str) -> None:
    assert keys(algorithm, word) & keys(algorithm, form)


@pytest.mark.parametrize(
    ("algorithm", "word", "other"),
    [
        ("russian", "генерал", "генеральный"),
        ("ukrainian", "генерал", "генеральний"),
        ("french", "général", "généralement"),
        ("french", "général", "généralités"),
        ("spanish", "general", "generalmente"),
        ("italian", "generale", "generalmente"),
        ("", "drone", "drones"),
    ],
)
def test_a_derived_word_shares_none(algorithm: str, word: str, other: str) -> None:
    assert not keys(algorithm, word) & keys(algorithm, other)


def test_a_word_of_absurd_length_is_only_itself() -> None:
    assert keys("german", "a" * 10_000) == {"a" * 10_000}


def test_what_forms_share_is_most_of_the_word() -> None:
    assert shared_letters("general") == 5
    assert shared_letters("генерал") == 6
    assert shared_letters("طائرة") == 0


@pytest.mark.parametrize(("language", "least", "most_false"), [("uk", 0.95, 0.0), ("ru", 0.99, 0.06)])
def test_the_dictionary_form_of_a_word_takes_its_other_forms(language: str, least: float, most_false: float) -> None:
    _, of_the_first, false = shares(language, ours(language))
    assert of_the_first >= least
    assert false <= most_false


@pytest.mark.parametrize(
    ("rule", "text", "takes"),
    [
        ("президент", "президентський указ", False),
        ("президент", "указ президента", True),
        ("останній", "останнього останньому останньої", True),
        ("музей", "муза", False),
    ],
)
def test_a_ukrainian_noun_takes_its_cases_and_not_its_adjective(rule: str, text: str, takes: bool) -> None:
    assert ours("uk")(rule, text) is takes
