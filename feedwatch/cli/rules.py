"""``feedwatch rules``: their health, and trying an expression."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

import click

from feedwatch.cli import parameters
from feedwatch.cli.context import Context, pass_context
from feedwatch.cli.output import Progress, iso, local, marked, write, write_json, write_table
from feedwatch.cli.records import match_record
from feedwatch.core.characters import plain
from feedwatch.model import Backtest, Explanation, ExplanationNode, ItemId, RuleHealth

MONTH = timedelta(days=30)


@click.group(invoke_without_command=True)
@parameters.as_json
@click.pass_context
def rules(ctx: click.Context, *, as_json: bool) -> None:
    """Show the rules and how each does, or try an expression."""
    if ctx.invoked_subcommand is not None:
        return
    import asyncio  # here: "rules match" is quicker without it

    found = asyncio.run(_health(ctx.ensure_object(Context)))
    if as_json:
        for health in found:
            write_json(_health_record(health))
    else:
        headings = ("rule", "severity", "last fired", "alerts 30d", "share", "time-outs", "noise", "match")
        write_table(headings, [_health_line(health) for health in found])
        for line in _remarks(found):
            write(line)


@rules.command("match")
@click.argument("expression", metavar="EXPR")
@click.argument("file", type=click.File("rb"), default="-")
@parameters.as_json
@click.pass_context
def match_(ctx: click.Context, expression: str, file: BinaryIO, *, as_json: bool) -> None:
    """Print each line of FILE or stdin that matches EXPR; exit 1 where none does.

    A line is plain text, or a JSON object with title, text and language.
    """
    from feedwatch.cli.lines import matched_lines

    any_match = False
    for line in matched_lines(expression, file, datetime.now(UTC)):
        any_match |= line.matched
        if as_json:
            spans = [match_record(match) for match in line.matches]
            write_json({"line": line.number, "match": line.matched, "spans": spans})
        elif line.matched:
            write(marked(line.text, line.spans()))
    if not any_match:
        ctx.exit(1)


@rules.command("test")
@click.argument("expression", metavar="EXPR-OR-NAME")
@click.option("--rule", "instead_of", metavar="NAME", default="", help="Test EXPR as a change to this rule.")
@parameters.since
@parameters.as_json
@pass_context
def test_(context: Context, expression: str, instead_of: str, since: datetime | None, *, as_json: bool) -> None:
    """Say what a rule, or an expression, would have alerted to: the last 30 days, or --since.

    With --rule, also what the change gains and loses.
    """
    import asyncio

    from feedwatch.cli import backtest

    done = asyncio.run(_backtest(context, expression, since or datetime.now(UTC) - MONTH, instead_of))
    if as_json:
        backtest.write_record(done)
    else:
        backtest.write_lines(done)


@rules.command()
@click.argument("expression", metavar="EXPR-OR-NAME")
@click.argument("item_id", metavar="ITEM-ID", type=click.IntRange(min=1, max=2**63 - 1))
@parameters.as_json
@pass_context
def explain(context: Context, expression: str, item_id: int, *, as_json: bool) -> None:
    """Say why a rule, or an expression, matches an item, or why not."""
    import asyncio

    explanation = asyncio.run(_explain(context, expression, ItemId(item_id)))
    if as_json:
        write_json(_explanation_record(explanation))
        return
    write(plain(explanation.summary))
    for line in _tree_lines(explanation.tree, 0):
        write(line)
    for match in explanation.matches:
        write(f"  {match.field} {match.start}-{match.end}: {plain(match.text)}")
    for word, forms in explanation.forms.items():
        write(plain(f"{word}: {', '.join(forms)}"))


async def _health(context: Context) -> tuple[RuleHealth, ...]:
    async with context.desk() as desk:
        return await desk.rule_health()


async def _backtest(context: Context, expression: str, since: datetime, instead_of: str) -> Backtest:
    async with context.desk() as desk:
        with Progress() as progress:
            return await desk.backtest(expression, since, instead_of=instead_of, progress=progress)


async def _explain(context: Context, expression: str, item_id: ItemId) -> Explanation:
    async with context.desk() as desk:
        return await desk.explain(expression, item_id)


def _health_record(health: RuleHealth) -> dict[str, object]:
    rule = health.rule
    return {
        "name": rule.name,
        "match": rule.match,
        "severity": rule.severity,
        "channels": list(rule.channels),
        "last_fired": iso(health.last_fired),
        "alerts_30d": health.alerts_30d,
        "share": health.share,
        "timeouts": health.timeouts,
        "noise_share": health.noise_share,
        "findings": [{"kind": one.kind, "text": one.text} for one in health.findings],
        "proposals": [{"text": one.text, "match": one.match} for one in health.proposals],
    }


def _remarks(found: Sequence[RuleHealth]) -> Iterator[str]:
    """Under the table: what is odd about a rule, and what would spare its noise."""
    for health in found:
        for finding in health.findings:
            yield plain(f"{health.rule.name}: {finding.text}")
        for proposal in health.proposals:
            yield plain(f"{health.rule.name}: {proposal.text} Write: {proposal.match}")


def _health_line(health: RuleHealth) -> tuple[str, ...]:
    return (
        health.rule.name,
        health.rule.severity,
        local(health.last_fired),
        str(health.alerts_30d),
        f"{health.share:.1%}",
        str(health.timeouts),
        f"{health.noise_share:.0%}",
        plain(health.rule.match),
    )


def _explanation_record(explanation: Explanation) -> dict[str, object]:
    return {
        "verdict": explanation.verdict,
        "summary": explanation.summary,
        "matches": [match_record(match) for match in explanation.matches],
        "tree": _node_record(explanation.tree),
        "forms": {word: list(forms) for word, forms in explanation.forms.items()},
    }


def _node_record(node: ExplanationNode) -> dict[str, object]:
    children = [_node_record(child) for child in node.children]
    return {"label": node.label, "truth": node.truth, "note": node.note, "children": children}


def _tree_lines(node: ExplanationNode, depth: int) -> Iterator[str]:
    note = f": {plain(node.note)}" if node.note else ""
    yield f"{'  ' * (depth + 1)}{'yes' if node.truth else 'no '} {plain(node.label)}{note}"
    for child in node.children:
        yield from _tree_lines(child, depth + 1)
