"""A worker process: feed bytes in, drafts out. What runs here may hang, or die, and takes nobody with it.

Started by ``workers/child.py`` as ``python -m feedwatch.workers.process SECONDS``. Frames on stdin and stdout:
four bytes of length, big-endian, then one record below as MessagePack. The first frame it writes is Ready. It loads
``core`` only, opens no file and no socket, ends when stdin does, and is ended by the kernel when one job takes longer
than SECONDS, so that a stuck child does not outlive a killed parent.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import BinaryIO, assert_never

import msgspec

from feedwatch.errors import NotAFeedError, ParseError
from feedwatch.model import Bitmap, Document, DraftFeed

LARGEST_FRAME = 64 * 1024 * 1024
"""Bytes of a reply; the body that it comes from has 10 MB at most."""
_ADDRESS_SPACE = 1024 * 1024 * 1024
"""Bytes; an honest feed of 10 MB takes 66 MB, full text extraction some 200."""


class ParseJob(msgspec.Struct, frozen=True, tag="parse"):
    """A feed to read."""

    body: bytes
    headers: Mapping[str, str]
    url: str
    paragraphs: Mapping[str, int]
    now: datetime
    skim: bytes = b""


class ArticleJob(msgspec.Struct, frozen=True, tag="article"):
    """A page whose article is wanted."""

    html: bytes
    url: str
    content_type: str


class PictureJob(msgspec.Struct, frozen=True, tag="picture"):
    """A picture to make small."""

    body: bytes


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The process has loaded what it needs."""


class Drafted(msgspec.Struct, frozen=True, tag="drafted"):
    """A feed that was read."""

    feed: DraftFeed


class Extracted(msgspec.Struct, frozen=True, tag="extracted"):
    """An article that was found."""

    document: Document


class Reduced(msgspec.Struct, frozen=True, tag="reduced"):
    """A picture made small."""

    bitmap: Bitmap


class Unreadable(msgspec.Struct, frozen=True, tag="unreadable"):
    """A body that could not be read."""

    message: str
    is_feed: bool
    """It is no other kind of document."""
    last: bool = False
    """The process ends now: its memory was used up."""


Job = ParseJob | ArticleJob | PictureJob
Reply = Ready | Drafted | Extracted | Reduced | Unreadable


def main() -> None:
    """Serve jobs until stdin ends."""
    seconds = int(sys.argv[1])
    requests, replies = _claim_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes stdin
    _limit_memory()
    _load()
    gc.freeze()
    gc.set_threshold(100_000)
    _send(replies, Ready())
    decoder = msgspec.msgpack.Decoder(Job)
    while (frame := _receive(requests)) is not None:
        signal.alarm(seconds)  # not handled: the kernel ends the process, even inside a regular expression
        reply = answer(decoder.decode(frame))
        signal.alarm(0)
        _send(replies, reply)
        if isinstance(reply, Unreadable) and reply.last:
            return


def answer(job: Job) -> Reply:
    """What a job comes to."""
    try:
        match job:
            case ParseJob():
                return Drafted(_parse(job))
            case ArticleJob():
                return Extracted(_extract(job))
            case PictureJob():
                return Reduced(_reduce(job))
            case _:
                assert_never(job)
    except NotAFeedError as error:
        return Unreadable(str(error), is_feed=False)
    except ParseError as error:
        return Unreadable(str(error), is_feed=True)
    except MemoryError:
        return Unreadable("Reading it took too much memory; it was given up.", is_feed=True, last=True)
    except Exception as error:  # noqa: BLE001  # the edge of the process: whatever a stranger's bytes set off is an answer
        return Unreadable(f"Reading it failed with {type(error).__name__}; please report the feed.", is_feed=True)


def _parse(job: ParseJob) -> DraftFeed:
    from feedwatch.core.intake import take_in

    return take_in(job.body, job.headers, job.url, job.paragraphs, job.now, job.skim)


def _extract(job: ArticleJob) -> Document:
    from feedwatch.core.article import extract

    return extract(job.html, job.url, job.content_type)


def _reduce(job: PictureJob) -> Bitmap:
    from feedwatch.core.bitmap import reduced

    return reduced(job.body)


def _load() -> None:
    """Import ahead of the first job what each feed needs."""
    import feedwatch.core.intake  # noqa: F401


def _claim_streams() -> tuple[BinaryIO, BinaryIO]:
    """Stdin and stdout for frames alone: whatever prints or reads from here on meets /dev/null."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1):
        os.dup2(null, number)
    os.close(null)
    return requests, replies


def _limit_memory() -> None:
    if sys.platform != "linux":
        return  # elsewhere the limit is missing, or counts what is mapped and never used
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, _ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _receive(requests: BinaryIO) -> bytes | None:
    """The next frame, or None where the parent is gone."""
    head = requests.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    frame = requests.read(size)
    return frame if len(frame) == size else None


def _send(replies: BinaryIO, reply: Reply) -> None:
    frame = msgspec.msgpack.encode(reply)
    if len(frame) > LARGEST_FRAME:
        frame = msgspec.msgpack.encode(
            Unreadable("The feed says more than can be taken in; it was given up.", is_feed=True)
        )
    replies.write(len(frame).to_bytes(4, "big") + frame)
    replies.flush()


if __name__ == "__main__":
    main()
