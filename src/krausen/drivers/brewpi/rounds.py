"""Asks a controller, round by round, what there is to know, and keeps it."""

from collections.abc import Awaitable, Callable, Mapping
from math import inf
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from krausen.drivers.brewpi.known import Known, is_doubtful, settled
from krausen.drivers.brewpi.speaker import Speaker, Spoilt
from krausen.drivers.brewpi.wishes import Speech
from krausen.errors import Defect, DeviceLost
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.devices import Hardware
from krausen.protocols.brewpi.displayed import displayed
from krausen.protocols.brewpi.extras import Extended, Screen
from krausen.protocols.brewpi.messages import Found, Installed
from krausen.protocols.brewpi.parameters import Constants, Settings, Variables
from krausen.protocols.brewpi.requests import Ask, FindHardware, ListInstalled, Request
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.protocols.brewpi.version import Version

UNIT_TRIES = 3
EVERY_S = {"variables": 30.0, "devices": 60.0, "constants": 60.0}
"""How often is asked for what seldom changes, or matters less; what is not here is asked for once."""

T = TypeVar("T", bound=Struct)


class Rounds:
    """What is known of a controller, and the questions that bring it up to date. All raise DeviceLost."""

    def __init__(self, speaker: Speaker, known: Known) -> None:
        self.speaker = speaker
        self.known = known
        self._due_s: dict[str, float] = {}
        self._slow: Mapping[str, Callable[[], Awaitable[None]]] = {
            "constants": self.constants,
            "devices": self.devices,
            "hardware": self.hardware,
            "variables": self.variables,
            "extended": self.extended,
        }

    @property
    def speech(self) -> Speech:
        """How the controller speaks of temperatures."""
        return Speech(self.known.family, self.speaker.unit)

    async def readings(self) -> None:
        """Ask for readings, settings and display, all in one unit.

        Lines do not say their unit; the display does. Where it shows another than is thought, somebody has
        changed it meanwhile, and all is asked anew.
        """
        if self.known.strange:
            await self._of_a_stranger()
            return
        for _ in range(UNIT_TRIES):
            temperatures = await self._ask(Ask.TEMPERATURES, Temperatures)
            settings = await self._ask(Ask.SETTINGS, Settings)
            screen = await self._ask(Ask.SCREEN, Screen)
            if displayed(screen.lines).unit in (None, self.speaker.unit):
                break
            await self.constants()
        else:
            raise DeviceLost("Its display and its constants do not agree on whether it speaks °C or °F.")
        self.known = replace(self.known, temperatures=temperatures, settings=settings, screen=screen.lines)
        if is_doubtful(self.known):
            await self.devices()
            self.known = replace(self.known, temperatures=settled(self.known, self.speaker.unit))

    async def settings(self) -> Settings:
        """Ask what it is set to hold."""
        settings = await self._ask(Ask.SETTINGS, Settings)
        self.known = replace(self.known, settings=settings)
        return settings

    async def constants(self) -> None:
        """Ask for its constants, which tell its unit as well."""
        constants = await self._ask(Ask.CONSTANTS, Constants)
        self.known = replace(self.known, constants=constants)

    async def variables(self) -> None:
        """Ask where its control stands."""
        variables = await self._ask(Ask.VARIABLES, Variables)
        self.known = replace(self.known, variables=variables)

    async def extended(self) -> None:
        """Ask an ESP for its further settings; early revisions have none and do not answer."""
        if self.known.family is Family.ESP:
            told = await self.speaker.tell(Ask.EXTENDED)
            self.known = replace(self.known, extended=told if isinstance(told, Extended) else None)

    async def devices(self) -> None:
        """Ask what is installed, with values; slot by slot where the whole list comes spoilt.

        An ESP cuts a line after 2047 characters.
        """
        try:
            installed = (await self._ask(ListInstalled(values=True), Installed)).devices
        except Spoilt:
            each = [ListInstalled(slot=slot, values=True) for slot in range(self.known.version.board.slots)]
            installed = tuple([one for ask in each for one in (await self._ask(ask, Installed)).devices])
        self.known = replace(self.known, installed=installed)

    async def hardware(self) -> None:
        """Ask what hardware there is besides, kind by kind where the whole list comes spoilt."""
        try:
            found = (await self._ask(FindHardware(values=True, free_only=True), Found)).devices
        except Spoilt:
            kinds = [FindHardware(hardware=kind, values=True, free_only=True) for kind in _KINDS]
            found = tuple([one for ask in kinds for one in (await self._ask(ask, Found)).devices])
        self.known = replace(self.known, found=found)

    async def everything(self) -> None:
        """Ask for all that is not in a round of readings."""
        for ask in self._slow.values():
            await ask()

    async def one_due(self, now_s: float) -> bool:
        """Ask for one thing that was not asked for some time; tell whether there was any.

        One at a time, so that readings need not wait for all of them.
        """
        if self.known.strange:
            return False
        for name, ask in self._slow.items():
            if now_s >= self._due_s.get(name, now_s):
                self._due_s[name] = now_s + EVERY_S.get(name, inf)
                await ask()
                return True
        return False

    async def _of_a_stranger(self) -> None:
        """Read what can be read of an unknown firmware; nothing in degrees while its unit is unknown."""
        await self._ask(Ask.VERSION, Version)
        if not self.speaker.is_unit_known:
            await self.speaker.tell(Ask.CONSTANTS)
        temperatures = await self.speaker.tell(Ask.TEMPERATURES)
        settings = await self.speaker.tell(Ask.SETTINGS)
        is_known = self.speaker.is_unit_known
        self.known = replace(
            self.known,
            temperatures=temperatures if is_known and isinstance(temperatures, Temperatures) else None,
            settings=settings if is_known and isinstance(settings, Settings) else None,
        )

    async def _ask(self, request: Request, kind: type[T]) -> T:
        answer = await self.speaker.ask(request)
        if not isinstance(answer, kind):
            raise Defect(f"A controller answered {type(answer).__name__} where {kind.__name__} is due.")
        return answer


_KINDS = (
    Hardware.PIN,
    Hardware.ONE_WIRE_PROBE,
    Hardware.DS2413,
    Hardware.INKBIRD,
    Hardware.TILT,
    Hardware.KASA,
)
