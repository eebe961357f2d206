"""The outbox's verbs of the store; the SQL is in ``deliveries``, ``digests``, ``channels`` and ``reports``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from feedwatch.model import Attempt, Attempted, ChannelState, Delivery, DeliveryId, Reported, Selection, Told
from feedwatch.store import channels, deliveries, digests, reports
from feedwatch.store.connection import Connections

EVERY: Final = Selection()


class Outbox:
    """What is to be sent, what came of it, and which channels are out of service; part of ``Store``."""

    def __init__(self, connections: Connections) -> None:
        self._db = connections

    async def due_channels(self, owner: str, names: Sequence[str], now: datetime) -> frozenset[str]:
        """Those of the channels for which something is due that nobody sends."""
        return await self._db.read(deliveries.due_channels, owner, names, now)

    async def claim_deliveries(
        self, owner: str, lease_seconds: float, now: datetime, slots: Mapping[str, int]
    ) -> tuple[Delivery, ...]:
        """Lease what is due, the longest due first, at most so many for each channel; what is held goes as a digest.

        Channels that are gone, and those not named, get nothing. A lease of another that ran out is free again. Of one
        alert, what was said first is delivered first.
        """
        return await self._db.write(deliveries.claim, owner, lease_seconds, now, slots)

    async def hold_until(self, quiet: Mapping[str, datetime], digest: Mapping[str, datetime], now: datetime) -> None:
        """Let what is held go, by channel: when ``quiet`` hours end, by the next ``digest`` at the latest, or now."""
        await self._db.write(digests.hold_until, quiet, digest, now)

    async def record_deliveries(self, results: Sequence[Attempted]) -> None:
        """Write what attempts came to and end their leases; what was delivered is never taken back."""
        await self._db.write(deliveries.record, results)

    async def release_deliveries(self, owner: str, delivery_ids: Sequence[DeliveryId]) -> None:
        """End leases of ``owner``; the messages are due again."""
        await self._db.write(deliveries.release, owner, delivery_ids)

    async def leave_deliveries(self, owner: str) -> None:
        """End every lease of ``owner``, what was in flight is due again; and forget which channels it left alone."""
        await self._db.write(deliveries.leave, owner)

    async def deliveries(self, limit: int, chosen: Selection = EVERY) -> tuple[Delivery, ...]:
        """The newest deliveries of those chosen."""
        return await self._db.read(deliveries.newest, limit, chosen)

    async def attempts(self, delivery_id: DeliveryId, limit: int = 100) -> tuple[Attempt, ...]:
        """The last attempts at a delivery, the newest first."""
        return await self._db.read(deliveries.attempts, delivery_id, limit)

    async def retry_deliveries(self, chosen: Selection, now: datetime) -> int:
        """Send those chosen again, now, in whatever state they are; how many."""
        return await self._db.write(deliveries.retry, chosen, now)

    async def disable_channel(self, name: str, reason: str, now: datetime, probe_at: datetime | None = None) -> None:
        """Stop delivering to a channel, for good (410) or until it is probed; what waits for it waits."""
        await self._db.write(channels.disable, name, reason, probe_at, now)

    async def enable_channel(self, name: str, now: datetime) -> None:
        """Deliver to a channel again, at once what waits for another try."""
        await self._db.write(channels.enable, name, now)

    async def channel_states(self) -> tuple[ChannelState, ...]:
        """The channels out of service, with the reason, by name."""
        return await self._db.read(channels.states)

    async def reported(self, channel: str, since: datetime) -> Reported:
        """What a channel knows of feeds and rules, the rules' time-outs, and how many messages it had since then."""
        return await self._db.read(reports.reported, channel, since)

    async def add_report(
        self, channel: str, body: bytes, title: str, told: Mapping[str, Told], due_at: datetime, now: datetime
    ) -> None:
        """Put a message about feeds or rules into the outbox, and remember what it tells."""
        await self._db.write(reports.add, channel, body, title, told, due_at, now)
