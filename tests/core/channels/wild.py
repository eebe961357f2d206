"""Events with any text in them, markup and mentions above all, and what people are to read of an event."""

from __future__ import annotations

from hypothesis import strategies as st

from feedwatch.core.channels.layout import lay_out
from feedwatch.core.channels.message import read_message
from feedwatch.core.payload import digest_body, event_body, listing_body
from feedwatch.model import Severity, replace
from tests.core.channels.events import HOSTILE
from tests.core.notices import NOTICE, NOW

_PIECES = st.one_of(
    st.sampled_from(
        [*HOSTILE.split(" "), "\\", "<", ">", "&", "@", "@@", "@everyone", "ы@name", "&#64;", "{{", "\n", "|"]
    ),
    st.sampled_from(["👩\u200d🚒", "🇺🇦", "e\u0301", "\u202e", "\u2060", "\u200b", "слово ", "語", '"', "a" * 50]),
    st.text(max_size=8),
)
TEXTS = st.builds(lambda pieces, times: "".join(pieces) * times, st.lists(_PIECES, max_size=8), st.integers(1, 40))
URLS = st.one_of(
    st.sampled_from(["https://example.org/1", "javascript:alert(1)", "", "http://müller.example/ä", "tg://user?id=1"]),
    st.builds(lambda tail: f"https://example.org/{tail}", TEXTS),
    st.builds(lambda host: f"http://{host}/", st.text(max_size=12)),
)
_ALERTS = st.builds(
    lambda title, summary, author, outlet, url, severity: event_body(
        replace(NOTICE, title=title, summary=summary, author=author, outlet=outlet, url=url, severity=severity)
    ),
    TEXTS, TEXTS, TEXTS, TEXTS, URLS, st.sampled_from(list(Severity)),
)  # fmt: skip
_DIGESTS = st.builds(
    lambda bodies, times, more: digest_body(bodies * times, len(bodies) * times + more, NOW, {"x": more}),
    st.lists(_ALERTS, min_size=1, max_size=4), st.integers(1, 40), st.integers(0, 9),
)  # fmt: skip
_FEEDS = st.builds(
    lambda name, url, reason, times: listing_body(
        "feed.failing", "feeds", [{"name": name, "url": url, "reason": reason}] * times, NOW
    ),
    TEXTS, URLS, TEXTS, st.integers(1, 60),
)  # fmt: skip
WILD = st.one_of(_ALERTS, _DIGESTS, _FEEDS)


def head_of(body: bytes) -> list[str]:
    """Label, headline, text, and each fact: what stands above the list."""
    layout = lay_out(read_message(body))
    texts = [layout.text] if layout.text else []
    return [layout.label, layout.title.text, *texts, *(f"{name} {value}" for name, value in layout.facts)]


def is_list_of(body: bytes, shown: list[str]) -> bool:
    """The lines are the event's first entries in order, and then how many more there are."""
    layout = lay_out(read_message(body))
    entries = ["".join(span.text for span in line) for line in layout.entries]
    count = len(entries) + layout.left_out
    lists = [
        [*entries[:kept], *([f"and {count - kept:,} more"] if kept < count else [])] for kept in range(len(entries) + 1)
    ]
    return shown in lists
