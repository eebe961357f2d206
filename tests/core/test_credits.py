"""Which agency an entry credits, in the forms that agencies and papers use; and what is no credit."""

from __future__ import annotations

import pytest

from feedwatch.core.credits import agency, agency_of

LONG = " Officials gave no further details about what had happened there." * 20


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("VARNA, Nov 3 (Reuters) - A ferry was stopped.", "Reuters"),
        ("(Reuters) - A ferry was stopped on Monday.", "Reuters"),
        ("VARNA (AP) — A ferry was stopped.", "AP"),
        ("VARNA (CBS Miami/AP) — A ferry was stopped.", "AP"),
        ("Warna (dpa) - Eine Fähre wurde gestoppt.", "dpa"),
        ("Warna (dpa/lnw) – Eine Fähre wurde gestoppt.", "dpa"),
        ("(ANSA) - VARNA, 03 NOV - Fermato un traghetto.", "ANSA"),
        ("ВАРНА, 3 ноября. /ТАСС/. Остановлен паром.", "TASS"),
        ("ВАРНА, 3 ноя — РИА Новости. Остановлен паром.", "RIA Novosti"),
        ("VARNA, Nov. 3 (Xinhua) -- A ferry was stopped.", "Xinhua"),
        ("Паром зупинили. Про це повідомляє Укрінформ з посиланням на порт.", "Ukrinform"),
        ("Паром зупинили, передає кореспондент Укрінформу.", "Ukrinform"),
        ("Укрінформ повідомляє, що паром зупинили.", "Ukrinform"),
        ("Паром остановлен, сообщает Интерфакс-Украина.", "Interfax-Ukraine"),
        ("A ferry was stopped, the port's spokesman told Reuters on Monday.", "Reuters"),
        ("A ferry was stopped, according to the Associated Press.", "AP"),
        ("Eine Fähre wurde gestoppt, berichtet die Nachrichtenagentur AFP.", "AFP"),
        (f"A ferry was stopped.{LONG}\n© 2026 AFP", "AFP"),
        (f"A ferry was stopped.{LONG}\nCopyright 2026 The Associated Press. All rights reserved.", "AP"),
        (f"A ferry was stopped.{LONG}\n\nSource: Reuters", "Reuters"),
        (f"A ferry was stopped.{LONG}\n\n[With AFP]", "AFP"),
        (f"A ferry was stopped.{LONG}\n\nWith files from Reuters", "Reuters"),
        (f"A ferry was stopped.{LONG} The Associated Press contributed to this report.", "AP"),
        (f"A ferry was stopped.{LONG}\n\nAAP", "AAP"),
        (f"A ferry was stopped.{LONG} Reporting by Reuters", "Reuters"),
        (f"A ferry was stopped.{LONG} (Reporting by Ann Onymous in Varna; Editing by Jo Doe)", "Reuters"),
    ],
)
def test_an_agency_is_credited(text: str, name: str) -> None:
    assert agency("", text) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A ferry was stopped on Monday.",
        "The AFP searched a house in Perth.",
        "AP Photo/Ann Onymous. A ferry was stopped.",
        "(AP Photo/Ann Onymous) A ferry was stopped.",
        "A ferry near Varna. (Ann Onymous/AFP/Getty Images) It was stopped.",
        "The mayor, Mike Bloomberg, was told of it.",
        "Reuters fell 3% in London.",
        "Growth will slow, according to an AFP tally.",
        "The app is free (via the store) - get it now.",
        "The map (PA) shows where it lies.",
        "The chief of the Armed Forces of the Philippines (AFP) said so.",
        "The People's Action Party (PAP) won, the American Psychological Association (APA), it says.",
        "The captain told AP Moller of it.",
        f"A ferry was stopped.{LONG} He told Reuters so.{LONG}",
        f"A ferry was stopped.{LONG} Reporting by Ann Onymous.",
    ],
)
def test_no_agency_is_credited(text: str) -> None:
    assert agency("", text) == ""


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Reuters", "Reuters"),
        ("By The Associated Press", "AP"),
        ("Ann Onymous, AFP", "AFP"),
        ("Ann Onymous and dpa", "dpa"),
        ("Ann Onymous / Reuters", "Reuters"),
        ("REUTERS", "Reuters"),
        ("Ani Onymous", ""),
        ("AP Photo", ""),
        ("AFP/Getty Images", ""),
        ("Ann Reutersward", ""),
    ],
)
def test_a_byline_credits(author: str, name: str) -> None:
    assert agency(author, "A ferry was stopped.") == name


def test_an_agency_is_known_by_name_and_domain() -> None:
    assert [agency_of(one) for one in ("reuters.com", "REUTERS", "Associated Press", "tass.ru", "BBC")] == [
        "Reuters", "Reuters", "AP", "TASS", ""
    ]  # fmt: skip


def test_hostile_text_is_read_in_time() -> None:
    for text in ("(" * 100_000, "/" * 100_000, "told the " * 20_000, "© the by " * 20_000, "\n- " * 50_000):
        assert agency(text[:1_000], text) == ""
