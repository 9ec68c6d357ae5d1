"""A controller with a small firmware of its own, which does what a test tells it, faults above all."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import DeviceLost, Fault, Invalid
from krausen.model.controller import Choice, ControllerFacts, Doing, IoDevice, Parameter
from krausen.model.level import Levels
from krausen.model.quantities import Quantity
from krausen.model.series import SeriesSpec
from krausen.model.setpoint import Mode
from krausen.model.vessel import ControlState
from krausen.ports.controller import Act, ControllerDriver, Held, Measured, News, Said
from krausen.ports.sensor import Sample
from krausen.testing import devices

OFF = Held(Mode.OFF)
BAND_C = 0.5
"""The firmware heats or cools while it is further than this from what it holds."""
STRANGE = "Its firmware 9.9 is not known, so it is only read."

Measure = Callable[[float], Mapping[str, float]]
"""Gives °C by metric, `beer` and `chamber`, at a time of the loop in seconds."""

_DOING = {
    ControlState.OFF: "Control is off.",
    ControlState.IDLE: "Nothing to do.",
    ControlState.HEATING: "Heating.",
    ControlState.COOLING: "Cooling.",
}
_FACTS = ControllerFacts(
    firmware="1.0",
    board="fake",
    title="Scripted controller",
    slots=4,
    parameters=(
        Parameter(
            key="band",
            group="settings",
            title="Band",
            text="How far off it may be.",
            value=BAND_C,
            unit="K",
            default=BAND_C,
            least=0.1,
            most=5.0,
            writable=True,
        ),
    ),
    devices=(
        IoDevice(
            id="pin-1", slot=0, chamber=1, function="heater", hardware="pin", device_type="switch", pin=1
        ),
        IoDevice(
            id="pin-2", slot=1, chamber=1, function="cooler", hardware="pin", device_type="switch", pin=2
        ),
        IoDevice(id="ow-28ff01", hardware="one-wire", device_type="probe", address="28ff01", value=20.0),
    ),
    choices=(
        Choice(function="none", title="Nothing", device_type="", hardware=()),
        Choice(function="heater", title="Heater", device_type="switch", hardware=("pin",)),
        Choice(function="cooler", title="Cooler", device_type="switch", hardware=("pin",)),
        Choice(
            function="beer", title="Beer probe", device_type="probe", hardware=("one-wire",), of_beer=True
        ),
    ),
)


class Port(Struct, frozen=True, kw_only=True):
    """Where the controller is."""

    port: str = "here"


def mild(_: float) -> Mapping[str, float]:
    """Measure 20 °C, always."""
    return {"beer": 20.0, "chamber": 20.0}


class ScriptedController(devices.Fault):
    """A controller by its `driver`, with the faults of any scripted device.

    It gives what `measure` says, every `every_s`, holds `held`, and remembers, in loop time, when it was
    opened (`openings`) and what it was told to hold (`holds`); `acts` has what it was asked to do, which
    takes `slow_s`. A `deaf` one takes what it is to hold and forgets it at once; a `strange` one lets nobody
    tell it anything; one with words to `refuse` holds nothing and says them.
    """

    def __init__(self, measure: Measure = mild, every_s: float = 1.0) -> None:
        super().__init__()
        self.measure = measure
        self.every_s = every_s
        self.held = OFF
        self.deaf = False
        self.strange = False
        self.refuse = ""
        self.slow_s = 0.0
        self.facts = _FACTS
        self.openings: list[float] = []
        self.holds: list[tuple[float, Held]] = []
        self.acts: list[tuple[Act, dict[str, Any]]] = []
        self._sessions: list[ScriptedSession] = []
        self.driver = ControllerDriver(
            name="scripted_controller",
            title="Scripted controller",
            series=_SERIES,
            measures={"beer": "beer", "chamber": "chamber", "heat": "heat", "cool": "cool"},
            settings=Port,
            open=self._open,
            place=lambda settings: settings.port,
            every_s=lambda _: self.every_s,
        )

    @property
    def sessions(self) -> int:
        """How many have it open."""
        return len(self._sessions)

    def say(self, text: str, level: str = "info") -> None:
        """Have it say a line to whoever listens."""
        for session in self._sessions:
            session.tell(Said(text, level))

    def cut(self) -> None:
        """End what sessions there are, as if a cable were pulled and put back."""
        for session in self._sessions:
            session.cut()

    def change(self, held: Held) -> None:
        """Have another host change what it holds."""
        self.held = held

    def reboot(self) -> None:
        """Have it lose its power for a moment; it then holds nothing."""
        self.held = OFF
        self.cut()

    def measured(self, now_s: float) -> Measured:
        """Give a round of readings."""
        values = dict(self.measure(now_s))
        state = self._state(values)
        levels = Levels(state is ControlState.HEATING, state is ControlState.COOLING)
        values |= {"state": float(state), "heat": float(levels.heat or 0), "cool": float(levels.cool or 0)}
        if self.held.value is not None:
            values["chamber_setpoint" if self.held.mode is Mode.CHAMBER else "beer_setpoint"] = (
                self.held.value
            )
        samples = tuple(Sample(metric, value) for metric, value in values.items())
        return Measured(samples=samples, state=state, held=self.held, levels=levels)

    def told_of(self, state: ControlState) -> ControllerFacts:
        """Give its facts as they are."""
        doing = Doing(code=int(state), text=_DOING[state])
        display = (f"Mode {self.held.mode.value}", doing.text)
        return replace(self.facts, strange=STRANGE if self.strange else "", display=display, doing=doing)

    def refuse_if_strange(self) -> None:
        """Raise Invalid when it is strange."""
        if self.strange:
            raise Invalid(STRANGE)

    def perform(self, act: Act, body: Mapping[str, Any]) -> None:
        """Do something. Raises Invalid with faults."""
        self.acts.append((act, dict(body)))
        match act:
            case Act.SET:
                self.facts = replace(self.facts, parameters=self._set(body))
            case Act.ASSIGN:
                self.facts = replace(self.facts, devices=self._assigned(body))
            case Act.RESET:
                self.held, self.facts = OFF, _FACTS
            case Act.RESTART:
                self.reboot()
            case Act.SCAN:
                self.say("Looked for hardware.")

    def _state(self, values: Mapping[str, float]) -> ControlState:
        if self.held.value is None:
            return ControlState.OFF
        off_c = self.held.value - values["chamber" if self.held.mode is Mode.CHAMBER else "beer"]
        if abs(off_c) <= BAND_C:
            return ControlState.IDLE
        return ControlState.HEATING if off_c > 0 else ControlState.COOLING

    def _set(self, body: Mapping[str, Any]) -> tuple[Parameter, ...]:
        keys = {parameter.key for parameter in self.facts.parameters if parameter.writable}
        faults = [Fault(f"/{key}", "There is no such parameter.") for key in body if key not in keys]
        if faults:
            raise Invalid("These parameters cannot be set.", faults)
        return tuple(replace(one, value=body.get(one.key, one.value)) for one in self.facts.parameters)

    def _assigned(self, body: Mapping[str, Any]) -> tuple[IoDevice, ...]:
        wanted = {key: value for key, value in body.items() if key != "device"}
        if body.get("device") not in {device.id for device in self.facts.devices}:
            raise Invalid("This device cannot be assigned.", [Fault("/device", "There is no such device.")])
        if wanted.get("function") == "none":
            wanted["slot"] = None
        return tuple(
            replace(one, **wanted) if one.id == body["device"] else one for one in self.facts.devices
        )

    @asynccontextmanager
    async def _open(self, _: Port) -> AsyncIterator["ScriptedSession"]:
        self.openings.append(asyncio.get_running_loop().time())
        await self.strike()
        session = ScriptedSession(self)
        self._sessions.append(session)
        try:
            yield session
        finally:
            self._sessions.remove(session)


class ScriptedSession:
    """A session with a scripted controller."""

    def __init__(self, controller: ScriptedController) -> None:
        self._controller = controller
        self._lines: list[Said] = []
        self._news = asyncio.Event()
        self._is_cut = False

    def tell(self, line: Said) -> None:
        """Have a line told next."""
        self._lines.append(line)
        self._news.set()

    def cut(self) -> None:
        """End the session for whoever has it."""
        self._is_cut = True
        self._news.set()

    async def news(self) -> AsyncIterator[News]:
        """Give facts when they change, lines when there are any, and readings."""
        told: ControllerFacts | None = None
        due_s = now_s = asyncio.get_running_loop().time()
        while True:
            await self._alive()
            measured = self._controller.measured(now_s)
            facts = self._controller.told_of(measured.state)
            if facts != told:
                yield facts
                told = facts
            while self._lines:
                yield self._lines.pop(0)
            if now_s >= due_s:
                yield measured
                due_s = now_s + self._controller.every_s
            await self._wait(due_s - asyncio.get_running_loop().time())
            now_s = asyncio.get_running_loop().time()

    async def hold(self, wish: Held) -> None:
        """Hold this from now on."""
        await self._alive()
        self._controller.refuse_if_strange()
        if self._controller.refuse:
            raise Invalid(self._controller.refuse)
        self._controller.holds.append((asyncio.get_running_loop().time(), wish))
        if not self._controller.deaf:
            self._controller.held = wish

    async def perform(self, act: Act, body: Mapping[str, Any]) -> None:
        """Do something once."""
        await self._alive()
        self._controller.refuse_if_strange()
        await asyncio.sleep(self._controller.slow_s)
        self._controller.perform(act, body)
        self._news.set()

    async def _alive(self) -> None:
        if self._is_cut:
            raise DeviceLost("The line was cut.")
        await self._controller.strike()

    async def _wait(self, longest_s: float) -> None:
        self._news.clear()
        if self._is_cut or self._lines:
            return
        try:
            async with asyncio.timeout(max(0.0, longest_s)):
                await self._news.wait()
        except TimeoutError:
            return


_SERIES = (
    SeriesSpec("beer", Quantity.TEMPERATURE, 0.01),
    SeriesSpec("chamber", Quantity.TEMPERATURE, 0.01),
    SeriesSpec("beer_setpoint", Quantity.TEMPERATURE),
    SeriesSpec("chamber_setpoint", Quantity.TEMPERATURE),
    SeriesSpec("state", Quantity.CODE),
    SeriesSpec("heat", Quantity.SWITCH),
    SeriesSpec("cool", Quantity.SWITCH),
)
