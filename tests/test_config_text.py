from __future__ import annotations

from feedwatch.config_text import place_lines, statements

TEXT = '''# a comment
poll.interval = "5m"  # [not] a header
[store]
path = "a#b"

[[feeds]]  # "quoted
url = "https://a.example/"
tags = [
  "x",  # ] no end
]
# a comment between

[[ "feeds" ]]
url = """
[[feeds]]
url = 1"""
name = \'\'\'it's [\'\'\'
'''


def test_brackets_and_hashes_in_strings_and_comments_mean_nothing() -> None:
    assert [(found.first, found.last) for found in statements(TEXT)] == [
        (2, 2), (3, 3), (4, 4), (6, 6), (7, 7), (8, 10), (13, 13), (14, 16), (17, 17),
    ]  # fmt: skip


def test_every_place_has_the_line_it_is_written_on() -> None:
    assert place_lines(TEXT) == {
        "poll": 2,
        "poll.interval": 2,
        "store": 3,
        "store.path": 4,
        "feeds[1]": 6,
        "feeds[1].url": 7,
        "feeds[1].tags": 8,
        "feeds[2]": 13,
        "feeds[2].url": 14,
        "feeds[2].name": 17,
    }


def test_a_text_without_a_last_line_end_is_read_to_its_end() -> None:
    assert place_lines('[poll]\ninterval = "5m"') == {"poll": 1, "poll.interval": 2}
