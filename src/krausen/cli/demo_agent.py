"""The agent of the demo: it goes on with what lives, inside the server's process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from krausen.agent.agent import Agent
from krausen.agent.setup import AgentSetup, Rhythm
from krausen.cli.demo_agents import agent_inside
from krausen.cli.demo_past import Living
from krausen.cli.simulated import Rigged, devices
from krausen.server.site import Site
from krausen.simulation.demo import AGENT
from krausen.simulation.rig import Rig, WatchedRig
from krausen.storage.folder import DataFolder

EVERY_S = 3.0
UNHURRIED = 20.0
FAST_S = 10.0
FLUSHES_A_SECOND = 2.0


@contextmanager
def demo_agent(site: Site, folder: DataFolder, living: Sequence[Living]) -> Iterator[Agent]:
    """Give the agent that goes on with what lives."""
    with agent_inside(site, folder, _setup(site, living)) as agent:
        for one in living:
            if one.learned is not None:
                agent.learned.offer(one.vessel.id, one.learned)
        yield agent


def every_s(speed: float) -> float:
    """Give how often probes are read, s, at a speed."""
    return EVERY_S if speed <= UNHURRIED else FAST_S


def _setup(site: Site, living: Sequence[Living]) -> AgentSetup:
    speed = site.status.speed
    gear = Rigged()
    for one in living:
        vessel = one.vessel
        kind = Rig if vessel.controller is None else WatchedRig
        rig = kind(one.chamber, site.clock, one.started_ms, vessel.seed, vessel.silences)
        gear += devices(vessel, rig, every_s(speed))
    return AgentSetup(name=AGENT, probes=gear.probes, relays=gear.relays, rhythm=_rhythm(speed))


def _rhythm(speed: float) -> Rhythm:
    """At high speed disk and processor could not follow a tick and a flush a second."""
    return Rhythm(tick_s=1.0 if speed <= UNHURRIED else FAST_S, flush_s=max(1.0, speed / FLUSHES_A_SECOND))
