"""Whether what people arrange of a vessel fits together with everything else."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import Fault, Invalid
from krausen.model.agent import Chamber
from krausen.model.controller import Controller
from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.series import SeriesName, is_name
from krausen.model.vessel import FIRMWARE, Limits, Role, Vessel
from krausen.ports.catalog import Chambers, Vessels
from krausen.ports.catalog.controllers import Controllers
from krausen.ports.history import History
from krausen.server.controllers.kinds import ControllerKinds
from krausen.server.roster import Roster

OF_THE_LOOP = (Role.BEER, Role.CHAMBER, Role.HEAT, Role.COOL)
"""What a control loop is made of."""
OUTPUTS = (Role.HEAT, Role.COOL)
USUAL = "hysteresis"
"""The algorithm of a vessel whose agent is no controller's, where nobody chose one."""


class Arrangement(Struct, frozen=True, kw_only=True):
    """What people arrange of a vessel; without an agent it is only watched.

    `roles` names series ids, `chamber` is the id of where it stands. Without an algorithm it is held by the
    firmware where its agent is a controller's, else by the usual algorithm.
    """

    name: str
    kind: str = "bucket"
    agent: str = ""
    limits: Limits = Limits()
    roles: dict[str, str] = {}
    algorithm: str = ""
    settings: dict[str, Any] = {}
    chamber: str | None = None


class Arranged(Vessels, Chambers, Controllers, Protocol):
    """The part of the catalog that knows vessels, where they stand, and what may hold them."""


class Fitting:
    """Checks arrangements, and completes those of vessels that a controller holds."""

    def __init__(self, catalog: Arranged, history: History, roster: Roster, kinds: ControllerKinds) -> None:
        self._catalog = catalog
        self._history = history
        self._roster = roster
        self._kinds = kinds

    async def arranged(self, vessel: Vessel) -> Arrangement:
        """Give how a vessel is arranged."""
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

    async def unseen(self, vessel: Vessel, agent: str) -> dict[Role, SeriesName]:
        """Give the roles whose series never reported, so that nobody can name them; they stay.

        Those of an agent that the vessel is taken from go with it.
        """
        ids = {role: await self._history.id_of(name) for role, name in vessel.roles.items()}
        return {
            role: name
            for role, name in vessel.roles.items()
            if ids[role] is None and (name.adapter == agent or name.adapter != vessel.agent)
        }

    async def fitted(
        self, wanted: Arrangement, former: Vessel | None
    ) -> tuple[Arrangement, dict[Role, SeriesName]]:
        """Give what is wanted in place of a vessel, complete, and its series by role. Raises Invalid."""
        others = [
            record.vessel
            for record in await self._catalog.vessels()
            if former is None or record.vessel.id != former.id
        ]
        holder = next((one for one in await self._catalog.controllers() if one.name == wanted.agent), None)
        wanted = _with_algorithm(wanted, former, is_held=holder is not None)
        named: dict[Role, SeriesName] = {}
        found = [*_faults(wanted), *_holder_faults(wanted, holder, others)]
        for role, series in wanted.roles.items():
            name = await self._history.name_of(series)
            if role not in set(Role):
                found.append(Fault(f"/roles/{role}", f"A role is one of {', '.join(Role)}."))
            elif name is None:
                found.append(Fault(f"/roles/{role}", f"There is no series {series}."))
            elif not _stays_behind(Role(role), name, former, wanted.agent):
                named[Role(role)] = name
        if holder is not None:
            found += _firmware_faults(holder.name, named)
            if former is None or former.agent != wanted.agent:
                named = {**await self._measured(holder), **named}
        agents = self._roster.known_agents() | {vessel.agent for vessel in others}
        found += _role_faults(wanted.agent, named, agents)
        found += _sharing_faults(named, others)
        found += _chamber_faults(wanted, await self._catalog.chambers(), others)
        if found:
            raise Invalid(found[0].message if len(found) == 1 else f"{len(found)} fields are wrong.", found)
        return wanted, named

    async def _measured(self, holder: Controller) -> dict[Role, SeriesName]:
        """Give what a controller measures, by role; all that it could where it never reported."""
        try:
            measures = self._kinds.driver(holder.driver).measures
        except Invalid:
            return {}
        name = holder.name
        there = {one.name for one in await self._history.series() if one.name.adapter == name}
        series = {Role(role): SeriesName(name, name, metric) for role, metric in measures.items()}
        return {role: one for role, one in series.items() if one in there or not there}


def _stays_behind(role: Role, series: SeriesName, former: Vessel | None, agent: str) -> bool:
    """Tell whether a series was a vessel's only because a controller held it that holds it no more."""
    if former is None or former.algorithm != FIRMWARE or former.agent == agent:
        return False
    return series.adapter == former.agent and role in (OF_THE_LOOP if agent else OUTPUTS)


def _with_algorithm(wanted: Arrangement, former: Vessel | None, *, is_held: bool) -> Arrangement:
    """Choose where nobody chose, or where the vessel comes to a controller or from one."""
    comes = former is not None and former.agent != wanted.agent and former.algorithm == wanted.algorithm
    if wanted.algorithm and not (comes and (wanted.algorithm == FIRMWARE) != is_held):
        return wanted
    return replace(wanted, algorithm=FIRMWARE if is_held else USUAL)


def _holder_faults(
    wanted: Arrangement, holder: Controller | None, others: Sequence[Vessel]
) -> Iterator[Fault]:
    """Find what keeps a firmware from holding this vessel, or anything but it."""
    if holder is None:
        if wanted.algorithm == FIRMWARE:
            told = f"{wanted.agent or 'Nobody'} is no controller with a firmware that could hold this."
            yield Fault("/algorithm", told)
        return
    if wanted.algorithm != FIRMWARE:
        told = f"{holder.name} is a controller: its own firmware holds the temperature. Leave this out."
        yield Fault("/algorithm", told)
    for other in others:
        if other.agent == holder.name:
            yield Fault("/agent", f"{holder.name} holds {other.name} already; it can hold one vessel.")


def _firmware_faults(holder: str, named: Mapping[Role, SeriesName]) -> Iterator[Fault]:
    """Find outputs that its firmware does not switch."""
    for role in OUTPUTS:
        if role in named and named[role].adapter != holder:
            yield Fault(f"/roles/{role}", f"{holder} does not switch {named[role]}. Leave this out.")


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
