"""A desk with hostile items instead of a database: what the commands write is what is tested here."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from feedwatch import cli
from feedwatch.cli.context import Context
from feedwatch.errors import UsageError
from feedwatch.model import (
    AlertId,
    AlertLatency,
    AlertRow,
    AlertState,
    Anchor,
    Article,
    Attempt,
    Backtest,
    ChannelLine,
    ChannelState,
    Delivery,
    DeliveryId,
    DeliveryState,
    Difference,
    Document,
    Edit,
    Explanation,
    ExplanationNode,
    FailureKind,
    Feed,
    FeedHealth,
    FeedId,
    FeedRow,
    FeedState,
    Finding,
    Hit,
    ItemAlert,
    ItemDetail,
    ItemId,
    ItemRow,
    Latency,
    Link,
    Match,
    Page,
    Proposal,
    Revision,
    Rule,
    RuleHealth,
    Run,
    RunKind,
    Selection,
    Severity,
    Stats,
    StatsLine,
    Story,
    StoryId,
    StoryMember,
    Subscription,
    Tally,
    View,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOSTILE = "Drone \x1b]52;c;cHduZWQ=\x07 \x9b2J \u202eevil\u202c\x7f strike"
"""A title that would write the clipboard, clear the screen and turn the rest around."""
MATCH = Match("title", 0, 5, "Drone")


def item_row(number: int, title: str = HOSTILE) -> ItemRow:
    seen = NOON - timedelta(hours=number)
    return ItemRow(
        id=ItemId(number),
        anchor=Anchor(int(seen.timestamp() * 1000), number),
        feed_id=FeedId(1),
        feed="BBC World",
        outlet="BBC",
        title=title,
        url="https://a.example/1",
        author="Ann\x1b[31m",
        published=seen,
        seen=seen,
        story_id=StoryId(7),
        tellings=4,
        outlets=2,
        sources=1,
        language="en",
        read=False,
        starred=True,
        edited=False,
        rules=("Drones",),
        severity=Severity.HIGH,
        title_matches=((0, 5),),
    )


def detail() -> ItemDetail:
    text = "A drone struck.\n\nSee here.\x1b[2J"
    return ItemDetail(
        row=item_row(1),
        document=Document(text, (), (Link(17, 25, "https://b.example/"),)),
        html="<p>A drone struck.</p>",
        feed_url="https://a.example/feed",
        categories=(),
        source="",
        enclosures=(),
        tags=("world",),
        alerts=(
            ItemAlert(
                AlertId("a1"), "Drones", Severity.HIGH, AlertState.RAISED, "", False, (Match("text", 2, 7, "drone"),)
            ),
        ),
        revisions=(Revision(NOON, "Drone seen", "A drone.", None),),
        edits=(Edit(NOON, (Run(RunKind.REMOVED, "Drone seen"), Run(RunKind.ADDED, HOSTILE)), ()),),
        members=(StoryMember(ItemId(9), "Drone hits", "https://c.example/", "AP", NOON),),
    )


class FakeDesk:
    """Answers every command with one of each; remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.out_of_service: tuple[ChannelState, ...] = ()
        self.titles = [HOSTILE] * 3
        self.store = SimpleNamespace(alerts=self._alerts, stories=self._stories, stats=self._stats)

    async def items(self, view: View, limit: int, *, after: Anchor | None = None) -> Page:
        self.told.append(view)
        first = after.item_id + 1 if after else 1
        rows = [item_row(number, title) for number, title in enumerate(self.titles, 1)][first - 1 :]
        return Page(tuple(rows[:limit]), more=len(rows) > limit)

    async def item(self, item_id: ItemId) -> ItemDetail | None:
        return detail() if item_id == 1 else None

    async def full_text(self, item_id: ItemId) -> Article:
        return Article(Document("The whole story."), NOON) if item_id == 1 else Article(Document(), NOON, "404")

    async def sync_feeds(self) -> None:
        self.told.append("synced")

    async def feeds(self) -> tuple[FeedRow, ...]:
        subscription = Subscription("https://u:pw@a.example/feed?token=s3cret", "BBC\x1b[5m World", "BBC", ("world",))
        state = FeedState(NOON, health=FeedHealth.FAILING, last_error="DNS\x07 failed", interval=900.0, cadence=60.0)
        return (FeedRow(Feed(FeedId(1), subscription, state), items=3, unread=2, late=False, polling=False),)

    async def deliveries(self, limit: int, chosen: Selection) -> tuple[Delivery, ...]:
        self.told.append((limit, chosen))
        return (
            Delivery(
                DeliveryId("d1"), AlertId("a1"), "desk", DeliveryState.DEAD, 10, None, 500, "server\x1b error", NOON,
                None, b"{}", HOSTILE, "Drones",
            ),
        )  # fmt: skip

    async def attempts(self, delivery_id: DeliveryId) -> tuple[Attempt, ...]:
        self.told.append(delivery_id)
        return (Attempt(NOON, 0.25, 500, FailureKind.STATUS, "server\x1b error", "no\x1b[2J way"),)

    async def channels_out(self) -> tuple[ChannelState, ...]:
        return self.out_of_service

    async def retry_deliveries(self, chosen: Selection) -> int:
        self.told.append(chosen)
        return len(chosen.ids) or 5

    async def test_channel(self, name: str) -> str:
        return f"{name} answered 200"

    async def add_feeds(self, address: str, *, name: str, tags: tuple[str, ...]) -> str:
        self.told.append((address, name, tags))
        return f"Added {address}\x1b[2J."

    async def remove_feed(self, url: str) -> str:
        self.told.append(url)
        raise UsageError(f"no feed {url}")

    async def explain(self, rule: str, item_id: ItemId) -> Explanation:
        node = ExplanationNode("drone", True, "1 occurrence\x1b")
        return Explanation(True, f"{rule} matches.", (MATCH,), node, {"drone": ("drone", "drones")})

    async def backtest(
        self, rule: str, since: datetime, *, instead_of: str, progress: Callable[[int, int], None]
    ) -> Backtest:
        self.told.append((rule, instead_of, since))
        progress(0, 10)
        hits = (
            Hit(ItemId(1), HOSTILE, "BBC\x1b World", NOON, (MATCH,), ""),
            Hit(ItemId(2), "Drones again", "AP", NOON, (MATCH,), "story already alerted"),
        )
        return Backtest(
            rule=Rule("test", rule),
            since=NOON - timedelta(days=30),
            items=1200,
            matched=2,
            stories=1,
            raised=1,
            grown=1,
            suppressed={"story already alerted": 1},
            by_day=((NOON.date(), Tally(1, 1, 1)),),
            by_feed=(("BBC\x1b World", Tally(1, 1)), ("AP", Tally(suppressed=1))),
            first=hits,
            timeouts=1,
            difference=Difference(0, 2, (), hits) if instead_of else None,
        )

    async def _alerts(self, limit: int, *, rule: str, since: datetime | None, every: bool) -> tuple[AlertRow, ...]:
        self.told.append((limit, rule, since, every))
        return (
            AlertRow(
                id=AlertId("a1"), rule="Drones", severity=Severity.HIGH, state=AlertState.SUPPRESSED,
                reason="cooldown", raised_at=NOON, acknowledged=False, noise=False, story_id=StoryId(7), tellings=4,
                outlets=2, sources=1,
                item_id=ItemId(1), title=HOSTILE, url="https://a.example/1", feed_id=FeedId(1), feed="BBC World",
                outlet="BBC", published=None, seen=NOON, matches=(MATCH,),
                latency=AlertLatency(None, 0.25, 1.5),
            ),
        )  # fmt: skip

    async def _stories(self, since: datetime | None, limit: int) -> tuple[Story, ...]:
        return (Story(StoryId(7), HOSTILE, ("AP", "BBC"), 1, 4, NOON, NOON),)

    async def rule_health(self) -> tuple[RuleHealth, ...]:
        finding = Finding("too much", "It alerts to 30% of all items.")
        proposal = Proposal('3 of 4 noisy hits stand in "drone on".', 'drone EXCEPT ("drone on")')
        rules = (Rule("Drones", "drone", Severity.HIGH),)
        return tuple(
            RuleHealth(rule, NOON, 3, 0.01, 0, 0.5, findings=(finding,), proposals=(proposal,)) for rule in rules
        )

    async def _stats(self, since: datetime) -> Stats:
        nothing = Latency(0, None, None)
        line = StatsLine("BBC\x1b World", 3, 1, Latency(3, 60.0, 7200.0, 2), Latency(1, 0.1, 0.1), nothing)
        channel = ChannelLine("desk\x1b[2J", 4, 1, Latency(3, 1.5, 34.0), Latency(2, 61.0, 7234.0, 1))
        return Stats(since, line, (line,), (), (channel,), 5, 7, 2, 0.003, 0.012)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> FakeDesk:
    """The desk that the commands of this test open."""
    fake = FakeDesk()

    @asynccontextmanager
    async def open_fake(_: Context) -> AsyncIterator[FakeDesk]:
        yield fake

    monkeypatch.setattr(Context, "desk", open_fake)
    return fake


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Callable[..., Result]:
    """Run the program in this process, in an empty folder; its exit code, stdout and stderr."""
    monkeypatch.chdir(str(tmp_path))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("FEEDWATCH_CONFIG", "FEEDWATCH_DB"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments: str, stdin: str | bytes = "") -> Result:
        runner = CliRunner()
        with runner.isolation(input=stdin) as (stdout, stderr, _):
            code = cli.run(arguments)
            sys.stdout.flush()
            out, err = stdout.getvalue(), stderr.getvalue()
        return Result(runner, out, err, out + err, None, code, None)

    return invoke
