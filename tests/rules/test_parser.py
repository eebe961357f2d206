from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedwatch.errors import RuleError
from feedwatch.rules.parser import DEEPEST, LONGEST, parse
from feedwatch.rules.syntax import And, Except, Expression, Field, FieldName, Is, Near, Not, Or, Phrase, State, Word
from tests.rules.strategies import expressions

_PIECES = """
drone =General drone* "air defence" " “ " / /a+/ /(/ ( ) () | , - = * AND OR NOT NEAR NEAR/5 NEAR/0 BEFORE/3 EXCEPT
title: titel: feed: is: is:unread since:2d since: before:9999-99-99 since:9999-12-31T23:59:59-23:59
outlets outlets>=3 outlets>= outlets<1 中国 é́ \\ [[
"""
PIECES = (*_PIECES.split(), " ", "\n", "\x00", "\ud800")
GRAMMAR = st.lists(st.sampled_from(PIECES), max_size=25).flatmap(
    lambda pieces: st.sampled_from(("", " ")).map(lambda gap: gap.join(pieces))
)


def word(text: str) -> Word:
    return Word(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b", And((word("a"), word("b")))),
        ("a AND b c", And((word("a"), word("b"), word("c")))),
        ("a b OR c", Or((And((word("a"), word("b"))), word("c")))),
        ("a | b | c", Or((word("a"), word("b"), word("c")))),
        ("a (b OR c)", And((word("a"), Or((word("b"), word("c")))))),
        ("a -b", And((word("a"), Not(word("b"))))),
        ("a NOT b c", And((word("a"), Not(word("b")), word("c")))),
        ("NOT a NEAR/2 b OR c", Or((Not(Near(word("a"), word("b"), 2, ordered=False)), word("c")))),
        ("a BEFORE/3 b", Near(word("a"), word("b"), 3, ordered=True)),
        (
            "a NEAR/2 b NEAR/3 c",
            Near(Near(word("a"), word("b"), 2, ordered=False), word("c"), 3, ordered=False),
        ),
        ("a EXCEPT b NEAR/2 c", Near(Except(word("a"), (word("b"),)), word("c"), 2, ordered=False)),
        ("title:a EXCEPT b", Except(Field(FieldName.TITLE, word("a")), (word("b"),))),
        ("Title:a b", And((Field(FieldName.TITLE, word("a")), word("b")))),
        ("a EXCEPT (b, c OR d)", Except(word("a"), (word("b"), Or((word("c"), word("d")))))),
        ("anti-drone", Phrase((word("anti"), word("drone")))),
        ("and or not near", And((word("and"), word("or"), word("not"), word("near")))),
        ("“air defence”", Phrase((word("air"), word("defence")))),
        ("=“air”", Word("air", exact=True)),
        ('"air def*"', Phrase((word("air"), Word("def", prefix=True)))),
        ("drone’s", word("drone")),
        ("无人", Phrase((word("无"), Word("人", glued=True)))),
        ("outlets", word("outlets")),
    ],
)
def test_what_a_text_means(text: str, expected: Expression) -> None:
    assert parse(text, search=True) == expected


def test_every_part_knows_how_and_where_it_was_written() -> None:
    expression = parse('drone (kyiv | title:"air defence" ) -(a b)')

    assert isinstance(expression, And)
    assert [(part.column, part.source) for part in expression.parts] == [
        (1, "drone"),
        (8, 'kyiv | title:"air defence"'),
        (37, "-(a b)"),
    ]


