"""What one poll writes, decided from what came, what is known and what time it is. Owns no I/O and no clock.

Two decisions live here. ``compare`` says which drafts are new, which are edits and which are old friends under a new
identity. ``after_*`` give the feed state that follows a poll; when the next one is due is ``core/schedule.py``'s word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from feedwatch.core.schedule import Plan
from feedwatch.core.urls import without_query
from feedwatch.model import (
    Aliased,
    ChangedItem,
    Draft,
    DraftFeed,
    FailureKind,
    FeedHealth,
    FeedState,
    Fetched,
    Known,
    KnownItem,
    NotModified,
    Validators,
    replace,
)

CHURN_KNOWN = 10
"""Entries that a feed must have before the flood brake may act."""
CHURN_SHARE = 0.8
"""Of a body's entries under unknown identities, and of those with a known title and link, for the brake to act."""
MOVES_CONFIRMED = 3
"""Polls in a row with the same permanent redirect before the new address is polled instead."""
MOVE_FORGOTTEN = 5
"""Failures in a row after which a moved feed is tried at its configured address again."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A body against what is known of its feed."""

    new: tuple[Draft, ...] = ()
    changed: tuple[ChangedItem, ...] = ()
    aliased: tuple[Aliased, ...] = ()
    warning: str = ""


def compare(drafts: Sequence[Draft], known: Known, entries: int) -> Comparison:
    """Which drafts are new, edited, or known under another identity; all others are unchanged.

    ``entries`` is how many the body has, with those that were left out because they are known.
    """
    new: list[Draft] = []
    changed: list[ChangedItem] = []
    for draft in drafts:
        identified, earlier = _identify(draft, known)
        if earlier is None:
            new.append(identified)
        elif _edited(identified, earlier):
            changed.append(_change(identified, earlier))
    if not _is_churn(new, entries, known):
        return Comparison(tuple(new), tuple(changed))
    return _without_churn(new, changed, known)


def _identify(draft: Draft, known: Known) -> tuple[Draft, KnownItem | None]:
    """The draft under the identity that fits it, and what is known of it.

    A guid that stands for an entry with another link and another title is not this entry's: it is then told apart by
    guid and link together.
    """
    earlier = known.by_key.get(draft.key) or _before_its_guid_was_shared(draft, known)
    if draft.strict_key == draft.key:
        return draft, earlier
    strict = known.by_key.get(draft.strict_key)
    if strict is not None:
        return replace(draft, key=draft.strict_key), strict
    if earlier is not None and _is_another_entry(draft, earlier):
        return replace(draft, key=draft.strict_key), None
    return draft, earlier


def _before_its_guid_was_shared(draft: Draft, known: Known) -> KnownItem | None:
    """The entry as it was stored while its guid still seemed to be its own."""
    earlier = known.by_key.get(draft.guid_key) if draft.guid_key else None
    same = earlier is not None and (earlier.url, earlier.title) == (draft.url, draft.title)
    return earlier if same else None


def _is_another_entry(draft: Draft, earlier: KnownItem) -> bool:
    if earlier.item_id is None:
        return False  # pruned: nothing is left to tell it apart by, and a repeat would be worse
    return without_query(draft.url) != without_query(earlier.url) and draft.title != earlier.title


def _edited(draft: Draft, earlier: KnownItem) -> bool:
    return earlier.item_id is not None and draft.fingerprint != earlier.fingerprint


def _change(draft: Draft, earlier: KnownItem) -> ChangedItem:
    assert earlier.item_id is not None  # noqa: S101  # _edited said so; this tells the type checker
    return ChangedItem(earlier.item_id, draft, earlier)


def _is_churn(new: Sequence[Draft], entries: int, known: Known) -> bool:
    """The flood brake: most entries seem new, and most of those are known by title and link (hazards of guid churn)."""
    if known.total < CHURN_KNOWN or len(new) <= CHURN_SHARE * entries:
        return False
    familiar = sum(draft.signature in known.by_signature for draft in new)
    return familiar >= CHURN_SHARE * len(new)


