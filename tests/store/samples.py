"""Small values for the store's tests: subscriptions, drafts, and updates made of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from feedwatch.core.stories import title_key, url_key
from feedwatch.model import (
    AlertState,
    Applied,
    ArchivedItem,
    Attempt,
    Attempted,
    Block,
    BlockKind,
    Claim,
    Delivery,
    DeliveryState,
    Document,
    Draft,
    Enclosure,
    FailureKind,
    FeedHealth,
    FeedId,
    FeedUpdate,
    Known,
    Link,
    Match,
    NewAlert,
    NewDelivery,
    NewItem,
    Severity,
    StoryCandidate,
    StoryId,
    Subscription,
    replace,
)
from feedwatch.rules.parser import parse
from feedwatch.store.store import Store

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]


def subscription(name: str = "One", **changes: object) -> Subscription:
    said = Subscription(url=f"https://{name.lower()}.example/feed", name=name, outlet=f"{name} Press")
    return replace(said, **changes)  # type: ignore[arg-type]  # a test's shorthand


def draft(guid: str, title: str = "", text: str = "", published: datetime | None = None, **changes: object) -> Draft:
    title = title or f"Title of {guid}"
    text = text or f"Text of {guid}."
    url = f"https://news.example/{guid}"
    made = Draft(
        key=digest(f"1 {guid}"),
        strict_key=digest(f"1 {guid} {url}"),
        level=1,
        fingerprint=digest(f"{title}\n{text}\n{published}"),
        signature=digest(f"{title}\n{url}"),
        title=title,
        url=url,
        author="A. Writer",
        document=Document(text, (Block(BlockKind.PARAGRAPH, 0, len(text)),), (Link(0, 4, "https://a.example/"),)),
        html=f"<p>{text}</p>",
        published=published,
        language="en",
        categories=("World",),
        source="Agency",
        enclosures=(Enclosure("https://a.example/a.mp3", "audio/mpeg", 12, "Sound"),),
    )
    made = replace(made, **changes)  # type: ignore[arg-type]  # a test's shorthand
    return replace(made, url_key=url_key(made.url), title_key=title_key(made.title))


def alert(of: Draft, rule: str = "Drones", at: datetime = NOW, **changes: object) -> NewAlert:
    made = NewAlert(
        rule=rule,
        severity=Severity.HIGH,
        item_key=of.key,
        state=AlertState.RAISED,
        reason="",
        raised_at=at,
        matches=(Match("title", 0, 5, of.title[:5]),),
        deliveries=(NewDelivery("desk", at),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's shorthand


def update(claim: Claim, drafts: Sequence[Draft] = (), at: datetime = NOW, **changes: object) -> FeedUpdate:
    state = replace(
        claim.feed.state,
        due_at=at + HOUR,
        health=FeedHealth.OK,
        last_poll=at,
        last_success=at,
        baseline_done=True,
    )
    made = FeedUpdate(claim, at, state, tuple(NewItem(one) for one in drafts))
    return replace(made, **changes)  # type: ignore[arg-type]  # a test's shorthand


def joining(one: Draft, story_id: StoryId) -> NewItem:
    return NewItem(one, story_id)


async def claim(store: Store, name: str = "One", at: datetime = NOW) -> Claim:
    """The feed of that name, leased; made due first, and subscribed to where it is not."""
    listed = await store.feeds(at)
    if name not in {row.feed.subscription.name for row in listed}:
        kept = [row.feed.subscription for row in listed]
        await store.sync_feeds([*kept, subscription(name)], at)
    ids = {row.feed.subscription.name: row.feed.id for row in await store.feeds(at)}
    await store.request_poll(ids[name], at)
    claims = await store.claim_due("test", 1000, 60, at)
    await store.release([one for one in claims if one.feed.id != ids[name]], at)
    return next(one for one in claims if one.feed.id == ids[name])


async def add(store: Store, *drafts: Draft, feed: str = "One", at: datetime = NOW, **changes: object) -> Applied:
    """What applying a poll of that feed did."""
    (applied,) = await store.apply([update(await claim(store, feed, at), drafts, at, **changes)])
    return applied


async def known_of(store: Store, feed_id: FeedId, drafts: Sequence[Draft]) -> Known:
    """What the store knows of drafts."""
    (found,) = await store.basis([(feed_id, drafts)], NOW)
    return found.known


async def story_candidates(store: Store, drafts: Sequence[Draft], since: datetime) -> tuple[StoryCandidate, ...]:
    """What drafts of a feed without items may belong to."""
    (found,) = await store.basis([(FeedId(99), drafts)], since)
    return found.stories.candidates


async def whole_archive(store: Store, since: datetime = NOW - 99 * HOUR) -> tuple[ArchivedItem, ...]:
    """Every item, as a backtest reads those that no word rules out."""
    _, item_ids = await store.candidates([parse("/x/")], since)
    return await store.archived(item_ids)


def attempted(
    one: Delivery, state: DeliveryState, next_at: datetime | None = None, at: datetime = NOW, answer: str = ""
) -> Attempted:
    """An attempt at a delivery that left it so."""
    if state is DeliveryState.DELIVERED:
        tried = Attempt(at, 0.0, 200, None, "", answer)
    else:
        tried = Attempt(at, 0.0, 500, FailureKind.STATUS, "it answered 500", answer)
    return Attempted(one.id, one.attempts + 1, tried, state, next_at)
