"""One life that a chamber may have: heat flows as they were learned, steered as learning steers."""

from collections.abc import Callable, Sequence
from math import exp

from msgspec import Struct

from krausen.control.interlocks import Hardware, Times
from krausen.control.learning.chamber import At, chamber_of
from krausen.control.learning.course import JUMP_C, RAMP_S
from krausen.control.learning.cycling import best_band
from krausen.control.learning.slowmode import SlowMode, beer_of, coasting, slow_mode
from krausen.control.learning.steering import FAR_C, Limits, Manner, View, decided
from krausen.control.learning.stepping import NODES, Nodes, Stepping
from krausen.control.turning import COOL, HEAT

RISE_S, FALL_S = 45.0, 20.0
"""How slowly the cooler's flow builds up and dies away."""
_STILL = 1e-6
_ANEW_S, _ANEW_STEPS = 6 * 3600.0, 160
_ANEW_C = 1.0
_ANEW_C_H = 0.15
"""After so long, but no fewer steps, and for a setpoint or a pace so far off, the slow mode is made anew."""
_BAND_S = 86400.0
_COAST_S = 300.0


class Surroundings(Struct, frozen=True):
    """What goes on around a life: the room, °C, and the heat of fermentation, K/h, after so many hours.

    Each is asked about once an hour, in order; `heat` with the temperature of the beer, °C.
    """

    room_c: Callable[[float], float]
    heat: Callable[[float, float], float]


class Held(Struct, frozen=True):
    """How a life is held; `sight_c` is how much too warm the beer looks to who steers."""

    hardware: Hardware
    manner: Manner
    sight_c: float = 0.0

    def limits(self, band_c: float) -> Limits:
        """Give the limits of steering with a band."""
        heat, cool = self.hardware.heat, self.hardware.cool
        return Limits(band_c, _shortest_h(heat), _shortest_h(cool))


class Life:
    """A chamber that lives on in steps of `step_s` seconds, from a vector and the flow of its cooler.

    `drawn_k` is the heat taken from it and `heated_k` that given to it, both in K of the beer.
    """

    def __init__(
        self, vector: Sequence[float], flow: float, around: Surroundings, held: Held, step_s: float
    ) -> None:
        self._vector = list(vector)
        self._chamber = chamber_of(self._vector)
        self._around = around
        self._held = held
        self._step_s = step_s
        self._anew_s = max(_ANEW_S, _ANEW_STEPS * step_s)
        self._lagging = exp(-step_s / RAMP_S)
        self._nodes: Nodes = tuple(self._vector[:NODES])
        self._flow = flow
        self._at_s = 0.0
        self._stepping = Stepping(self._vector, self._chamber, step_s / 3600.0)
        self._aim: _Aim | None = None
        self._tilts: dict[bool, _Tilt] = {}
        self._slow_c: float | None = None
        self._band_s = self._coast_s = float("-inf")
        self._limits = held.limits(0.0)
        self._heat, self._cool = _Switch(held.hardware.heat), _Switch(held.hardware.cool)
        self._way = self._last = 0
        self.drawn_k = self.heated_k = 0.0

    @property
    def starts(self) -> int:
        """How often the cooler started, or the heater where nothing cools."""
        return (self._heat if self._held.hardware.cool is None else self._cool).starts

    @property
    def beer_c(self) -> float:
        """The temperature of the beer as a whole, °C."""
        return beer_of(self._nodes)

    def again(self, around: Surroundings) -> "Life":
        """Give a life that goes on from how this one stands now, with its outputs off."""
        return Life((*self._nodes, *self._vector[NODES:]), self._flow, around, self._held, self._step_s)

    def hour(self, setpoints: Sequence[float]) -> list[float]:
        """Live through the steps of about an hour, each with its setpoint; give the beer after each, °C."""
        at_h, vector = self._at_s / 3600.0, self._vector
        vector[At.AMBIENT] = self._around.room_c(at_h)
        vector[At.FERMENTATION] = self._around.heat(at_h, self.beer_c)
        self._stepping = Stepping((*self._nodes, *vector[NODES:]), self._chamber, self._step_s / 3600.0)
        return [self._step(setpoint_c) for setpoint_c in setpoints]

    def _step(self, setpoint_c: float) -> float:
        self._steer(setpoint_c, self._paced(setpoint_c))
        flow, stepping = self._flowing(), self._stepping
        if flow > 0.0:
            self.drawn_k += flow * stepping.power * max(self._nodes[At.STORE] - stepping.sink_c, 0.0)
        if self._heat.on:
            self.heated_k += stepping.heating
        self._nodes = stepping.moved(self._nodes, flow, heat=self._heat.on)
        self._at_s += self._step_s
        return beer_of(self._nodes)

    def _paced(self, setpoint_c: float) -> float:
        """Give how fast the setpoint seems to move, °C/h."""
        slow_c = self._slow_c
        if slow_c is None or abs(setpoint_c - slow_c) > JUMP_C:
            slow_c = setpoint_c
        apart_c = (setpoint_c - slow_c) * self._lagging
        self._slow_c = setpoint_c - apart_c
        return apart_c * 3600.0 / RAMP_S

    def _steer(self, setpoint_c: float, rate: float) -> None:
        aim = self._aim
        if aim is None or self._at_s >= aim.until_s or aim.is_other(setpoint_c, rate):
            aim = self._aim = self._aimed(setpoint_c, rate)
        way = self._decided(aim, setpoint_c, rate)
        self._way, self._last = way, way or self._last
        self._heat.turn(self._at_s, wanted=way == HEAT, free=not self._cool.on)
        self._cool.turn(self._at_s, wanted=way == COOL, free=not self._heat.on)

    def _decided(self, aim: "_Aim", setpoint_c: float, rate: float) -> int:
        way, limits, sight_c = self._way, self._limits, self._held.sight_c
        ahead_c = aim.ahead_c(self._nodes, setpoint_c, rate) + sight_c
        error_c = beer_of(self._nodes) - setpoint_c + sight_c
        coast_c = None
        if way and -way * error_c > FAR_C and way * ahead_c >= limits.band_c:
            if self._at_s - self._coast_s < _COAST_S:
                return way
            self._coast_s = self._at_s
            coast_c = coasting(aim.mode, self._nodes, way) - setpoint_c + sight_c
        probe_c = self._read_c() - setpoint_c + sight_c
        view = View(ahead_c=ahead_c, doubt_c=0.0, error_c=error_c, probe_c=probe_c, coast_c=coast_c)
        way = decided(aim.mode, view, limits, self._held.manner, (way, self._last))
        hardware = self._held.hardware
        return 0 if (hardware.heat if way == HEAT else hardware.cool) is None else way

    def _read_c(self) -> float:
        """Give what a probe without noise or lag reads where it sits."""
        core, layer, air, *_ = self._nodes
        beer_c = layer + self._chamber.depth * (core - layer)
        return beer_c + self._chamber.exposure * (air - beer_c)

    def _aimed(self, setpoint_c: float, rate: float) -> "_Aim":
        vector = (*self._nodes, *self._vector[NODES:])
        here = slow_mode(vector, self._chamber, setpoint_c, rate)
        is_warm, end_c = here.load >= 0.0, _end_c(here)
        if self._at_s - self._band_s >= _BAND_S:
            self._tilts.clear()
            self._band_s, shortest = self._at_s, self._held.limits(0.0)
            shortest_h = shortest.cool_h if here.load >= 0.0 else shortest.heat_h
            self._limits = self._held.limits(best_band(here, shortest_h, self._held.manner.start_cost))
        if is_warm not in self._tilts:
            warmer, faster = (
                slow_mode(vector, self._chamber, setpoint_c + one, rate + other)
                for one, other in ((1.0, 0.0), (0.0, _ANEW_C_H))
            )
            self._tilts[is_warm] = _Tilt(_end_c(warmer) - end_c, (_end_c(faster) - end_c) / _ANEW_C_H)
        return _Aim(here, setpoint_c, rate, self._at_s + self._anew_s, end_c, self._tilts[is_warm])

    def _flowing(self) -> float:
        """Give the mean flow in this step, and let it go on."""
        target = 1.0 if self._cool.on else 0.0
        apart = self._flow - target
        if abs(apart) < _STILL:
            self._flow = target
            return target
        lag_s = FALL_S if apart > 0.0 else RISE_S
        left = exp(-self._step_s / lag_s)
        self._flow = target + apart * left
        return target + apart * (1.0 - left) * lag_s / self._step_s


