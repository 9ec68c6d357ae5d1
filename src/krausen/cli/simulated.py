"""Simulated vessels among the devices of an agent."""

from collections.abc import Sequence

from msgspec import Struct

from krausen.agent.setup import ProbeSetup, RelaySetup
from krausen.agent.setup_file import Simulated
from krausen.model.vessel import Role
from krausen.ports.clock import Clock
from krausen.simulation.rig import Every, NoSettings, Rig
from krausen.simulation.vessel import SimulatedVessel

HYDROMETER_S = 900.0
PROBE_S = 5.0


class Rigged(Struct, frozen=True):
    """The devices of simulated vessels; they can be added up."""

    probes: tuple[ProbeSetup, ...] = ()
    relays: tuple[RelaySetup, ...] = ()

    def __add__(self, other: "Rigged") -> "Rigged":
        return Rigged(self.probes + other.probes, self.relays + other.relays)


def rigged(agent: str, said: Sequence[Simulated], clock: Clock) -> Rigged:
    """Give the devices of simulated vessels that begin to live now. Raises NotFound for no such chamber."""
    gear = Rigged()
    for one in said:
        vessel = SimulatedVessel(
            id=one.id, name=one.id, chamber=one.chamber, agent=agent, seed=one.seed, beer_c=one.beer_c
        )
        gear += devices(vessel, Rig(vessel.fresh(), clock, clock.now(), one.seed))
    return gear


def devices(vessel: SimulatedVessel, rig: Rig, every_s: float = PROBE_S) -> Rigged:
    """Give the devices of a vessel over its rig, the probes read every so many seconds."""
    outputs = (Role.HEAT, Role.COOL)
    return Rigged(
        tuple(_probe(vessel, rig, role, every_s) for role in vessel.own_roles if role not in outputs),
        tuple(_relay(vessel, rig, role) for role in vessel.own_roles if role in outputs),
    )


def _relay(vessel: SimulatedVessel, rig: Rig, role: Role) -> RelaySetup:
    driver, times = rig.relay(role), vessel.times(role)
    return RelaySetup(id=vessel.device(role), driver=driver, settings=NoSettings(), times=times)


def _probe(vessel: SimulatedVessel, rig: Rig, role: Role, every_s: float) -> ProbeSetup:
    floats = role is Role.GRAVITY
    driver = rig.hydrometer() if floats else rig.probe(role)
    settings = Every(every_s=HYDROMETER_S if floats else every_s)
    return ProbeSetup(id=vessel.device(role), driver=driver, settings=settings)
