"""Everything the cycle remembers from one second to the next, what it is told, and what it does."""

from msgspec import Struct

from krausen.protocols.brewpi.cycle.filters import Probe
from krausen.protocols.brewpi.cycle.tuning import Applied
from krausen.protocols.brewpi.parameters import Settings
from krausen.protocols.brewpi.states import Mode, State

UPTIME_S = 2**16
"""Seconds are counted in 16 bits: after 18.2 h they begin anew, and so do the times since the last run."""


class Pid(Struct, frozen=True, gc=False):
    """The outer loop, counts; `cycles` since the integral was last looked at."""

    error: int = 0
    integral: int = 0
    slope: int = 0
    p: int = 0
    i: int = 0
    d: int = 0
    cycles: int = 0


class Peaks(Struct, frozen=True, gc=False):
    """What is expected of the fridge after a run, and what it came to, counts.

    High peaks follow heating, low ones cooling. `estimated` is where it would end were the run over now.
    """

    awaits_high: bool = False
    awaits_low: bool = False
    estimated: int | None = None
    high_estimate: int | None = None
    low_estimate: int | None = None
    high: int | None = None
    low: int | None = None


class Running(Struct, frozen=True, kw_only=True):
    """A controller at work; temperatures and estimators are counts, instants seconds of a 16-bit count.

    `stored` is what its permanent memory holds of the settings, from which it would begin after a power cut.
    """

    stored: Settings
    applied: Applied
    mode: Mode = Mode.OFF
    beer_set: int | None = None
    fridge_set: int | None = None
    heat_estimator: int = 0
    cool_estimator: int = 0
    state: State = State.IDLE
    uptime_s: int = 0
    idle_at_s: int = 0
    heat_at_s: int = 0
    cool_at_s: int = 0
    wait_s: int = 0
    beer: Probe | None = None
    fridge: Probe | None = None
    pid: Pid = Pid()
    peaks: Peaks = Peaks()

    def since_s(self, at_s: int) -> int:
        """Give the seconds since an instant, as far as 16 bits can tell."""
        return (self.uptime_s - at_s) % UPTIME_S


class Inputs(Struct, frozen=True, kw_only=True, gc=False):
    """What the probes say this second, °C, None for nothing, and what hardware there is."""

    beer_c: float | None
    fridge_c: float | None
    can_heat: bool = True
    can_cool: bool = True
    can_light: bool = False
    door_open: bool = False
    camera_light: bool = False


class Outputs(Struct, frozen=True, gc=False):
    """What shall be on."""

    heat: bool = False
    cool: bool = False
    light: bool = False
    fan: bool = False


class Lesson(Struct, frozen=True):
    """A run is judged: the id of its log line, what came and what was expected, and the estimator, counts."""

    log: int
    peak: int
    expected: int
    before: int
    after: int


class Outcome(Struct, frozen=True):
    """What one second came to; `outputs` is None where they stay as somebody set them (test mode)."""

    outputs: Outputs | None
    lessons: tuple[Lesson, ...] = ()
