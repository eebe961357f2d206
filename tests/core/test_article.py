from __future__ import annotations

import pytest

from feedwatch.core.article import extract
from feedwatch.errors import ParseError

URL = "https://site.example/news/flood"
PARAGRAPHS = "".join(
    f"<p>Paragraph {n}: the river rose by two metres at night, and a <a href='/bridge/{n}'>bridge</a> was closed.</p>"
    for n in range(8)
)
PAGE = (
    "<html><head><title>Flood</title></head><body><nav><a href='/'>Home page</a></nav>"
    f"<article><h1>Flood</h1>{PARAGRAPHS}<script>alert(1)</script></article>"
    "<div class='comments'><p>First!</p></div><footer>All rights reserved</footer></body></html>"
)


def test_the_article_is_taken_out_of_its_page() -> None:
    found = extract(PAGE.encode(), URL, "text/html")
    assert "Paragraph 0: the river rose by two metres" in found.text
    assert "Paragraph 7" in found.text
    assert all(noise not in found.text for noise in ("Home page", "First!", "All rights", "alert"))
    assert len(found.blocks) >= 8


def test_its_links_are_absolute() -> None:
    assert "https://site.example/bridge/3" in {link.url for link in extract(PAGE.encode(), URL, "").links}


@pytest.mark.parametrize(
    ("head", "content_type"), [("", "text/html; charset=windows-1251"), ('<meta charset="windows-1251">', "text/html")]
)
def test_the_encoding_of_the_page_is_respected(head: str, content_type: str) -> None:
    page = PAGE.replace("<head>", f"<head>{head}").replace("the river", "река Волга")
    assert "река Волга" in extract(page.encode("cp1251"), URL, content_type).text


@pytest.mark.parametrize("page", [b"", b"\x00\xff", b"<html></html>", b"<" * 1000, b'{"a": 1}'])
def test_a_page_without_an_article_is_a_parse_error(page: bytes) -> None:
    with pytest.raises(ParseError, match="no article"):
        extract(page, URL, "text/html")
