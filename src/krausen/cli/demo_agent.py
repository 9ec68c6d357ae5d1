"""The agent of the demo: it goes on with what lives, inside the server's process."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from krausen.agent.agent import Agent, Surroundings
from krausen.agent.setup import AgentSetup, Rhythm
from krausen.cli.demo_past import Lived
from krausen.cli.simulated import Rigged, devices
from krausen.control import algorithms
from krausen.control.algorithm import Algorithm
from krausen.links.memory import MemoryLinks
from krausen.plugins import discover
from krausen.server.site import Site
from krausen.simulation.demo import AGENT
from krausen.simulation.rig import Rig
from krausen.storage.folder import DataFolder
from krausen.storage.notebook_file import FileNotebook
from krausen.storage.outbox_sqlite import SqliteOutbox

EVERY_S = 3.0
UNHURRIED = 20.0
FAST_S = 10.0
FLUSHES_A_SECOND = 2.0


@contextmanager
def demo_agent(site: Site, folder: DataFolder, lived: Sequence[Lived]) -> Iterator[Agent]:
    """Give the agent that goes on with what lives, joined to the site inside this process."""
    place = folder.agent(AGENT)
    place.mkdir(parents=True, exist_ok=True)
    with (
        closing(SqliteOutbox.open(place / "outbox.sqlite")) as outbox,
        closing(FileNotebook(place / "desired.json")) as notebook,
    ):
        surroundings = Surroundings(
            clock=site.clock,
            dial=MemoryLinks(site.dispatch.serve).dial,
            outbox=outbox,
            notebook=notebook,
            algorithms=discover(algorithms, "ALGORITHM", Algorithm),
        )
        yield Agent(_setup(site, lived), surroundings)


def _setup(site: Site, lived: Sequence[Lived]) -> AgentSetup:
    speed = site.status.speed
    every_s = EVERY_S if speed <= UNHURRIED else FAST_S
    gear = Rigged()
    for one in lived:
        vessel, chamber = one.vessel, one.vessel.fresh()
        chamber.restore(one.snapshot)
        rig = Rig(chamber, site.clock, one.started_ms, vessel.seed, vessel.silences)
        gear += devices(vessel, rig, every_s)
    return AgentSetup(name=AGENT, probes=gear.probes, relays=gear.relays, rhythm=_rhythm(speed))


def _rhythm(speed: float) -> Rhythm:
    """At high speed disk and processor could not follow a tick and a flush a second."""
    return Rhythm(tick_s=1.0 if speed <= UNHURRIED else FAST_S, flush_s=max(1.0, speed / FLUSHES_A_SECOND))
