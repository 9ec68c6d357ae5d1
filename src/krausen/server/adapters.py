"""Who reports readings: as people arranged it, joined with what reports."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from krausen.errors import Fault, Invalid, NotFound
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.series import is_name
from krausen.ports.catalog import Adapter, Metric, Node, Settings
from krausen.ports.clock import Clock
from krausen.ports.history import History, SeriesRecord
from krausen.server.agreements import Agreement, agreement_with
from krausen.server.changes import Change
from krausen.server.live import Live
from krausen.server.settings import check_zone

_NAME = "A name has 1 to 128 printable characters."
_TITLE = "A title has at most 128 printable characters."
_KIND = "A kind has at most 128 printable characters."
_UNIT = "A unit has at most 128 printable characters."


class Adapters:
    """Lists and arranges adapters. An adapter that reports but was never arranged has revision 0."""

    def __init__(self, settings: Settings, history: History, live: Live, clock: Clock) -> None:
        self._settings = settings
        self._history = history
        self._live = live
        self._clock = clock

    async def all(self) -> list[Adapter]:
        """Give every adapter that was arranged or reports, by name."""
        arranged = {adapter.name: adapter for adapter in await self._settings.adapters()}
        reporting = {series.name.adapter for series in await self._history.series()}
        found = {name: _unarranged(name) for name in reporting} | arranged
        return [found[name] for name in sorted(found)]

    async def one(self, name: str) -> Adapter:
        """Give an adapter that was arranged or reports. Raises NotFound."""
        arranged = await self._settings.adapter(name)
        if arranged is not None:
            return arranged
        if not await self._series(name):
            raise NotFound(f"There is no adapter {name}.")
        return _unarranged(name)

    async def agreements(self, names: Iterable[str]) -> dict[str, Agreement]:
        """Give what was agreed with each of some adapters that were arranged."""
        arranged = {name: await self._settings.adapter(name) for name in names}
        return {name: agreement_with(adapter) for name, adapter in arranged.items() if adapter is not None}

    async def nodes(self, name: str) -> list[Node]:
        """Give what an adapter reports about, and what was agreed that it does, by name. Raises NotFound."""
        known = {node.name: node for node in (await self.one(name)).nodes}
        for series in await self._series(name):
            known.setdefault(series.name.node, Node(name=series.name.node, agreed=False))
        return [known[node] for node in sorted(known)]

    async def metrics(self, name: str) -> list[Metric]:
        """Give which quantities an adapter reports, and which were agreed, by name. Raises NotFound."""
        known = {metric.name: metric for metric in (await self.one(name)).metrics}
        for series in await self._series(name):
            metric = series.name.metric
            found = known.setdefault(metric, Metric(name=metric, agreed=False))
            known[metric] = replace(found, unit=found.unit or series.unit)
        return [known[metric] for metric in sorted(known)]

    async def arrange(
        self, wanted: Sequence[Adapter], caller: Caller, *, reason: str = "", seen: int | None = None
    ) -> None:
        """Keep title, zone and policy of adapters, all or none; `seen` is for one alone.

        Nodes and metrics stay. Raises Stale, and Invalid with the places of the faults in the sequence.
        """
        faults = [fault for place, adapter in enumerate(wanted) for fault in _faults(adapter, f"/{place}")]
        _refuse(faults)
        former = {adapter.name: adapter for adapter in await self._settings.adapters()}
        kept = [
            replace(adapter, nodes=former[adapter.name].nodes, metrics=former[adapter.name].metrics)
            if adapter.name in former
            else adapter
            for adapter in wanted
        ]
        await self._keep(kept, caller, reason, seen)

    async def agree(
        self,
        name: str,
        caller: Caller,
        *,
        nodes: Sequence[Node] | None = None,
        metrics: Sequence[Metric] | None = None,
        reason: str = "",
        seen: int | None = None,
    ) -> None:
        """Replace what is known of an adapter's nodes or metrics. Raises NotFound, Stale, Invalid."""
        _refuse([*_node_faults(nodes or ()), *_metric_faults(metrics or ())])
        adapter = await self.one(name)
        if nodes is not None:
            adapter = replace(adapter, nodes=tuple(nodes))
        if metrics is not None:
            adapter = replace(adapter, metrics=tuple(metrics))
        await self._keep([adapter], caller, reason, seen)

    async def _keep(self, kept: Sequence[Adapter], caller: Caller, reason: str, seen: int | None) -> None:
        entries = [self._entry(adapter.name, caller, reason) for adapter in kept]
        if len(kept) == 1:
            await self._settings.keep_adapter(kept[0], entries[0], seen=seen)
        else:
            await self._settings.keep_adapters(kept, entries)
        for adapter in kept:
            now = await self.one(adapter.name)
            change = Change(
                what="adapter", id=now.name, action="updated", revision=now.revision, by=caller.name
            )
            self._live.say("changes", change)

    async def _series(self, adapter: str) -> list[SeriesRecord]:
        return [series for series in await self._history.series() if series.name.adapter == adapter]

    def _entry(self, name: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=caller.name, what="adapter", id=name, action="updated", reason=reason)


def _unarranged(name: str) -> Adapter:
    return Adapter(name=name, revision=0)


def _faults(adapter: Adapter, where: str) -> Iterator[Fault]:
    if not is_name(adapter.name):
        yield Fault(f"{where}/name", _NAME)
    if adapter.title and not is_name(adapter.title):
        yield Fault(f"{where}/title", _TITLE)
    if adapter.zone is not None:
        try:
            check_zone(adapter.zone, f"{where}/zone")
        except Invalid as failure:
            yield from failure.faults


def _node_faults(nodes: Sequence[Node]) -> Iterator[Fault]:
    yield from _list_faults(nodes)
    for place, node in enumerate(nodes):
        if node.kind and not is_name(node.kind):
            yield Fault(f"/items/{place}/kind", _KIND)


def _metric_faults(metrics: Sequence[Metric]) -> Iterator[Fault]:
    yield from _list_faults(metrics)
    for place, metric in enumerate(metrics):
        if metric.unit and not is_name(metric.unit):
            yield Fault(f"/items/{place}/unit", _UNIT)
        if metric.min is not None and metric.max is not None and metric.min > metric.max:
            yield Fault(f"/items/{place}/min", f"This is above the greatest value, {metric.max:g}.")


def _list_faults(items: Sequence[Node | Metric]) -> Iterator[Fault]:
    names: set[str] = set()
    for place, item in enumerate(items):
        if not is_name(item.name):
            yield Fault(f"/items/{place}/name", _NAME)
        if item.name in names:
            yield Fault(f"/items/{place}/name", f"{item.name} is named twice.")
        if item.title and not is_name(item.title):
            yield Fault(f"/items/{place}/title", _TITLE)
        names.add(item.name)


def _refuse(faults: Sequence[Fault]) -> None:
    if faults:
        raise Invalid(faults[0].message if len(faults) == 1 else f"{len(faults)} fields are wrong.", faults)
