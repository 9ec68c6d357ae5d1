"""What a firmware does, without its words: the cycle over a chamber, devices in slots, permanent memory.

Whatever is installed is wired the right way round; a probe measures what its address stands for, in whatever
function it is installed.
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from krausen.physics.chamber import Chamber
from krausen.protocols.brewpi import slots
from krausen.protocols.brewpi.boards import Use
from krausen.protocols.brewpi.cycle import memory
from krausen.protocols.brewpi.cycle.counts import perhaps
from krausen.protocols.brewpi.cycle.running import Inputs, Lesson, Outputs, Running
from krausen.protocols.brewpi.cycle.second import step
from krausen.protocols.brewpi.cycle.tuning import LOW_DELAY, Times, tuning
from krausen.protocols.brewpi.devices import PROBES, Device, DeviceType, Function, Hardware
from krausen.protocols.brewpi.extras import Extended
from krausen.protocols.brewpi.lcd import View
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.requests import Change, Define
from krausen.protocols.brewpi.states import State
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.simulation.brewpi.memory import Kept, blank
from krausen.simulation.brewpi.model import Model, role_at

CAMERA_LIGHT_S = 600
"""The camera light goes off by itself after this time."""
NO_BUS = 9
MOST_NAMES = 40
OFF: frozenset[Function] = frozenset()


class Passed(Struct, frozen=True):
    """What a second brought: what was learned, whether it started, and what changed."""

    lessons: tuple[Lesson, ...] = ()
    started: bool = False
    state_changed: bool = False
    door_moved: bool = False


class Firmware:
    """The firmware of a board at work over a chamber. Probes at addresses that are `lost` do not answer."""

    def __init__(self, model: Model, chamber: Chamber, kept: Kept) -> None:
        self.model = model
        self.starts = 0
        self.active: frozenset[Function] = OFF
        self.door_open = False
        self.lost: frozenset[str] = frozenset()
        self.running: Running
        self.constants: Constants
        self.fitted: Mapping[Function, Device] = {}
        self._kept = kept
        self._chamber = chamber
        self._boot_s = 0
        self._camera_light_s = 0
        self._outputs: Outputs | None = None
        self._begin(kept)

    @property
    def kept(self) -> Kept:
        """What its permanent memory holds; the same object as long as nothing is written to it."""
        if self._kept.settings is not self.running.stored:
            self._kept = replace(self._kept, settings=self.running.stored)
        return self._kept

    @property
    def is_up(self) -> bool:
        """Whether it has started and listens."""
        return self._boot_s == 0

    def restart(self) -> None:
        """Start anew, as after a power cut: everything is off until that is done."""
        self.starts += 1
        self._boot_s = self.model.boot_s
        self._begin(self.kept)

    def second(self) -> Passed:
        """Let a second pass for chamber and firmware."""
        on = self.active
        heat = Function.HEAT in on or (Function.LIGHT in on and self.constants.light_as_heater)
        self._chamber.advance(self._chamber.at_s + 1, heat=heat, cool=Function.COOL in on)
        started = self._boot_s == 1
        self._boot_s = max(self._boot_s - 1, 0)
        if not self.is_up:
            return Passed()
        door_open = Function.DOOR in self.fitted and self._chamber.door_open
        door_moved, self.door_open = door_open is not self.door_open, door_open
        self._camera_light_s = max(self._camera_light_s - 1, 0)
        before = self.running.state
        self.running, outcome = step(self._tuning, self.running, self._inputs())
        self._switch(outcome.outputs)
        return Passed(
            lessons=outcome.lessons,
            started=started,
            state_changed=self.running.state is not before,
            door_moved=door_moved,
        )

    def read(self, device: Device) -> float | None:
        """Give what a probe tells now, with its calibration, °C; None if it does not answer."""
        answers = device.hardware is Hardware.ONE_WIRE_PROBE and device.address not in self.lost
        role = role_at(device.address) if answers else None
        return None if role is None else self._chamber.read(role) + device.calibration_c

    def valued(self, device: Device) -> Device:
        """Give a device with its value: °C, or 0 or 1."""
        if device.hardware in PROBES:
            return replace(device, value=self.read(device))
        is_on = self.door_open if device.type is DeviceType.SWITCH else device.function in self.active
        return replace(device, value=float(is_on))

    def temperatures(self, beer_note: str | None = None, fridge_note: str | None = None) -> Temperatures:
        """Give what it measures, wants and does."""
        running = self.running
        return Temperatures(
            beer_c=None if running.beer is None else perhaps(running.beer.fast_counts),
            beer_set_c=perhaps(running.beer_set),
            beer_note=beer_note,
            fridge_c=None if running.fridge is None else perhaps(running.fridge.fast_counts),
            fridge_set_c=perhaps(running.fridge_set),
            fridge_note=fridge_note,
            room_c=self._told(Function.ROOM_TEMPERATURE),
            state=running.state,
        )

    def view(self) -> View:
        """Give what its display shows."""
        told = self.temperatures()
        return View(
            mode=self.running.mode,
            state=State.DOOR_OPEN if self.door_open else told.state,
            unit=self.constants.unit,
            beer_c=told.beer_c,
            beer_set_c=told.beer_set_c,
            fridge_c=told.fridge_c,
            fridge_set_c=told.fridge_set_c,
            room_c=told.room_c,
            timer_s=None if self.door_open else memory.timer_s(self.running, self._times),
        )

    def alter(self, change: Change) -> None:
        """Change a setting or constant, and store it."""
        family = self.model.family
        constants, self.running = memory.altered(self.constants, self.running, change, family)
        self._tune(constants)
        if constants != self._kept.constants:
            self._kept = replace(self._kept, constants=constants)

    def load_default_constants(self) -> None:
        """Go back to the default constants, which are stored with the next change."""
        self._tune(Constants())
        self.running = memory.retuned(self.running, self.constants)

    def load_default_settings(self) -> None:
        """Go back to the default settings."""
        self.running = memory.reset(self.running, Settings())

    def erase(self) -> None:
        """Forget everything."""
        self._begin(blank(self.model))

    def define(self, wanted: Define) -> slots.Outcome:
        """Install, change or remove a device; give what came of it."""
        before = self._kept.slots
        outcome = slots.define(before, wanted, self.model.family)
        if outcome.slots is before:
            return outcome
        device = outcome.answer
        if device is not None and device.function and not self._is_reached(device):
            refused = (
                Log(LogKind.ERROR, NO_BUS, (device.pin,)),
                Log(LogKind.ERROR, slots.INVALID_DEFINITION),
            )
            return slots.Outcome(before, refused, before[device.slot])
        self._kept = replace(self._kept, slots=outcome.slots)
        self._fit()
        return outcome

    def switch(self, device: Device, *, on: bool) -> None:
        """Switch an output; the cycle sets it again in its next second, but in test mode."""
        if device.type is DeviceType.OUTPUT:
            only = frozenset({device.function})
            self.active = self.active | only if on else self.active - only
            self._outputs = None

    def light(self, *, on: bool) -> None:
        """Switch the camera light."""
        self._camera_light_s = CAMERA_LIGHT_S if on else 0

    def extend(self, wanted: Extended) -> None:
        """Change and store extended settings, those that are not None."""
        said = {name: getattr(wanted, name) for name in Extended.__struct_fields__}
        changes = {name: value for name, value in said.items() if value is not None}
        self._kept = replace(self._kept, extended=replace(self._kept.extended, **changes))
        self._tune(self.constants)

    def name(self, names: Mapping[str, str]) -> None:
        """Keep names of probes, by address."""
        known = {**self._kept.names, **names}
        self._kept = replace(self._kept, names=dict(list(known.items())[-MOST_NAMES:]))

    def _begin(self, kept: Kept) -> None:
        self._kept = kept
        self._camera_light_s = 0
        self._outputs = None
        self.active, self.door_open = OFF, False
        self.running = memory.begun(kept.constants, kept.settings)
        self._tune(kept.constants)
        self.fitted = {}
        self._fit()

    def _tune(self, constants: Constants) -> None:
        self.constants = constants
        self._times = LOW_DELAY if self._kept.extended.low_delay else Times()
        self._tuning = tuning(constants, self._times)

    def _fit(self) -> None:
        """Take the devices of the slots into use; a probe that was not there before begins anew."""
        before = self.fitted
        found = ((function, slots.fitting(self._kept.slots, function)) for function in Function if function)
        self.fitted = {function: device for function, device in found if device is not None}
        if before.get(Function.BEER_TEMPERATURE) != self.fitted.get(Function.BEER_TEMPERATURE):
            self.running = replace(self.running, beer=None)
        if before.get(Function.FRIDGE_TEMPERATURE) != self.fitted.get(Function.FRIDGE_TEMPERATURE):
            self.running = replace(self.running, fridge=None)
        self.active &= self.fitted.keys()
        self._outputs = None

    def _inputs(self) -> Inputs:
        fitted = self.fitted
        return Inputs(
            beer_c=self._told(Function.BEER_TEMPERATURE),
            fridge_c=self._told(Function.FRIDGE_TEMPERATURE),
            can_heat=Function.HEAT in fitted,
            can_cool=Function.COOL in fitted,
            can_light=Function.LIGHT in fitted,
            door_open=self.door_open,
            camera_light=self._camera_light_s > 0,
        )

    def _told(self, function: Function) -> float | None:
        device = self.fitted.get(function)
        return None if device is None else self.read(device)

    def _switch(self, outputs: Outputs | None) -> None:
        """Set what the cycle decides about, where it is installed."""
        if outputs is None or outputs == self._outputs:
            return
        self._outputs = outputs
        wanted = (
            (Function.HEAT, outputs.heat),
            (Function.COOL, outputs.cool),
            (Function.LIGHT, outputs.light),
            (Function.FAN, outputs.fan),
        )
        self.active = frozenset(function for function, on in wanted if on and function in self.fitted)

    def _is_reached(self, device: Device) -> bool:
        if device.hardware not in (Hardware.ONE_WIRE_PROBE, Hardware.DS2413):
            return True
        pin = self.model.board.pin(device.pin)
        return pin is not None and pin.use is Use.BUS
