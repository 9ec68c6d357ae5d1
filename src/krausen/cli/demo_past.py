"""Fills the past of the demo's batches into the history of its site, what still runs before what is over."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from krausen.cli.past import Simulators
from krausen.model.learned import Learned
from krausen.model.vessel import Role
from krausen.physics.chamber import Chamber
from krausen.server.site import Site
from krausen.server.status import Filling
from krausen.simulation.demo import DemoBatch
from krausen.simulation.fast import Rhythm
from krausen.simulation.past import BRISK, PIECE_S, End, Order, Piece, Span, simulate
from krausen.simulation.vessel import SimulatedVessel

PIECE_MS = PIECE_S * 1000
LONG_AGO_DAYS = 21.0
COARSE = Rhythm(every_s=60, tick_s=20)
"""What lies long ago is looked at from afar."""
SIMULATING = 0.9
"""The share of the work that is over when a batch is simulated but not stored."""
LEARNING, INSTEAD = "learning", "cascade"
LEARNING_S = 2 * 86_400
"""Learning takes long to simulate: so much of what runs is learned from, all before is held without it."""
NEAR_MS = 30_000
"""What has lived until then has lived until now."""


class Lived(Struct, frozen=True):
    """A batch as its past left it: second 0 of its chamber, UTC milliseconds, and how it ended."""

    batch: DemoBatch
    started_ms: int
    end: End

    @property
    def vessel(self) -> SimulatedVessel:
        """The vessel it is in."""
        return self.batch.vessel

    @property
    def until_ms(self) -> int:
        """The instant up to which it has lived, UTC milliseconds."""
        return self.started_ms + self.end.snapshot.at_s * 1000


class Living(Struct, frozen=True):
    """What goes on: a vessel, its chamber with the instant of its second 0 (UTC ms), and what was learned."""

    vessel: SimulatedVessel
    started_ms: int
    chamber: Chamber
    learned: Learned | None = None


def living(lived: Lived) -> Living:
    """Give what goes on where a past has ended."""
    chamber = lived.vessel.fresh()
    chamber.restore(lived.end.snapshot)
    return Living(lived.vessel, lived.started_ms, chamber, lived.end.learned)


class DemoPast:
    """The past of some batches, up to the moment this was made. How far it is stands in the site's status."""

    def __init__(self, site: Site, batches: Sequence[DemoBatch]) -> None:
        self._site = site
        self._now = site.clock.now()
        self._batches = batches
        self._done = dict.fromkeys((batch.id for batch in batches), 0.0)
        self._making: dict[str, str] = {}
        self._begun = asyncio.Event()
        site.status.filling = Filling(0.0)

    async def live_on(self, simulators: Simulators) -> list[Lived]:
        """Simulate what still runs up to now, and give how it stands."""
        orders = [(batch, await self._present(batch)) for batch in self._batches if not batch.ends]
        async with asyncio.TaskGroup() as tasks:
            made = [tasks.create_task(self._brought_up(*one, simulators)) for one in orders]
            self._begun.set()
        lived = [
            Lived(batch, order.started_ms, task.result())
            for (batch, order), task in zip(orders, made, strict=True)
        ]
        # Meanwhile time went on, and at high speed by hours.
        while lived and self._site.clock.now() - min(one.until_ms for one in lived) > NEAR_MS:
            lived = [await self._caught_up(one) for one in lived]
        return lived

    async def remember(self, simulators: Simulators) -> None:
        """Simulate what is over, as far as it is not there, after what still runs has begun."""
        await self._begun.wait()
        async with asyncio.TaskGroup() as tasks:
            for batch in self._batches:
                if batch.ends:
                    tasks.create_task(self._remember(batch, simulators))

    async def _present(self, batch: DemoBatch) -> Order:
        kept = await self._site.catalog.batch(batch.id)
        started_ms = kept.started_at or self._now
        newest_ms = await self._newest(batch)
        spans = await self._missing(batch, started_ms, self._now)
        spans = [*(span for span in spans if span.to_ms <= newest_ms), Span(newest_ms + 1, self._now)]
        return await self._order(batch, started_ms, self._now, spans)

    async def _remember(self, batch: DemoBatch, simulators: Simulators) -> None:
        kept = await self._site.catalog.batch(batch.id)
        end_ms = kept.finished_at or self._now
        started_ms = kept.started_at or end_ms
        spans = await self._missing(batch, started_ms, end_ms)
        if spans:
            order = await self._order(batch, started_ms, end_ms, spans)
            await self._simulated(batch, order, simulators)
        self._progress(batch, 1.0)

    async def _brought_up(self, batch: DemoBatch, order: Order, simulators: Simulators) -> End:
        """Simulate what still runs; the last of it is learned from."""
        early_s = order.seconds - LEARNING_S
        if order.algorithm == LEARNING and early_s > 0:
            early = replace(order, algorithm=INSTEAD, settings={}, seconds=early_s)
            end = await simulators.simulate(early, self._site.history.store, lambda _: None)
            order = replace(order, begin=end.snapshot)
        return await self._simulated(batch, order, simulators)

    async def _simulated(self, batch: DemoBatch, order: Order, simulators: Simulators) -> End:
        store = self._site.history.store
        end = await simulators.simulate(order, store, lambda done: self._progress(batch, SIMULATING * done))
        self._progress(batch, 1.0)
        return end

    async def _caught_up(self, lived: Lived) -> Lived:
        """Simulate the little that is lacking in this process, where it need not wait for its turn."""
        now = self._site.clock.now()
        span = Span(lived.until_ms, now)
        order = await self._order(lived.batch, lived.started_ms, now, [span], lived.end)
        for message in simulate(order):
            match message:
                case Piece(readings):
                    await self._site.history.store(readings)
                case End() as end:
                    lived = Lived(lived.batch, lived.started_ms, end)
        return lived

    async def _order(
        self,
        batch: DemoBatch,
        started_ms: int,
        end_ms: int,
        spans: Sequence[Span],
        begin: End | None = None,
    ) -> Order:
        vessel = (await self._site.catalog.vessel(batch.vessel.id)).vessel
        wishes = batch.wishes(started_ms, 1)
        if not batch.ends:
            wishes = tuple(await self._site.catalog.wishes(vessel.id, started_ms, end_ms))
        return Order(
            vessel=batch.vessel,
            algorithm=INSTEAD if batch.ends and vessel.algorithm == LEARNING else vessel.algorithm,
            settings=vessel.settings,
            started_ms=started_ms,
            seconds=(end_ms - started_ms) // 1000,
            wishes=wishes,
            spans=tuple(spans),
            begin=None if begin is None else begin.snapshot,
            learned=None if begin is None else begin.learned,
            rhythm=COARSE if batch.begins > LONG_AGO_DAYS else BRISK,
        )

    async def _missing(self, batch: DemoBatch, started_ms: int, end_ms: int) -> list[Span]:
        """Give the pieces of which nothing is there: each is stored as a whole or not at all."""
        history, name = self._site.history, batch.vessel.series(Role.BEER)
        series = await history.id_of(name)
        spans = [
            Span(from_ms, min(from_ms + PIECE_MS, end_ms)) for from_ms in range(started_ms, end_ms, PIECE_MS)
        ]
        if series is None:
            return spans
        return [span for span in spans if not await history.count(series, span.from_ms, span.to_ms)]

    async def _newest(self, batch: DemoBatch) -> int:
        name = batch.vessel.series(Role.BEER)
        return next((info.last or 0 for info in await self._site.history.series() if info.name == name), 0)

    def _progress(self, batch: DemoBatch, done: float) -> None:
        self._done[batch.id] = done
        self._making[batch.id] = batch.name
        if done >= 1.0:
            del self._making[batch.id]
        total = sum(_days(one) for one in self._batches)
        share = sum(self._done[one.id] * _days(one) for one in self._batches) / total
        whole = min(self._done.values()) >= 1.0
        self._site.status.filling = None if whole else Filling(share, tuple(self._making.values()))


def _days(batch: DemoBatch) -> float:
    return batch.begins - batch.ends
