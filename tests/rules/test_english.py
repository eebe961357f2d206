from __future__ import annotations

import pytest

from feedwatch.rules.english import inflections


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("general", "general generals"),
        ("drone", "drone droned drones droning"),
        ("strike", "stricken strike strikes striking struck"),
        ("struck", "stricken strike strikes striking struck"),
        ("fly", "flew flies flown fly flying"),
        ("stop", "stop stopped stopping stops"),
        ("army", "armied armies army armying"),
        ("launch", "launch launched launches launching launchs"),
        ("die", "die died dies dying"),
        ("agree", "agree agreed agreeing agrees"),
        ("panic", "panic panicked panicking panics"),
        ("woman", "woman womans women"),
        ("gunmen", "gunman gunmen"),
        ("used", "use used uses using"),
        ("planned", "plan planned planning plans"),
        ("forced", "force forced forces forcing"),
        ("bombing", "bomb bombed bombing bombings bombs"),
        ("f16", "f16 f16s"),
        ("2024", "2024"),
        ("us", "us"),
        ("a", "a"),
        ("o'brien", "o'brien"),
    ],
)
def test_the_forms_of_a_word(word: str, forms: str) -> None:
    assert inflections(word) == set(forms.split())


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("general", "generally"),
        ("general", "generalize"),
        ("general", "generation"),
        ("news", "new"),
        ("new", "news"),
        ("unit", "united"),
        ("united", "unit"),
        ("evening", "even"),
        ("even", "evening"),
        ("hamas", "hama"),
        ("rated", "rat"),
        ("rat", "rated"),
        ("plan", "planed"),
        ("police", "policy"),
        ("nation", "national"),
        ("left", "leave"),
        ("ground", "grind"),
        ("speed", "spe"),
        ("species", "specie"),
        ("the", "thing"),
    ],
)
def test_another_word_is_no_form(word: str, other: str) -> None:
    assert other not in inflections(word)


def test_a_name_keeps_its_ending() -> None:
    assert "brown" in inflections("browning")
    assert "brown" not in inflections("browning", name=True)
    assert "drone" in inflections("drones", name=True)
