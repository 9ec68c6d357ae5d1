"""Vessels as people arrange them: checked, journalled, and told to whom they concern."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import anyio
from msgspec import Struct

from krausen.errors import Fault, Invalid, Stale
from krausen.model.agent import Chamber
from krausen.model.journal import JournalEntry
from krausen.model.people import Caller
from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.series import SeriesName, is_name
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.ports.catalog import Chambers, VesselRecord, Vessels
from krausen.ports.clock import Clock
from krausen.ports.history import History
from krausen.server.changes import Change
from krausen.server.dispatch import Dispatch
from krausen.server.ids import ids_for
from krausen.server.live import Live
from krausen.server.roster import Roster

OF_THE_LOOP = (Role.BEER, Role.CHAMBER, Role.HEAT, Role.COOL)
"""What a control loop is made of."""
OUTPUTS = (Role.HEAT, Role.COOL)


class Arrangement(Struct, frozen=True, kw_only=True):
    """What people arrange of a vessel; without an agent it is only watched.

    `roles` names series ids, `chamber` is the id of where it stands.
    """

    name: str
    kind: str = "bucket"
    agent: str = ""
    limits: Limits = Limits()
    roles: dict[str, str] = {}
    algorithm: str = "hysteresis"
    settings: dict[str, Any] = {}
    chamber: str | None = None


class Arranged(Vessels, Chambers, Protocol):
    """The part of the catalog that knows vessels and where they stand."""


class Arrangements:
    """Adds, changes and removes vessels, one after another; `turn` is held meanwhile."""

    def __init__(
        self,
        vessels: Arranged,
        history: History,
        dispatch: Dispatch,
        roster: Roster,
        live: Live,
        clock: Clock,
    ) -> None:
        self._vessels = vessels
        self._history = history
        self._dispatch = dispatch
        self._roster = roster
        self._live = live
        self._clock = clock
        self.turn = anyio.Lock()

    async def add(self, wanted: Arrangement, caller: Caller, reason: str = "") -> VesselRecord:
        """Add a vessel, which is off, under an id made of its name. Raises Invalid."""
        async with self.turn:
            named = await self._checked(wanted, None)
            first = Setpoint(revision=1, mode=Mode.OFF, reason=reason, by=caller.name, at=self._clock.now())
            for id in ids_for(wanted.name, "vessel"):
                entry = self._entry(id, "created", caller, reason)
                try:
                    await self._vessels.add_vessel(_vessel(id, wanted, named), first, entry)
                except Stale:
                    continue
                return await self._told(await self._vessels.vessel(id), "created", caller)
            raise Stale(f"Too many vessels have been called {wanted.name}: choose another name.")

    async def change(
        self,
        id: str,
        change: Callable[[Arrangement], Arrangement],
        caller: Caller,
        *,
        reason: str = "",
        seen: int | None = None,
    ) -> VesselRecord:
        """Change what is arranged of a vessel. Raises NotFound, Stale, Invalid; then nothing has changed."""
        async with self.turn:
            former = (await self._vessels.vessel(id)).vessel
            wanted = change(await self._arranged(former))
            named = {**await self._unseen(former), **await self._checked(wanted, id)}
            changed = await self._vessels.change_vessel(
                _vessel(id, wanted, named), self._entry(id, "updated", caller, reason), seen=seen
            )
            record = await self._told(changed, "updated", caller)
            self._dispatch.changed(former.agent)
            return record

    async def remove(self, id: str, caller: Caller, *, reason: str = "", seen: int | None = None) -> None:
        """Remove a vessel that is off. Raises NotFound, Stale; then nothing has changed."""
        async with self.turn:
            record = await self._vessels.vessel(id)
            vessel = record.vessel
            if seen is not None and seen != vessel.revision:
                raise Stale(f"{vessel.name} is at revision {vessel.revision}, not {seen}: look again.")
            _check_off(record)
            await self._vessels.remove_vessel(record, self._entry(id, "deleted", caller, reason))
            self._roster.removed(id)
            self._dispatch.changed(vessel.agent)
            self._say(id, "deleted", vessel.revision, caller)

    async def _arranged(self, vessel: Vessel) -> Arrangement:
        ids = {role.value: await self._history.id_of(name) for role, name in vessel.roles.items()}
        return Arrangement(
            name=vessel.name,
            kind=vessel.kind,
            agent=vessel.agent,
            limits=vessel.limits,
            roles={role: id for role, id in ids.items() if id is not None},
            algorithm=vessel.algorithm,
            settings=vessel.settings,
            chamber=vessel.chamber,
        )

    async def _unseen(self, vessel: Vessel) -> dict[Role, SeriesName]:
        """Give the roles whose series never reported, so that nobody can name them; they stay."""
        ids = {role: await self._history.id_of(name) for role, name in vessel.roles.items()}
        return {role: vessel.roles[role] for role, id in ids.items() if id is None}

    async def _checked(self, wanted: Arrangement, id: str | None) -> dict[Role, SeriesName]:
        """Give the series by role. Raises Invalid."""
        others = [record.vessel for record in await self._vessels.vessels() if record.vessel.id != id]
        named: dict[Role, SeriesName] = {}
        found = list(_faults(wanted))
        for role, series in wanted.roles.items():
            name = await self._history.name_of(series)
            if role not in set(Role):
                found.append(Fault(f"/roles/{role}", f"A role is one of {', '.join(Role)}."))
            elif name is None:
                found.append(Fault(f"/roles/{role}", f"There is no series {series}."))
            else:
                named[Role(role)] = name
        found += _role_faults(wanted.agent, named, self._roster.known_agents() | {v.agent for v in others})
        found += _sharing_faults(named, others)
        found += _chamber_faults(wanted, await self._vessels.chambers(), others)
        if found:
            raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
        return named

    async def _told(self, record: VesselRecord, action: str, caller: Caller) -> VesselRecord:
        self._dispatch.changed(record.vessel.agent)
        await self._roster.announce(record)
        self._say(record.vessel.id, action, record.vessel.revision, caller)
        return record

    def _say(self, id: str, action: str, revision: int, caller: Caller) -> None:
        change = Change(what="vessel", id=id, action=action, revision=revision, by=caller.name)
        self._live.say("changes", change)

    def _entry(self, id: str, action: str, caller: Caller, reason: str) -> JournalEntry:
        now = self._clock.now()
        return JournalEntry(at=now, by=caller.name, what="vessel", id=id, action=action, reason=reason)


def _vessel(id: str, wanted: Arrangement, named: dict[Role, SeriesName]) -> Vessel:
    return Vessel(
        id=id,
        name=wanted.name,
        kind=wanted.kind,
        agent=wanted.agent,
        limits=wanted.limits,
        roles=named,
        algorithm=wanted.algorithm,
        settings=wanted.settings,
        chamber=wanted.chamber,
    )


def _faults(wanted: Arrangement) -> Iterator[Fault]:
    for field in ("name", "kind", "algorithm"):
        if not is_name(getattr(wanted, field)):
            yield Fault(f"/{field}", "This has 1 to 128 printable characters.")
    if wanted.agent and not is_name(wanted.agent):
        yield Fault("/agent", "The name of an agent has at most 128 printable characters.")
    bounds, limits = BOUNDS[Quantity.TEMPERATURE], wanted.limits
    for field in ("min", "max"):
        if not bounds.lowest <= getattr(limits, field) <= bounds.highest:
            told = f"A limit lies between {bounds.lowest:g} and {bounds.highest:g} °C."
            yield Fault(f"/limits/{field}", told)
    if limits.min >= limits.max:
        yield Fault("/limits/min", f"The lower limit is not below the upper one, {limits.max:g} °C.")


def _role_faults(agent: str, named: Mapping[Role, SeriesName], agents: set[str]) -> Iterator[Fault]:
    """Find what another of our agents would have to do for this one's loop; where is no agent is no loop."""
    for role in OF_THE_LOOP if agent else OUTPUTS:
        series = named.get(role)
        if series is not None and series.adapter != agent and series.adapter in agents:
            whose = f"this vessel to {agent}" if agent else "this vessel to none"
            told = f"One agent holds one loop: {series} belongs to the agent {series.adapter}, {whose}."
            yield Fault(f"/roles/{role}", told)


