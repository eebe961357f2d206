from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.channels.desktop import LONGEST_LINE, notify_arguments, terminal_sequence
from feedwatch.core.channels.requests import Popup
from feedwatch.model import Severity


@given(st.text(), st.text())
def test_a_terminal_sees_one_sequence_whatever_is_in_it(title: str, text: str) -> None:
    said = terminal_sequence(Popup(title, text, Severity.HIGH)).decode()
    inner = said.removeprefix("\x1b]9;").removesuffix("\a\a")
    assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in inner)
    assert ";" not in inner
    assert inner.startswith("feedwatch: ")
    assert len(inner) <= LONGEST_LINE


@pytest.mark.parametrize(
    ("severity", "urgency"), [("low", "low"), ("normal", "normal"), ("high", "normal"), ("critical", "critical")]
)
def test_only_a_critical_notification_stays(severity: str, urgency: str) -> None:
    assert f"--urgency={urgency}" in notify_arguments(Popup("-t", "", Severity(severity)))


def test_a_family_stays_together() -> None:
    assert "👩\u200d🚒".encode() in terminal_sequence(Popup("👩\u200d🚒", "", Severity.HIGH))


def test_a_title_that_looks_like_an_option_is_none() -> None:
    assert notify_arguments(Popup("--help", "<b>a & b</b> \\n", Severity.LOW))[2:] == (
        "--",
        "--help",
        "&lt;b&gt;a &amp; b&lt;/b&gt; \\\\n",
    )
