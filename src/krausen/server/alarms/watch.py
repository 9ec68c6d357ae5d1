"""Looks at vessels, devices and agents, and gives what rules are to judge."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Protocol

from krausen.alarms.rule import AgentWindow, Scope
from krausen.model.series import SeriesName
from krausen.model.vessel import Role
from krausen.ports import catalog
from krausen.ports.catalog import VesselRecord
from krausen.ports.history import History
from krausen.server.alarms.devices import DeviceWatch
from krausen.server.alarms.scene import LATE_S, Scene, Subject, is_held
from krausen.server.alarms.vessels import VesselWatch
from krausen.server.live import Live
from krausen.server.roster import OFFLINE, Roster

BACKLOG = 5000
"""Who owes more readings than this is still telling of the past."""

Parts = dict[SeriesName, list[tuple[VesselRecord, Role]]]


class Arranged(catalog.Vessels, catalog.Agents, Protocol):
    """The part of the catalog that says what is out there."""


class Watch:
    """Knows what must be remembered between looks. `speed` is how many times real time a demo lives."""

    def __init__(
        self, arranged: Arranged, history: History, roster: Roster, live: Live, *, speed: float = 1.0
    ) -> None:
        self._arranged = arranged
        self._history = history
        self._roster = roster
        self._late_s = LATE_S * speed
        self._vessels = VesselWatch(history, live)
        self._devices = DeviceWatch(history, live)
        self._began: int | None = None
        self._settled: dict[str, int] = {}

    async def look(self, now: int) -> list[Subject]:
        """Give all that is to be judged at an instant, UTC ms. Raises StorageAway."""
        scene = await self._scene(now)
        devices = await self._devices.look(scene, self._roster.known_agents(), await self._arranged.devices())
        return [*await self._vessels.look(scene), *devices, *self._agents(scene)]

    async def _scene(self, now: int) -> Scene:
        self._began = now if self._began is None else min(self._began, now)
        self._settle(now, self._began)
        vessels = await self._arranged.vessels()
        return Scene(
            now=now,
            began=self._began,
            late_s=self._late_s,
            vessels=vessels,
            series={one.name: one for one in await self._history.series()},
            parts=_parts(vessels),
            settled=self._settled,
        )

    def _settle(self, now: int, began: int) -> None:
        """Note of each agent since when it has been here, and tells of the present."""
        queues = {agent.agent: agent.queue or 0 for agent in self._roster.agents()}
        for agent in self._roster.known_agents():
            if self._roster.link_of(agent) == OFFLINE or queues.get(agent, 0) > BACKLOG:
                self._settled[agent] = now
            else:
                self._settled[agent] = min(self._settled.get(agent, began), now)

    def _agents(self, scene: Scene) -> Iterator[Subject]:
        for agent in sorted(self._roster.known_agents()):
            window = AgentWindow(
                now=scene.now,
                name=agent,
                away_since=self._away_since(agent, scene),
                listening_since=scene.began,
                late_s=scene.late_s,
                vessels=_served(agent, scene),
            )
            yield Subject(scope=Scope.AGENT, windows=[window], device=agent)

    def _away_since(self, agent: str, scene: Scene) -> int | None:
        if self._roster.link_of(agent) != OFFLINE:
            return None
        seen_at = self._roster.last_seen(agent)
        return scene.began if seen_at is None else seen_at


def _parts(vessels: list[VesselRecord]) -> Parts:
    parts: defaultdict[SeriesName, list[tuple[VesselRecord, Role]]] = defaultdict(list)
    for record in vessels:
        for role, name in record.vessel.roles.items():
            parts[name].append((record, role))
    return parts


def _served(agent: str, scene: Scene) -> tuple[str, ...]:
    """Name the vessels in which something is held with the help of an agent."""
    return tuple(
        record.vessel.name
        for record in filter(is_held, scene.vessels)
        if agent in {record.vessel.agent, *(name.adapter for name in record.vessel.roles.values())}
    )
