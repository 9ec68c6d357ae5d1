"""What the cycle begins from, what it is told to change, and what it shows of itself."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from krausen.errors import Invalid
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.cycle.counts import celsius, difference, perhaps, temperature
from krausen.protocols.brewpi.cycle.running import Lesson, Peaks, Running
from krausen.protocols.brewpi.cycle.tuning import LARGEST_SHIFT, Times, applied
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.parameters import CONSTANTS, COUNTS_PER_C, Constants, Kind, Settings, Variables
from krausen.protocols.brewpi.requests import Change
from krausen.protocols.brewpi.scalars import Scalar, Unit, in_unit, number, whole
from krausen.protocols.brewpi.states import Mode, State

LARGEST_SECONDS = 65_535
LARGEST_BYTE = 255
WORTH_STORING = COUNTS_PER_C // 4
"""In a profile the beer's setpoint goes to permanent memory when it has moved further than this."""
ANOTHER_COURSE = COUNTS_PER_C // 2
"""A beer setpoint that moves further than this makes an awaited peak worthless."""


def begun(constants: Constants, settings: Settings) -> Running:
    """Give the cycle after power came: it rests, has seen no probe, and counts all runs as just over."""
    return Running(
        stored=settings,
        applied=applied(constants),
        mode=settings.mode,
        beer_set=_counted(settings.beer_set_c),
        fridge_set=_counted(settings.fridge_set_c),
        heat_estimator=difference(settings.heat_estimator),
        cool_estimator=difference(settings.cool_estimator),
    )


def altered(
    constants: Constants, running: Running, change: Change, family: Family
) -> tuple[Constants, Running]:
    """Change a setting or a constant, as a firmware of a family takes it, within what can be counted.

    A filter goes into use at once; an ESP uses it and does not show it. Raises Invalid for a key that
    is neither a setting nor a constant.
    """
    if change.key in _SETTERS:
        return constants, _SETTERS[change.key](running, change.value)
    parameter = _CONSTANTS.get(change.key)
    if parameter is None:
        raise Invalid(f"{change.key[:40]!r} is no setting of a controller.")
    is_filter = parameter.attribute in _FILTERS
    value = _countable(parameter.kind, change.value, is_filter=is_filter)
    if is_filter:
        running = _filtering(running, parameter.attribute, whole(value))
        if family is Family.ESP:
            return constants, running
    return replace(constants, **{parameter.attribute: value}), running


def retuned(running: Running, constants: Constants) -> Running:
    """Take all constants into use."""
    return replace(running, applied=applied(constants))


def reset(running: Running, wanted: Settings) -> Running:
    """Take all settings into use, and store them."""
    return replace(
        running,
        stored=wanted,
        mode=wanted.mode,
        beer_set=_counted(wanted.beer_set_c),
        fridge_set=_counted(wanted.fridge_set_c),
        heat_estimator=difference(wanted.heat_estimator),
        cool_estimator=difference(wanted.cool_estimator),
        state=State.IDLE,
        peaks=Peaks(),
    )


def settings(running: Running) -> Settings:
    """Show the settings as they are."""
    return Settings(
        mode=running.mode,
        beer_set_c=perhaps(running.beer_set),
        fridge_set_c=perhaps(running.fridge_set),
        heat_estimator=celsius(running.heat_estimator),
        cool_estimator=celsius(running.cool_estimator),
    )


def variables(running: Running) -> Variables:
    """Show where PID and peak detection stand."""
    pid, peaks = running.pid, running.peaks
    return Variables(
        beer_error_c=celsius(pid.error),
        integral_c=celsius(pid.integral),
        beer_slope_c_h=celsius(pid.slope),
        p_c=celsius(pid.p),
        i_c=celsius(pid.i),
        d_c=celsius(pid.d),
        estimated_peak_c=perhaps(peaks.estimated),
        low_peak_estimate_c=perhaps(peaks.low_estimate),
        high_peak_estimate_c=perhaps(peaks.high_estimate),
        low_peak_c=perhaps(peaks.low),
        high_peak_c=perhaps(peaks.high),
    )


