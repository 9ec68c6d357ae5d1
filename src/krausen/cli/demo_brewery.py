"""The demo's brewery in a data folder: its user, its vessels with their past, and its agent."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from msgspec import Struct

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.setup import AgentSetup, ProbeSetup, RelaySetup, Rhythm
from krausen.cli.past import simulated
from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.links.memory import MemoryLinks
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import User, UserRole
from krausen.model.setpoint import Answer, AnswerState, Setpoint
from krausen.model.vessel import Role
from krausen.physics.chamber import Snapshot
from krausen.plugins import discover
from krausen.server.site import Site
from krausen.server.status import Filling
from krausen.simulation.demo import AGENT, BATCHES, BREWER, DAY_MS, DemoBatch
from krausen.simulation.past import Order
from krausen.simulation.rig import Every, NoSettings, Rig
from krausen.simulation.vessel import SimulatedVessel
from krausen.storage.folder import DataFolder
from krausen.storage.notebook_file import FileNotebook
from krausen.storage.outbox_sqlite import SqliteOutbox

DEMO_USER = User(id="demo", login="demo", name=BREWER, role=UserRole.ADMIN)
HYDROMETER_S = 900.0
HOUR_MS = 3_600_000
ZONE = "site.zone"
UNHURRIED = 60.0
FAST_TICK_S = 5.0
FLUSHES_A_SECOND = 10.0


class Lived(Struct, frozen=True):
    """A vessel as its past left it: second 0 of its chamber, UTC milliseconds, and how the chamber stands."""

    vessel: SimulatedVessel
    started_ms: int
    snapshot: Snapshot


class DemoBrewery:
    """Brings the demo's batches into a site.

    Those that began more than `days` ago are left out or cut short.
    """

    def __init__(self, site: Site, days: int) -> None:
        self._site = site
        self._now = site.clock.now()
        self._days = days
        self._batches = [batch for batch in BATCHES if not batch.ends or batch.begins <= days]
        self._done = dict.fromkeys((batch.id for batch in self._batches), 0.0)
        site.status.filling = Filling(0.0)

    async def arrange(self) -> None:
        """Add user, vessels and batches where they are not there yet, the oldest first."""
        await self._site.catalog.keep_user(DEMO_USER, _entry(self._now, "user", DEMO_USER.id))
        if await self._site.catalog.setting(ZONE) is None:
            zone = self._site.status.zone
            await self._site.catalog.keep_setting(ZONE, zone, _entry(self._now, "setting", ZONE))
        there = {batch.id for batch in await self._site.catalog.batches()}
        for batch in reversed(self._batches):
            if batch.id not in there:
                await self._arrange(batch)
        await self._site.roster.load()

    async def live_on(self) -> list[Lived]:
        """Simulate what still runs up to now, and give how it stands."""
        return [await self._fill(batch, self._now) for batch in self._batches if not batch.ends]

    async def remember(self) -> None:
        """Simulate what is over, as far as it is not there."""
        for batch in self._batches:
            end_ms = self._now if not batch.ends else await self._end(batch)
            if batch.ends and not await self._is_there(batch, end_ms):
                await self._fill(batch, end_ms)
            self._progress(batch, 1.0)

    async def _arrange(self, batch: DemoBatch) -> None:
        started_ms = self._now - int(min(batch.begins, max(self._days, 1 / 24)) * DAY_MS)
        known = {record.vessel.id: record.requested.revision for record in await self._site.catalog.vessels()}
        wishes = batch.wishes(started_ms, known.get(batch.vessel.id, 0) + 1)
        for wish in wishes:
            if wish.at <= self._now:
                await self._wish(batch.vessel, wish, new=wish.revision == 1)
        vessel = batch.vessel.vessel()
        kept = Batch(
            id=batch.id,
            name=batch.name,
            state=BatchState.FINISHED if batch.ends else BatchState.RUNNING,
            vessel=vessel.id,
            started_at=started_ms,
            finished_at=self._now - int(batch.ends * DAY_MS) if batch.ends else None,
            roles={role.value: series for role, series in vessel.roles.items()},
        )
        events = [BatchEvent(wish.at, "setpoint", f"{wish.reason}: {wish.value:.1f} °C") for wish in wishes]
        await self._site.catalog.keep_batch(kept, events, _entry(started_ms, "batch", batch.id))

    async def _wish(self, simulated_vessel: SimulatedVessel, wish: Setpoint, *, new: bool) -> None:
        catalog, vessel = self._site.catalog, simulated_vessel.vessel()
        if new:
            await catalog.add_vessel(vessel, wish, _entry(wish.at, "vessel", vessel.id))
            return
        entry = _entry(wish.at, "vessel", vessel.id, "setpoint", wish.reason)
        await catalog.request(vessel.id, wish, entry)
        answer = Answer(setpoint=wish, state=AnswerState.ACCEPTED, at=wish.at)
        await catalog.answered(vessel.id, wish.revision, answer)

    async def _fill(self, batch: DemoBatch, end_ms: int) -> Lived:
        kept = await self._site.catalog.batch(batch.id)
        started_ms = kept.started_at or self._now
        wishes = await self._site.catalog.wishes(batch.vessel.id, started_ms, end_ms)
        order = Order(
            vessel=batch.vessel,
            algorithm="hysteresis",
            settings={},
            started_ms=started_ms,
            seconds=(end_ms - started_ms) // 1000,
            wishes=tuple(wishes),
            after_ms=await self._newest(batch) if not batch.ends else 0,
        )
        take = self._site.history.store
        snapshot = await simulated(order, take, lambda done: self._progress(batch, done))
        return Lived(batch.vessel, started_ms, snapshot)

    async def _newest(self, batch: DemoBatch) -> int:
        name = batch.vessel.series(Role.BEER)
        return next((info.last or 0 for info in await self._site.history.series() if info.name == name), 0)

    async def _end(self, batch: DemoBatch) -> int:
        return (await self._site.catalog.batch(batch.id)).finished_at or self._now

    async def _is_there(self, batch: DemoBatch, end_ms: int) -> bool:
        series = await self._site.history.id_of(batch.vessel.series(Role.BEER))
        return series is not None and await self._site.history.count(series, end_ms - HOUR_MS, end_ms) > 0

    def _progress(self, batch: DemoBatch, done: float) -> None:
        self._done[batch.id] = done
        total = sum(batch.begins - batch.ends for batch in self._batches)
        share = sum(self._done[batch.id] * (batch.begins - batch.ends) for batch in self._batches) / total
        self._site.status.filling = Filling(share) if share < 1 else None


@contextmanager
def demo_agent(site: Site, folder: DataFolder, lived: Sequence[Lived]) -> Iterator[Agent]:
    """Give the agent that goes on with what lives, joined to the site inside this process."""
    place = folder.agent(AGENT)
    place.mkdir(parents=True, exist_ok=True)
    with (
        closing(SqliteOutbox.open(place / "outbox.sqlite")) as outbox,
        closing(FileNotebook(place / "desired.json")) as notebook,
    ):
        surroundings = Surroundings(
            clock=site.clock,
            dial=MemoryLinks(site.dispatch.serve).dial,
            outbox=outbox,
            notebook=notebook,
            algorithms=discover(algorithms, "ALGORITHM", Algorithm),
        )
        yield Agent(_setup(site, lived), surroundings)


def _setup(site: Site, lived: Sequence[Lived]) -> AgentSetup:
    probes: list[ProbeSetup] = []
    relays: list[RelaySetup] = []
    for one in lived:
        vessel, chamber = one.vessel, one.vessel.fresh()
        chamber.restore(one.snapshot)
        rig = Rig(chamber, site.clock, one.started_ms, vessel.seed)
        for role in vessel.roles:
            if role in (Role.HEAT, Role.COOL):
                relays.append(_relay(vessel, rig, role))
            else:
                probes.append(_probe(vessel, rig, role))
    return AgentSetup(
        name=AGENT, probes=tuple(probes), relays=tuple(relays), rhythm=_rhythm(site.status.speed)
    )


def _rhythm(speed: float) -> Rhythm:
    """At high speed disk and processor could not follow a tick and a flush a second."""
    return Rhythm(
        tick_s=1.0 if speed <= UNHURRIED else FAST_TICK_S, flush_s=max(1.0, speed / FLUSHES_A_SECOND)
    )


def _relay(vessel: SimulatedVessel, rig: Rig, role: Role) -> RelaySetup:
    return RelaySetup(
        id=vessel.device(role), driver=rig.relay(role), settings=NoSettings(), times=vessel.times(role)
    )


def _probe(vessel: SimulatedVessel, rig: Rig, role: Role) -> ProbeSetup:
    if role is Role.GRAVITY:
        driver, settings = rig.hydrometer(), Every(every_s=HYDROMETER_S)
    else:
        driver, settings = rig.probe(role), Every()
    return ProbeSetup(id=vessel.device(role), driver=driver, settings=settings)


def _entry(at: int, what: str, id: str, action: str = "created", reason: str = "") -> JournalEntry:
    return JournalEntry(at=at, by="demo", what=what, id=id, action=action, reason=reason)
