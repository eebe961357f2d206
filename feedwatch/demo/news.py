"""The demo's invented news, as feeds and pages at a moment of the day that it plays."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import NotRequired, TypedDict

DAY = 86_400
"""Seconds."""


class Edit(TypedDict):
    """What a publisher changes later on."""

    at: int
    title: NotRequired[str]
    text: NotRequired[str]


class Entry(TypedDict):
    """One piece of invented news."""

    at: int
    """Seconds after the demo began at which it is published; negative for what was there before."""
    title: str
    text: str
    edits: NotRequired[list[Edit]]


class DemoFeed(TypedDict):
    """One invented feed."""

    path: str
    name: str
    outlet: str
    tags: list[str]
    language: str
    items: list[Entry]
    fails: NotRequired[bool]


class DemoRule(TypedDict):
    """A rule beside those that come with the program."""

    name: str
    match: str
    severity: str


@cache
def _news() -> dict[str, object]:
    return tomllib.loads(files("feedwatch.demo").joinpath("news.toml").read_text(encoding="utf-8"))


def load_feeds() -> tuple[DemoFeed, ...]:
    """The bundled feeds, each with what it told in the days before, the oldest first."""
    news = _news()
    feeds: list[DemoFeed] = news["feeds"]  # type: ignore[assignment]  # as the file is written; a test reads it whole
    days: list[dict[str, object]] = news["days"]  # type: ignore[assignment]  # as above
    told = {feed["path"]: list[Entry]() for feed in feeds}
    for one in days:
        at = -int(float(str(one["ago"])) * DAY)
        text = f"<p>{one['title']}. The report of that day was short.</p>"
        told[str(one["feed"])].append({"at": at, "title": str(one["title"]), "text": text})
    return tuple({**feed, "items": [*told[feed["path"]], *feed["items"]]} for feed in feeds)


def load_rules() -> tuple[DemoRule, ...]:
    """The rules that the demo has beside the shipped ones."""
    return tuple(_news()["rules"])  # type: ignore[arg-type]  # as above


def render(feed: DemoFeed, base: str, began: float, now: float) -> bytes:
    """A feed as RSS 2.0, with what has been published by ``now`` (seconds since 1970)."""
    entries = [(number, one) for number, one in enumerate(feed["items"]) if began + one["at"] <= now]
    items = "".join(_item(feed, base, number, _edited(one, now - began), began) for number, one in reversed(entries))
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{escape(feed["name"])}</title>'
        f"<link>{base}/</link><language>{feed['language']}</language>{items}</channel></rss>"
    ).encode()


def page(feed: DemoFeed, number: str, began: float, now: float) -> bytes:
    """The page of an item, with what surrounds a text on the web; of none, a page that says so."""
    found = int(number) if number.isdigit() and int(number) < len(feed["items"]) else None
    title, text = "No such page", ""
    if found is not None:
        entry = _edited(feed["items"][found], now - began)
        title, text = entry["title"], entry["text"]
    more = f"<p>{feed['outlet']} will report on this during the day.</p><p>All of this is invented.</p>"
    return (
        f"<!doctype html><html lang={feed['language']}><head><title>{escape(title)}</title></head><body>"
        "<nav><a href=/>Home</a> <a href=/sport>Sport</a></nav>"
        f"<main><article><h1>{escape(title)}</h1>{text}{more}</article></main>"
        "<footer>Subscribe to our newsletter</footer></body></html>"
    ).encode()


def _edited(entry: Entry, after: float) -> Entry:
    """An entry as it reads so many seconds after the demo began."""
    title, text = entry["title"], entry["text"]
    for edit in entry.get("edits", []):
        if edit["at"] <= after:
            title, text = edit.get("title", title), edit.get("text", text)
    return {"at": entry["at"], "title": title, "text": text}


def _item(feed: DemoFeed, base: str, number: int, entry: Entry, began: float) -> str:
    published = format_datetime(datetime.fromtimestamp(began + entry["at"], UTC))
    return (
        f"<item><guid isPermaLink='false'>{feed['path']}-{number}</guid><title>{_written(entry['title'])}</title>"
        f"<link>{base}/{feed['path']}/{number}</link><pubDate>{published}</pubDate>"
        f"<description>{_written(entry['text'])}</description></item>"
    )


def _written(text: str) -> str:
    """As XML; control characters as the references that some servers write, though XML 1.0 has none for them."""
    return "".join(f"&#{ord(char)};" if char < " " and char not in "\t\n\r" else char for char in escape(text))
