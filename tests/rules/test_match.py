from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from feedwatch.model import Subject
from feedwatch.rules.match import explain, find, prepare
from feedwatch.rules.parser import parse
from tests.rules.strategies import expressions, subjects

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parents[1] / "data" / "rules.toml").read_text("utf-8"))[
    "case"
]


def subject_of(case: dict[str, Any]) -> Subject:
    values: dict[str, Any] = {"text": ""}
    values.update((name, tuple(value) if isinstance(value, list) else value) for name, value in case.items())
    return Subject(**{name: value for name, value in values.items() if name not in ("rule", "found", "says")})


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['rule']} | {case['title']}")
def test_a_case_of_the_table(case: dict[str, Any]) -> None:
    found = find(parse(case["rule"], search=True), subject_of(case), NOW)

    assert found.matched == ("found" in case)
    assert [f"{match.field}:{match.text}" for match in found.matches] == case.get("found", [])
    for match in found.matches:
        held = getattr(subject_of(case), {"category": "categories"}.get(match.field, match.field))
        assert (held if isinstance(held, str) else ", ".join(held))[match.start : match.end] == match.text
    if "says" in case:
        assert explain(parse(case["rule"], search=True), subject_of(case), NOW).summary == case["says"]


def test_spans_are_offsets_into_the_field_as_stored() -> None:
    subject = Subject(title="Über den Dro\u00adnen: 中国无人机", text="", language="de", categories=("News", "Drohne"))

    found = find(parse("(=Dronen OR 无人机) category:drohne"), subject, NOW)

    assert [(match.field, match.start, match.end) for match in found.matches] == [
        ("title", 9, 16),
        ("title", 20, 23),
        ("category", 6, 12),
    ]
    assert subject.title[9:16] == "Dro\u00adnen"
    assert ", ".join(subject.categories)[6:12] == "Drohne"


def test_overlapping_parts_give_one_span() -> None:
    found = find(parse('"air defence" OR "defence unit"'), Subject(title="Air defence unit", text=""), NOW)

    assert [(match.start, match.end) for match in found.matches] == [(0, 16)]


def test_every_true_branch_of_an_or_is_shown_and_no_false_one() -> None:
    found = find(parse("(drone kyiv) OR (drone boat) OR lviv"), Subject(title="Boat, drone, Lviv", text=""), NOW)

    assert [match.text for match in found.matches] == ["Boat", "drone", "Lviv"]


def test_a_prepared_item_serves_many_rules() -> None:
    item = prepare(Subject(title="Drones over Kyiv", text=""))

    assert find(parse("drone"), item, NOW) == find(parse("drone"), item.subject, NOW)
    assert not find(parse("boat"), item, NOW).matched


def test_a_pattern_that_takes_too_long_is_no_match_and_is_counted() -> None:
    subject = Subject(title="a" * 40 + "b", text="A drone")

    late = find(parse("/(?:a|aa)+$/"), subject, NOW)
    other = find(parse("/(?:a|aa)+$/ OR drone"), subject, NOW)

    assert (late.matched, late.timeouts) == (False, 1)
    assert (other.matched, other.timeouts) == (True, 1)


def test_patterns_see_the_first_64_kb_of_a_field() -> None:
    text = "x" * 65_530 + " early late"

    assert find(parse("/early/"), Subject(title="", text=text), NOW).matched
    assert not find(parse("/late/"), Subject(title="", text=text), NOW).matched
    assert find(parse("late"), Subject(title="", text=text), NOW).matched


@pytest.mark.parametrize(
    ("query", "matched"),
    [
        ("since:2d", True),
        ("since:1h", False),
        ("before:1h", True),
        ("since:2026-11-22", True),
        ("before:2026-11-22", False),
        ("since:2026-11-22T09:00:00+00:00", False),
        ("is:unread", True),
        ("is:read", False),
        ("is:starred -is:alert", True),
        ("is:edited", False),
    ],
)
def test_a_search_asks_for_time_and_state(query: str, *, matched: bool) -> None:
    subject = Subject(title="x", text="", published=datetime(2026, 11, 22, 8, tzinfo=UTC), starred=True)

    assert find(parse(query, search=True), subject, NOW).matched is matched


def test_an_item_without_a_date_counts_when_it_was_seen() -> None:
    assert find(parse("since:1d", search=True), Subject(title="x", text="", seen=NOW), NOW).matched
    assert not find(parse("since:1d", search=True), Subject(title="x", text=""), NOW).matched


def test_a_hostile_item_takes_no_more_than_its_length() -> None:
    text = "drone strike " * 20_000
    subject = Subject(title="l'" * 20_000 + "x", text=text)

    found = find(parse("(drone NEAR/900 strike) EXCEPT drone-drone"), subject, NOW)

    assert len(found.matches) == 40_000


@settings(max_examples=150)
@given(expressions(), subjects())
def test_a_negated_expression_is_true_where_the_expression_is_not(text: str, subject: Subject) -> None:
    plain = find(parse(text, search=True), subject, NOW)
    negated = find(parse(f"NOT ({text})", search=True), subject, NOW)

    assert negated.matched is not plain.matched
    assert negated.matches == ()


@settings(max_examples=150)
@given(expressions(), subjects())
def test_spans_always_slice_to_their_text(text: str, subject: Subject) -> None:
    fields = {
        "title": subject.title,
        "text": subject.text,
        "author": subject.author,
        "category": ", ".join(subject.categories),
        "url": subject.url,
    }
    last = ("", 0)
    for match in find(parse(text, search=True), subject, NOW).matches:
        assert fields[match.field][match.start : match.end] == match.text != ""
        if match.field == last[0]:
            assert match.start >= last[1]
        last = (match.field, match.end)
