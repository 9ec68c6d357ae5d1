"""What may not happen, whatever is demanded.

No output runs shorter than its minimum on time, rests shorter than its minimum off time or runs longer than
its longest on time, and heater and cooler never run together. An output that does not answer may be on: the
other one then stays off, it is itself told to be off until it answers, and rests from then on.
"""

from msgspec import Struct

from krausen.model.vessel import ControlState


class Times(Struct, frozen=True, kw_only=True):
    """The times of one output, seconds. After the longest on time it rests for `rest_s` if that is longer."""

    min_on_s: float = 180.0
    min_off_s: float = 300.0
    longest_on_s: float = 86400.0
    rest_s: float = 900.0

    def __post_init__(self) -> None:
        rests = self.min_off_s >= 0 and self.rest_s >= 0
        if not (rests and 0 <= self.min_on_s <= self.longest_on_s):
            raise ValueError(
                "No time of an output is negative, and the longest on time is not below the least."
            )


class Output(Struct, frozen=True, gc=False):
    """An output: on, off, or None when it does not answer; since when, seconds; and whether it was worn out.

    One that does not answer may have been on since `since_s`.
    """

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


def permit(hardware: Hardware, outputs: Outputs, *, want_heat: bool, want_cool: bool, now_s: float) -> Permit:
    """Say what heater and cooler shall do now; asking for both is asking for neither."""
    both = want_heat and want_cool
    heat = _alone(hardware.heat, outputs.heat, now_s, want=want_heat and not both)
    cool = _alone(hardware.cool, outputs.cool, now_s, want=want_cool and not both)
    if heat.on and _may_be_on(outputs.cool):
        held = _after("Cool", outputs.cool)
        return Permit(False, cool.on and not _may_be_on(outputs.heat), _COOL_FIRST, held)
    if cool.on and _may_be_on(outputs.heat):
        return Permit(heat.on, False, _HEAT_FIRST, _after("Heat", outputs.heat))
    if heat.on:
        return Permit(
            True, False, _running(heat, ControlState.HEATING, ControlState.HEATING_MINIMUM), heat.held
        )
    if cool.on:
        return Permit(
            False, True, _running(cool, ControlState.COOLING, ControlState.COOLING_MINIMUM), cool.held
        )
    if heat.held:
        return Permit(False, False, ControlState.WAITING_TO_HEAT, f"Heater {heat.held}")
    if cool.held:
        return Permit(False, False, ControlState.WAITING_TO_COOL, f"Cooler {cool.held}")
    return _REST


def told(output: Output, times: Times, *, on: bool, now_s: float) -> Output:
    """Give an output after it was told, when it was seen to be `on`."""
    if output.on is on:
        return output
    if on:
        return Output(on=True, since_s=now_s if output.on is False else output.since_s)
    return Output(on=False, since_s=now_s, worn=output.worn or now_s - output.since_s >= times.longest_on_s)


def silent(output: Output, now_s: float) -> Output:
    """Give an output after it did not answer."""
    if output.on is None:
        return output
    return Output(on=None, since_s=output.since_s if output.on else now_s, worn=output.worn)


class _Turn(Struct, frozen=True, gc=False):
    on: bool
    held: str = ""
    minimum: bool = False


_OFF = _Turn(on=False)
_ON = _Turn(on=True)
_LOST = _Turn(on=False, held="does not answer.")
_REST = Permit(False, False, ControlState.IDLE)
_COOL_FIRST = ControlState.WAITING_TO_HEAT
_HEAT_FIRST = ControlState.WAITING_TO_COOL


def _alone(times: Times | None, output: Output | None, now_s: float, *, want: bool) -> _Turn:
    if times is None or output is None:
        return _OFF
    for_s, worn_s = now_s - output.since_s, max(times.rest_s, times.min_off_s)
    if output.on:
        if for_s >= times.longest_on_s:
            return _Turn(on=False, held=_worn(times, worn_s)) if want else _OFF
        if not want and for_s < times.min_on_s:
            return _Turn(on=True, held=f"Runs {_span(times.min_on_s - for_s)} more.", minimum=True)
        return _ON if want else _OFF
    if output.on is None:
        return _LOST if want else _OFF
    rest_s = (worn_s if output.worn else times.min_off_s) - for_s
    if want and rest_s > 0:
        return _Turn(on=False, held=_worn(times, rest_s) if output.worn else f"rests {_span(rest_s)} more.")
    return _ON if want else _OFF


def _may_be_on(output: Output | None) -> bool:
    return output is not None and output.on is not False


def _after(other: str, output: Output | None) -> str:
    if output is not None and output.on is None:
        return f"{other}er does not answer and may be on."
    return f"{other}ing must end first."


def _running(turn: _Turn, wanted: ControlState, minimum: ControlState) -> ControlState:
    return minimum if turn.minimum else wanted


def _worn(times: Times, rest_s: float) -> str:
    return f"has run for {_span(times.longest_on_s)}, its longest; it rests {_span(rest_s)} more."


def _span(seconds: float) -> str:
    if seconds >= 5400:
        return f"{seconds / 3600:.3g} h"
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{seconds:.0f} s"
