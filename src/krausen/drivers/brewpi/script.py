"""A controller behind a running BrewPi script: text commands to the script's local socket.

Each command is a connection of its own, `lcd` or `setBeer=19.5`, and what answers does so with one JSON
document. The script keeps what the controller told it last, so it is told to ask for settings and constants
anew before they are read. Temperatures and the state are read from the display, which the script looks at
every five seconds: those that it logs may be minutes old. The display shows tenths of a degree, and chamber
and room by turns where there are both.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec

from krausen.drivers.brewpi.script_socket import STALE, Commands
from krausen.drivers.brewpi.speaker import Speaker, Spoilt
from krausen.errors import DeviceLost, Invalid
from krausen.protocols.brewpi import messages, requests
from krausen.protocols.brewpi.displayed import displayed
from krausen.protocols.brewpi.extras import Screen
from krausen.protocols.brewpi.messages import Message
from krausen.protocols.brewpi.parameters import Constants
from krausen.protocols.brewpi.requests import (
    Alter,
    AlterExtended,
    Ask,
    Define,
    FindHardware,
    ListInstalled,
    Request,
)
from krausen.protocols.brewpi.scalars import parsed_object
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.protocols.brewpi.version import Version

SETTLE_S = 1.5
"""So long the script takes to ask its controller something; it looks twice a second."""
LIST_TRIES = 10

_BOARDS: Mapping[str, str] = {
    "uno": "s",
    "leonardo": "l",
    "mega": "m",
    "spark-core": "x",
    "core": "x",
    "photon": "y",
    "p1": "p",
    "esp8266": "e",
    "esp32": "3",
    "esp32s2": "2",
    "esp32c3": "c",
}
_SHIELDS: Mapping[str, int] = {"reva": 1, "revc": 2, "v1": 3, "v2": 4, "i2c": 5}
_KEPT: Mapping[Ask, tuple[str, str, str]] = {
    Ask.SETTINGS: ("S", "refreshControlSettings", "getControlSettings"),
    Ask.CONSTANTS: ("C", "refreshControlConstants", "getControlConstants"),
    Ask.VARIABLES: ("V", "refreshControlVariables", "getControlVariables"),
    Ask.EXTENDED: ("X", "refreshExtendedSettings", "getExtendedSettings"),
}
_DEFAULTS: Mapping[Ask, str] = {
    Ask.DEFAULT_SETTINGS: "loadDefaultControlSettings",
    Ask.DEFAULT_CONSTANTS: "loadDefaultControlConstants",
}
_SETPOINTS: Mapping[tuple[str, str], str] = {("b", "beerSet"): "setBeer", ("f", "fridgeSet"): "setFridge"}


class ScriptSpeaker(Speaker):
    """A controller spoken with through a script; `ask` and `tell` as with any other.

    A script follows profiles of its own, so ours are held by its constant beer mode.
    """

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self._commands = commands
        self._mode = ""

    @property
    def follows_profiles(self) -> bool:
        """Profiles are the script's own business."""
        return False

    async def greet(self) -> None:
        """Ask the script which controller it has. Raises DeviceLost."""
        said = await self._commands.ask("getVersion")
        try:
            self._version = _version(parsed_object(said))
        except Invalid as error:
            raise DeviceLost(
                f"The BrewPi script does not say which controller it has: {said[:80]}"
            ) from error
        if not self._version.version:
            raise DeviceLost("The BrewPi script has no controller. Check the controller and its cable.")

    async def ask(self, request: Request) -> Message:
        """Ask the script. Raises DeviceLost, and Spoilt for an answer that makes no sense."""
        async with self._turn:
            try:
                return await self._asked(request)
            except Invalid as error:
                raise Spoilt(f"The BrewPi script gives no sensible answer: {error}") from error

    async def tell(self, request: Request) -> Message | None:
        """Have the script tell its controller. Raises DeviceLost, and Invalid for what it cannot tell."""
        if isinstance(request, Ask) and request in _KEPT:
            try:
                return await self.ask(request)
            except Spoilt:
                return None
        async with self._turn:
            await self._commands.tell(self._command(request))
            await asyncio.sleep(SETTLE_S)
        return None

    async def _asked(self, request: Request) -> Message:
        match request:
            case Ask.VERSION:
                await self.greet()
                return self._version
            case Ask.SCREEN:
                return await self._screen()
            case Ask.TEMPERATURES:
                return _temperatures(await self._screen())
            case ListInstalled():
                return await self._listed("d", "installed", request)
            case FindHardware():
                return await self._listed("h", "available", request)
            case Ask() if request in _KEPT:
                return await self._kept(request)
            case _:
                raise Invalid("A BrewPi script cannot be asked that.")

    async def _kept(self, asked: Ask) -> Message:
        letter, refresh, get = _KEPT[asked]
        await self._commands.tell(refresh)
        await asyncio.sleep(SETTLE_S)
        message = self._decoded(letter, await self._commands.ask(get))
        if isinstance(message, Constants):
            self._unit = message.unit
        if asked is Ask.SETTINGS:
            self._mode = getattr(message, "mode", "")
        return message

    async def _screen(self) -> Screen:
        screen = self._decoded("L", await self._commands.ask("lcd"))
        if not isinstance(screen, Screen):
            raise Invalid("It has no display.")
        one, two, three, four = (text.replace("&deg;", "°").replace("&deg", "°") for text in screen.lines)
        return Screen((one, two, three, four))

    async def _listed(self, letter: str, part: str, request: Request) -> Message:
        """Give one of the script's lists, which it asks for anew when it is told to."""
        if isinstance(request, ListInstalled):
            await self._commands.tell("refreshDeviceList=readValues")
        for _ in range(LIST_TRIES):
            await asyncio.sleep(SETTLE_S)
            said = await self._commands.ask("getDeviceList")
            if said != STALE:
                lists = parsed_object(said).get("deviceList")
                listed = lists.get(part) if isinstance(lists, dict) else None
                return self._decoded(letter, msgspec.json.encode(listed).decode())
        raise Spoilt("The BrewPi script does not get its controller's devices.")

    def _decoded(self, letter: str, body: str) -> Message:
        return messages.decode(f"{letter}:{body}", self._version.family, self.unit)

    def _command(self, request: Request) -> str:
        match request:
            case Alter():
                return self._altering(request)
            case Define():
                return f"applyDevice={self._body(request)}"
            case AlterExtended():
                return f"setExtendedSettings={self._body(request)}"
            case Ask() if request in _DEFAULTS:
                return _DEFAULTS[request]
            case _:
                raise Invalid("A BrewPi script cannot do that; without it, over its own cable, you can.")

    def _altering(self, request: Alter) -> str:
        """Write changes of settings in the script's own commands, so that it knows of them, too."""
        body = parsed_object(self._body(request))
        if body.get("mode") == "o":
            return "setOff"
        mode = str(body.get("mode") or self._mode)
        for (holding, key), command in _SETPOINTS.items():
            if mode == holding and key in body and body.keys() <= {"mode", key}:
                return f"{command}={body[key]}"
        return f"setParameters={self._body(request)}"

    def _body(self, request: Request) -> str:
        family = self._version.family
        return requests.encode(request, family, self.unit)[1:].decode("ascii").strip()


def _version(said: Mapping[str, Any]) -> Version:
    """Read what a script tells of its controller, in its own words for board and shield."""
    shield = str(said.get("shield") or "").lower().replace("-", "")
    return Version(
        version=str(said.get("version") or ""),
        build=str(said.get("build") or ""),
        shield=_SHIELDS.get(shield, 0),
        simulator=bool(said.get("simulator")),
        letter=_BOARDS.get(str(said.get("board") or "").lower(), "?"),
        log_version=str(said.get("log") or ""),
        revision=str(said.get("firmware_revision") or ""),
    )


def _temperatures(screen: Screen) -> Temperatures:
    """Read temperatures from a display. Raises DeviceLost while it shows none."""
    shown = displayed(screen.lines)
    if shown.state is None or shown.unit is None:
        raise DeviceLost(f"The BrewPi script has no readings yet. Its display says: {' '.join(screen.lines)}")
    return Temperatures(
        beer_c=shown.beer_c,
        beer_set_c=shown.beer_set_c,
        fridge_c=shown.fridge_c,
        fridge_set_c=shown.fridge_set_c,
        room_c=shown.room_c,
        state=shown.state,
    )
