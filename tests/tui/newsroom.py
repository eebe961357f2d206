"""A backend full of the invented day of ``newsday.py``, with an answer worth a picture to whatever a screen asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from feedwatch.errors import RuleError
from feedwatch.model import (
    Activity,
    AlertId,
    AlertStats,
    Article,
    Attempt,
    Backtest,
    Block,
    BlockKind,
    ChannelLine,
    ChannelState,
    Delivery,
    DeliveryId,
    DeliveryState,
    Document,
    Edit,
    Enclosure,
    Explanation,
    ExplanationNode,
    FailureKind,
    FeedDays,
    FeedId,
    FeedRow,
    Finding,
    FoundFeed,
    Hit,
    ItemDetail,
    ItemId,
    Latency,
    Link,
    Match,
    OutletLine,
    Proposal,
    Rule,
    RuleHealth,
    Run,
    RunKind,
    Severity,
    StatsLine,
    StoryMember,
    Subscription,
    Tally,
    Trend,
    TrendHour,
    replace,
)
from tests.tui.fake_backend import NOW, FakeBackend
from tests.tui.newsday import HOSTILE, HOUR, MINUTE, NEWEST, alerts, feeds, rows

_PARTS = (
    (
        BlockKind.PARAGRAPH,
        0,
        "Air defence units brought down two drones over the river, the ministry said. Nobody hurt.",
    ),
    (BlockKind.HEADING, 2, "What is known"),
    (BlockKind.ITEM, 1, "Eleven drones were counted, nine were brought down"),
    (BlockKind.ITEM, 2, "one fell on the pier of the pilots"),
    (BlockKind.ITEM, 1, "The refinery runs again; see the statement of the operator"),
    (BlockKind.QUOTE, 1, "We heard two bangs and saw smoke, and the windows of the canteen were gone, a worker said."),
    (BlockKind.CODE, 0, "NOTAM A1234/26\nDRONES 5 NM AROUND HALDEN   SFC-FL100"),
    (BlockKind.IMAGE, 0, "Map of the river and both piers"),
    (BlockKind.PARAGRAPH, 0, "当局は無人機の飛行を正午まで禁止した。港は通常どおり。"),
    (BlockKind.PARAGRAPH, 0, "قالت الوزارة إن الميناء يعمل كالمعتاد، ولم تقع إصابات."),
    (BlockKind.PARAGRAPH, 0, f"Whatever a feed says stays text: {HOSTILE}. 🚒 👩‍🚒 🇳🇴"),
)


def _document() -> Document:
    text, blocks = "", []
    for kind, depth, part in _PARTS:
        text += "\n\n" if text else ""
        blocks.append(Block(kind, len(text), len(text) + len(part), depth))
        text += part
    links = [
        Link(at, at + len(words), f"https://{host}.example/{'long-path/' * 6}drones")
        for words, host in (("the ministry", "ministry"), ("statement of the operator", "refinery"))
        if (at := text.index(words)) >= 0
    ]
    return Document(text, tuple(blocks), tuple(links))


def _matches(text: str) -> tuple[Match, ...]:
    at = [place for place in range(len(text)) if text.startswith("drones", place)]
    return tuple(Match("text", place, place + 6, "drones") for place in at)


_EDIT = Edit(
    NOW - 20 * MINUTE,
    (Run(RunKind.REMOVED, "Drone"), Run(RunKind.ADDED, "Two drones"), Run(RunKind.SAME, "shot down near Halden")),
    (
        Run(RunKind.SAME, "Nobody"),
        Run(RunKind.REMOVED, "was seen"),
        Run(RunKind.ADDED, "hurt"),
        Run(RunKind.SAME, "…"),
    ),
)
_WORDINGS = (
    (96, 23, "Meridian", "", "Drone shot down near Halden"),
    (95, 22, "Lassen Courier", "Meridian", "Drone shot down near Halden"),
    (94, 20, "Halden Tribune", "", "Two drones shot down near the refinery, windows of its canteen broken"),
    (93, 14, "港湾日報", "", "港で無人機が2機撃墜される"),
    (92, 9, "صحيفة الميناء", "", "إسقاط طائرتين مسيرتين قرب المصفاة"),
    (91, 5, "Long Gazette of the whole river", "Meridian", "What the two drones over Halden may have been looking for"),
    (NEWEST, 1, "Meridian", "", "Two drones shot down near the Halden refinery"),
)


def _members() -> tuple[StoryMember, ...]:
    return tuple(
        StoryMember(ItemId(number), title, f"https://news.example/{number}", outlet, NOW - ago * MINUTE, credit)
        for number, ago, outlet, credit, title in _WORDINGS
    )


def _deliveries() -> tuple[Delivery, ...]:
    made = []
    channels = ("desk", "newsroom-chat", "ops", "a channel with quite a long name")
    for number, alert in enumerate(alerts() * 3):
        state = tuple(DeliveryState)[(number * 5) % 3]
        delivered, since = state is DeliveryState.DELIVERED, NOW - number * 23 * MINUTE
        made.append(
            Delivery(
                id=DeliveryId(f"d{number}"),
                alert_id=AlertId(alert.id),
                channel=channels[number % 4],
                state=state,
                attempts=1 if delivered else 3 + number,
                next_at=NOW + 5 * MINUTE if state is DeliveryState.WAITING else None,
                last_status=200 if delivered else 503 if number % 2 else None,
                last_error="" if delivered else "status 503 Service Unavailable" if number % 2 else "no such host",
                created_at=since,
                delivered_at=since + timedelta(seconds=3) if delivered else None,
                body=b'{"type": "alert.raised"}',
                title=alert.title,
                rule=alert.rule,
                item_id=alert.item_id,
            )
        )
    return tuple(made)


_TRIES = (
    Attempt(
        NOW - 2 * MINUTE,
        0.214,
        503,
        FailureKind.STATUS,
        "status 503 Service Unavailable",
        "The queue is full. 満杯です",
    ),
    Attempt(NOW - 9 * MINUTE, 10.0, None, FailureKind.TIMEOUT, "no answer within 10 seconds", ""),
    Attempt(NOW - 30 * MINUTE, 0.05, None, FailureKind.DNS, "hooks.example has no address", ""),
)
_RULES = (
    RuleHealth(Rule("Drones", "drone OR uav", Severity.CRITICAL), NOW - MINUTE, 112, 0.052, 0, 0.02, archive_days=60.0),
    RuleHealth(
        Rule("Generals", "general OR gen", Severity.HIGH),
        NOW - 4 * MINUTE,
        1_940,
        0.31,
        0,
        0.5,
        findings=(Finding("too much", "It alerts to 31% of all items: add words that must stand beside these."),),
        proposals=(Proposal('12 of 14 noisy hits stand in "general election".', 'general -"general election"'),),
    ),
    RuleHealth(Rule("Rates", "rates NEAR/3 hold"), NOW - 22 * MINUTE, 5, 0.001, 0, 0.0),
    RuleHealth(
        Rule("A rule with a name that is longer than its column", "/fer+y/", Severity.LOW),
        None,
        0,
        0.0,
        3,
        0.0,
        findings=(Finding("time-outs", "Its regular expression took too long for 3 items: make it simpler."),),
    ),
    RuleHealth(Rule("港", "港 OR 湾", Severity.NORMAL), NOW - 2 * HOUR, 18, 0.004, 0, 0.0),
)
_QUICK, _SLOW, _NONE = Latency(112, 0.4, 3.0), Latency(112, 65.0, 7_200.0), Latency(0, None, None)


def _activity() -> Activity:
    rules = ("Drones", "Generals", "Rates", "A rule with a name that is longer than its column")
    return Activity(
        bursts={"Drones": frozenset({17, 29})},
        items=(*(400 + 37 * day % 211 for day in range(29)), 1_204),
        alerts={rule: (*((day * (at + 3)) % 5 for day in range(29)), 14 - at) for at, rule in enumerate(rules)},
        speeds=AlertStats(
            tuple(StatsLine(rule, 112, 40, _SLOW, _QUICK, _NONE if at else _QUICK) for at, rule in enumerate(rules)),
            (ChannelLine("desk", 1_234, 7, _QUICK, _SLOW), ChannelLine("newsroom-chat", 0, 0, _NONE, _NONE)),
        ),
        outlets=tuple(OutletLine(row.feed.subscription.outlet, row.items, row.items // 4) for row in _busiest()),
        stories=9_120,
        copies=3_411,
        spared=208,
        loop_lag=0.003,
        loop_lag_max=1.25,
    )


def _busiest() -> list[FeedRow]:
    return sorted(feeds(), key=lambda row: -row.items)[:8]


class Newsroom(FakeBackend):
    """The invented day, and every answer about it."""

    def __init__(self) -> None:
        super().__init__(rows(), feeds())
        self.alert_rows, self.delivery_rows, self.attempt_rows = alerts(), _deliveries(), _TRIES
        self.rule_rows, self.members, self.happened = _RULES, _members(), _activity()
        self.channels = (ChannelState("ops", NOW - 3 * HOUR, "status 410 Gone", NOW + HOUR),)
        self.documents = {NEWEST: _document()}
        self.of_feeds: FeedDays = {
            FeedId(number): tuple((day * number + day) % (number + 2) for day in range(30)) for number in range(1, 9)
        }

    async def item(self, item_id: ItemId) -> ItemDetail | None:
        detail = await super().item(item_id)
        if detail is None or item_id != NEWEST:
            return None if detail is None else replace(detail, members=())
        return replace(
            detail,
            alerts=tuple(replace(one, matches=_matches(detail.document.text)) for one in detail.alerts),
            categories=("Defence", "Energy"),
            tags=("agency",),
            source="Meridian",
            enclosures=(Enclosure("https://news.example/briefing.mp3", "audio/mpeg", 4_200_000, "The briefing"),),
            edits=(_EDIT,),
        )

    async def full_text(self, item_id: ItemId, *, progress: Callable[[int], None]) -> Article:
        self._article = Article(_document(), NOW)
        return self._article

    async def explain(self, rule: str, item_id: ItemId, *, as_written: bool = False) -> Explanation:
        left = ExplanationNode("drone", truth=True, note="3 occurrences: title, text")
        right = ExplanationNode("-toy", truth=True, note="toy does not occur")
        near = ExplanationNode("refinery NEAR/5 strike", truth=False, note="refinery occurs, strike does not")
        either = ExplanationNode("any of", truth=True, children=(left, near))
        tree = ExplanationNode("all of", truth=True, children=(either, right))
        summary = "It matches: “drones” stands in the title, and nothing that the rule excludes stands in the text."
        forms = {"drone": ("drone", "drones", "drone's"), "toy": ("toy", "toys")}
        return Explanation(verdict=True, summary=summary, matches=(), tree=tree, forms=forms)

    async def trends(self, since: datetime, rule: str = "") -> tuple[Trend, ...]:
        names = (rule,) if rule else tuple(one.rule.name for one in self.rule_rows)
        return tuple(_trend(name, since, at) for at, name in enumerate(names))

    async def backtest(
        self,
        rule: str,
        since: datetime,
        *,
        instead_of: str = "",
        as_written: bool = False,
        progress: Callable[[int, int], None],
    ) -> Backtest:
        if rule.count("(") != rule.count(")"):
            raise RuleError("a bracket is not closed", rule, rule.index("(") + 1, "a closing bracket")
        progress(81_200, 81_200)
        fates = ("", "", "story already alerted", "cooldown")
        hits = tuple(
            Hit(row.id, row.title, row.feed, row.seen, _in_title(row.title), fates[at % 4])
            for at, row in enumerate(self.all[:14])
        )
        return Backtest(
            rule=Rule("Drones", rule),
            since=since,
            items=81_200,
            matched=412,
            stories=131,
            raised=118,
            grown=9,
            suppressed={"story already alerted": 271, "cooldown": 14},
            by_day=tuple(
                ((NOW - back * 24 * HOUR).date(), Tally(40 // back, back % 3, 2 * back)) for back in (9, 4, 2, 1)
            ),
            by_feed=tuple((row.feed.subscription.name, Tally(row.items % 97, 1, 3)) for row in _busiest()[:6]),
            first=hits,
            timeouts=0,
        )

    async def find_feeds(self, address: str) -> tuple[FoundFeed, ...]:
        newest = ("Ferry timetable changes on Sunday", HOSTILE, "港で無人機が2機撃墜される")
        found = Subscription(f"https://{address}/feed", "Harbour news", "Harbour")
        return (FoundFeed(found, newest), FoundFeed(replace(found, name="Harbour comments"), ()))


def _trend(rule: str, since: datetime, at: int) -> Trend:
    count = round((NOW - since) / HOUR) + 1
    hours = [
        TrendHour(NOW - back * HOUR, (back * back + 7 * at) % 5, 1 + back % 3, 1.5 + back % 24 / 12, burst=False)
        for back in reversed(range(count))
    ]
    if at == 0:
        hours[-1] = replace(hours[-1], stories=14, outlets=6, burst=True)
        hours[-20] = replace(hours[-20], stories=9, outlets=3, burst=True)
    return Trend(rule, tuple(hours))


def _in_title(title: str) -> tuple[Match, ...]:
    at = title.casefold().find("drone")
    return (Match("title", at, at + 5, title[at : at + 5]),) if at >= 0 else ()
