"""Which pictures an item has."""

from __future__ import annotations

import pytest

from feedwatch.core.clean import safe_html
from feedwatch.core.pictures import MOST, pictures
from feedwatch.model import Enclosure, Picture

BASE = "https://paper.example/news/1"


def of(html: str, *enclosures: Enclosure) -> tuple[Picture, ...]:
    return pictures(safe_html(html, BASE), enclosures)


def test_those_in_the_text_come_first_with_their_descriptions() -> None:
    html = '<p>Text</p><img src="/harbour.jpg" alt="The &lt;b&gt;harbour&lt;/b&gt; &amp; the ferry"><img src="b.png">'
    assert of(html, Enclosure("https://paper.example/c.webp", "image/webp", None, "Map")) == (
        Picture("https://paper.example/harbour.jpg", "The <b>harbour</b> & the ferry"),
        Picture("https://paper.example/news/b.png"),
        Picture("https://paper.example/c.webp", "Map"),
    )


def test_a_picture_in_the_text_and_among_the_files_is_one() -> None:
    url = "https://paper.example/a.jpg"
    assert of(f'<img src="{url}" alt="A ferry">', Enclosure(url, "image/jpeg")) == (Picture(url, "A ferry"),)


@pytest.mark.parametrize("size", ['width="1" height="1"', 'width="600" height="1"', 'width="0px"'])
def test_what_counts_readers_is_none(size: str) -> None:
    assert of(f'<img src="https://count.example/1.gif" {size}>') == ()


@pytest.mark.parametrize("size", ['width="640"', 'width="100%"', 'width=""', 'width="٣"'])
def test_what_has_a_size_to_be_looked_at_is_one(size: str) -> None:
    assert len(of(f'<img src="https://paper.example/1.gif" {size}>')) == 1


@pytest.mark.parametrize("source", ["data:image/png;base64,AAAA", "javascript:alert(1)", "file:///etc/passwd"])
def test_only_what_the_web_has_is_one(source: str) -> None:
    assert of(f'<img src="{source}" alt="x">') == ()


def test_files_of_other_kinds_are_none() -> None:
    files = (Enclosure("https://a.example/talk.mp3", "audio/mpeg"), Enclosure("https://a.example/page"))
    assert of("", *files) == ()
    assert of("", Enclosure("https://a.example/photo.JPG?x=1")) == (Picture("https://a.example/photo.JPG?x=1"),)


def test_there_is_an_end_to_them() -> None:
    assert len(of("".join(f'<img src="/{number}.png">' for number in range(MOST + 5)))) == MOST
