"""A vessel held by an emulated firmware, second by second without a line between: its past in no time."""

from collections.abc import Callable, Iterator, Mapping

from krausen.control.interlocks import Permit
from krausen.control.record import Record
from krausen.control.regulation import Outcome
from krausen.model.level import Demand, Levels
from krausen.model.quantities import Quantity
from krausen.model.reading import Reading
from krausen.model.series import SeriesName, SeriesSpec
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import OUTPUT_ROLES, VESSEL_ADAPTER, ControlState, Role, VesselMetric
from krausen.physics.chamber import Chamber, Snapshot
from krausen.ports.clock import Clock
from krausen.profiles.following import Follower
from krausen.protocols.brewpi import states
from krausen.protocols.brewpi.requests import Change
from krausen.protocols.brewpi.temperatures import Temperatures
from krausen.simulation.brewpi.firmware import Firmware
from krausen.simulation.brewpi.memory import fresh
from krausen.simulation.brewpi.model import MODELS
from krausen.simulation.fast import Rhythm
from krausen.simulation.rig import TEMPERATURE, WatchedRig
from krausen.simulation.vessel import SimulatedVessel

BOARD = "esp8266"
"""The board that holds simulated vessels."""
MODES: Mapping[Mode, states.Mode] = {
    Mode.OFF: states.Mode.OFF,
    Mode.CHAMBER: states.Mode.FRIDGE,
    Mode.BEER: states.Mode.BEER,
    Mode.PROFILE: states.Mode.PROFILE,
}
OF_FIRMWARE = {
    "beer_setpoint": TEMPERATURE,
    "chamber_setpoint": TEMPERATURE,
    "state": SeriesSpec("state", Quantity.CODE),
}
"""What a controller tells besides what it measures, by metric."""
KEYS = {Mode.CHAMBER: "fridgeSet", Mode.BEER: "beerSet", Mode.PROFILE: "beerSet"}


def firmware_over(chamber: Chamber, wish: Setpoint) -> Firmware:
    """Give a firmware that has just started over a chamber, and holds what is wished."""
    firmware = Firmware(MODELS[BOARD], chamber, fresh(MODELS[BOARD]))
    hold(firmware, wish)
    return firmware


def hold(firmware: Firmware, wish: Setpoint) -> None:
    """Have a firmware hold what is wished."""
    firmware.alter(Change("mode", MODES[wish.mode]))
    if wish.mode in KEYS and wish.value is not None:
        firmware.alter(Change(KEYS[wish.mode], wish.value))


class FirmwareRun:
    """One vessel, run as far as one likes. `take` gets each reading as it is made.

    It begins at second 0 of the chamber, which was at `started_ms` (UTC), or where a snapshot was taken, then
    with a firmware that has just started. `wishes` are in order of time.
    """

    def __init__(
        self,
        vessel: SimulatedVessel,
        life: tuple[int, tuple[Setpoint, ...], Snapshot | None],
        rhythm: Rhythm,
        take: Callable[[Reading], None],
    ) -> None:
        self._started_ms, wishes, begin = life
        self.chamber = vessel.fresh()
        if begin is not None:
            self.chamber.restore(begin)
        self._vessel = vessel
        self._rhythm = rhythm
        self._take = take
        self._wishes = list(wishes)
        self._wish = self._wishes.pop(0)
        self._follower = Follower()
        self._held = self._follower.now(self._wish, self._now_ms)
        self._firmware = firmware_over(self.chamber, self._held)
        clock = Clock(self._started_ms, lambda: float(self.chamber.at_s))
        self._rig = WatchedRig(self.chamber, clock, self._started_ms, vessel.seed, vessel.silences)
        self._own = {metric: SeriesName(VESSEL_ADAPTER, vessel.id, metric) for metric in VesselMetric}
        self._record = Record()

    def run(self, seconds: int) -> None:
        """Go on for so many seconds."""
        for at_s in range(self.chamber.at_s, self.chamber.at_s + seconds):
            if at_s % self._rhythm.every_s == 0:
                self._round(at_s)
            if at_s % self._rhythm.gravity_s == 0 and not self._rig.is_silent(Role.GRAVITY, at_s):
                self._note(self._vessel.series(Role.GRAVITY), self._rig.gravity(at_s))
            self._firmware.second()

    def snapshot(self) -> Snapshot:
        """Give how the chamber stands."""
        return self.chamber.snapshot()

    def _round(self, at_s: int) -> None:
        """Do what an agent does every few seconds: see to the wish, and read."""
        while self._wishes and self._wishes[0].at <= self._now_ms:
            self._wish = self._wishes.pop(0)
        wish = self._follower.now(self._wish, self._now_ms)
        if wish != self._held:
            hold(self._firmware, wish)
            self._held = wish
        told = self._firmware.temperatures()
        for name, value in self._read(told):
            self._note(name, value)
        levels = Levels(heat=told.state.heats, cool=told.state.cools)
        for metric, value in self._record.due(wish, _outcome(told), levels, float(at_s)):
            self._note(self._own[metric], value)
            if metric in OUTPUT_ROLES:
                self._note(self._vessel.series(OUTPUT_ROLES[metric]), value)

    def _read(self, told: Temperatures) -> Iterator[tuple[SeriesName, float]]:
        measured = ((Role.BEER, told.beer_c), (Role.CHAMBER, told.fridge_c), (Role.AMBIENT, told.room_c))
        for role, value in measured:
            if role in self._vessel.roles and value is not None:
                yield self._vessel.series(role), round(value, 2)
        controller = self._vessel.controller or ""
        held = (("beer_setpoint", told.beer_set_c), ("chamber_setpoint", told.fridge_set_c))
        for metric, value in held:
            if value is not None:
                yield SeriesName(controller, controller, metric), round(value, 2)
        yield SeriesName(controller, controller, "state"), float(told.state)

    def _note(self, series: SeriesName, value: float) -> None:
        self._take(Reading(series, self._now_ms, value))

    @property
    def _now_ms(self) -> int:
        return self._started_ms + self.chamber.at_s * 1000


def _outcome(told: Temperatures) -> Outcome:
    heat, cool = told.state.heats, told.state.cools
    state = ControlState.IDLE if told.state is states.State.DOOR_OPEN else ControlState(told.state)
    return Outcome(Demand(float(heat), float(cool)), Permit(heat, cool, state))
