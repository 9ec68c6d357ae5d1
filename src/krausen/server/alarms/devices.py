"""Looks at devices: when each was heard, and how often it reports."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from msgspec import Struct
from msgspec.structs import replace

from krausen.alarms.rule import DeviceWindow, Scope
from krausen.model.agent import DeviceFacts
from krausen.model.reading import Quality
from krausen.model.vessel import VESSEL_ADAPTER, Role, Vessel
from krausen.ports.catalog import VesselRecord
from krausen.ports.history import History, SeriesRecord
from krausen.server.alarms.scene import Scene, Subject, is_held
from krausen.server.charts import newest, usual_gap_s
from krausen.server.devices import Place, ids_of
from krausen.server.live import Live

OFTEN_MS = 300_000
"""Who has been heard within so much need not be asked how often it reports."""
AGAIN_MS = 3_600_000
"""After so long it is asked anew."""
GAP_STEPS = 3
"""A usual gap is so many usual intervals long."""
_STAND_INS = {Role.BEER: Role.CHAMBER, Role.CHAMBER: Role.BEER}


class _Heard(Struct, frozen=True):
    """When a series was heard last, and when what it said could be used; UTC ms, None for never."""

    at: int | None = None
    usable_at: int | None = None


class DeviceWatch:
    """Looks at the devices of agents, and at whatever else has a role."""

    def __init__(self, history: History, live: Live) -> None:
        self._history = history
        self._live = live
        self._usable: dict[str, int] = {}
        self._usual: dict[str, tuple[int, float | None]] = {}

    async def look(
        self, scene: Scene, agents: Collection[str], facts: Sequence[DeviceFacts]
    ) -> list[Subject]:
        """Give every device as it stands; only the titles of `facts` count. Raises StorageAway."""
        places: defaultdict[Place, list[SeriesRecord]] = defaultdict(list)
        for name, record in scene.series.items():
            if name.adapter != VESSEL_ADAPTER and (name.adapter in agents or name in scene.parts):
                places[name.adapter, name.node].append(record)
        ids, titles = ids_of(places), {(one.agent, one.node): one.title for one in facts}
        return [
            await self._subject(ids[place], titles.get(place) or place[1], records, scene)
            for place, records in places.items()
        ]

    async def _subject(self, id: str, title: str, records: Sequence[SeriesRecord], scene: Scene) -> Subject:
        used = [record for record in records if record.name in scene.parts]
        shown = used or [max(records, key=lambda record: self._heard(record, scene).usable_at or 0)]
        windows = [await self._window(title, record, scene) for record in shown]
        vessel = _part(used[0], scene).vessel.id if used else None
        return Subject(scope=Scope.DEVICE, windows=windows, vessel=vessel, device=id)

    async def _window(self, title: str, record: SeriesRecord, scene: Scene) -> DeviceWindow:
        heard = self._heard(record, scene)
        window = DeviceWindow(
            now=scene.now,
            name=title,
            heard_at=heard.at,
            usable_at=heard.usable_at,
            every_s=await self._every_s(record, heard, scene.now),
            late_s=scene.late_s,
            listening_since=scene.listening_since(record.name.adapter),
        )
        if record.name not in scene.parts:
            return window
        part = _part(record, scene)
        roles = tuple(role for role, name in part.vessel.roles.items() if name == record.name)
        return replace(
            window,
            vessel=part.vessel.name,
            roles=roles,
            is_held=is_held(part),
            stand_in=_stand_in(roles, part.vessel),
        )

    def _heard(self, record: SeriesRecord, scene: Scene) -> _Heard:
        """Tell when a series was heard; one that has been bad ever since we listen was good until then."""
        point = self._live.newest_of(record)
        if point is None:
            return _Heard()
        if point.quality is not Quality.BAD:
            self._usable[record.id] = point.t
        elif record.id not in self._usable:
            self._usable[record.id] = min(point.t, scene.listening_since(record.name.adapter))
        return _Heard(point.t, self._usable[record.id])

    async def _every_s(self, record: SeriesRecord, heard: _Heard, now: int) -> float | None:
        if heard.usable_at is None or 0 <= now - heard.usable_at <= OFTEN_MS:
            return None
        asked_at, every_s = self._usual.get(record.id, (None, None))
        if asked_at is None or not 0 <= now - asked_at < AGAIN_MS:
            gap_s = usual_gap_s(await newest(self._history, record))
            every_s = None if gap_s is None else gap_s / GAP_STEPS
            self._usual[record.id] = now, every_s
        return every_s


def _part(record: SeriesRecord, scene: Scene) -> VesselRecord:
    """Give the vessel that a series has a role for, rather one in which something is held."""
    vessels = [vessel for vessel, _ in scene.parts[record.name]]
    return next(filter(is_held, vessels), vessels[0])


def _stand_in(roles: Collection[Role], vessel: Vessel) -> Role | None:
    stand_in = next((_STAND_INS[role] for role in roles if role in _STAND_INS), None)
    return stand_in if stand_in in vessel.roles else None
