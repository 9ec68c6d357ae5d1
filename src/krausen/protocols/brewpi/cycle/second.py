"""One second of the cycle: read probes, look for peaks, lead the fridge, turn the machine, set outputs."""

from msgspec.structs import replace

from krausen.protocols.brewpi.cycle.filters import heard
from krausen.protocols.brewpi.cycle.machine import turned
from krausen.protocols.brewpi.cycle.peaks import watched
from krausen.protocols.brewpi.cycle.pid import led
from krausen.protocols.brewpi.cycle.running import UPTIME_S, Inputs, Lesson, Outcome, Outputs, Running
from krausen.protocols.brewpi.cycle.tuning import Tuning
from krausen.protocols.brewpi.states import Mode


def step(tuning: Tuning, running: Running, inputs: Inputs) -> tuple[Running, Outcome]:
    """Go on one second. Never heats and cools at once; the same arguments always give the same."""
    running = replace(
        running,
        uptime_s=(running.uptime_s + 1) % UPTIME_S,
        beer=heard(running.beer, inputs.beer_c, running.applied.beer),
        fridge=heard(running.fridge, inputs.fridge_c, running.applied.fridge),
    )
    lessons: tuple[Lesson, ...] = ()
    if running.peaks.awaits_high or running.peaks.awaits_low:
        running, lessons = watched(tuning, running)
    if running.mode.holds_beer:
        pid, fridge_set = led(tuning, running)
        running = replace(running, pid=pid, fridge_set=fridge_set)
    elif running.mode is Mode.FRIDGE and running.beer_set is not None:
        running = replace(running, beer_set=None)
    turn = turned(tuning, running, inputs)
    running = replace(
        running,
        state=turn.state,
        idle_at_s=turn.idle_at_s,
        heat_at_s=turn.heat_at_s,
        cool_at_s=turn.cool_at_s,
        wait_s=turn.wait_s,
        peaks=turn.peaks,
    )
    return running, Outcome(_outputs(tuning, running, inputs), lessons)


def _outputs(tuning: Tuning, running: Running, inputs: Inputs) -> Outputs | None:
    if running.mode is Mode.TEST:
        return None
    heats, cools = running.state.heats, running.state.cools
    lit = inputs.door_open or inputs.camera_light
    return Outputs(
        heat=heats and not tuning.light_as_heater,
        cool=cools,
        light=lit or (heats and tuning.light_as_heater),
        fan=heats or cools,
    )
