from __future__ import annotations

import pytest

from feedwatch.errors import RuleError
from feedwatch.rules.parser import parse


@pytest.mark.parametrize(
    "text", ["-drone", "NOT (a b)", "-a -b", "a OR -b", "-feed:BBC", "NOT NOT NOT a", "NOT (a -b)", "-(a OR b)"]
)
def test_a_rule_that_only_says_what_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="nearly every item matches"):
        parse(text)
    parse(text, search=True)


@pytest.mark.parametrize("text", ["NOT NOT a", "a -b", "NOT (-a OR b)", 'feed:"BBC World"', "tag:world", "outlets>=3"])
def test_a_rule_that_asks_for_something_is_taken(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a -a", 3),
        ("a b NOT a", 5),
        ("(a b) -(c OR a)", 7),
        ("c OR (a -a)", 9),
        ('"air defence" -"air defence"', 15),
        ("drone EXCEPT drone", 1),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(text: str, column: int) -> None:
    with pytest.raises(RuleError, match="nothing can match") as caught:
        parse(text)
    assert caught.value.column == column


@pytest.mark.parametrize("text", ["outlets>=1", "outlets>0", "outlets<1", "outlets=0", "outlets<=0"])
def test_a_number_of_outlets_that_every_or_no_story_has_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="a story stands in one outlet at least"):
        parse(f"drone {text}")


@pytest.mark.parametrize("text", ["/.*/", "/./", r"/\w/", r"/\S+/", "/(?s:.)/"])
def test_a_pattern_that_finds_something_in_everything_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="finds something in every text"):
        parse(f"drone {text}")


@pytest.mark.parametrize("text", ["/[a-z]/", "/x*/", "/(?=a)/", r"/\d+/"])
def test_a_pattern_that_can_fail_is_taken(text: str) -> None:
    parse(text)