def timer_s(running: Running, times: Times) -> int | None:
    """Give the seconds that a display shows: how long it runs or rests, or how long it still has to."""
    state, ran_s = running.state, running.since_s(running.idle_at_s)
    if state is State.COOLING_MINIMUM:
        return max(times.cool_on_s - ran_s, 0)
    if state is State.HEATING_MINIMUM:
        return max(times.heat_on_s - ran_s, 0)
    if state in (State.HEATING, State.COOLING):
        return ran_s
    if state in (State.WAITING_TO_COOL, State.WAITING_TO_HEAT):
        return running.wait_s
    if state is State.IDLE:
        return min(running.since_s(running.heat_at_s), running.since_s(running.cool_at_s))
    return None


def note(lesson: Lesson, unit: Unit) -> Log:
    """Log what was learned."""
    temperatures = (in_unit(celsius(counts), unit) for counts in (lesson.peak, lesson.expected))
    estimators = (celsius(counts) for counts in (lesson.before, lesson.after))
    shown = (*(f"{one: .1f}" for one in temperatures), *(f"{one: .3f}" for one in estimators))
    return Log(LogKind.NOTE, lesson.log, shown)


def _set_mode(running: Running, value: Scalar) -> Running:
    mode = Mode(str(value))
    if mode is running.mode and not running.state.waits:
        return running
    running = replace(running, mode=mode, state=State.IDLE)
    if mode is Mode.OFF:
        running = replace(running, beer_set=None, fridge_set=None)
    return _stored(running)


def _set_beer(running: Running, value: Scalar) -> Running:
    before, after = running.beer_set, _counted(value)
    if before is None or after is None or abs(after - before) > ANOTHER_COURSE:
        running = replace(running, peaks=_unwatched(running.peaks))
    running = replace(running, beer_set=after)
    kept = _counted(running.stored.beer_set_c)
    small = after is not None and kept is not None and abs(after - kept) <= WORTH_STORING
    return running if small and running.mode is Mode.PROFILE else _stored(running)


def _set_fridge(running: Running, value: Scalar) -> Running:
    return _stored(replace(running, fridge_set=_counted(value), peaks=_unwatched(running.peaks)))


def _set_heat_estimator(running: Running, value: Scalar) -> Running:
    return _stored(replace(running, heat_estimator=difference(number(value))))


def _set_cool_estimator(running: Running, value: Scalar) -> Running:
    return _stored(replace(running, cool_estimator=difference(number(value))))


def _filtering(running: Running, attribute: str, exponent: int) -> Running:
    probe, speed = attribute.split("_")
    exponents = replace(getattr(running.applied, probe), **{speed: min(exponent, LARGEST_SHIFT)})
    return replace(running, applied=replace(running.applied, **{probe: exponents}))


def _unwatched(peaks: Peaks) -> Peaks:
    return replace(peaks, awaits_high=False, awaits_low=False)


def _stored(running: Running) -> Running:
    return replace(running, stored=settings(running))


def _counted(value_c: Scalar) -> int | None:
    return None if value_c is None else temperature(number(value_c))


def _countable(kind: Kind, value: Scalar, *, is_filter: bool) -> float | str | None:
    """Bring a constant onto the grid of what can be counted."""
    if kind is Kind.TEMPERATURE:
        return celsius(temperature(number(value)))
    if kind in (Kind.DIFFERENCE, Kind.FIXED):
        return celsius(difference(number(value)))
    if kind is Kind.WHOLE:
        return min(int(number(value)), LARGEST_BYTE if is_filter else LARGEST_SECONDS)
    return value


_SETTERS: Mapping[str, Callable[[Running, Scalar], Running]] = {
    "mode": _set_mode,
    "beerSet": _set_beer,
    "fridgeSet": _set_fridge,
    "heatEst": _set_heat_estimator,
    "coolEst": _set_cool_estimator,
}
_CONSTANTS = {one.key: one for one in CONSTANTS}
_FILTERS = {name for name in Constants.__struct_fields__ if name.startswith(("beer_", "fridge_"))}
