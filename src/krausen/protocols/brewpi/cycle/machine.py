"""The inner loop: heater and cooler, their minimum times, and stopping before the fridge is there.

The fast filter of the fridge decides. A beer that is past its setpoint by 1/32 °C has a veto.
"""

from msgspec import Struct
from msgspec.structs import replace

from krausen.protocols.brewpi.cycle.running import Inputs, Peaks, Running
from krausen.protocols.brewpi.cycle.tuning import Tuning
from krausen.protocols.brewpi.states import Mode, State

VETO = 16
"""Half a step of a probe, counts."""
SECONDS_PER_HOUR = 3600


class Turn(Struct, frozen=True, gc=False):
    """What the machine does after a second: the instants until which it rested, heated and cooled."""

    state: State
    idle_at_s: int
    heat_at_s: int
    cool_at_s: int
    peaks: Peaks
    wait_s: int = 0


def turned(tuning: Tuning, running: Running, inputs: Inputs) -> Turn:
    """Go on one second."""
    if running.mode is Mode.OFF:
        return _stays(running, State.OFF)
    sight = _seen(running)
    if sight is None:
        return _stays(running, State.IDLE)
    if running.state.cools:
        return _cooling(tuning, running, sight)
    if running.state.heats:
        return _heating(tuning, running, sight)
    return _resting(tuning, running, inputs, sight)


class _Sight(Struct, frozen=True, gc=False):
    """The fridge, where it has to be, and by how much the beer is too warm, None where it has no say."""

    fridge: int
    wanted: int
    beer_error: int | None

    @property
    def forbids_cold(self) -> bool:
        return self.beer_error is not None and self.beer_error < VETO

    @property
    def forbids_heat(self) -> bool:
        return self.beer_error is not None and self.beer_error > -VETO

    @property
    def is_too_cold(self) -> bool:
        return self.beer_error is not None and self.beer_error < -VETO

    @property
    def is_too_warm(self) -> bool:
        return self.beer_error is not None and self.beer_error > VETO


def _seen(running: Running) -> _Sight | None:
    """Give what there is to decide on; nothing if a probe or a setpoint is missing."""
    fridge, wanted, beer, beer_set = running.fridge, running.fridge_set, running.beer, running.beer_set
    if fridge is None or wanted is None:
        return None
    if not running.mode.holds_beer:
        return _Sight(fridge.fast_counts, wanted, None)
    if beer is None or beer_set is None:
        return None
    return _Sight(fridge.fast_counts, wanted, beer.fast_counts - beer_set)


def _stays(running: Running, state: State) -> Turn:
    return Turn(state, running.idle_at_s, running.heat_at_s, running.cool_at_s, running.peaks)


def _resting(tuning: Tuning, running: Running, inputs: Inputs, sight: _Sight) -> Turn:
    error = sight.fridge - sight.wanted
    state, wait_s = State.IDLE, 0
    if error > tuning.idle_high:
        if inputs.can_cool and not sight.forbids_cold:
            state, wait_s = _begun(running, State.COOLING, _until_cool_s(tuning, running))
    elif error < tuning.idle_low:
        can_heat = inputs.can_heat or (inputs.can_light and tuning.light_as_heater)
        if can_heat and not sight.forbids_heat:
            state, wait_s = _begun(running, State.HEATING, _until_heat_s(tuning, running))
    return Turn(state, running.uptime_s, running.heat_at_s, running.cool_at_s, running.peaks, wait_s)


def _until_cool_s(tuning: Tuning, running: Running) -> int:
    times = tuning.times
    off_s = times.cool_off_fridge_s if running.mode is Mode.FRIDGE else times.cool_off_s
    heated_s, cooled_s = running.since_s(running.heat_at_s), running.since_s(running.cool_at_s)
    return max(times.switch_s - heated_s, off_s - cooled_s, 0)


def _until_heat_s(tuning: Tuning, running: Running) -> int:
    times = tuning.times
    heated_s, cooled_s = running.since_s(running.heat_at_s), running.since_s(running.cool_at_s)
    return max(times.switch_s - cooled_s, times.heat_off_s - heated_s, 0)


def _begun(running: Running, wanted: State, wait_s: int) -> tuple[State, int]:
    """Begin what is wanted, unless a time has to pass or a peak is still awaited."""
    if wait_s > 0:
        waits = State.WAITING_TO_COOL if wanted is State.COOLING else State.WAITING_TO_HEAT
        return waits, wait_s
    awaited = running.peaks.awaits_high or running.peaks.awaits_low
    return (State.WAITING_FOR_PEAK if awaited else wanted), 0


def _cooling(tuning: Tuning, running: Running, sight: _Sight) -> Turn:
    ran_s = running.since_s(running.idle_at_s)
    peak = sight.fridge - _overshoot(running.cool_estimator, min(tuning.longest_cool_s, ran_s))
    state = State.COOLING
    if peak <= sight.wanted or sight.is_too_cold:
        state = State.IDLE if ran_s > tuning.times.cool_on_s else State.COOLING_MINIMUM
    was = running.peaks
    low = peak if state is State.IDLE else was.low_estimate
    peaks = replace(was, awaits_low=True, estimated=peak, low_estimate=low)
    return Turn(state, running.idle_at_s, running.heat_at_s, running.uptime_s, peaks)


def _heating(tuning: Tuning, running: Running, sight: _Sight) -> Turn:
    ran_s = running.since_s(running.idle_at_s)
    peak = sight.fridge + _overshoot(running.heat_estimator, min(tuning.longest_heat_s, ran_s))
    state = State.HEATING
    if peak >= sight.wanted or sight.is_too_warm:
        state = State.IDLE if ran_s > tuning.times.heat_on_s else State.HEATING_MINIMUM
    was = running.peaks
    high = peak if state is State.IDLE else was.high_estimate
    peaks = replace(was, awaits_high=True, estimated=peak, high_estimate=high)
    return Turn(state, running.idle_at_s, running.uptime_s, running.cool_at_s, peaks)


def _overshoot(estimator: int, ran_s: int) -> int:
    return estimator * ran_s // SECONDS_PER_HOUR
