from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feedwatch.core.boilerplate import MOST_KEPT, article, boilerplate, learn, passage_hash, passage_hashes
from feedwatch.core.document import Passage
from feedwatch.model import BlockKind, Link

NEWS = Passage(BlockKind.PARAGRAPH, "The bridge is closed until spring, the council said.")
IMPRINT = Passage(BlockKind.PARAGRAPH, "The Bridge Post is printed in Harbour Street.")


def paragraph(text: str, *, linked: str = "") -> Passage:
    start = text.find(linked)
    links = (Link(start, start + len(linked), "https://site.example/"),) if linked else ()
    return Passage(BlockKind.PARAGRAPH, text, 0, links)


def texts(*passages: Passage, skip: frozenset[str] = frozenset()) -> list[str]:
    return [passage.text for passage in article(passages, skip)]


# --- known forms -----------------------------------------------------------------------------------------------------


def test_known_forms_are_left_out_and_news_stays() -> None:
    assert texts(paragraph("Advertisement"), NEWS, paragraph("Subscribe to our newsletter.")) == [NEWS.text]


def test_a_list_of_related_links_goes_with_its_head_up_to_the_next_news() -> None:
    more = paragraph("Ferry to run at night", linked="Ferry to run at night")
    head = Passage(BlockKind.HEADING, "Related articles", 3)
    assert texts(NEWS, head, more, more, IMPRINT, more) == [NEWS.text, IMPRINT.text, more.text]


def test_a_line_that_is_mostly_a_link_to_another_article_goes() -> None:
    assert texts(NEWS, paragraph("Lire aussi Le bac circulera la nuit", linked="Le bac circulera la nuit")) == [
        NEWS.text
    ]
    assert texts(NEWS, paragraph("Watch repairs went on at night", linked="night"))[1:] != []


def test_a_tagged_headline_goes_unless_it_is_the_entrys_first_text() -> None:
    tagged = paragraph("[VIDEO] Duck crosses road")
    assert texts(NEWS, tagged) == [NEWS.text]
    assert texts(tagged, NEWS) == [tagged.text, NEWS.text]
    assert texts(paragraph("[VIDEO] Duck crosses road | [Poll] Your duck?"), NEWS) == [NEWS.text]


def test_lines_of_known_forms_at_the_ends_of_a_paragraph_go() -> None:
    assert texts(
        paragraph("Advertisement\nThe bridge is closed.\nIt is old.\nsubmitted by /u/duck\n[link] [comments]")
    ) == ["The bridge is closed.\nIt is old."]


def test_a_link_to_the_article_at_the_end_goes_and_other_links_stay() -> None:
    text = "The council said that the bridge Read more"
    passage = Passage(
        BlockKind.PARAGRAPH, text, 0, (Link(4, 11, "https://a.example/"), Link(33, 42, "https://site.example/a"))
    )
    (found,) = article((passage,), frozenset())
    assert found.text == "The council said that the bridge"
    assert found.links == (Link(4, 11, "https://a.example/"),)


def test_code_is_never_boilerplate() -> None:
    code = Passage(BlockKind.CODE, "more\nlink")
    assert texts(code) == ["more\nlink"]


def test_an_entry_of_nothing_but_certain_boilerplate_has_no_text() -> None:
    assert texts(paragraph("submitted by /u/duck\n[link] [comments]")) == []


def test_an_entry_keeps_weaker_forms_rather_than_lose_all_its_text() -> None:
    places = paragraph("Vk: https://vk.example/post Ok: https://ok.example/post")
    assert texts(places) == [places.text]
    assert texts(IMPRINT, skip=frozenset({passage_hash(IMPRINT.text)})) == [IMPRINT.text]


# --- learned ---------------------------------------------------------------------------------------------------------


def entry(number: int, *others: Passage) -> tuple[str, ...]:
    return passage_hashes((paragraph(f"Story {number} tells of what happened only once."), *others))


def test_what_most_entries_repeat_is_learned_and_left_out() -> None:
    counts = learn({}, [entry(n, IMPRINT) for n in range(6)])
    assert counts == {passage_hash(IMPRINT.text): 6}
    assert texts(NEWS, IMPRINT, skip=boilerplate(counts)) == [NEWS.text]


def test_letter_case_and_white_space_make_no_other_paragraph() -> None:
    assert passage_hash("The  Bridge\nPost") == passage_hash("the bridge post")


def test_short_lines_are_not_counted_and_each_counts_once_an_entry() -> None:
    assert passage_hashes((paragraph("By Ann"), IMPRINT, IMPRINT)) == (passage_hash(IMPRINT.text),)


def test_few_entries_teach_nothing() -> None:
    assert learn({}, [entry(n, IMPRINT) for n in range(4)]) == {}
    assert learn({}, [entry(0, IMPRINT), entry(1, IMPRINT), *map(entry, range(2, 10))]) == {}


def test_a_paragraph_of_a_small_share_of_a_long_body_is_not_learned() -> None:
    assert learn({}, [*(entry(n, IMPRINT) for n in range(3)), *map(entry, range(3, 20))]) == {}


def test_what_was_learned_stays_and_is_not_added_up() -> None:
    body = [entry(n, IMPRINT) for n in range(6)]
    once = learn({}, body)
    assert learn(once, body) == once
    assert learn(once, [entry(99, IMPRINT)]) == once
    assert learn(once, []) == once


def test_the_most_frequent_are_kept_where_there_are_too_many() -> None:
    known = {f"{n:012x}": 3 for n in range(2 * MOST_KEPT)}
    counts = learn(known, [entry(n, IMPRINT) for n in range(6)])
    assert len(counts) == MOST_KEPT
    assert passage_hash(IMPRINT.text) in counts


@given(
    st.lists(st.lists(st.sampled_from("abcdef")).map(tuple), max_size=30),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)),
)
def test_learning_never_forgets_below_what_was_known(entries: list[tuple[str, ...]], known: dict[str, int]) -> None:
    counts = learn(known, entries)
    assert all(counts[found] >= known[found] for found in known)
    assert boilerplate(counts) <= counts.keys()
