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


class Rigged(Struct, frozen=True):
    """The devices of simulated vessels."""

    probes: tuple[ProbeSetup, ...] = ()
    relays: tuple[RelaySetup, ...] = ()


def rigged(agent: str, said: Sequence[Simulated], clock: Clock) -> Rigged:
    """Give the devices of simulated vessels that begin to live now. Raises NotFound for no such chamber."""
    probes: list[ProbeSetup] = []
    relays: list[RelaySetup] = []
    for one in said:
        vessel = SimulatedVessel(
            id=one.id, name=one.id, chamber=one.chamber, agent=agent, seed=one.seed, beer_c=one.beer_c
        )
        rig = Rig(vessel.fresh(), clock, clock.now(), one.seed)
        for role in vessel.roles:
            if role in (Role.HEAT, Role.COOL):
                relays.append(_relay(vessel, rig, role))
            else:
                probes.append(_probe(vessel, rig, role))
    return Rigged(tuple(probes), tuple(relays))


def _relay(vessel: SimulatedVessel, rig: Rig, role: Role) -> RelaySetup:
    driver, times = rig.relay(role), vessel.times(role)
    return RelaySetup(id=vessel.device(role), driver=driver, settings=NoSettings(), times=times)


def _probe(vessel: SimulatedVessel, rig: Rig, role: Role) -> ProbeSetup:
    floats = role is Role.GRAVITY
    driver = rig.hydrometer() if floats else rig.probe(role)
    settings = Every(every_s=HYDROMETER_S) if floats else Every()
    return ProbeSetup(id=vessel.device(role), driver=driver, settings=settings)
