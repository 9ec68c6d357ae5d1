import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from krausen.errors import OperatorNeeded
from krausen.ports.clock import Clock
from krausen.supervision.processes import Processes
from krausen.supervision.restarts import Rules, State
from krausen.supervision.wanted import Wanted

RULES = Rules(steady_ms=60_000, pause_ms=500, crashes=3, held_ms=600_000, silent_ms=60_000, ready_ms=300_000)


class Puppet:
    """A program whose processes do what a test says. It keeps the seconds at which they were started."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.starts: list[float] = []
        self.stops = 0
        self.ended: str | None = None
        self.is_missing = False
        self.lives_s: float | None = None
        self.leaving_s = 0.0

    async def start(self) -> int:
        self.starts.append(asyncio.get_running_loop().time())
        if self.is_missing:
            raise OperatorNeeded("There is no such program.")
        self.ended = None
        return 1000 + len(self.starts)

    def how_it_ended(self) -> str | None:
        now_s = asyncio.get_running_loop().time()
        if self.lives_s is not None and now_s >= self.starts[-1] + self.lives_s:
            self.ended = "ended with status 1"
        return self.ended

    async def stop(self) -> None:
        await asyncio.sleep(self.leaving_s)
        self.stops += 1
        self.ended = "was ended by SIGTERM"


class Stage:
    """Processes with puppets for programs."""

    def __init__(self, tasks: asyncio.TaskGroup) -> None:
        loop = asyncio.get_running_loop()
        self.puppets: dict[str, Puppet] = {}
        self.lost_s = 0.0
        clock = Clock(0.0, lambda: loop.time() + self.lost_s)
        self.processes = Processes(tasks, self._made, clock, RULES)

    def want(self, name: str, *, lives_s: float | None = None, is_missing: bool = False) -> Puppet:
        assert self.processes.want(Wanted(name, ("brew",)))
        puppet = self.puppets[name]
        puppet.lives_s, puppet.is_missing = lives_s, is_missing
        return puppet

    def state(self, name: str) -> State:
        return self.processes.lives()[name].state

    def beat(self, name: str) -> None:
        self.processes.heard(self.processes.lives()[name].pid or 0)

    def _made(self, wanted: Wanted) -> Puppet:
        return self.puppets.setdefault(wanted.name, Puppet(wanted.name))


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(tasks)
        yield stage
        stage.processes.let_go()


@pytest.mark.anyio
async def test_a_process_that_shows_signs_of_life_stays_active() -> None:
    async with staged() as stage:
        puppet = stage.want("server")
        await asyncio.sleep(0)
        assert stage.state("server") is State.STARTING
        for _ in range(60):
            stage.beat("server")
            await asyncio.sleep(30)
        assert stage.state("server") is State.ACTIVE
        assert len(puppet.starts) == 1


@pytest.mark.anyio
async def test_a_process_that_ends_is_started_again_with_growing_pauses_and_then_held() -> None:
    async with staged() as stage:
        puppet = stage.want("server", lives_s=0.0)
        await asyncio.sleep(2)
        assert puppet.starts == pytest.approx([0.0, 0.5, 1.5])
        assert stage.state("server") is State.FAILED
        await asyncio.sleep(600)
        assert puppet.starts[3:] == pytest.approx([601.5])
        assert stage.state("server") is State.FAILED


@pytest.mark.anyio
async def test_a_retry_starts_what_is_held_at_once() -> None:
    async with staged() as stage:
        puppet = stage.want("server", lives_s=0.0)
        await asyncio.sleep(10)
        puppet.lives_s = None
        stage.processes.retry()
        await asyncio.sleep(0.1)
        assert puppet.starts[3:] == pytest.approx([10.0])
        assert stage.state("server") is State.STARTING


@pytest.mark.anyio
async def test_the_end_of_a_steady_process_is_mended_as_soon_as_the_system_tells() -> None:
    async with staged() as stage:
        puppet = stage.want("server")
        await asyncio.sleep(0)
        stage.beat("server")
        await asyncio.sleep(59)
        stage.beat("server")
        await asyncio.sleep(11)
        puppet.ended = "was ended by SIGKILL"
        stage.processes.look()
        await asyncio.sleep(0.01)
        assert puppet.starts == pytest.approx([0.0, 70.0])
        assert stage.processes.lives()["server"].detail == "was ended by SIGKILL"


@pytest.mark.anyio
async def test_an_end_that_the_system_does_not_tell_is_found_within_seconds() -> None:
    async with staged() as stage:
        puppet = stage.want("server")
        await asyncio.sleep(1)
        puppet.ended = "ended with status 0"
        await asyncio.sleep(6)
        assert len(puppet.starts) == 2


@pytest.mark.anyio
async def test_a_process_that_falls_silent_is_stopped_and_started_again() -> None:
    async with staged() as stage:
        puppet = stage.want("dev-a")
        await asyncio.sleep(10)
        stage.beat("dev-a")
        await asyncio.sleep(59)
        assert (len(puppet.starts), puppet.stops) == (1, 0)
        await asyncio.sleep(2)
        assert (len(puppet.starts), puppet.stops) == (2, 1)
        assert stage.processes.lives()["dev-a"].detail == "showed no sign of life for 60 s"


@pytest.mark.anyio
async def test_nobody_is_blamed_when_the_process_manager_itself_was_held_up() -> None:
    async with staged() as stage:
        puppet = stage.want("dev-a")
        await asyncio.sleep(10)
        stage.beat("dev-a")
        stage.lost_s = 3600.0
        await asyncio.sleep(50)
        assert len(puppet.starts) == 1
        await asyncio.sleep(15)
        assert len(puppet.starts) == 2


@pytest.mark.anyio
async def test_a_process_that_never_comes_up_is_given_more_time_and_then_started_again() -> None:
    async with staged() as stage:
        puppet = stage.want("dev-a")
        await asyncio.sleep(299)
        assert len(puppet.starts) == 1
        await asyncio.sleep(2)
        assert len(puppet.starts) == 2


@pytest.mark.anyio
async def test_signs_of_life_of_strangers_count_for_nothing() -> None:
    async with staged() as stage:
        stage.want("dev-a")
        await asyncio.sleep(0)
        stage.processes.heard(4711)
        assert stage.state("dev-a") is State.STARTING


@pytest.mark.anyio
async def test_one_that_crashes_disturbs_no_other() -> None:
    async with staged() as stage:
        steady = stage.want("dev-a")
        stage.want("dev-b", lives_s=0.1)
        for _ in range(10):
            await asyncio.sleep(20)
            stage.beat("dev-a")
        assert len(steady.starts) == 1
        assert (stage.state("dev-a"), stage.state("dev-b")) == (State.ACTIVE, State.FAILED)


@pytest.mark.anyio
async def test_a_missing_program_is_a_failure_that_is_told() -> None:
    async with staged() as stage:
        stage.want("server", is_missing=True)
        await asyncio.sleep(5)
        life = stage.processes.lives()["server"]
        assert (life.state, life.detail) == (State.FAILED, "did not start: There is no such program.")


@pytest.mark.anyio
async def test_an_unwanted_process_is_stopped_and_forgotten() -> None:
    async with staged() as stage:
        puppet = stage.want("dev-a")
        await asyncio.sleep(1)
        stage.processes.unwant("dev-a")
        assert stage.processes.names == frozenset()
        await asyncio.sleep(1)
        assert (puppet.stops, len(puppet.starts)) == (1, 1)
        assert "dev-a" not in stage.processes.lives()


@pytest.mark.anyio
async def test_one_that_is_still_leaving_cannot_be_wanted_again_until_it_has_left() -> None:
    async with staged() as stage:
        stage.want("dev-a").leaving_s = 8.0
        await asyncio.sleep(1)
        stage.processes.unwant("dev-a")
        await asyncio.sleep(1)
        assert not stage.processes.want(Wanted("dev-a", ("brew",)))
        await asyncio.sleep(8)
        assert stage.processes.want(Wanted("dev-a", ("brew",)))


@pytest.mark.anyio
async def test_several_are_stopped_at_the_same_time() -> None:
    async with staged() as stage:
        for name in ("dev-a", "dev-b", "dev-c"):
            stage.want(name).leaving_s = 9.0
        await asyncio.sleep(1)
        before_s = asyncio.get_running_loop().time()
        await stage.processes.stop(["dev-a", "dev-b", "dev-c"])
        assert asyncio.get_running_loop().time() - before_s == pytest.approx(9.0)


@pytest.mark.anyio
async def test_a_held_process_can_be_stopped() -> None:
    async with staged() as stage:
        stage.want("dev-a", lives_s=0.0)
        await asyncio.sleep(10)
        await stage.processes.stop(["dev-a"])
        assert not stage.processes.lives()


@pytest.mark.anyio
async def test_what_is_let_go_goes_on_running() -> None:
    async with staged() as stage:
        puppet = stage.want("dev-a")
        await asyncio.sleep(1)
    assert puppet.stops == 0
