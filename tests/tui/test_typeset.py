from __future__ import annotations

from feedwatch.model import (
    AlertId,
    AlertState,
    Article,
    Block,
    BlockKind,
    Document,
    Edit,
    Enclosure,
    ItemAlert,
    ItemDetail,
    ItemId,
    ItemRow,
    Link,
    Match,
    Run,
    RunKind,
    Severity,
    StoryMember,
    replace,
)
from feedwatch.tui.typeset import RULE_STYLES, Line, lines, rule_styles
from tests.tui.fake_backend import NOW, make_row


def document(*blocks: tuple[BlockKind, str], links: tuple[tuple[str, str], ...] = ()) -> Document:
    text = "\n".join(words for _, words in blocks)
    placed, at = [], 0
    for kind, words in blocks:
        placed.append(Block(kind, at, at + len(words), 1))
        at += len(words) + 1
    found = tuple(Link(text.index(words), text.index(words) + len(words), url) for words, url in links)
    return Document(text, tuple(placed), found)


def detail(text: Document, row: ItemRow | None = None, matches: tuple[Match, ...] = ()) -> ItemDetail:
    alert = ItemAlert(AlertId("a"), "Drones", Severity.HIGH, AlertState.RAISED, "", acknowledged=False, matches=matches)
    return ItemDetail(row or make_row(1), text, "", "", (), "", (), (), (alert,) if matches else (), (), ())


def written(found: tuple[Line, ...]) -> str:
    return "\n".join("".join(text for text, _ in line.pieces) for line in found)


def styled(found: tuple[Line, ...], style: str) -> list[str]:
    return [text for line in found for text, name in line.pieces if name == style]


def matched(found: tuple[Line, ...]) -> list[str]:
    return [text for line in found if line.hit for text, name in line.pieces if name.startswith("match")]


def shown(item: ItemDetail, width: int = 60, *, full: bool = False) -> tuple[Line, ...]:
    return lines(item, width, NOW, full=full)


def test_every_kind_of_block_has_its_form() -> None:
    text = document(
        (BlockKind.HEADING, "Head"),
        (BlockKind.PARAGRAPH, "Body"),
        (BlockKind.QUOTE, "Said"),
        (BlockKind.ITEM, "One"),
        (BlockKind.ITEM, "Two"),
        (BlockKind.CODE, "if x:\n    y()"),
        (BlockKind.IMAGE, "Smoke"),
    )
    found = shown(detail(text))
    assert "Head\n\nBody\n\n▎ Said\n\n• One\n• Two\n\n  if x:\n      y()\n\n▣ Smoke" in written(found)
    assert styled(found, "heading") == ["Head"]


def test_links_carry_their_number_and_stand_at_the_end() -> None:
    text = document((BlockKind.PARAGRAPH, "Read the report now."), links=(("report", "https://example.org/r"),))
    found = shown(detail(text))
    assert "Read the report[1] now." in written(found)
    assert "[1] https://example.org/r" in written(found)
    assert styled(found, "link") == ["report"]
    assert "https://example.org/r" in [line.url for line in found]


def test_matches_are_highlighted_where_they_stand_also_after_a_numbered_link() -> None:
    text = document((BlockKind.PARAGRAPH, "A report says a drone fell."), links=(("report", "https://example.org/r"),))
    at = text.text.index("drone")
    found = shown(
        detail(text, make_row(1, "Drone news"), (Match("text", at, at + 5, "drone"), Match("title", 0, 5, "Drone")))
    )
    assert matched(found) == ["Drone", "drone"]
    assert [line.hit for line in found].count(True) == 2


def test_a_match_that_is_broken_over_two_lines_is_highlighted_on_both() -> None:
    text = document((BlockKind.PARAGRAPH, "twelve air defence units"))
    found = shown(detail(text, matches=(Match("text", 7, 18, "air defence"),)), 12)
    assert matched(found) == ["air", "defence"]


def test_the_reason_names_rule_severity_and_words() -> None:
    text = document((BlockKind.PARAGRAPH, "a drone"))
    assert "!  high · Drones: “drone”" in written(shown(detail(text, matches=(Match("text", 2, 7, "drone"),))))


def test_the_article_takes_the_place_of_the_text_with_the_same_words_highlighted() -> None:
    item = detail(document((BlockKind.PARAGRAPH, "a drone")), matches=(Match("text", 2, 7, "drone"),))
    item = replace(item, article=Article(document((BlockKind.PARAGRAPH, "Long: Drone down")), NOW))
    assert "Long:" not in written(shown(item))
    found = shown(item, full=True)
    assert "Long: Drone down" in written(found)
    assert matched(found) == ["Drone"]


def test_what_belongs_to_the_item_stands_at_the_end() -> None:
    item = replace(
        detail(document((BlockKind.PARAGRAPH, "x"))),
        enclosures=(Enclosure("https://example.org/a.mp3", "audio/mpeg", 12_300_000),),
        members=(StoryMember(ItemId(2), "Same story", "", "Reuters", NOW),),
        edits=(Edit(NOW, (Run(RunKind.REMOVED, "Old"), Run(RunKind.ADDED, "New"), Run(RunKind.SAME, "title")), ()),),
    )
    text = written(shown(item, 100))
    assert "audio/mpeg · 12 MB · https://example.org/a.mp3" in text
    assert "Reuters: Same story" in text
    assert text.count("✎ edited today 12:00 Old New title") == 2
    found = shown(item, 100)
    assert (styled(found, "removed"), styled(found, "added")) == (["Old"] * 2, ["New"] * 2)


def test_an_item_without_text_says_what_to_do() -> None:
    assert "o opens its page" in written(shown(detail(Document()), 100))


def test_escapes_in_the_text_are_replaced_without_moving_a_match() -> None:
    text = document((BlockKind.PARAGRAPH, "\x1b[2J drone"))
    found = shown(detail(text, matches=(Match("text", 5, 10, "drone"),)))
    assert matched(found) == ["drone"]
    assert "\x1b" not in written(found)


def test_spans_that_lie_outside_of_the_text_do_no_harm() -> None:
    text = document((BlockKind.PARAGRAPH, "short"))
    assert "short" in written(shown(detail(text, matches=(Match("text", 3, 99, "x"), Match("title", -5, 2, "y")))))


def test_each_rule_has_a_style_of_its_own_which_the_line_that_names_it_shows() -> None:
    item = detail(document((BlockKind.PARAGRAPH, "a general and a drone")), matches=(Match("text", 2, 9, "general"),))
    (generals,) = item.alerts
    drones = replace(generals, rule="Drones", matches=(Match("text", 16, 21, "drone"),))
    item = replace(item, alerts=(replace(generals, rule="Generals"), drones))
    styles = rule_styles(("Drones", "Generals"))
    assert len(set(styles.values())) == 2
    found = shown(item)
    assert styled(found, styles["Generals"]) == ["Generals", "general"]
    assert styled(found, styles["Drones"]) == ["Drones", "drone"]


def test_a_rule_keeps_its_style_where_it_can() -> None:
    alone = rule_styles(("Drones",))["Drones"]
    assert rule_styles(("Aardvarks", "Drones", "Zebras"))["Drones"] == alone
    assert set(rule_styles(f"Rule {number}" for number in range(20)).values()) == {
        f"match{number}" for number in range(1, RULE_STYLES + 1)
    }
