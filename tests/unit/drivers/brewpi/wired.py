"""An emulated controller at the end of a wire in memory, and a host that keeps its wish."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random

from krausen.drivers.brewpi.lines import Ear, Line
from krausen.drivers.brewpi.opening import session_over
from krausen.drivers.brewpi.session import BrewpiSession
from krausen.errors import DeviceLost
from krausen.model.controller import ControllerFacts
from krausen.physics.chamber import Chamber
from krausen.ports.controller import Held, Measured, News, Said
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.requests import Change
from krausen.protocols.brewpi.states import Mode
from krausen.simulation.brewpi.board import Board
from krausen.simulation.brewpi.faults import Faults
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.life import Life, Surroundings
from krausen.simulation.brewpi.memory import Kept, fresh
from krausen.simulation.brewpi.model import MODELS
from tests.unit.simulation.brewpi.emulated import chamber

EVERY_S = 5.0


class Cable:
    """A wire in memory. It can be cut, or be as if dead: nothing passes, and nobody notices."""

    def __init__(self, life: Life, ear: Ear) -> None:
        self.is_dead = False
        self.sent: list[bytes] = []
        self._ear: Ear | None = ear
        self._loop = asyncio.get_running_loop()
        self._life = life
        goes_down = life.board.firmware.model.family is Family.ESP
        self._line = life.open(self._arrive, self.cut if goes_down else None)

    def say(self, said: bytes) -> None:
        self.sent.append(said)
        if self._ear is not None and not self.is_dead:
            self._loop.call_soon(self._line.hear, said)

    def close(self) -> None:
        self._ear = None
        self._life.close(self._line)

    def cut(self) -> None:
        ear, self._ear = self._ear, None
        self._life.close(self._line)
        if ear is not None:
            self._loop.call_soon(ear.ended, "The cable was cut.")

    def garble(self, said: bytes) -> None:
        """Have something come in that nobody said."""
        if self._ear is not None:
            self._ear.heard(said)

    def _arrive(self, said: bytes) -> None:
        if self._ear is not None and not self.is_dead:
            self._loop.call_soon(self._hear, said)

    def _hear(self, said: bytes) -> None:
        if self._ear is not None:
            self._ear.heard(said)


class Rig:
    """A board that lives, and the cable to it."""

    def __init__(
        self,
        name: str,
        *,
        faults: Sequence[str] = (),
        kept: Kept | None = None,
        inside: Chamber | None = None,
        seed: int = 1,
    ) -> None:
        self.model = MODELS[name]
        self.inside = inside or chamber()
        self.writes = 0
        self.cables: list[Cable] = []
        self.is_away = False
        board = Board(Firmware(self.model, self.inside, kept or fresh(self.model)))
        self.life = Life(board, Surroundings(Faults(faults, Random(seed)), self._keep))

    @property
    def cable(self) -> Cable:
        return self.cables[-1]

    @property
    def firmware(self) -> Firmware:
        return self.life.board.firmware

    @property
    def said(self) -> list[str]:
        """What hosts have said, over all cables."""
        return [one.decode().strip() for cable in self.cables for one in cable.sent]

    async def connect(self, ear: Ear) -> Line:
        if self.is_away:
            raise DeviceLost("There is no controller.")
        if self.model.resets_when_opened:
            self.life.restart()
        self.cables.append(Cable(self.life, ear))
        return self.cable

    def speak(self, unit: str) -> None:
        """Have it speak another unit, set by some other host."""
        self.firmware.alter(Change("tempFormat", unit))

    def hold(self, mode: Mode, key: str, value_c: float) -> None:
        """Have some other host, or its front panel, set it."""
        self.firmware.alter(Change("mode", mode.value))
        self.firmware.alter(Change(key, value_c))

    def _keep(self, _: Kept) -> None:
        self.writes += 1

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as tasks:
            living = tasks.create_task(self.life.run())
            yield
            living.cancel()

    def session(self, every_s: float = EVERY_S) -> AbstractAsyncContextManager[BrewpiSession]:
        return session_over(self.connect, every_s)


class Heard:
    """What came from a session, sorted."""

    def __init__(self) -> None:
        self.measured: list[Measured] = []
        self.said: list[Said] = []
        self.facts: list[ControllerFacts] = []
        self.lost: list[str] = []
        self.news: list[News] = []

    def take(self, news: News) -> None:
        self.news.append(news)
        match news:
            case Measured():
                self.measured.append(news)
            case Said():
                self.said.append(news)
            case ControllerFacts():
                self.facts.append(news)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.said]

    def values(self, metric: str) -> list[float]:
        return [one.value for round_ in self.measured for one in round_.samples if one.metric == metric]


@asynccontextmanager
async def listening(session: BrewpiSession) -> AsyncIterator[Heard]:
    """Take all news meanwhile; a loss ends them and is kept."""
    heard = Heard()

    async def listen() -> None:
        try:
            async for news in session.news():
                heard.take(news)
        except DeviceLost as error:
            heard.lost.append(str(error))

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(listen())
        yield heard
        task.cancel()


@asynccontextmanager
async def at_work(
    name: str, *, faults: Sequence[str] = (), every_s: float = EVERY_S, inside: Chamber | None = None
) -> AsyncIterator[tuple[Rig, BrewpiSession, Heard]]:
    """Have a board, a session with it, and its news."""
    rig = Rig(name, faults=faults, inside=inside)
    async with rig.alive(), rig.session(every_s) as session, listening(session) as heard:
        yield rig, session, heard


async def until(true: Callable[[], bool], within_s: float = 60.0) -> None:
    """Wait in the loop's time until something is so."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 what is waited for sets no event
            await asyncio.sleep(0.1)


async def kept_at(rig: Rig, wish: Callable[[], Held], heard: Heard, every_s: float = EVERY_S) -> None:
    """Do for ever what an agent does: open, listen, restore the wish, and open again after a loss."""
    while True:
        try:
            async with rig.session(every_s) as session:
                async for news in session.news():
                    heard.take(news)
                    if isinstance(news, Measured) and news.held != wish():
                        await session.hold(wish())
        except DeviceLost as error:
            heard.lost.append(str(error))
            await asyncio.sleep(1.0)
