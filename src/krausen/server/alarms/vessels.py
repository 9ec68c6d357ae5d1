"""Looks at vessels: what they shall have, what they have, and how they come there."""

from krausen.alarms.approach import Sight
from krausen.alarms.rule import Scope, VesselWindow
from krausen.model.reading import Quality
from krausen.model.vessel import Role
from krausen.ports.catalog import VesselRecord
from krausen.ports.history import History, SeriesRecord
from krausen.server.alarms.goals import Approaches, role_held
from krausen.server.alarms.scene import Scene, Subject
from krausen.server.live import Live

FRESH_MS = 600_000
"""A reading is believed for so long; after that the temperature is unknown."""


class VesselWatch:
    """Looks at one vessel after the other, and remembers how far each has come."""

    def __init__(self, history: History, live: Live) -> None:
        self._live = live
        self._approaches = Approaches(history)

    async def look(self, scene: Scene) -> list[Subject]:
        """Give every vessel as it stands. Raises StorageAway."""
        self._approaches.keep({record.vessel.id for record in scene.vessels})
        return [await self._subject(record, scene) for record in scene.vessels]

    async def _subject(self, record: VesselRecord, scene: Scene) -> Subject:
        vessel, wish = record.vessel, record.answer.setpoint
        window = VesselWindow(now=scene.now, name=vessel.name, mode=wish.mode)
        goals = self._approaches.goals(vessel.id, wish, scene.now)
        if goals:
            name = vessel.roles.get(role_held(wish.mode))
            known = None if name is None else scene.series.get(name)
            id = None if known is None else known.id
            wanted_c, measured_c = goals[-1].at(scene.now), self._measured_c(known, scene)
            sight = Sight(scene.now, wanted_c, measured_c)
            window = VesselWindow(
                now=scene.now,
                name=vessel.name,
                mode=wish.mode,
                wanted_c=wanted_c,
                measured_c=measured_c,
                approach=await self._approaches.see(vessel.id, goals, sight, id),
                can_heat=Role.HEAT in vessel.roles,
                can_cool=Role.COOL in vessel.roles,
            )
        return Subject(scope=Scope.VESSEL, windows=[window], vessel=vessel.id)

    def _measured_c(self, record: SeriesRecord | None, scene: Scene) -> float | None:
        point = None if record is None else self._live.newest_of(record)
        if point is None or point.quality is Quality.BAD:
            return None
        return point.v if scene.now - point.t <= FRESH_MS + 1000 * scene.late_s else None
