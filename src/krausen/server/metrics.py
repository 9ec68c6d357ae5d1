"""What the server tells of itself to those who gather metrics."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from krausen import __version__
from krausen.ports.processes import ProcessFacts
from krausen.server.agents import AgentFacts
from krausen.server.doors import DoorFacts
from krausen.server.exposition import Family, Sample
from krausen.server.site import Site

LINKS = ("offline", "connected", "recognised", "current")
STATES = ("active", "starting", "stopped", "failed")
MEGABYTE = 1_000_000

Requests = Counter[tuple[str, int]]
"""How many requests were answered, by method and status."""


async def families(site: Site, requests: Mapping[tuple[str, int], int]) -> list[Family]:
    """Give everything that is measured."""
    series = await site.history.series()
    return [
        Family("krausen_info", "gauge", "The version that runs.", [Sample(1, {"version": __version__})]),
        *_readings(site),
        Family("krausen_series", "gauge", "Series that are known.", [Sample(len(series))]),
        Family(
            "krausen_readings", "gauge", "Readings in history.", [Sample(sum(one.count for one in series))]
        ),
        Family(
            "krausen_file_bytes",
            "gauge",
            "Size of a file of the data folder.",
            [Sample(size, {"file": file}) for file, size in site.sizes().items()],
        ),
        Family(
            "krausen_http_requests_total",
            "counter",
            "Requests that were answered.",
            [
                Sample(n, {"method": method, "status": str(status)})
                for (method, status), n in sorted(requests.items())
            ],
        ),
        Family(
            "krausen_alarms",
            "gauge",
            "Alarms that stand, without tests, by priority.",
            [Sample(n, {"priority": priority.value}) for priority, n in site.alarms.counts().items()],
        ),
        *_doors(site.doors.all()),
        *_agents(await site.agents.all()),
        *_processes(await site.processes() or ()),
    ]


def _readings(site: Site) -> Iterator[Family]:
    yield Family(
        "krausen_readings_taken_total",
        "counter",
        "Readings taken since the server's start.",
        [Sample(site.ingest.taken)],
    )
    yield Family(
        "krausen_refused_total",
        "counter",
        "Readings of agents and rows of requests that were refused since the server's start.",
        [Sample(site.ingest.refused[by], {"by": by}) for by in ("agent", "request")],
    )
    yield Family(
        "krausen_live_listeners", "gauge", "Listeners to live channels.", [Sample(site.live.listeners)]
    )


def _doors(doors: Sequence[DoorFacts]) -> Iterator[Family]:
    yield Family(
        "krausen_door_open",
        "gauge",
        "1 for a door that is open, else 0.",
        [Sample(int(one.state.enabled and one.problem is None), {"door": one.door.name}) for one in doors],
    )
    yield Family(
        "krausen_door_knocks_total",
        "counter",
        "Guests who were let in by a door since the server's start.",
        [Sample(one.tally.knocks, {"door": one.door.name}) for one in doors],
    )
    yield Family(
        "krausen_door_refusals_total",
        "counter",
        "Guests who were refused at a door since the server's start.",
        [Sample(one.tally.refusals, {"door": one.door.name}) for one in doors],
    )


def _agents(agents: Sequence[AgentFacts]) -> Iterator[Family]:
    states = Counter(facts.link.state for facts in agents)
    yield Family(
        "krausen_agents",
        "gauge",
        "Agents by the state of their links.",
        [Sample(states[state], {"state": state}) for state in LINKS],
    )
    yield Family(
        "krausen_agent_queue_readings",
        "gauge",
        "Readings that a connected agent still owes.",
        [
            Sample(facts.link.queue, {"agent": facts.link.agent})
            for facts in agents
            if facts.link.queue is not None
        ],
    )
    yield Family(
        "krausen_agent_clock_offset_seconds",
        "gauge",
        "How far an agent's clock was ahead of the server's at its last hello.",
        [
            Sample(facts.known.clock_ms / 1000, {"agent": facts.link.agent})
            for facts in agents
            if facts.known is not None and facts.known.clock_ms is not None
        ],
    )


def _processes(processes: Sequence[ProcessFacts]) -> Iterator[Family]:
    yield Family(
        "krausen_process_state",
        "gauge",
        "1 for the state that a process is in, else 0.",
        [
            Sample(int(one.state == state), {"process": one.name, "state": state})
            for one in processes
            for state in STATES
        ],
    )
    yield Family(
        "krausen_process_restarts_total",
        "counter",
        "How often a process was started again.",
        [Sample(one.restarts, {"process": one.name}) for one in processes],
    )
    yield Family(
        "krausen_process_start_time_seconds",
        "gauge",
        "Since when a process runs, seconds since 1970.",
        [
            Sample(datetime.fromisoformat(one.since).timestamp(), {"process": one.name})
            for one in processes
            if one.since is not None
        ],
    )
    yield Family(
        "krausen_process_cpu_ratio",
        "gauge",
        "Share of one processor that a process took of late.",
        [
            Sample(one.cpu_percent / 100, {"process": one.name})
            for one in processes
            if one.cpu_percent is not None
        ],
    )
    yield Family(
        "krausen_process_memory_bytes",
        "gauge",
        "Memory of a process, shared memory by share.",
        [
            Sample(one.memory_mb * MEGABYTE, {"process": one.name})
            for one in processes
            if one.memory_mb is not None
        ],
    )
