"""What hangs on our agents: by the series that they report, and by what they and people say of them."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from krausen.errors import NotFound
from krausen.model.agent import DeviceFacts
from krausen.model.series import is_name
from krausen.model.vessel import Vessel
from krausen.ports.history import SeriesRecord
from krausen.wire.messages import Declared

KINDS = {"on": "relay", "gravity": "hydrometer", "temperature": "thermometer"}
"""The kind of a device with this metric, where its agent does not tell; the first that fits counts."""

Place = tuple[str, str]
"""An agent, and what it calls a device."""


class Use(Struct, frozen=True):
    """What a device is to a vessel."""

    vessel: str
    role: str


class Device(Struct, frozen=True, kw_only=True):
    """A device. `id` is unique among all agents; `main` is the series that says most of it.

    `driver` is empty where its agent does not tell. One that nobody titled is called by its own name.
    """

    id: str
    agent: str
    name: str
    title: str
    kind: str
    driver: str
    revision: int
    series: tuple[SeriesRecord, ...]
    main: SeriesRecord
    uses: tuple[Use, ...]


def devices(
    series: Iterable[SeriesRecord],
    agents: Collection[str],
    vessels: Sequence[Vessel],
    facts: Iterable[DeviceFacts] = (),
) -> list[Device]:
    """Give the devices of some agents, by id."""
    by_place: defaultdict[Place, list[SeriesRecord]] = defaultdict(list)
    for record in series:
        if record.name.adapter in agents:
            by_place[record.name.adapter, record.name.node].append(record)
    ids = ids_of(by_place)
    known = {(one.agent, one.node): one for one in facts}
    found = [
        _device(ids[place], known.get(place, _unknown(place)), records, vessels)
        for place, records in by_place.items()
    ]
    return sorted(found, key=lambda device: device.id)


def declared_by(agent: str, series: Iterable[Declared]) -> list[DeviceFacts]:
    """Give what an agent says of its devices with their series; an older one says nothing."""
    said = {
        one.series.node: DeviceFacts(agent=agent, node=one.series.node, kind=one.kind, driver=one.driver)
        for one in series
        if is_name(one.kind) and (is_name(one.driver) or not one.driver)
    }
    return list(said.values())


def news_of(said: Iterable[DeviceFacts], known: Iterable[DeviceFacts]) -> list[DeviceFacts]:
    """Give what is said of devices that is not known yet."""
    before = {(one.agent, one.node): (one.kind, one.driver) for one in known}
    return [one for one in said if before.get((one.agent, one.node)) != (one.kind, one.driver)]


def ids_of(places: Collection[Place]) -> Mapping[Place, str]:
    """Give the id of each device: its own name, after the agent's where two have one of that name."""
    nodes = Counter(node for _, node in set(places))
    return {(agent, node): node if nodes[node] == 1 else f"{agent}_{node}" for agent, node in places}


def device_of(id: str, among: Sequence[Device]) -> Device:
    """Give one of some devices. Raises NotFound."""
    for device in among:
        if device.id == id:
            return device
    raise NotFound(f"There is no device {id}.")


def _unknown(place: Place) -> DeviceFacts:
    return DeviceFacts(agent=place[0], node=place[1], revision=0)


def _device(
    id: str, facts: DeviceFacts, records: Sequence[SeriesRecord], vessels: Sequence[Vessel]
) -> Device:
    by_metric = {record.name.metric: record for record in records}
    metric = next((metric for metric in KINDS if metric in by_metric), None)
    names = {record.name for record in records}
    uses = [
        Use(vessel.id, role.value)
        for vessel in vessels
        for role, series in vessel.roles.items()
        if series in names
    ]
    return Device(
        id=id,
        agent=facts.agent,
        name=facts.node,
        title=facts.title or facts.node,
        kind=facts.kind or ("sensor" if metric is None else KINDS[metric]),
        driver=facts.driver,
        revision=facts.revision,
        series=tuple(records),
        main=records[0] if metric is None else by_metric[metric],
        uses=tuple(uses),
    )
