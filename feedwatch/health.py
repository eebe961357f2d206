"""What other machines ask a daemon: /healthz (does it work?), /readyz (has it begun?) and /metrics (Prometheus).

It judges from what the engine did, not from being able to answer: a loop that stands still must show.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from feedwatch.engine.engine import Engine
from feedwatch.engine.metrics import Metrics
from feedwatch.errors import UsageError
from feedwatch.model import AlertStats, Latency, Status

STALLED = timedelta(seconds=30)
"""A poller or a heartbeat that has not been seen for so long has stopped."""
LAGGING = 5.0
"""Seconds that the event loop may run late."""
RECENT = timedelta(hours=24)
"""Latencies are of the alerts raised in so long before a scrape."""


@contextlib.asynccontextmanager
async def serve_health(engine: Engine, address: str) -> AsyncIterator[int]:
    """Serve on HOST:PORT as long as the context is open; gives the port. Raises UsageError where it can't."""
    host, port = _parse(address)
    app = web.Application()
    app.add_routes([web.get("/healthz", _Answers(engine).healthz), web.get("/readyz", _Answers(engine).readyz)])
    app.add_routes([web.get("/metrics", _Answers(engine).metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise UsageError(f"--health {address}: can't listen there: {error.strerror}") from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def problems(metrics: Metrics, now: datetime) -> tuple[str, ...]:
    """What is wrong with an engine; empty where it is well."""
    found: list[str] = []
    if metrics.last_round is None or now - metrics.last_round > STALLED:
        found.append("the poller has not looked for due feeds lately")
    if metrics.refusals:
        found += dict.fromkeys(f"the database can't be written: {why}" for why in metrics.refusals.values())
    elif metrics.last_heartbeat is None or now - metrics.last_heartbeat > STALLED:
        found.append("the database has not taken a write lately")
    if metrics.loop_lag > LAGGING:
        found.append(f"the event loop ran {metrics.loop_lag:.1f} s late")
    return tuple(found)


class _Answers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def healthz(self, request: web.Request) -> web.Response:
        """200 where polling and writing go on, else 503, with the reasons."""
        del request
        found = problems(self._engine.metrics, datetime.now(UTC))
        body = {"status": "failing" if found else "ok", "problems": list(found)}
        return web.json_response(body, status=503 if found else 200)

    async def readyz(self, request: web.Request) -> web.Response:
        """200 once the poller has begun."""
        del request
        ready = self._engine.metrics.last_round is not None
        return web.json_response({"status": "ok" if ready else "starting"}, status=200 if ready else 503)

    async def metrics(self, request: web.Request) -> web.Response:
        """The Prometheus text format."""
        del request
        now, store = datetime.now(UTC), self._engine.store
        status, alerts = await store.status(now), await store.alert_stats(now - RECENT)
        registry = CollectorRegistry()
        registry.register(_Snapshot(self._engine, status, alerts))
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class _Snapshot(Collector):
    """One reading of the engine's numbers."""

    def __init__(self, engine: Engine, status: Status, alerts: AlertStats) -> None:
        self._metrics = engine.metrics
        self._channels = engine.channels
        self._status = status
        self._alerts = alerts

    def collect(self) -> Iterator[Metric]:
        """Every metric of feedwatch; each stands in the README."""
        metrics, status = self._metrics, self._status
        yield _counters("feedwatch_polls", "Polls by result.", "result", metrics.polls)
        yield _counters("feedwatch_items", "Items by what happened to them.", "change", metrics.items)
        yield _counters("feedwatch_deliveries", "Delivery attempts by outcome.", "outcome", metrics.deliveries)
        yield CounterMetricFamily("feedwatch_alerts", "Alerts stored.", value=metrics.alerts)
        yield CounterMetricFamily("feedwatch_fetch_seconds", "Time spent fetching.", value=metrics.fetch_seconds)
        yield CounterMetricFamily("feedwatch_parse_seconds", "Time spent parsing.", value=metrics.parse_seconds)
        yield CounterMetricFamily("feedwatch_write_seconds", "Time spent writing.", value=metrics.write_seconds)
        yield GaugeMetricFamily("feedwatch_loop_lag_seconds", "How late the event loop ran lately.", metrics.loop_lag)
        yield GaugeMetricFamily("feedwatch_loop_lag_max_seconds", "The latest it ever ran.", metrics.loop_lag_max)
        yield GaugeMetricFamily("feedwatch_database_writable", "1 where it takes writes.", float(not metrics.refusals))
        yield GaugeMetricFamily("feedwatch_feeds_total", "Feeds followed.", status.feeds)
        yield GaugeMetricFamily("feedwatch_feeds_failing", "Feeds whose last poll failed.", status.failing)
        yield GaugeMetricFamily("feedwatch_feeds_due", "Feeds due and not yet polled.", status.due)
        yield GaugeMetricFamily("feedwatch_outbox_waiting", "Deliveries that wait.", status.waiting)
        yield GaugeMetricFamily("feedwatch_outbox_dead", "Deliveries given up.", status.dead)
        out = {one.name for one in status.out_of_service}
        is_out = GaugeMetricFamily("feedwatch_channel_open", "1: nothing is sent to it for now.", labels=["channel"])
        for channel in self._channels:
            is_out.add_metric([channel], int(channel in out))
        yield is_out
        yield from _latencies(self._alerts)


def _latencies(alerts: AlertStats) -> Iterator[Metric]:
    rules = GaugeMetricFamily(
        "feedwatch_rule_latency_seconds", "How long alerts took lately.", labels=["rule", "step", "quantile"]
    )
    channels = GaugeMetricFamily(
        "feedwatch_channel_latency_seconds", "How long messages took lately.", labels=["channel", "step", "quantile"]
    )
    skewed = GaugeMetricFamily(
        "feedwatch_dates_skewed", "Alerts of late whose publication date can't be trusted.", labels=["rule"]
    )
    for rule in alerts.rules:
        _quantiles(rules, rule.name, "published_to_seen", rule.published_to_seen)
        _quantiles(rules, rule.name, "seen_to_raised", rule.seen_to_raised)
        _quantiles(rules, rule.name, "raised_to_delivered", rule.raised_to_delivered)
        skewed.add_metric([rule.name], rule.published_to_seen.skewed)
    for channel in alerts.channels:
        _quantiles(channels, channel.name, "raised_to_delivered", channel.raised_to_delivered)
        _quantiles(channels, channel.name, "published_to_delivered", channel.published_to_delivered)
    yield from (rules, channels, skewed)


def _quantiles(family: GaugeMetricFamily, name: str, step: str, latency: Latency) -> None:
    """Two samples; none where nothing was measured."""
    for quantile, seconds in (("0.5", latency.p50), ("0.95", latency.p95)):
        if seconds is not None:
            family.add_metric([name, step, quantile], seconds)


def _counters(name: str, help_: str, label: str, values: dict[str, int]) -> CounterMetricFamily:
    family = CounterMetricFamily(name, help_, labels=[label])
    for value, count in sorted(values.items()):
        family.add_metric([value], count)
    return family


def _parse(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise UsageError(f"--health {address}: write HOST:PORT, such as 127.0.0.1:8080")
    return host.strip("[]"), int(port)