class _Tilt(Struct, frozen=True, gc=False):
    """How the end moves with the setpoint, °C for each °C, and with its pace, °C for each °C/h."""

    by_c: float
    by_c_h: float


class _Aim(Struct, frozen=True, gc=False):
    """The slow mode about a setpoint: where the end lies there, °C, and how that moves."""

    mode: SlowMode
    setpoint_c: float
    rate: float
    until_s: float
    end_c: float
    tilt: _Tilt

    def is_other(self, setpoint_c: float, rate: float) -> bool:
        """Tell whether a setpoint is too far away for it."""
        return abs(setpoint_c - self.setpoint_c) > _ANEW_C or abs(rate - self.rate) > _ANEW_C_H

    def ahead_c(self, nodes: Nodes, setpoint_c: float, rate: float) -> float:
        """Give how far above its place the end is, °C."""
        core, layer, air, store, heater = self.mode.weights
        end_c = core * nodes[0] + layer * nodes[1] + air * nodes[2] + store * nodes[3] + heater * nodes[4]
        tilt = self.tilt
        moved_c = tilt.by_c * (setpoint_c - self.setpoint_c) + tilt.by_c_h * (rate - self.rate)
        return end_c - self.end_c - moved_c


class _Switch:
    """An output that keeps its times."""

    def __init__(self, times: Times | None) -> None:
        self._times = times or Times()
        self._free_s = self._worn_s = 0.0
        self.on = False
        self.starts = 0

    def turn(self, at_s: float, *, wanted: bool, free: bool) -> None:
        """Turn it as wanted, where its times and the other output allow."""
        times = self._times
        if self.on:
            is_worn = at_s >= self._worn_s
            if is_worn or (not wanted and at_s >= self._free_s):
                self.on = False
                self._free_s = at_s + (max(times.rest_s, times.min_off_s) if is_worn else times.min_off_s)
        elif wanted and free and at_s >= self._free_s:
            self.on = True
            self.starts += 1
            self._free_s, self._worn_s = at_s + times.min_on_s, at_s + times.longest_on_s


def _end_c(mode: SlowMode) -> float:
    return sum(one * other for one, other in zip(mode.weights, mode.rest, strict=True))


def _shortest_h(times: Times | None) -> float:
    return 0.0 if times is None else times.min_on_s / 3600.0
