"""``feedwatch show``: one item as the preview shows it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.output import heading, iso, local, marked, say, write, write_json
from feedwatch.cli.records import item_record
from feedwatch.core.characters import plain
from feedwatch.core.reading import marked_lines
from feedwatch.errors import UsageError
from feedwatch.model import Article, ItemDetail, ItemId, Run, RunKind

WIDEST = 100
"""Columns of text that an eye follows with ease."""


@click.command()
@click.argument("item_id", metavar="ID", type=click.IntRange(min=1, max=2**63 - 1))
@click.option("--full-text", is_flag=True, help="Fetch the item's page and show the article from it.")
@parameters.as_json
@pass_context
def show(context: Context, item_id: int, *, full_text: bool, as_json: bool) -> None:
    """Show the item with this ID: its text, why it alerted, who else tells the story."""
    detail, article = asyncio.run(_read(context, ItemId(item_id), full_text=full_text))
    if article is not None and article.error:
        say(f"No full text: {article.error}")
        article = None
    if as_json:
        write_json(_record(detail, article))
    else:
        _write(detail, article)


async def _read(context: Context, item_id: ItemId, *, full_text: bool) -> tuple[ItemDetail, Article | None]:
    async with context.desk() as desk:
        detail = await desk.item(item_id)
        if detail is None:
            raise UsageError(f"there is no item {item_id}; 'feedwatch items' shows ids")
        return detail, await desk.full_text(item_id) if full_text else None


def _record(detail: ItemDetail, article: Article | None) -> dict[str, object]:
    record = item_record(detail.row)
    record["text"] = detail.document.text
    record["html"] = detail.html
    record["revisions"] = [
        {
            "replaced": iso(revision.replaced_at),
            "title": revision.title,
            "text": revision.text,
            "published": iso(revision.published),
        }
        for revision in detail.revisions
    ]
    if article is not None:
        record["full_text"] = article.document.text
    return record


def _write(detail: ItemDetail, article: Article | None) -> None:
    row = detail.row
    write(heading(row.title))
    write(plain(" · ".join(part for part in (row.outlet, row.feed, row.author, local(row.published)) if part)))
    write(plain(row.url))
    for line in (*_alerts(detail), *_story(detail), *_edits(detail)):
        write(plain(line))
    write("")
    document = article.document if article else detail.document
    spans = () if article else _text_spans(detail)
    for line, within in marked_lines(document, min(shutil.get_terminal_size().columns, WIDEST), spans):
        write(marked(line, within))


def _text_spans(detail: ItemDetail) -> tuple[tuple[int, int], ...]:
    matches = (match for alert in detail.alerts for match in alert.matches if match.field == "text")
    return tuple((match.start, match.end) for match in matches)


def _alerts(detail: ItemDetail) -> Iterator[str]:
    for alert in detail.alerts:
        found = ", ".join(sorted({match.text for match in alert.matches}))
        reason = f" ({alert.reason})" if alert.reason else ""
        yield f"! {alert.rule}, {alert.severity}, {alert.state}{reason}: {found}"


def _story(detail: ItemDetail) -> Iterator[str]:
    for member in detail.members:
        if member.item_id != detail.row.id:
            yield f"= {member.item_id} {member.outlet}: {member.title}"


def _edits(detail: ItemDetail) -> Iterator[str]:
    for edit in detail.edits:
        for what, runs in (("headline", edit.title), ("text", edit.text)):
            if runs:
                yield f"~ edited {local(edit.at)}, {what}: {' '.join(map(_said, runs))}"


def _said(run: Run) -> str:
    """Words that are told apart without colours."""
    return {RunKind.REMOVED: f"[-{run.text}-]", RunKind.ADDED: f"{{+{run.text}+}}"}.get(run.kind, run.text)