@pytest.mark.parametrize(
    ("text", "column", "problem", "expected"),
    [
        ("", 1, "there is nothing to look for", "a word, a phrase or a group"),
        ("   ", 1, "there is nothing to look for", "a word, a phrase or a group"),
        ('drone "air', 7, "a quote is opened here and never closed", 'a closing "'),
        ("drone (a", 7, "a bracket is opened here and never closed", '")"'),
        ("drone (a OR", 12, "nothing stands after OR", "a word, a phrase or a group"),
        ("(", 1, "a bracket is opened here and never closed", 'a word, a phrase or a group, then ")"'),
        ("a)", 2, "a bracket is closed that was never opened", "AND, OR or the end"),
        (")", 1, "a bracket is closed that was never opened", "a word, a phrase or a group"),
        ("a ()", 3, "the group is empty", "a word, a phrase or a group"),
        ('""', 1, "there is no word between the quotes", "letters or digits, or a regular expression between slashes"),
        ("a &", 3, 'there is no word in "&"', "letters or digits, or a regular expression between slashes"),
        ("/a", 1, "a regular expression is opened here and never closed", 'a closing "/", or quotes around the text'),
        ("//", 1, "the regular expression is empty", "a pattern between the slashes"),
        ("x /a(b/", 7, "the regular expression is wrong: missing )", "a pattern of the regex package"),
        ("/a/i", 4, "a letter stands right after a regular expression", 'a space; write "(?i)" in it to ignore case'),
        ("tilte:a", 1, 'there is no field "tilte"', '"title:"'),
        ("a outlet:x tga:y", 12, 'there is no field "tga"', '"tag:"'),
        ("a AND", 6, "nothing stands after AND", "a word, a phrase or a group"),
        ("OR a", 1, 'nothing stands before "OR"', "a word, a phrase or a group"),
        ("a NOT", 6, "nothing stands after NOT", "a word, a phrase or a group"),
        ("a NEAR b", 3, "NEAR without a number of words", "a number from 1 to 999, as in NEAR/5"),
        ("a BEFORE/x b", 3, "BEFORE without a number of words", "a number from 1 to 999, as in BEFORE/5"),
        ("a NEAR/0 b", 3, "NEAR without a number of words", "a number from 1 to 999, as in NEAR/5"),
        ("a NEAR/5 -b", 10, "NEAR can't look for what is not there", "words or phrases"),
        ("a NEAR/5 feed:b", 10, "NEAR can't tell where this stands", "words, phrases or groups of them"),
        ("a EXCEPT", 9, "EXCEPT has no phrase after it", 'a phrase, or a list as in ("a b", "c d")'),
        ("a EXCEPT (b c)", 11, "this is no exception", 'phrases with commas between, as in ("a b", "c d")'),
        ("a EXCEPT (b, )", 14, "nothing stands after the comma", "a phrase"),
        ("a, b", 2, "a comma stands outside an EXCEPT list", "AND, OR, or quotes around the text"),
        ("a -", 3, 'nothing stands right after "-"', "a word to leave out, as in -toy, or the dash in quotes"),
        ("a = b", 3, 'nothing to find stands after "="', 'a word or a phrase, as in =General or ="air defence"'),
        ("*a", 1, '"*" does not stand at the end of a word', "the beginning of a word before it, as in drone*"),
        ("title: a", 7, 'nothing to find stands right after "title:"',
         'a word, a phrase or a group, as in title:drone or title:"air defence"'),
        ("title:(a text:b)", 10, "a field stands inside a field", "a word, a phrase or a group"),
        ("feed:/x/", 6, "feed: takes a name", 'a word or a quoted name, as in feed:"a name"'),
        ("outlets>=many", 10, "outlets is compared with no number", "a number up to 999, as in outlets>=3"),
        ("outlets:3", 1, '"outlets" is compared, not looked for', "outlets>=3, or outlet:NAME"),
    ],
)  # fmt: skip
def test_an_error_points_and_says_what_was_expected(text: str, column: int, problem: str, expected: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse(text, rule="Drones")

    assert (caught.value.column, caught.value.problem, caught.value.expected) == (column, problem, expected)
    assert str(caught.value).startswith('rule "Drones": ')


def test_a_rule_may_ask_for_what_was_edited() -> None:
    assert parse("is:edited") == Is(State.EDITED)
    with pytest.raises(RuleError, match="nearly every item matches"):
        parse("-is:edited")


@pytest.mark.parametrize("query", ["is:unread", "is:(read OR alert)", "since:2d", "before:2026-11-01"])
def test_a_rule_may_not_ask_what_only_a_search_can(query: str) -> None:
    parse(f"drone {query}", search=True)
    with pytest.raises(RuleError, match="is for searches: a rule is tried when an item arrives or is edited"):
        parse(f"drone {query}")


@pytest.mark.parametrize("query", ["is:new", "since:tomorrow", "since:2026-13-01", "before:x"])
def test_a_search_must_ask_for_something_that_is(query: str) -> None:
    with pytest.raises(RuleError):
        parse(query, search=True)


def test_a_long_expression_is_refused_and_the_longest_is_read_at_once() -> None:
    longest = ("drone -toy OR " * LONGEST)[: LONGEST - 5] + "drone"
    started = time.perf_counter()
    parse(longest)
    assert time.perf_counter() - started < 2

    with pytest.raises(RuleError, match="more than 10,000 characters"):
        parse("a" * (LONGEST + 1))


@pytest.mark.parametrize(
    "text",
    [
        "(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1),
        "a " + "-" * (DEEPEST + 1) + "b",
        " NEAR/2 ".join("a" * (DEEPEST + 2)),
        "a" + " EXCEPT b" * (DEEPEST + 1),
        "a (b | " * (DEEPEST + 1) + "c" + ")" * (DEEPEST + 1),
        "(" * (LONGEST - 1),
    ],
)
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(RuleError, match="nested more than 200 levels deep"):
        parse(text)


def test_nesting_up_to_the_limit_is_read() -> None:
    parse("(" * DEEPEST + "a" + ")" * DEEPEST)
    parse("a (b | " * 95 + "c" + ")" * 95)


@settings(max_examples=300)
@given(text=st.one_of(GRAMMAR, st.text(max_size=60), expressions()), search=st.booleans())
@example(text="[[a--b]]", search=True)
@example(text="/[[a--b]]/", search=True)
@example(text="/" + "(" * 3000 + "/", search=True)
@example(text="/(?<=a{1,5000}){9}/", search=False)
@example(text="since:0001-01-01T00:00:00+23:59", search=True)
@example(text="9" * 9000 + "*", search=False)
def test_whatever_the_text_nothing_but_a_rule_error_is_raised(text: str, *, search: bool) -> None:
    error = error_of(text, search=search)
    if error is not None:
        assert 1 <= error.column <= len(text) + 1
        assert error.problem
        assert error.expected


@pytest.mark.parametrize("text", ["\u0640", "a \u0640", '"\u0640"'])
def test_a_stroke_that_only_stretches_words_is_none_itself(text: str) -> None:
    with pytest.raises(RuleError, match="there is no word"):
        parse(text)


def test_a_stroke_that_only_stretches_words_begins_none() -> None:
    with pytest.raises(RuleError, match="does not stand at the end of a word"):
        parse("\u0640*")


def error_of(text: str, *, search: bool) -> RuleError | None:
    try:
        parse(text, search=search)
    except RuleError as error:
        return error
    return None
