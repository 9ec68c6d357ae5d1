"""What may not happen, whatever is demanded.

No output runs shorter than its minimum on time, rests shorter than its minimum off time or runs longer than its
longest on time, and heater and cooler never run together. An output that does not answer may be on: the other one
then stays off.
"""

from msgspec import Struct

from krausen.model.vessel import ControlState


class Times(Struct, frozen=True, kw_only=True):
    """The times of one output, seconds. After its longest on time it rests for `rest_s`."""

    min_on_s: float = 180.0
    min_off_s: float = 300.0
    longest_on_s: float = 86400.0
    rest_s: float = 900.0

    def __post_init__(self) -> None:
        if not 0 <= self.min_on_s <= self.longest_on_s or self.min_off_s < 0 or self.rest_s < 0:
            raise ValueError("Times of an output are not negative, and the longest on time is not below the minimum.")


class Output(Struct, frozen=True, gc=False):
    """An output: on, off, or None when it does not answer; since when, seconds; and whether it was worn out."""

    on: bool | None
    since_s: float
    worn: bool = False


class Outputs(Struct, frozen=True, gc=False):
    """Heater and cooler; None where there is none."""

    heat: Output | None
    cool: Output | None


class Hardware(Struct, frozen=True):
    """The times of heater and cooler; None where there is none."""

    heat: Times | None = None
    cool: Times | None = None


class Permit(Struct, frozen=True, gc=False):
    """What the outputs shall be now, what the loop is doing, and what is held back, in plain words."""

    heat: bool
    cool: bool
    state: ControlState
    held: str = ""


def fresh(hardware: Hardware, now_s: float) -> Outputs:
    """Give the outputs after a start: off, and as if only just switched off, for nobody knows better."""
    return Outputs(
        heat=None if hardware.heat is None else Output(on=False, since_s=now_s),
        cool=None if hardware.cool is None else Output(on=False, since_s=now_s),
    )


def permit(
    hardware: Hardware, outputs: Outputs, *, want_heat: bool, want_cool: bool, now_s: float
) -> Permit:
    """Say what heater and cooler shall do now; asking for both is asking for neither."""
    both = want_heat and want_cool
    heat = _alone(hardware.heat, outputs.heat, now_s, want=want_heat and not both)
    cool = _alone(hardware.cool, outputs.cool, now_s, want=want_cool and not both)
    if heat.on and _may_be_on(outputs.cool):
        return Permit(False, cool.on and not _may_be_on(outputs.heat), _COOL_FIRST, "Cooling must end first.")
    if cool.on and _may_be_on(outputs.heat):
        return Permit(heat.on, False, _HEAT_FIRST, "Heating must end first.")
    if heat.on:
        return Permit(True, False, _running(heat, ControlState.HEATING, ControlState.HEATING_MINIMUM), heat.held)
    if cool.on:
        return Permit(False, True, _running(cool, ControlState.COOLING, ControlState.COOLING_MINIMUM), cool.held)
    if heat.held:
        return Permit(False, False, ControlState.WAITING_TO_HEAT, f"Heater {heat.held}")
    if cool.held:
        return Permit(False, False, ControlState.WAITING_TO_COOL, f"Cooler {cool.held}")
    return _REST


def told(output: Output, times: Times, *, on: bool, now_s: float) -> Output:
    """Give an output after it was told and obeyed."""
    if output.on is on:
        return output
    worn = output.on is True and now_s - output.since_s >= times.longest_on_s
    return Output(on=on, since_s=now_s, worn=worn)


def silent(output: Output, now_s: float) -> Output:
    """Give an output after it did not answer."""
    return output if output.on is None else Output(on=None, since_s=now_s)


class _Turn(Struct, frozen=True, gc=False):
    on: bool
    held: str = ""
    minimum: bool = False


_OFF = _Turn(on=False)
_ON = _Turn(on=True)
_REST = Permit(False, False, ControlState.IDLE)
_COOL_FIRST = ControlState.WAITING_TO_HEAT
_HEAT_FIRST = ControlState.WAITING_TO_COOL


def _alone(times: Times | None, output: Output | None, now_s: float, *, want: bool) -> _Turn:
    if times is None or output is None:
        return _OFF
    for_s = now_s - output.since_s
    if output.on:
        if for_s >= times.longest_on_s:
            return _OFF
        if not want and for_s < times.min_on_s:
            return _Turn(on=True, held=f"Runs {_span(times.min_on_s - for_s)} more.", minimum=True)
        return _ON if want else _OFF
    rest_s = times.rest_s if output.worn else times.min_off_s
    if want and for_s < rest_s:
        return _Turn(on=False, held=f"rests {_span(rest_s - for_s)} more.")
    return _ON if want else _OFF


def _may_be_on(output: Output | None) -> bool:
    return output is not None and output.on is not False


def _running(turn: _Turn, wanted: ControlState, minimum: ControlState) -> ControlState:
    return minimum if turn.minimum else wanted


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
