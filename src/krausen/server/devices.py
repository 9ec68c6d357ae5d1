"""What hangs on our agents, by the series they declare."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from msgspec import Struct

from krausen.errors import NotFound
from krausen.model.vessel import Vessel
from krausen.ports.history import SeriesRecord

KINDS = {"on": "relay", "gravity": "hydrometer", "temperature": "thermometer"}
"""The kind of a device with this metric; the first that fits counts."""


class Use(Struct, frozen=True):
    """What a device is to a vessel."""

    vessel: str
    role: str


class Device(Struct, frozen=True, kw_only=True):
    """A device. `id` is unique among all agents; `main` is the series that says most of it."""

    id: str
    agent: str
    name: str
    kind: str
    series: tuple[SeriesRecord, ...]
    main: SeriesRecord
    uses: tuple[Use, ...]


def devices(
    series: Sequence[SeriesRecord], agents: Collection[str], vessels: Sequence[Vessel]
) -> list[Device]:
    """Give the devices of some agents, by id.

    A device's id is its own name; where two agents have one of the same name, the agent's and its own.
    """
    by_name: defaultdict[tuple[str, str], list[SeriesRecord]] = defaultdict(list)
    for record in series:
        if record.name.adapter in agents:
            by_name[record.name.adapter, record.name.node].append(record)
    nodes = [node for _, node in by_name]
    found = [
        _device(agent, node, node if nodes.count(node) == 1 else f"{agent}_{node}", records, vessels)
        for (agent, node), records in by_name.items()
    ]
    return sorted(found, key=lambda device: device.id)


def device_of(id: str, among: Sequence[Device]) -> Device:
    """Give one of some devices. Raises NotFound."""
    for device in among:
        if device.id == id:
            return device
    raise NotFound(f"There is no device {id}.")


def _device(
    agent: str, name: str, id: str, records: Sequence[SeriesRecord], vessels: Sequence[Vessel]
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
        agent=agent,
        name=name,
        kind="sensor" if metric is None else KINDS[metric],
        series=tuple(records),
        main=records[0] if metric is None else by_metric[metric],
        uses=tuple(uses),
    )
