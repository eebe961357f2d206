"""A page's article, out of its navigation, advertising and comments. Runs in a worker process only."""

from __future__ import annotations

from feedwatch.core.charset import decode
from feedwatch.core.clean import document
from feedwatch.errors import ParseError
from feedwatch.model import Document


def extract(html: bytes, url: str, content_type: str) -> Document:
    """The text of the article on a page. Raises ParseError where no article is found."""
    from trafilatura import extract as extract_article  # 285 ms, and only who asks for full text needs it

    try:
        article = extract_article(
            decode(html, content_type).text,
            url=url,
            fast=True,
            output_format="html",
            include_links=True,
            include_comments=False,
            include_formatting=True,
        )
    except MemoryError:
        raise
    except Exception as error:  # trafilatura and lxml raise whatever their parts raise
        raise ParseError(f"The page could not be read: {type(error).__name__}.") from error
    found = document(article or "", base=url)
    if not found.text:
        raise ParseError("The page holds no article that could be found; open it in the browser.")
    return found
