"""How things stand, as push targets see them: vessels and hydrometers, with what is too old left out."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Protocol

from msgspec import Struct

from krausen.errors import KrausenError
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode
from krausen.model.target import Chosen, Selection
from krausen.model.vessel import FIRMWARE, VESSEL_ADAPTER, ControlState, Role, Vessel, VesselMetric
from krausen.ports.catalog import Agents, Batches, Settings, VesselRecord, Vessels
from krausen.ports.catalog.foreign import ForeignIds
from krausen.ports.catalog.targets import Targets
from krausen.ports.clock import Clock
from krausen.ports.controller import Act
from krausen.ports.history import History, Point, SeriesRecord
from krausen.ports.target import SensorNow, VesselNow
from krausen.server.errands import Errands
from krausen.server.live import Live

SAME_MS = 500
"""For so long nobody looks again."""
FRESH_MS = 900_000
"""A temperature that is older is not known."""
GRAVITY_MS = 6 * 3_600_000
"""A gravity that is older is not known; hydrometers sleep long."""
ASK_MS = 10_000
"""A controller is asked itself when what it said is older…"""
ASK_S = 2.0
"""…and is waited for so long."""
LOOK_S = 0.05
VESSELS, SENSORS = "vessel", "sensor"
"""The spaces of the numbers that services know them by."""

_GRAVITY = "gravity"
_BEER = (Mode.BEER, Mode.PROFILE)
_SG = (0.9, 1.3)
_ALIKE = {"battery_v": ("battery",), "angle": ("angle", "tilt"), "signal_dbm": ("rssi", "signal")}


class Arranged(Vessels, Batches, Agents, Settings, ForeignIds, Targets, Protocol):
    """The part of the catalog that says what there is, what it is called, and under which numbers."""


class Sources(Struct, frozen=True):
    """Where it is found out how things stand."""

    catalog: Arranged
    history: History
    live: Live
    clock: Clock
    errands: Errands


class Scene(Struct, frozen=True):
    """Everything there is at an instant, UTC milliseconds.

    `agents` names the agent of each vessel that a controller's own firmware holds.
    """

    at: int
    vessels: tuple[VesselNow, ...]
    sensors: tuple[SensorNow, ...]
    agents: Mapping[str, str]

    def chosen(self, what: Selection, batches: Mapping[str, str]) -> "Scene":
        """Give what is chosen of it; `batches` names the vessel of each."""
        held = _of(what.batches, batches)
        vessels = {batches[id] for id in held} | set(_of(what.vessels, [one.id for one in self.vessels]))
        sensors = set(_of(what.sensors, [one.id for one in self.sensors]))
        return Scene(
            self.at,
            tuple(one for one in self.vessels if one.id in vessels),
            tuple(one for one in self.sensors if one.id in sensors),
            self.agents,
        )


class Gatherer:
    """Looks how things stand, at most twice a second."""

    def __init__(self, sources: Sources) -> None:
        self._from = sources
        self._scene: Scene | None = None
        self._looked_at = 0
        self._turn = asyncio.Lock()

    async def scene(self, what: Selection) -> Scene:
        """Give what is chosen as it is now; controllers that were long silent are asked before.

        Raises StorageAway.
        """
        batches = await self._batches() if what.batches != "none" else {}
        scene = await self._now()
        chosen = scene.chosen(what, batches)
        if await self._ask(chosen.vessels, scene):
            chosen = (await self._now()).chosen(what, batches)
        return chosen

    async def series(self, what: Selection) -> list[SeriesRecord]:
        """Give the chosen series: those of vessels and sensors, and single ones. Raises StorageAway."""
        records = {record.id: record for record in await self._from.history.series()}
        chosen = set(_of(what.series, records))
        scene = await self.scene(what)
        vessels = {one.id for one in scene.vessels}
        for record in await self._from.catalog.vessels():
            if record.vessel.id in vessels:
                chosen |= _series_of(record.vessel, records.values())
        nodes = {_node(records[one.id]) for one in scene.sensors if one.id in records}
        chosen |= {record.id for record in records.values() if _node(record) in nodes}
        return [record for id, record in records.items() if id in chosen]

    async def _batches(self) -> dict[str, str]:
        batches = await self._from.catalog.batches()
        return {one.id: one.vessel for one in batches if one.vessel is not None and one.finished_at is None}

    async def _now(self) -> Scene:
        async with self._turn:
            scene = self._scene
            if scene is None or self._from.clock.steady() - self._looked_at >= SAME_MS:
                scene = await self._looked()
        return scene

    async def _looked(self) -> Scene:
        look = _Look(self._from, {one.name: one for one in await self._from.history.series()})
        scene = await look.scene()
        self._scene, self._looked_at = scene, self._from.clock.steady()
        return scene

    async def _ask(self, vessels: Iterable[VesselNow], scene: Scene) -> bool:
        """Ask the controllers of vessels that were long silent; tell whether any was asked."""
        now = self._from.clock.now()
        stale = [
            one for one in vessels if one.id in scene.agents and (one.at is None or now - one.at > ASK_MS)
        ]
        async with asyncio.TaskGroup() as tasks:
            for one in stale:
                tasks.create_task(self._asked(one, scene.agents[one.id]))
        return bool(stale)

    async def _asked(self, vessel: VesselNow, agent: str) -> None:
        with suppress(KrausenError, TimeoutError):  # then what is known has to do
            async with asyncio.timeout(ASK_S):
                await self._from.errands.run(agent, Act.ASK, {})
                for _ in range(int(ASK_S / LOOK_S)):
                    (now,) = (one for one in (await self._looked()).vessels if one.id == vessel.id)
                    if now.at != vessel.at:
                        return
                    await asyncio.sleep(LOOK_S)


class _Look:
    """One look at everything."""

    def __init__(self, sources: Sources, series: Mapping[SeriesName, SeriesRecord]) -> None:
        self._from = sources
        self._series = series
        self._now = sources.clock.now()

    async def scene(self) -> Scene:
        catalog = self._from.catalog
        batches = {one.vessel: one.name for one in await catalog.batches() if one.finished_at is None}
        records = await catalog.vessels()
        numbers = await self._numbers(VESSELS, [one.vessel.id for one in records])
        vessels = [
            self._vessel(one, numbers[one.vessel.id], batches.get(one.vessel.id, "")) for one in records
        ]
        homes = {
            one.vessel.roles[Role.GRAVITY]: vessel
            for one, vessel in zip(records, vessels, strict=True)
            if Role.GRAVITY in one.vessel.roles
        }
        agents = {one.vessel.id: one.vessel.agent for one in records if one.vessel.algorithm == FIRMWARE}
        return Scene(self._now, tuple(vessels), tuple(await self._sensors(homes)), agents)

    async def _numbers(self, space: str, ids: Iterable[str]) -> dict[str, int]:
        known = await self._from.catalog.foreign_ids(space)
        return {id: known.get(id) or await self._from.catalog.foreign_id(space, id) for id in ids}

    def _vessel(self, record: VesselRecord, number: int, batch: str) -> VesselNow:
        vessel, wish = record.vessel, record.answer.setpoint
        role = {one: self._value(vessel.roles.get(one), FRESH_MS) for one in Role}
        own = {
            metric: self._value(SeriesName(VESSEL_ADAPTER, vessel.id, metric), FRESH_MS)
            for metric in VesselMetric
        }
        state, heat, cool = (own[one] for one in (VesselMetric.STATE, VesselMetric.HEAT, VesselMetric.COOL))
        beer_setpoint, chamber_setpoint = own[VesselMetric.SETPOINT_BEER], own[VesselMetric.SETPOINT_CHAMBER]
        if beer_setpoint is None and wish.mode is Mode.BEER:
            beer_setpoint = wish.value
        if chamber_setpoint is None and wish.mode is Mode.CHAMBER:
            chamber_setpoint = wish.value
        return VesselNow(
            id=vessel.id,
            number=number,
            name=vessel.name,
            at=self._at(vessel.roles.get(Role.BEER)) or self._at(vessel.roles.get(Role.CHAMBER)),
            mode=wish.mode,
            state=ControlState(int(state)) if state in list(ControlState) else None,
            beer=role[Role.BEER],
            chamber=role[Role.CHAMBER],
            ambient=role[Role.AMBIENT],
            beer_setpoint=beer_setpoint if wish.mode in _BEER else None,
            chamber_setpoint=chamber_setpoint if wish.mode is not Mode.OFF else None,
            heat=None if heat is None else heat > 0,
            cool=None if cool is None else cool > 0,
            gravity=self._value(vessel.roles.get(Role.GRAVITY), GRAVITY_MS),
            batch=batch,
            lowest=vessel.limits.min,
            highest=vessel.limits.max,
        )

    async def _sensors(self, homes: Mapping[SeriesName, VesselNow]) -> list[SensorNow]:
        found = [one for name, one in self._series.items() if name.metric == _GRAVITY and _is_sensor(one)]
        numbers = await self._numbers(SENSORS, [one.id for one in found])
        titles, drivers = await self._called()
        return [
            SensorNow(
                id=one.id,
                number=numbers[one.id],
                name=titles.get(_node(one)) or one.name.node,
                kind=drivers.get(_node(one)) or one.name.adapter,
                at=self._at(one.name),
                gravity=self._gravity(one.name),
                temperature=self._beside(one.name, "temperature"),
                vessel=homes.get(one.name),
                **{field: self._beside(one.name, *names) for field, names in _ALIKE.items()},
            )
            for one in found
        ]

    async def _called(self) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
        """Give the titles and the drivers of nodes, as far as they have any."""
        devices, adapters = await self._from.catalog.devices(), await self._from.catalog.adapters()
        titles = {(one.name, node.name): node.title for one in adapters for node in one.nodes}
        titles |= {(one.agent, one.node): one.title for one in devices}
        drivers = {(one.name, node.name): node.kind for one in adapters for node in one.nodes if node.kind}
        return titles, drivers | {(one.agent, one.node): one.driver for one in devices if one.driver}

    def _gravity(self, name: SeriesName) -> float | None:
        value = self._value(name, GRAVITY_MS)
        return value if value is not None and _SG[0] < value < _SG[1] else None

    def _beside(self, name: SeriesName, *metrics: str) -> float | None:
        """Give the first of some metrics that the node of a series tells beside it."""
        told = (self._value(SeriesName(name.adapter, name.node, one), GRAVITY_MS) for one in metrics)
        return next((value for value in told if value is not None), None)

    def _value(self, name: SeriesName | None, fresh_ms: int) -> float | None:
        point = self._newest(name)
        if point is None or point.quality is Quality.BAD or self._now - point.t > fresh_ms:
            return None
        return point.v

    def _at(self, name: SeriesName | None) -> int | None:
        point = self._newest(name)
        return None if point is None else point.t

    def _newest(self, name: SeriesName | None) -> Point | None:
        record = None if name is None else self._series.get(name)
        return None if record is None else self._from.live.newest_of(record)


def _of(chosen: Chosen, there: Iterable[str]) -> list[str]:
    if chosen == "all":
        return list(there)
    return [] if chosen == "none" else [id for id in there if id in chosen]


def _is_sensor(record: SeriesRecord) -> bool:
    return record.name.adapter != VESSEL_ADAPTER and record.unit in ("", "SG")


def _node(record: SeriesRecord) -> tuple[str, str]:
    return record.name.adapter, record.name.node


def _series_of(vessel: Vessel, records: Iterable[SeriesRecord]) -> set[str]:
    names = set(vessel.roles.values())
    own = (VESSEL_ADAPTER, vessel.id)
    return {one.id for one in records if one.name in names or _node(one) == own}