def _sharing_faults(named: Mapping[Role, SeriesName], others: list[Vessel]) -> Iterator[Fault]:
    """Find outputs that somebody would switch against somebody else."""
    taken = {vessel.roles[role]: vessel.name for vessel in others for role in OUTPUTS if role in vessel.roles}
    for role in OUTPUTS:
        series = named.get(role)
        if series in taken:
            yield Fault(f"/roles/{role}", f"{series} already heats or cools {taken[series]}.")
    if named.get(Role.HEAT) is not None and named.get(Role.HEAT) == named.get(Role.COOL):
        yield Fault("/roles/cool", f"{named[Role.COOL]} cannot both heat and cool.")


def _chamber_faults(
    wanted: Arrangement, chambers: Sequence[Chamber], others: Sequence[Vessel]
) -> Iterator[Fault]:
    """Find what two agents would have to do for one chamber."""
    if wanted.chamber is None:
        return
    chamber = next((one for one in chambers if one.id == wanted.chamber), None)
    if chamber is None:
        yield Fault("/chamber", f"There is no chamber {wanted.chamber}.")
        return
    agents = [chamber.agent, *(vessel.agent for vessel in others if vessel.chamber == chamber.id)]
    for agent in sorted(set(agents) - {"", wanted.agent} if wanted.agent else ()):
        told = (
            f"One agent keeps one chamber: {chamber.name} belongs to {agent}, this vessel to {wanted.agent}."
        )
        yield Fault("/chamber", told)


def _check_off(record: VesselRecord) -> None:
    vessel, wish, held = record.vessel, record.requested, record.answer.setpoint
    if wish.mode is not Mode.OFF:
        raise Stale(f"{vessel.name} is in mode {wish.mode}. Turn it off before you remove it.")
    if vessel.agent and held.mode is not Mode.OFF:
        raise Stale(
            f"The agent {vessel.agent} has not said yet that it let go of {vessel.name}. Wait for it; if it "
            "will never come back, take the vessel from it first."
        )
