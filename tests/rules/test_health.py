"""Findings are certain, and proposals keep what they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedwatch.model import Alerted, Rule, RuleHealth, Subject, Subscription, replace
from feedwatch.rules.health import findings, proposals
from feedwatch.rules.match import find
from feedwatch.rules.parser import parse
from tests.rules.strategies import texts

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
FEEDS = (Subscription("https://a.example/", "BBC World", "BBC", ("world",)),)


def health(match: str = "drone", **changes: object) -> RuleHealth:
    well = RuleHealth(Rule("r", match), NOW - timedelta(days=1), 3, 0.01, 0, 0.0, archive_days=90.0)
    return replace(well, **changes)  # type: ignore[arg-type]  # a test's shorthand


def kinds(one: RuleHealth) -> list[str]:
    return [finding.kind for finding in findings(one, FEEDS, NOW)]


def test_a_rule_that_does_well_has_no_findings() -> None:
    assert kinds(health()) == []


def test_a_rule_that_never_fired_is_asked_about_once_the_archive_is_old_enough() -> None:
    assert kinds(health(last_fired=None)) == ["never fired"]
    assert kinds(health(last_fired=NOW - timedelta(days=61))) == ["never fired"]
    assert kinds(health(last_fired=NOW - timedelta(days=59))) == []
    assert kinds(health(last_fired=None, archive_days=59.0)) == []


def test_a_rule_that_alerts_to_much_of_everything_is_told_so() -> None:
    assert kinds(health(share=0.21, alerts_30d=20)) == ["too much"]
    assert kinds(health(share=0.2, alerts_30d=20)) == []
    assert kinds(health(share=1.0, alerts_30d=19)) == []


def test_what_the_numbers_say_of_others_and_of_time_is_told() -> None:
    (same,) = findings(health(same_as=("uav", "drones")), FEEDS, NOW)
    assert same.text == 'It alerted to the very same items as "uav", "drones": one of them is enough.'
    (late,) = findings(health(timeouts=1), FEEDS, NOW)
    assert late.text.startswith("A regular expression of it took too long 1 time and")


@pytest.mark.parametrize(
    ("match", "says"),
    [
        ("drone feed:CNN", "No feed has feed:CNN"),
        ("drone outlet:Reuters", "No feed has outlet:Reuters"),
        ("drone (tag:sport OR tag:war)", "No feed has tag:sport"),
        ("drone EXCEPT drones", '"drones" takes every form of "drone"'),
        ("kyiv (drone EXCEPT (dron*, bee))", '"dron*" takes every form of "drone"'),
        ("title:(drone EXCEPT drones) NEAR/3 kyiv", '"drones" takes every form of "drone"'),
        ("(drone feed:CNN) OR (uav tag:war)", "No feed has feed:CNN"),
    ],
)
def test_words_that_can_never_match_are_told(match: str, says: str) -> None:
    found = [one.text for one in findings(health(match), FEEDS, NOW)]
    assert found
    assert found[0].startswith(says)


@pytest.mark.parametrize(
    "match",
    [
        "drone feed:BBC",
        "drone outlet:bbc tag:World",
        "drone -feed:CNN",
        "drone OR feed:CNN",
        "drone (tag:sport OR tag:world)",
        "drone lang:xx",
        'drone EXCEPT "drones on"',
        "drone EXCEPT =Drones",
        "drone* EXCEPT drone",
    ],
)
def test_what_may_match_is_not_accused(match: str) -> None:
    assert kinds(health(match)) == []


def alerted(title: str, match: str, *, noise: bool) -> Alerted:
    subject = Subject(title=title, text="", language="en")
    return Alerted(subject, find(parse(match), subject, NOW).matches, noise)


def test_the_phrase_that_noise_stands_in_is_proposed() -> None:
    noisy = [f"General election in {place}" for place in ("Spain", "Kenya", "Peru", "Fiji", "Iran", "Chad")]
    noisy += ["A general strike", "In general quiet"]
    wanted = [f"General Holt visits {place}" for place in ("Spain", "Kenya", "Peru")]
    seen = [
        *(alerted(one, "general", noise=True) for one in noisy),
        *(alerted(one, "general", noise=False) for one in wanted),
    ]

    (one,) = proposals("general", seen, NOW)

    assert one.match == '(general) EXCEPT ("General election")'
    assert one.text == ('6 of 8 noisy hits stand in "General election"; without it 0 of 3 other alerts would be lost.')


def test_an_exclusion_is_added_to_those_that_are_there() -> None:
    match = 'general EXCEPT ("attorney general")'
    noisy = [alerted(f"General election in {place}", match, noise=True) for place in ("Spain", "Kenya", "Peru")]

    (one,) = proposals(match, noisy, NOW)

    assert one.match == 'general EXCEPT ("attorney general", "General election")'


def test_nothing_is_proposed_that_would_lose_what_is_wanted() -> None:
    noisy = [alerted(f"Drone strike on {place}", "drone", noise=True) for place in ("Spain", "Kenya", "Peru")]
    wanted = [alerted(f"Drone strike on {place}", "drone", noise=False) for place in ("Chad", "Fiji")]

    assert proposals("drone", [*noisy, *wanted], NOW) == ()
    assert proposals("drone", noisy[:2], NOW) == ()


def test_where_a_rule_asks_for_more_than_places_the_item_is_excluded() -> None:
    match = "drone feed:BBC"
    subject = [Subject(title=f"Drone on sale in {place}", text="", feed="BBC", language="en") for place in "abc"]
    noisy = [Alerted(one, find(parse(match), one, NOW).matches, noise=True) for one in subject]

    (one,) = proposals(match, noisy, NOW)

    assert one.match == '(drone feed:BBC) -"Drone on"'


@settings(max_examples=200)
@given(
    st.lists(st.tuples(texts(), st.booleans()), max_size=12),
    st.sampled_from(("drone", "генерал", "无人机", "general OR men")),
)
def test_a_proposal_can_be_read_and_does_what_it_says(items: list[tuple[str, bool]], match: str) -> None:
    seen = [one for text, noise in items if (one := alerted(text, match, noise=noise)).matches]

    for proposal in proposals(match, seen, NOW):
        expression = parse(proposal.match)
        spared = [one for one in seen if not find(expression, one.subject, NOW).matched]
        said = proposal.text.split()
        assert len([one for one in spared if one.noise]) == int(said[0])
        assert f"it {len([one for one in spared if not one.noise])} of" in proposal.text
