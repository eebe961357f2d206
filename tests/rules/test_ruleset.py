"""Many rules at once find what each would find alone, and are not all asked."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.errors import RuleError
from feedwatch.model import Rule, Subject
from feedwatch.rules import ruleset
from feedwatch.rules.match import find, find_all, prepare
from feedwatch.rules.ruleset import compile_rules
from tests.rules.strategies import expressions, subjects

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def rules_of(texts: list[str]) -> list[Rule]:
    """Those of the expressions that a rule may say."""
    rules = []
    for number, text in enumerate(texts):
        try:
            compile_rules([Rule("x", text)])
        except RuleError:
            continue
        rules.append(Rule(f"rule {number}", text))
    return rules


MANY = [Rule(f"many {number}", "zebra OR (quagga bongo)") for number in range(ruleset.FEW)]


@settings(max_examples=160)
@given(st.lists(expressions(), min_size=1, max_size=6), st.lists(subjects(), min_size=1, max_size=3))
def test_many_rules_find_what_each_finds_alone(texts: list[str], items: list[Subject]) -> None:
    compiled = compile_rules([*rules_of(texts), *MANY])

    for item in items:  # one after the other: what is kept in mind of words must not mislead
        together = {one.rule.name: found for one, found in find_all(compiled, item, NOW) if found.matched}
        alone = {one.rule.name: found for one in compiled if (found := find(one.expression, item, NOW)).matched}
        assert together == alone


def test_words_that_were_forgotten_are_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ruleset, "MOST_KEPT", 3)
    compiled = compile_rules([Rule("a", "ferry"), *MANY])

    for title in ("Ferry late", "Ferry in fog", "One two three four", "Fog again, ferry"):
        found = [one.rule.name for one, _ in find_all(compiled, Subject(title, ""), NOW)]
        assert found == (["a"] if "erry" in title else [])


def asked(match: str, item: Subject) -> bool:
    among_many = {one.rule.name for one in compile_rules([Rule("r", match), *MANY]).that_may_match(prepare(item))}
    return "r" in among_many


def test_a_rule_whose_word_is_not_there_is_not_asked() -> None:
    assert not asked("drone (strike OR attack)", Subject("Ferry timetable", "The harbour is closed"))
    assert asked("drone (strike OR attack)", Subject("Ferry timetable", "Drone strikes at the harbour"))
    assert not asked("drone", Subject("Drought", "He dropped it – and drove on…", language="en"))


def test_rules_of_every_script_are_asked_by_their_words() -> None:
    english = Subject("Drone over the harbour", "It’s “gone”", language="en")
    for match, text in (("генерал", "Генерала звільнено"), ("طائرة", "سقوط الطائرات"), ("无人机", "两架无人机")):
        assert not asked(match, english)
        assert asked(match, Subject(text, ""))
    assert not asked("无人机", Subject("中国新闻", ""))


def test_a_rule_that_needs_no_word_is_always_asked() -> None:
    for match in ("/dr[o]ne/", "author:smith", "feed:BBC", "category:war", "url:drone"):
        assert asked(match, Subject("Ferry timetable", ""))


def test_rules_come_in_the_order_of_the_configuration() -> None:
    names = [Rule(name, match) for name, match in (("z", "ferry"), ("a", "/x?f/"), ("m", "timetable OR ferry"))]

    found = find_all(compile_rules(names), Subject("Ferry timetable", ""), NOW)

    assert [one.rule.name for one, _ in found] == ["z", "a", "m"]


def test_rules_that_are_not_wanted_are_not_asked() -> None:
    compiled = compile_rules([Rule("a", "ferry"), Rule("b", "ferry")])

    assert [one.rule.name for one, _ in find_all(compiled, Subject("Ferry", ""), NOW, {"a"})] == ["b"]
