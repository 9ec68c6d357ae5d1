"""What kept series silent, told by who spoke meanwhile."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from krausen.brewing.completeness import Cause, Evidence, Span, cause_of
from krausen.errors import NotFound
from krausen.importing.brew import ADAPTER as IMPORTED
from krausen.model.series import SeriesName
from krausen.model.vessel import VESSEL_ADAPTER
from krausen.ports import catalog
from krausen.ports.history import History, SeriesRecord


class Silence(Struct, frozen=True):
    """A time without readings, and what kept them away."""

    span: Span
    cause: Cause


class Witnesses(Struct, frozen=True, kw_only=True):
    """Who might have spoken: every series, our agents, and the agent of each vessel."""

    records: Sequence[SeriesRecord]
    agents: Collection[str]
    holders: Mapping[str, str]

    def sender(self, series: SeriesName) -> str:
        """Give who sends the readings of a series: an agent of ours, or its adapter."""
        of_vessel = series.adapter == VESSEL_ADAPTER
        return self.holders.get(series.node, VESSEL_ADAPTER) if of_vessel else series.adapter


class Arranged(catalog.Vessels, catalog.Agents, Protocol):
    """The part of the catalog that knows who sends readings."""


class Silences:
    """Puts silences down to a device, its agent or the server."""

    def __init__(self, arranged: Arranged, history: History) -> None:
        self._arranged = arranged
        self._history = history

    async def of(self, series: str, span: Span) -> Silence:
        """Tell what kept a series, by id, silent over a span. Raises NotFound."""
        name = await self._history.name_of(series)
        if name is None:
            raise NotFound(f"There is no series {series}.")
        return Silence(span, await self.cause(await self.witnesses(), name, span))

    async def witnesses(self) -> Witnesses:
        """Give who may be asked about silences, as it stands now."""
        vessels = [record.vessel for record in await self._arranged.vessels()]
        holders = {vessel.id: vessel.agent for vessel in vessels if vessel.agent}
        agents = {agent.name for agent in await self._arranged.agents()} | set(holders.values())
        return Witnesses(records=await self._history.series(), agents=agents, holders=holders)

    async def cause(
        self, witnesses: Witnesses, silent: SeriesName, gap: Span, own: Collection[SeriesName] = ()
    ) -> Cause:
        """Tell what kept a series silent; `own` are others that had its role, which tell nothing."""
        if silent.adapter == IMPORTED:
            return Cause.UNKNOWN
        sender, left_out = witnesses.sender(silent), {silent, *own}
        around = [one for one in witnesses.records if one.name not in left_out and _would_speak(one, gap)]
        near = [one for one in around if one.name.adapter == sender]
        far = [one for one in around if one.name.adapter != sender]
        return cause_of(
            Evidence(
                from_agent=sender in witnesses.agents,
                adapter_spoke=await self._spoke(near, gap),
                others_spoke=await self._spoke(far, gap),
            )
        )

    async def _spoke(self, records: Sequence[SeriesRecord], gap: Span) -> bool | None:
        """Tell whether any of these had a reading well within a gap; None where there are none."""
        inner = _inner(gap)
        for record in records:
            if await self._history.points(record.id, inner.start, inner.end, 1):
                return True
        return False if records else None


def _would_speak(record: SeriesRecord, gap: Span) -> bool:
    """Tell whether a series speaks so often that its silence within a gap would say something."""
    if record.first is None or record.last is None or record.name.adapter in {VESSEL_ADAPTER, IMPORTED}:
        return False
    if record.count < 2 or record.first >= gap.end or record.last <= gap.start:
        return False
    return 2 * (record.last - record.first) / (record.count - 1) < _inner(gap).length_ms


def _inner(gap: Span) -> Span:
    """Give the middle half of a gap, for nobody falls silent at exactly the same time as another."""
    return Span(gap.start + gap.length_ms // 4, gap.end - gap.length_ms // 4)
