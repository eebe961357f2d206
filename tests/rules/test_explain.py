from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings

from feedwatch.model import ExplanationNode, Subject
from feedwatch.rules.match import explain, find
from feedwatch.rules.parser import parse
from tests.rules.strategies import expressions, subjects

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def notes(rule: str, title: str, text: str = "", language: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    rest = [explain(parse(rule, search=True), Subject(title=title, text=text, language=language), NOW).tree]
    while rest:
        node = rest.pop()
        found[node.label] = node.note
        rest.extend(node.children)
    return found


def test_the_tree_is_labelled_as_written_and_says_what_is_true() -> None:
    tree = explain(parse("drone (kyiv | odesa) -toy"), Subject(title="Drones over Odesa", text=""), NOW).tree

    assert tree == ExplanationNode(
        "drone (kyiv | odesa) -toy",
        truth=True,
        children=(
            ExplanationNode("drone", truth=True, note="1 occurrence"),
            ExplanationNode(
                "kyiv | odesa",
                truth=True,
                children=(
                    ExplanationNode("kyiv", truth=False, note='"kyiv" does not occur'),
                    ExplanationNode("odesa", truth=True, note="1 occurrence"),
                ),
            ),
            ExplanationNode(
                "-toy",
                truth=True,
                note='"toy" is not there',
                children=(ExplanationNode("toy", truth=False, note='"toy" does not occur'),),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("title", "text", "note"),
    [
        ("Attorney General and attorney general", "", '2 occurrences, both inside "attorney general"'),
        ("Attorney general", "", '1 occurrence, inside "attorney general"'),
        (
            "Attorney general",
            "General election, attorney general",
            '3 occurrences, all inside "general election" or "attorney general"',
        ),
        ("Attorney general", "A general", '2 occurrences, 1 inside "attorney general"'),
        ("A general", "", "1 occurrence, none inside an exception"),
        ("A boat", "", '"general" does not occur'),
    ],
)
def test_an_exception_says_how_many_it_took(title: str, text: str, note: str) -> None:
    rule = 'general EXCEPT ("general election", "attorney general")'

    assert notes(rule, title, text)[rule] == note


@pytest.mark.parametrize(
    ("rule", "summary"),
    [
        ("drone", 'Matches: "Drone" in the title; "drones" in the text.'),
        (
            "drone OR kyiv OR hits",
            'Matches: "Drone" in the title; "hits" in the title; "Kyiv" in the title and 1 more.',
        ),
        ("-boat", "Matches."),
        ("boat", 'Does not match: "boat" does not occur.'),
        ("drone boat", 'Does not match: "boat" does not occur.'),
        ("drone -kyiv", 'Does not match: "kyiv" is there.'),
        ("boat OR tank", 'Does not match: "boat" does not occur; "tank" does not occur.'),
        ("text:kyiv", 'Does not match: "kyiv" does not occur in the text.'),
        (
            'drone EXCEPT (drone NEAR/9 kyiv, "drones")',
            'Does not match: drone: 2 occurrences, both inside "drone NEAR/9 kyiv" or "drones".',
        ),
        ("drone NEAR/1 kyiv", "Does not match: both occur, but never within 1 word."),
        ("kyiv BEFORE/9 drone", "Does not match: both occur, but never the first before the second, within 9 words."),
        ("drone NEAR/1 boat", 'Does not match: "boat" does not occur.'),
        ("feed:BBC", 'Does not match: feed is "Le Monde".'),
        ("tag:war", "Does not match: tag is unknown."),
        ("outlets>=3", "Does not match: the story stands in 1 outlet."),
        ("is:read", "Does not match: unread."),
        ("before:1d", "Does not match: published 2026-11-22 08:00 UTC."),
        (r"/(?:[a-z]|[a-z ])+$!/", 'Does not match: "/(?:[a-z]|[a-z ])+$!/" does not occur.'),
    ],
)
def test_the_summary_gives_the_reason_in_one_sentence(rule: str, summary: str) -> None:
    subject = Subject(
        title="Drone hits Kyiv",
        text="Two drones",
        feed="Le Monde",
        published=datetime(2026, 11, 22, 8, tzinfo=UTC),
    )

    assert explain(parse(rule, search=True), subject, NOW).summary == summary


def test_a_pattern_that_ran_out_of_time_is_named() -> None:
    assert notes("/(?:a|aa)+$/", "a" * 40 + "b") == {"/(?:a|aa)+$/": "took longer than 50 ms, which counts as no match"}


def test_forms_are_those_of_the_items_language() -> None:
    rule = parse("general генерал =Drone dro* 无人机")
    russian = Subject(title="Генералов и генералами", text="", language="ru")

    assert dict(explain(rule, russian, NOW).forms) == {
        "general": ("general", "generals"),
        "генерал": ("генерал", "генералами", "генералов"),
        "=Drone": ("Drone",),
        "dro*": ("dro…",),
        "无": ("无",),
        "人": ("人",),
        "机": ("机",),
    }


@settings(max_examples=100)
@given(expressions(), subjects())
def test_an_explanation_agrees_with_the_verdict(text: str, subject: Subject) -> None:
    expression = parse(text, search=True)
    found = find(expression, subject, NOW)
    explanation = explain(expression, subject, NOW)

    assert explanation.verdict is explanation.tree.truth is found.matched
    assert explanation.matches == found.matches
    assert explanation.tree.label == expression.source
