from __future__ import annotations

import pytest

from feedwatch.core.plaintext import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("a < b & c", "a &lt; b &amp; c"),
        ("one\ntwo", "one<br>\ntwo"),
        ("one\n \n\ntwo", "<p>one</p>\n<p>two</p>\n"),
        ("  \n\n only \n\n", "only"),
    ],
)
def test_text_becomes_html_that_reads_the_same(text: str, html: str) -> None:
    assert to_html(text) == html
