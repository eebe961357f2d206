from __future__ import annotations

import pytest

from feedwatch.errors import RuleError
from feedwatch.rules.parser import parse
from feedwatch.rules.patterns import LARGEST, written_out


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        (r"\bgen(eral)?s?\b", 10, 20),
        ("a{100}", 100, 110),
        ("(?:ab{3,50}){20}", 1_000, 1_200),
        (r"[a{900}]\{900}", 2, 10),
        ("(?:(?:a{100}){100}){100}", LARGEST, 1e8),
        ("a{1000000000}", LARGEST, 1e10),
        ("(?:ab){99999999999999999999}", LARGEST, 1e12),
    ],
)
def test_how_large_a_pattern_grows(pattern: str, least: float, most: float) -> None:
    assert least <= written_out(pattern) <= most


@pytest.mark.parametrize(
    "pattern", ["(?:(?:(?:a{100}){100}){100}){100}", "a{1000000000}", "((x{9,9999}y){9999}){9999}"]
)
def test_a_pattern_that_repeats_without_measure_is_refused_before_it_takes_the_memory(pattern: str) -> None:
    with pytest.raises(RuleError, match="the regular expression repeats too much at column 1"):
        parse(f"/{pattern}/")
