"""An emulated board in the time of a loop: patience, restarts, faults, whole weeks."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from itertools import pairwise
from random import Random

import pytest

from krausen.errors import StorageAway
from krausen.physics.chamber import Chamber
from krausen.protocols.brewpi import framing, messages
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.states import State
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.faults import Faults
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.life import MOST_WAITING, Life, Line, Surroundings
from krausen.simulation.brewpi.memory import Kept, fresh
from krausen.simulation.brewpi.model import MODELS
from krausen.simulation.loop import jumping
from tests.unit.simulation.brewpi.emulated import chamber, lines

HOUR_S, DAY_S = 3600, 86_400


class Story:
    """A board and a host on one line, and what the host has heard."""

    def __init__(self, name: str = "esp8266", *, inside: Chamber | None = None, speed: float = 1.0) -> None:
        self.name = name
        self.chamber = inside or chamber()
        self.faults = Faults((), Random(1))
        self.speed = speed
        self.kept: list[Kept] = []
        self.heard = b""
        self.said = asyncio.Event()
        self.heed: Callable[[], None] = lambda: None
        self.hung_up = 0

    def live(self, script: Callable[[Line], Awaitable[None]]) -> None:
        """Let the host act in simulated time; the board's life ends with the script."""
        with asyncio.Runner(loop_factory=jumping) as runner:
            runner.run(self._live(script))

    def take(self) -> list[str]:
        heard, self.heard = self.heard, b""
        self.said.clear()
        return lines(heard)

    async def _live(self, script: Callable[[Line], Awaitable[None]]) -> None:
        model = MODELS[self.name]
        board = Board(Firmware(model, self.chamber, fresh(model)))
        self.life = Life(board, Surroundings(self.faults, self.kept.append, self.speed))
        line = self.life.open(self._hear, self._hang_up)
        async with asyncio.TaskGroup() as tasks:
            living = tasks.create_task(self.life.run())
            await script(line)
            living.cancel()
        self.life.close(line)

    def _hear(self, said: bytes) -> None:
        self.heard += said
        self.said.set()
        self.heed()

    def _hang_up(self) -> None:
        self.hung_up += 1


def test_a_host_that_asks_at_once_sees_temperatures() -> None:
    story = Story()

    async def script(line: Line) -> None:
        line.hear(b"t")
        assert json.loads(story.take()[0][2:])["BeerTemp"] == pytest.approx(20, abs=0.3)

    story.live(script)


@pytest.mark.parametrize("speed", [1.0, 500.0])
def test_a_body_is_waited_for_a_second_of_the_host(speed: float) -> None:
    story = Story(speed=speed)

    async def script(line: Line) -> None:
        line.hear(b'j{"mode":')
        await asyncio.sleep(0.9 * speed)
        line.hear(b'"b",')
        await asyncio.sleep(0.9 * speed)
        assert story.heard == b""
        await asyncio.sleep(0.2 * speed)
        assert story.take()[0] == "Error deserializing JSON data IncompleteInput"
        line.hear(b"n")
        assert story.take()[0].startswith("N:")

    story.live(script)


def test_a_lost_beer_probe_is_told_as_none_until_it_is_back() -> None:
    story = Story()
    story.faults = Faults(("probe",), Random(1))

    async def script(_: Line) -> None:
        told = []
        for _ten_seconds in range(400):
            await asyncio.sleep(10)
            told.append(story.life.board.firmware.temperatures().beer_c is None)
        assert set(told) == {True, False}
        assert told.index(True) < len(told) - told[::-1].index(False)

    story.live(script)


def test_what_comes_while_a_board_starts_is_answered_when_it_is_up() -> None:
    story = Story("uno")

    async def script(line: Line) -> None:
        line.hear(b"R")
        line.hear(b"n")
        line.hear(b"x" * MOST_WAITING)
        await asyncio.sleep(1.5)
        assert story.heard == b""
        await asyncio.sleep(1.0)
        said = story.take()
        assert [line[0] for line in said[:4]] == ["D", "D", "D", "N"]
        assert len(said) == 3 + MOST_WAITING, "what was too much is lost"

    story.live(script)
    assert story.hung_up == 1


def test_a_board_that_starts_while_it_waits_for_a_body_forgets_it() -> None:
    story = Story()

    async def script(line: Line) -> None:
        line.hear(b"j{")
        story.life.restart()
        await asyncio.sleep(5)
        assert not any("Error" in said for said in story.take())
        line.hear(b"n")
        assert story.take()[0].startswith("N:")

    story.live(script)


