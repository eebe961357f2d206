"""What one poll writes: new, edited, known under another identity; and the state that follows."""

from collections.abc import Sequence
from datetime import UTC, datetime

from feedwatch.core import update
from feedwatch.core.schedule import Plan
from feedwatch.model import (
    Document,
    Draft,
    DraftFeed,
    FailureKind,
    FeedHealth,
    FeedState,
    Fetched,
    ItemId,
    Known,
    KnownItem,
    NotModified,
    Validators,
    replace,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PLAN = Plan(NOW, 900.0, None)


def draft(name: str, *, title: str = "", url: str = "", strict: str = "", text: str = "text") -> Draft:
    title = title or f"title {name}"
    url = url or f"https://example.org/{name}"
    return Draft(
        key=name.encode(),
        strict_key=(strict or name).encode(),
        level=1,
        fingerprint=f"{title} {text}".encode(),
        signature=f"{title} {url}".encode(),
        title=title,
        url=url,
        author="",
        document=Document(text),
        html=text,
        published=None,
        language="en",
        categories=(),
        source="",
        enclosures=(),
    )


def known_of(*drafts: Draft, pruned: bool = False) -> Known:
    items = [
        KnownItem(one.key, None if pruned else ItemId(at), one.fingerprint, one.title, one.url, one.document.text, None)
        for at, one in enumerate(drafts, 1)
    ]
    by_signature = {one.signature: item for one, item in zip(drafts, items, strict=True)}
    return Known(len(drafts), {item.key: item for item in items}, {} if pruned else by_signature)


def compare(drafts: Sequence[Draft], known: Known) -> update.Comparison:
    return update.compare(drafts, known, len(drafts))


def test_an_unknown_entry_is_new() -> None:
    one = draft("a")
    assert compare([one], known_of()).new == (one,)


def test_the_same_entry_again_is_nothing() -> None:
    assert compare([draft("a")], known_of(draft("a"))) == update.Comparison()


def test_an_edited_title_changes_the_item_and_is_not_new() -> None:
    edited = draft("a", title="another title")
    compared = compare([edited], known_of(draft("a")))
    assert compared.new == ()
    assert [(one.item_id, one.draft, one.earlier.title) for one in compared.changed] == [(1, edited, "title a")]


def test_a_pruned_entry_that_is_served_again_is_neither_new_nor_changed() -> None:
    again = draft("a", title="edited since")
    assert compare([again], known_of(draft("a"), pruned=True)) == update.Comparison()


def test_a_guid_that_comes_with_another_link_and_another_title_is_another_entry() -> None:
    other = draft("a", title="other", url="https://example.org/other", strict="a+other")
    compared = compare([other], known_of(draft("a")))
    assert [one.key for one in compared.new] == [b"a+other"]


def test_a_guid_with_another_link_but_the_same_title_is_the_same_entry() -> None:
    moved = draft("a", url="https://example.org/moved", strict="a+moved")
    assert compare([moved], known_of(draft("a"))).new == ()


def test_an_entry_known_by_guid_and_link_together_is_not_new() -> None:
    first = draft("a")
    second = draft("a", title="other", url="https://example.org/other", strict="a+other")
    stored = replace(second, key=second.strict_key)
    known = known_of(first, stored)
    assert compare([second], known) == update.Comparison()


def test_an_entry_stored_before_its_guid_was_shared_is_not_new_and_the_other_is() -> None:
    stored = draft("a")
    known = known_of(stored)
    same = replace(stored, key=b"a+1", strict_key=b"a+1", guid_key=b"a")
    other = replace(draft("b"), key=b"a+2", strict_key=b"a+2", guid_key=b"a")
    assert compare([same, other], known).new == (other,)


def test_a_feed_that_changes_every_guid_brings_no_news() -> None:
    before = [draft(f"g{n}", title=f"t{n}", url=f"https://e.org/{n}") for n in range(12)]
    after = [draft(f"h{n}", title=f"t{n}", url=f"https://e.org/{n}") for n in range(12)]
    compared = compare(after, known_of(*before))
    assert (compared.new, len(compared.aliased)) == ((), 12)
    assert "12 known entries" in compared.warning


def test_the_flood_brake_lets_what_is_truly_new_through() -> None:
    before = [draft(f"g{n}", title=f"t{n}", url=f"https://e.org/{n}") for n in range(12)]
    after = [draft(f"h{n}", title=f"t{n}", url=f"https://e.org/{n}") for n in range(12)]
    fresh = draft("fresh")
    assert compare([fresh, *after], known_of(*before)).new == (fresh,)


def test_a_day_of_much_news_does_not_trip_the_flood_brake() -> None:
    before = [draft(f"g{n}") for n in range(12)]
    after = tuple(draft(f"h{n}") for n in range(12))
    assert compare(after, known_of(*before)).new == after


def fetched(permanent: str = "") -> Fetched:
    return Fetched("https://e.org/feed", b"", {"etag": '"x"', "last-modified": "yesterday"}, permanent)


def body(*, complete: bool = True) -> DraftFeed:
    return DraftFeed("", "", "", None, (), complete, (), {})


def test_validators_are_kept_only_of_a_complete_body() -> None:
    old = FeedState(validators=Validators("https://e.org/feed", '"old"', ""))
    whole = update.after_body(old, fetched(), body(), PLAN, update.Comparison(), b"hash", NOW)
    cut = update.after_body(old, fetched(), body(complete=False), PLAN, update.Comparison(), b"hash", NOW)
    assert whole.validators == Validators("https://e.org/feed", '"x"', "yesterday")
    assert (cut.validators, cut.body_hash) == (old.validators, b"")


def test_a_first_body_that_was_cut_leaves_its_rest_to_the_baseline_and_a_second_settles_it() -> None:
    cut = update.after_body(FeedState(), fetched(), body(complete=False), PLAN, update.Comparison(), b"", NOW)
    again = update.after_body(cut, fetched(), body(complete=False), PLAN, update.Comparison(), b"", NOW)
    assert (cut.baseline_done, again.baseline_done) == (False, True)


def test_a_permanent_redirect_moves_the_feed_after_three_polls_in_a_row() -> None:
    state = FeedState()
    for _ in range(2):
        state = update.after_not_modified(state, NotModified("u", {}, "https://new.org/"), PLAN, NOW)
        assert state.moved_to == ""
    assert update.after_not_modified(state, fetched("https://new.org/"), PLAN, NOW).moved_to == "https://new.org/"


def test_a_redirect_that_flaps_moves_nothing() -> None:
    state = FeedState()
    for target in ("https://a.org/", "https://b.org/") * 4:
        state = update.after_not_modified(state, fetched(target), PLAN, NOW)
    assert state.moved_to == ""


def test_a_moved_feed_that_keeps_failing_goes_back_to_its_configured_address() -> None:
    state = FeedState(moved_to="https://new.org/")
    for _ in range(update.MOVE_FORGOTTEN):
        assert state.moved_to
        state = update.after_failure(state, FailureKind.DNS, "no such name", PLAN, NOW)
    assert (state.moved_to, state.failures) == ("", update.MOVE_FORGOTTEN)


def test_a_failure_keeps_what_is_stored_and_says_why() -> None:
    state = FeedState(validators=Validators("u", "e", "m"), last_success=NOW, baseline_done=True)
    after = update.after_failure(state, FailureKind.TIMEOUT, "no answer", PLAN, NOW)
    assert (after.validators, after.last_success, after.baseline_done) == (state.validators, NOW, True)
    assert (after.health, after.last_error) == (FeedHealth.FAILING, "no answer")


def test_a_poll_of_any_outcome_leaves_the_verdict_of_its_plan() -> None:
    late = replace(PLAN, late=True)
    assert update.after_failure(FeedState(), FailureKind.TIMEOUT, "no answer", late, NOW).late
    assert not update.after_failure(FeedState(), FailureKind.TIMEOUT, "no answer", PLAN, NOW).late


def test_410_and_403_have_states_of_their_own() -> None:
    gone = update.after_failure(FeedState(), FailureKind.GONE, "gone", Plan(None, 900, None), NOW)
    blocked = update.after_failure(FeedState(), FailureKind.BLOCKED, "blocked", PLAN, NOW)
    assert (gone.health, gone.due_at, blocked.health) == (FeedHealth.GONE, None, FeedHealth.BLOCKED)
