"""Which story a draft joins: only where there is no doubt."""

from datetime import UTC, datetime

from feedwatch.core.stories import assign, title_key, url_key
from feedwatch.model import FeedId, ItemId, StoryCandidate, StoryId
from tests.core.test_update import draft

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TITLE = "Drone strike halts trains on the Varna line"


def candidate(*, feed: int = 2, title: str = TITLE, same_url: bool = False) -> StoryCandidate:
    return StoryCandidate(StoryId(7), ItemId(70), FeedId(feed), "Other", title, NOW, same_url, not same_url)


def story(title: str, *candidates: StoryCandidate) -> int | None:
    one = draft("a", title=title)
    return assign([one], FeedId(1), {one.key: candidates})[0].story_id


def test_the_same_headline_in_another_feed_is_the_same_story() -> None:
    assert story(TITLE, candidate()) == 7


def test_the_same_headline_in_the_same_feed_is_another_story() -> None:
    assert story(TITLE, candidate(feed=1)) is None


def test_a_short_headline_proves_nothing() -> None:
    assert story("Live updates", candidate(title="Live updates")) is None


def test_the_same_page_under_much_the_same_headline_is_the_same_story() -> None:
    assert story(TITLE + " again", candidate(same_url=True)) == 7


def test_warnings_of_one_feed_that_link_to_one_page_and_are_worded_alike_are_stories_of_their_own() -> None:
    assert (
        story("Flood warning for region Beta", candidate(feed=1, title="Flood warning for region Alpha", same_url=True))
        is None
    )


def test_the_same_page_and_headline_under_a_new_guid_is_the_same_story() -> None:
    assert story(TITLE, candidate(feed=1, same_url=True)) == 7


def test_entries_that_all_link_to_the_front_page_are_not_one_story() -> None:
    assert story("Ferry timetable changes on Sunday", candidate(feed=1, same_url=True)) is None


def test_without_candidates_a_draft_has_a_story_of_its_own() -> None:
    assert story(TITLE) is None


def test_keys_are_stable_and_fit_an_sqlite_integer() -> None:
    assert title_key("Drones over Kyiv") == title_key("drones  OVER Kyiv!") == -1226615411053835621
    assert url_key("") is None
    assert all(-(2**63) <= (title_key(str(number)) or 0) < 2**63 for number in range(100))
