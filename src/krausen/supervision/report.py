"""What is told of the processes: by `krausen status`, on the page, to whoever gathers metrics."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import DecodeError, Struct, ValidationError, json

from krausen.files import replace
from krausen.supervision.restarts import State
from krausen.supervision.wanted import AGENT, SERVER

SPAWNER = "spawner"
STATS = "stats"


class ProcessReport(Struct, frozen=True, kw_only=True):
    """One process. `since` is UTC, ISO 8601; processor and memory are missing while nobody has measured."""

    name: str
    state: State
    pid: int | None = None
    since: str | None = None
    restarts: int = 0
    cpu_percent: int | None = None
    memory_mb: int | None = None
    detail: str = ""


class Report(Struct, frozen=True, kw_only=True):
    """All processes, as the process manager `circusd` sees them; how often it was told to retry (`tries`)."""

    circusd: ProcessReport
    tries: int
    processes: tuple[ProcessReport, ...]


def written(path: Path) -> Report | None:
    """Give the report that a process manager left, or None when there is none that can be read."""
    try:
        return json.decode(path.read_bytes(), type=Report)
    except (OSError, DecodeError, ValidationError):
        return None


def write(path: Path, report: Report) -> None:
    """Leave a report, all of it or nothing. Raises OSError."""
    replace(path, json.format(json.encode(report), indent=1), lasting=False)


def present(report: Report | None, keeper: int | None, held: Mapping[str, int]) -> tuple[ProcessReport, ...]:
    """Give how the processes are now.

    `keeper` is the id of the process manager, None when none runs; `held` the processes that run for sure,
    with their ids: they go on when the process manager is killed. A report by another one is out of date.
    """
    if report is not None and keeper == report.circusd.pid:
        return report.processes
    rest = State.STOPPED if keeper is None else State.STARTING
    names = (SERVER, SPAWNER, STATS, *sorted(name for name in held if name.startswith(AGENT)))
    return tuple(
        ProcessReport(name=name, state=State.ACTIVE if name in held else rest, pid=held.get(name))
        for name in names
    )


def exit_status(processes: Iterable[ProcessReport]) -> int:
    """Give 0 when all processes are active, 3 when all are stopped, else 1."""
    states = {process.state for process in processes}
    if states == {State.ACTIVE}:
        return 0
    return 3 if states == {State.STOPPED} else 1
