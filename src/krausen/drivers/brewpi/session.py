"""A session with a controller: rounds of readings, its facts and its log, and what it is told to do."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from krausen.drivers.brewpi import known as knowing
from krausen.drivers.brewpi import settable
from krausen.drivers.brewpi.assigning import is_as, planned
from krausen.drivers.brewpi.facts import facts as facts_of
from krausen.drivers.brewpi.holding import Holding
from krausen.drivers.brewpi.inventory import id_of
from krausen.drivers.brewpi.logbook import Logbook
from krausen.drivers.brewpi.rounds import Rounds
from krausen.drivers.brewpi.speaker import Speaker
from krausen.errors import Fault, Invalid
from krausen.model.controller import ControllerFacts
from krausen.model.vessel import ControlState
from krausen.ports.controller import Act, Held, Measured, News, Said
from krausen.protocols.brewpi.devices import Device, Function
from krausen.protocols.brewpi.logs import Log
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.requests import Ask, Erase, definition
from krausen.protocols.brewpi.temperatures import Temperatures

SOONEST_S = 1.0
"""After news that came unasked a round is made early, but no two rounds are closer than this."""


class BrewpiSession:
    """A session over a speaker that has been greeted; a round of readings every `every_s`.

    What the firmware writes into its EEPROM, and how that is kept rare, is told in `wishes`.
    """

    def __init__(self, speaker: Speaker, every_s: float) -> None:
        self._speaker = speaker
        self._every_s = every_s
        self._rounds = Rounds(speaker, knowing.known_of(speaker.version))
        self._logbook = Logbook()
        self._own: list[Said] = []
        self._turn = asyncio.Lock()
        self._holding = Holding(self._rounds, self._say)
        self._told: ControllerFacts | None = None
        self._is_asked = False

    async def begin(self) -> None:
        """Learn the controller's unit: nothing can be read or written without. Raises DeviceLost."""
        if not self._rounds.known.strange:
            await self._rounds.constants()

    async def news(self) -> AsyncIterator[News]:
        """Give readings, the log, and facts when they have changed, until it is lost. Raises DeviceLost."""
        due_s = self._now_s()
        while True:
            begun_s = self._now_s()
            if begun_s >= due_s:
                await self._rounds.readings()
                yield self._measured()
                due_s = max(due_s + self._every_s, begun_s + SOONEST_S)
            while self._now_s() < due_s and await self._rounds.one_due(self._now_s()):
                pass
            is_early, self._is_asked = self._is_asked, False
            for said in self._heard():
                if said is None:
                    is_early = True
                else:
                    yield said
            facts = facts_of(self._rounds.known)
            if facts != self._told:
                self._told = facts
                yield facts
            due_s = min(due_s, begun_s + SOONEST_S) if is_early else due_s
            await self._wait(due_s)

    async def hold(self, wish: Held) -> None:
        """Have the firmware hold this; nothing is written that it holds already.

        It is read back. Raises Invalid where it cannot be held or is not taken, and DeviceLost.
        """
        self._refuse_if_strange()
        async with self._turn:
            await self._holding.hold(wish)

    async def perform(self, act: Act, body: Mapping[str, Any]) -> None:
        """Do something once, and look what came of it. Raises Invalid with faults, and DeviceLost."""
        self._refuse_if_strange()
        async with self._turn:
            match act:
                case Act.ASSIGN:
                    await self._assign(body)
                case Act.SCAN:
                    await self._rounds.devices()
                    await self._rounds.hardware()
                case Act.SET:
                    await self._set(body)
                case Act.RESET:
                    await self._reset(body)
                case Act.RESTART:
                    await self._restart()
                case Act.ASK:
                    self._is_asked = True
        self._speaker.woken.set()

    async def _assign(self, body: Mapping[str, Any]) -> None:
        await self._rounds.devices()
        await self._rounds.hardware()
        known = self._rounds.known
        plan = planned(body, known.devices, known.version.board)
        for former in plan.freed:
            await self._define(replace(former, function=Function.NONE))
        if plan.defined is not None:
            await self._define(plan.defined)
        await self._rounds.devices()
        self._check(plan.defined, plan.freed)
        await self._rounds.hardware()

    async def _define(self, device: Device) -> None:
        await self._speaker.tell(definition(device))

    def _check(self, defined: Device | None, freed: tuple[Device, ...]) -> None:
        """Raise Invalid, with what the controller logged, where devices do not stand as they were defined."""
        installed = {id_of(one): one for one in self._rounds.known.installed or () if one.function}
        wanted = defined or freed[-1] if defined or freed else None
        if wanted is None:
            return
        now = installed.get(id_of(wanted))
        if (now is None) if defined is None else is_as(now, defined):
            return
        why = [one.text for one in self._log_lines() if one.level == "error"]
        text = " ".join(["The controller did not take it.", *why])
        raise Invalid(text, [Fault("/function", text)])

    async def _set(self, body: Mapping[str, Any]) -> None:
        rounds = self._rounds
        await rounds.extended()
        for request in settable.writes(body, rounds.known):
            await self._speaker.tell(request)
        await rounds.constants()
        await rounds.settings()
        await rounds.extended()
        faults = settable.refused(body, rounds.known)
        if faults:
            raise Invalid(faults[0].message, faults)
        await rounds.variables()

    async def _reset(self, body: Mapping[str, Any]) -> None:
        what = body.get("what")
        if not isinstance(what, str) or what not in _RESETS:
            text = f"Choose what to reset: {', '.join(_RESETS)}."
            raise Invalid(text, [Fault("/what", text)])
        self._holding.forget()
        await self._speaker.tell(_RESETS[what])
        await self._rounds.everything()

    async def _restart(self) -> None:
        self._holding.forget()
        await self._speaker.tell(Ask.RESTART)

    def _measured(self) -> Measured:
        known = self._rounds.known
        told = known.temperatures
        return Measured(
            samples=knowing.samples(known),
            state=ControlState.IDLE if told is None else knowing.code(told.state),
            held=self._holding.seen(),
            levels=knowing.levels(known),
        )

    def _heard(self) -> Iterator[Said | None]:
        """Give what there is to say, and None for each hint that it is time to ask again."""
        while self._own:
            yield self._own.pop(0)
        told = self._speaker.told
        while told:
            message = told.popleft()
            yield from self._logbook.lines(message, self._speaker.unit, self._now_s())
            if isinstance(message, Temperatures | Constants | Settings):
                yield None

    def _log_lines(self) -> Iterator[Said]:
        """Give the log lines that nobody has taken yet, and leave them where they are."""
        fresh = Logbook()
        for message in tuple(self._speaker.told):
            if isinstance(message, Log):
                yield from fresh.lines(message, self._speaker.unit, self._now_s())

    def _say(self, said: Said) -> None:
        self._own.append(said)
        self._speaker.woken.set()

    def _refuse_if_strange(self) -> None:
        if self._rounds.known.strange:
            raise Invalid(self._rounds.known.strange)

    async def _wait(self, until_s: float) -> None:
        """Wait until a time, or until there is something new."""
        woken = self._speaker.woken
        if not self._own and not self._speaker.told:
            try:
                async with asyncio.timeout(max(0.0, until_s - self._now_s())):
                    await woken.wait()
            except TimeoutError:
                pass
        woken.clear()

    def _now_s(self) -> float:
        return asyncio.get_running_loop().time()


_RESETS: Mapping[str, Ask | Erase] = {
    "settings": Ask.DEFAULT_SETTINGS,
    "constants": Ask.DEFAULT_CONSTANTS,
    "memory": Erase(),
}