def test_faults_delay_answers_and_start_the_board_anew() -> None:
    story = Story("uno")
    story.faults = Faults(("late", "reboot"), Random(1))
    waits_s: list[float] = []

    async def script(line: Line) -> None:
        now_s = asyncio.get_running_loop().time
        for _ in range(200):
            line.hear(b"t")
            asked_s = now_s()
            await story.said.wait()
            story.take()
            waits_s.append(now_s() - asked_s)
            await asyncio.sleep(10)

    story.live(script)
    assert min(waits_s) == 0.0
    assert max(waits_s) > 1.0
    assert story.life.board.firmware.starts > 0


def test_a_line_that_is_closed_says_nothing_more() -> None:
    story = Story()
    story.faults = Faults(("late",), Random(3))

    async def script(line: Line) -> None:
        for _ in range(30):
            line.hear(b"nj{")
        heard = len(story.heard)
        story.life.close(line)
        await asyncio.sleep(60)
        assert len(story.heard) == heard

    story.live(script)


def test_every_change_is_kept_before_it_is_answered() -> None:
    story = Story()

    async def script(line: Line) -> None:
        assert len(story.kept) == 1
        line.hear(b'j{"mode":"b","beerSet":18.5}')
        assert story.kept[-1].settings.beer_set_c == 18.5
        count = len(story.kept)
        await asyncio.sleep(600)
        assert len(story.kept) == count

    story.live(script)


def test_a_memory_that_cannot_be_kept_does_not_end_the_board() -> None:
    def away(_: Kept) -> None:
        raise StorageAway("The disk is full.")

    async def script() -> bytes:
        model = MODELS["uno"]
        board = Board(Firmware(model, chamber(), fresh(model)))
        said: list[bytes] = []
        Life(board, Surroundings(Faults((), Random(1)), away)).open(said.append).hear(b"j{beerSet:3}")
        return b"".join(said)

    assert b"S:{" in asyncio.run(script())


class Course:
    """What a host hears from an ESP over days, each line with the second of the chamber."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self.told: list[tuple[int, Temperatures]] = []

    def read(self) -> None:
        _, read = framing.take(framing.Incoming(), self._story.heard)
        self._story.heard = b""
        for message in (messages.decode(line, Family.ESP) for line in read):
            if isinstance(message, Temperatures):
                self.told.append((self._story.chamber.at_s, message))

    def runs(self, *states: State) -> list[tuple[int, int]]:
        """Give from when until when the board was in some states."""
        found: list[tuple[int, int]] = []
        began_s: int | None = None
        for at_s, told in self.told:
            if told.state in states and began_s is None:
                began_s = at_s
            elif told.state not in states and began_s is not None:
                found.append((began_s, at_s))
                began_s = None
        return found


@pytest.mark.timeout(240)
def test_over_four_days_the_beer_follows_its_setpoint_and_minimum_times_are_kept() -> None:
    story = Story("esp32", speed=2000.0)
    course = Course(story)
    story.heed = course.read

    async def script(line: Line) -> None:
        line.hear(b'j{"mode":"b","beerSet":20}')
        for hour in range(4 * 24):
            if hour == 42:
                line.hear(b'j{"beerSet":15}')
            await asyncio.sleep(HOUR_S)
            line.hear(b"t")

    story.live(script)
    beer = [(at_s / DAY_S, told.beer_c) for at_s, told in course.told]
    warm = [value for day, value in beer if 1.0 < day < 1.75]
    cold = [value for day, value in beer if 3.4 < day < 4.0]
    assert all(value is not None and abs(value - 20.0) < 0.4 for value in warm)
    assert all(value is not None and abs(value - 15.0) < 0.4 for value in cold)
    cools, heats = course.runs(State.COOLING, State.COOLING_MINIMUM), course.runs(*HEATING)
    assert len(cools) > 10
    assert all(until - since >= 180 for since, until in (*cools, *heats))
    for runs in (cools, heats):
        assert all(after[0] - before[1] >= 300 for before, after in pairwise(runs))
    assert all(gap >= 600 for gap in gaps(cools, heats))


HEATING = (State.HEATING, State.HEATING_MINIMUM)


def gaps(cools: list[tuple[int, int]], heats: list[tuple[int, int]]) -> Iterator[int]:
    """Yield the seconds between a run of one kind and the next of the other."""
    marked = sorted([(*run, "cool") for run in cools] + [(*run, "heat") for run in heats])
    for before, after in pairwise(marked):
        if before[2] != after[2]:
            yield after[0] - before[1]
