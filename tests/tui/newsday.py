"""An invented day of news: lines of every severity, script and state, for the pictures of the screens.

No event, person or outlet in it is real. Everything in it is as of ``NOW``; nothing depends on the clock.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from feedwatch.model import (
    AlertId,
    AlertRow,
    AlertState,
    Anchor,
    Feed,
    FeedHealth,
    FeedId,
    FeedRow,
    FeedState,
    ItemId,
    ItemRow,
    Match,
    Severity,
    StoryId,
    Subscription,
    replace,
)
from tests.tui.fake_backend import NOW

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
HOSTILE = "\x1b]52;c;cHduZWQ=\x07[/foo] [red]Markup[/] and \x1b[2Jescapes \u202eare shown, not obeyed"
LONG = (
    "The committee on harbours, waterways, bridges and the maintenance of both has, after eleven hours and four votes,"
    " agreed to put the question of the second drone pier to the next committee"
)

_OUTLETS = (
    ("Meridian Wire", "Meridian", ("agency",)),
    ("Lassen Courier", "Lassen Courier", ("regional",)),
    ("Nordlicht Nachrichten", "Nordlicht", ("deutsch",)),
    ("The Halden Tribune", "Halden Tribune", ("regional",)),
    ("港湾日報 ニュース速報", "港湾日報", ("asia",)),
    ("صحيفة الميناء", "صحيفة الميناء", ("mideast",)),
    ("A gazette whose name is much longer than any column made for names", "Long Gazette", ("regional",)),
    ("Bulletin of the Border Command", "Border Command", ("official", "military")),
    ("Varna Line 🚆 service notes", "Varna Line", ()),
    ("Weather for Norland", "Norland Weather", ("official",)),
)
_HEALTH = {
    4: FeedState(
        due_at=NOW + 40 * MINUTE,
        health=FeedHealth.FAILING,
        failures=7,
        last_success=NOW - 9 * HOUR,
        last_error="status 503 Service Unavailable: the server asks to come back in an hour",
        last_error_at=NOW - 20 * MINUTE,
        cadence=3_600.0,
    ),
    6: FeedState(
        due_at=NOW + 26 * MINUTE,
        health=FeedHealth.OK,
        last_success=NOW - 4 * MINUTE,
        cadence=1_800.0,
        late=True,
        last_news=NOW - 11 * HOUR,
    ),
    7: FeedState(
        due_at=NOW + 3 * HOUR,
        health=FeedHealth.BLOCKED,
        failures=3,
        last_success=NOW - 30 * HOUR,
        last_error="status 403: a page asks whether a person is reading",
    ),
    9: FeedState(health=FeedHealth.GONE, failures=1, last_success=NOW - 80 * HOUR, last_error="status 410 Gone"),
    10: FeedState(due_at=NOW, health=FeedHealth.NEW),
}
_COUNTS = (1_240, 318, 77, 512, 60, 45, 9, 12_003, 0, 0)
_UNREAD = (12, 4, 0, 31, 3, 2, 1, 1_204, 0, 0)

_TOLD = (  # minutes ago, feed, title, rule and severity where it alerted, tellings, outlets
    (1, 1, "Two drones shot down near the Halden refinery", "Drones", Severity.CRITICAL, 9, 6),
    (
        3,
        5,
        "港で無人機が2機撃墜される、けが人なし：当局が夜間の飛行制限を発表し、貨物船の入港は正午まで見合わせ",
        "",
        None,
        2,
        2,
    ),
    (4, 8, "Gen. Ilsa Maren to lead the joint border command", "Generals", Severity.HIGH, 4, 3),
    (7, 6, "إسقاط طائرتين مسيرتين قرب المصفاة ولا إصابات", "", None, 1, 1),
    (9, 3, "Drohnen über dem Hafen gesichtet", "Drones", Severity.HIGH, 3, 1),
    (12, 2, HOSTILE, "", None, 1, 1),
    (
        15,
        7,
        LONG,
        "Drones",
        Severity.LOW,
        1,
        1,
    ),
    (18, 9, "🚒🚆 Fire crews free Varna line 👩‍🚒 buses 🚌 replace trains until noon", "", None, 1, 1),
    (22, 1, "Central bank of Norland holds rates at 3.25 percent", "Rates", Severity.NORMAL, 5, 5),
    (26, 4, "General election in Varania set for 14 June", "Generals", Severity.HIGH, 2, 2),
    (31, 2, "Ferry timetable changes on Sunday", "", None, 1, 1),
    (34, 5, "一行だけ", "", None, 1, 1),
    (38, 2, "Market hall reopens after the fire", "", None, 2, 1),
    (45, 4, "שביתת הנמל נכנסת לשבוע השני", "", None, 1, 1),
    (52, 1, "", "", None, 1, 1),
    (58, 8, "Border command confirms second drone swarm overnight", "Drones", Severity.CRITICAL, 12, 10),
    (66, 3, "Streik im Hafen geht in die zweite Woche", "", None, 3, 2),
    (75, 10, "Reservoirs at 91 percent after the wettest month on record", "", None, 1, 1),
    (90, 1, "Zażółć gęślą jaźń: e\u0301tude in combining marks, 한국어 and ไทย beside ﬁ ligatures", "", None, 1, 1),
    (130, 2, "School choir wins the national prize", "", None, 1, 1),
    (190, 4, "Refinery back at full output after the attack", "", None, 2, 2),
    (250, 6, "الميناء يعيد فتح الرصيف الثاني", "", None, 1, 1),
    (420, 1, "Attorney general opens inquiry into harbour contracts", "Generals", Severity.HIGH, 1, 1),
    (700, 8, "Exercise ends; all units back in barracks", "", None, 1, 1),
    (1_500, 1, "Harbour strike in Port Lassen enters its second week", "", None, 6, 4),
    (1_900, 2, "Forty ships wait outside the breakwater", "", None, 1, 1),
    (3_000, 3, "Regen füllt die Talsperren", "", None, 1, 1),
    (9_000, 4, "Museum of Halden to auction eighty cars", "", None, 1, 1),
    (60_000, 1, "Parliament agrees on a date after a night sitting", "", None, 1, 1),
    (600_000, 2, "The oldest item that is still kept", "", None, 1, 1),
)
NEWEST = ItemId(len(_TOLD))
"""The newest item, which has everything that a preview can show."""


def _words(rule: str) -> str:
    return {"Drones": "drone", "Generals": "gen", "Rates": "rates"}.get(rule, "")


def _spans(title: str, rule: str) -> tuple[tuple[int, int], ...]:
    word = _words(rule)
    at = title.casefold().find(word) if word else -1
    return ((at, at + len(word)),) if at >= 0 else ()


def _row(place: int) -> ItemRow:
    ago, feed, title, rule, severity, tellings, outlets = _TOLD[place]
    number, seen = len(_TOLD) - place, NOW - ago * MINUTE
    return ItemRow(
        id=ItemId(number),
        anchor=Anchor(int(seen.timestamp() * 1000), number),
        feed_id=FeedId(feed),
        feed=_OUTLETS[feed - 1][0],
        outlet=_OUTLETS[feed - 1][1],
        title=title,
        url=f"https://news.example/{number}",
        author="Ana Ruiz" if number % 3 else "",
        published=seen - 2 * MINUTE,
        seen=seen,
        story_id=StoryId(number),
        tellings=tellings,
        outlets=outlets,
        sources=max(1, outlets - 1),
        language="en",
        read=place in (2, 4, 10, 12, 19, 21) or place > 23,
        starred=place in (2, 8, 15),
        edited=place in (0, 9),
        rules=(rule,) if rule else (),
        severity=severity,
        title_matches=_spans(title, rule),
    )


def rows() -> tuple[ItemRow, ...]:
    """The items, newest first."""
    return tuple(_row(place) for place in range(len(_TOLD)))


def late_rows(count: int) -> tuple[ItemRow, ...]:
    """So many items of the last minute, oldest first."""
    return tuple(_late(_row(at % len(_TOLD)), at, NOW - timedelta(seconds=count - at)) for at in range(count))


def _late(row: ItemRow, at: int, seen: datetime) -> ItemRow:
    number = 900 + at
    return replace(
        row,
        id=ItemId(number),
        anchor=Anchor(int(seen.timestamp() * 1000), number),
        title=f"Late news, number {at + 1}",
        published=seen,
        seen=seen,
        story_id=StoryId(number),
        tellings=1,
        outlets=1,
        read=False,
        edited=False,
        rules=(),
        severity=None,
        title_matches=(),
    )


def feeds() -> tuple[FeedRow, ...]:
    """The feeds, well and unwell."""
    well = FeedState(due_at=NOW + 3 * MINUTE, health=FeedHealth.OK, last_success=NOW - 2 * MINUTE, cadence=900.0)
    made = []
    for number, (name, outlet, tags) in enumerate(_OUTLETS, 1):
        subscription = Subscription(f"https://{'news' * (number % 4 + 1)}.example/feed/{number}", name, outlet, tags)
        feed = Feed(FeedId(number), subscription, _HEALTH.get(number, well))
        counts = _COUNTS[number - 1], _UNREAD[number - 1]
        made.append(FeedRow(feed, *counts, late=feed.state.late, polling=number == 2))
    return tuple(made)


def alerts() -> tuple[AlertRow, ...]:
    """An alert for each item that has a rule: two acknowledged, one of them as noise."""
    return tuple(_alert(row) for row in rows() if row.severity is not None)


def _alert(row: ItemRow) -> AlertRow:
    assert row.severity is not None
    matches = tuple(Match("title", start, end, row.title[start:end]) for start, end in row.title_matches)
    return AlertRow(
        id=AlertId(f"a{row.id}"),
        rule=row.rules[0],
        severity=row.severity,
        state=AlertState.RAISED,
        reason="",
        raised_at=row.seen + timedelta(seconds=2),
        acknowledged=row.title.startswith(("General election", "Attorney")),
        noise=row.title.startswith("General election"),
        story_id=row.story_id,
        tellings=row.tellings,
        outlets=row.outlets,
        sources=row.sources,
        item_id=row.id,
        title=row.title,
        url=row.url,
        feed_id=row.feed_id,
        feed=row.feed,
        outlet=row.outlet,
        published=row.published,
        seen=row.seen,
        matches=matches,
    )