def _without_churn(new: Sequence[Draft], changed: list[ChangedItem], known: Known) -> Comparison:
    aliased: list[Aliased] = []
    truly_new: list[Draft] = []
    for draft in new:
        earlier = known.by_signature.get(draft.signature)
        if earlier is None:
            truly_new.append(draft)
            continue
        aliased.append(Aliased(draft.key, earlier))
        if _edited(draft, earlier):
            changed.append(_change(draft, earlier))
    warning = f"the feed gave {len(aliased)} known entries new ids; they were not taken as news"
    return Comparison(tuple(truly_new), tuple(changed), tuple(aliased), warning)


# --- the state that follows a poll -----------------------------------------------------------------------------------


def after_not_modified(state: FeedState, result: Fetched | NotModified, plan: Plan, now: datetime) -> FeedState:
    """The state after a 304, or after a body that is byte for byte the last one."""
    validators = _validators(result) if isinstance(result, Fetched) else state.validators
    return replace(_after_success(state, result, plan, now), validators=validators)


def after_body(
    state: FeedState, result: Fetched, drafted: DraftFeed, plan: Plan, news: Comparison, body_hash: bytes, now: datetime
) -> FeedState:
    """The state after a body was read. A cut body's validators are not kept, so that its rest is fetched again."""
    succeeded = _after_success(state, result, plan, now)
    warning = "; ".join(filter(None, (news.warning, *drafted.warnings)))
    complete = drafted.complete
    return replace(
        succeeded,
        validators=_validators(result) if complete else state.validators,
        body_hash=body_hash if complete else b"",
        warning=warning,
        refresh=drafted.refresh,
        skips=drafted.skips,
        last_news=now if news.new else state.last_news,
        baseline_done=complete or state.last_success is not None,  # the rest of a cut first body is no news either
        title=drafted.title or state.title,
        site=drafted.site or state.site,
        language=drafted.language or state.language,
        paragraphs=drafted.paragraphs,
        skim=drafted.skim if complete else b"",
    )


def after_failure(state: FeedState, kind: FailureKind, message: str, plan: Plan, now: datetime) -> FeedState:
    """The state after a poll that gave nothing usable; what is stored stays, and so do the validators."""
    failures = state.failures + 1
    lost = bool(state.moved_to) and failures >= MOVE_FORGOTTEN
    return replace(
        state,
        due_at=plan.due_at,
        interval=plan.interval,
        late=plan.late,
        health=_HEALTH_AFTER.get(kind, FeedHealth.FAILING),
        failures=failures,
        last_poll=now,
        last_error=message,
        last_error_at=now,
        moved_to="" if lost else state.moved_to,
        redirect_target="",
        redirect_seen=0,
    )


_HEALTH_AFTER: Mapping[FailureKind, FeedHealth] = {
    FailureKind.GONE: FeedHealth.GONE,
    FailureKind.BLOCKED: FeedHealth.BLOCKED,
}


def _after_success(state: FeedState, result: Fetched | NotModified, plan: Plan, now: datetime) -> FeedState:
    moved = _after_redirect(state, result.permanent_url)
    return replace(
        moved,
        due_at=plan.due_at,
        interval=plan.interval,
        cadence=plan.cadence,
        rhythm=plan.rhythm,
        late=plan.late,
        health=FeedHealth.OK,
        failures=0,
        last_poll=now,
        last_success=now,
    )


def _after_redirect(state: FeedState, target: str) -> FeedState:
    """Count a permanent redirect; the same one on MOVES_CONFIRMED polls in a row moves the feed (RFC 9110, 15.4.2)."""
    if not target:
        return replace(state, redirect_target="", redirect_seen=0)
    seen = state.redirect_seen + 1 if target == state.redirect_target else 1
    if seen < MOVES_CONFIRMED:
        return replace(state, redirect_target=target, redirect_seen=seen)
    return replace(state, moved_to=target, redirect_target="", redirect_seen=0)


def _validators(result: Fetched) -> Validators:
    return Validators(result.url, result.headers.get("etag", ""), result.headers.get("last-modified", ""))
