"""What is strange about a file as a whole, told to the person who imports; what may be wrong is asked."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from operator import sub

from krausen.importing.gathered import Gathered
from krausen.importing.instants import settled
from krausen.importing.survey import Sample, Survey
from krausen.importing.tape import Blocks
from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.series import SeriesSpec

SENTINELS = frozenset({-999.0, -1023.0, -9999.0, 9999.0})
"""What some programs write where nothing was measured."""
NEWEST_FIRST = "Its newest row comes first; the rows were turned round"
IS_FAHRENHEIT = "are they °F?"
BY_COMMAND = " Then import it with --format NAME:unit=F, under a new file name if it was stored."
"""What the command says behind that; the page has a button for it."""
_HOUR = 3_600_000
_LONG = 10
_STUCK = {85.0: 10.0, 0.0: 5.0}
"""What DS18B20 probes give when they have just been switched on and when nothing answers, and by how much the
true temperatures must differ for it not to be one (data sheet of Maxim, power-on reset value)."""
_FAHRENHEIT = (45.0, 110.0)
_COLD = -5.0
_SEVERAL = 10
_WANTED = ("setpoint", "set_")
_RARE = 0.1
"""The share of values up to which exact ones count as those of a silent probe."""


def remarks(
    gathered: Gathered, surveys: Mapping[str, Survey], specs: Iterable[SeriesSpec]
) -> tuple[str, ...]:
    """Give sentences on marks, the order of the rows, gaps, and questions on units and probes.

    `surveys` are those of each metric, as `surveyed` makes them.
    """
    return (
        *(_counted(mark, count) for mark, count in gathered.marks.items()),
        *_order(gathered),
        *_gaps(settled(gathered.t, gathered.room)),
        *_questions(surveys, {spec.metric: spec.quantity for spec in specs}),
    )


def surveyed(column: Blocks) -> Survey:
    """Look at all values of a column, of which there must be any."""
    survey = Survey(_COLD)
    for block in column.blocks():
        survey.add(block.v)
    return survey


def stuck(metric: str, quantity: Quantity, column: Blocks) -> list[range]:
    """Give the places of values that stand for a probe without an answer, in a column in order of time.

    That is 85 or 0 °C exactly, alone or in a run, where the temperatures beside it are far from that. What is
    wanted may jump as it likes, and what is so all the time is asked for instead.
    """
    if quantity is not Quantity.TEMPERATURE or metric.startswith(_WANTED):
        return []
    found: list[range] = []
    count = 0
    for run in _runs(column):
        if run.is_silent:
            found.append(range(run.first, run.last + 1))
            count += len(found[-1])
            if count > _RARE * len(column):
                return []
    return found


class _Run:
    """Equal values side by side that may stand for a silent probe, and the two beside them."""

    def __init__(self, value: float, first: int, before: float | None) -> None:
        self.value = value
        self.first = self.last = first
        self.beside = [] if before is None else [before]

    @property
    def is_silent(self) -> bool:
        bounds = BOUNDS[Quantity.TEMPERATURE]
        near = [other for other in self.beside if bounds.lowest <= other <= bounds.highest]
        return bool(near) and all(abs(other - self.value) > _STUCK[self.value] for other in near)


def _runs(column: Blocks) -> Iterator[_Run]:
    run: _Run | None = None
    before: float | None = None
    start = 0
    for block in column.blocks():
        # A block without any of them is passed over at once.
        if run is not None or any(map(block.v.count, _STUCK)):
            for place, value in enumerate(block.v, start):
                if run is not None and value == run.value:
                    run.last = place
                elif run is not None:
                    run.beside.append(value)
                    yield run
                    run = None
                if run is None and value in _STUCK:
                    run = _Run(value, place, before)
                before = value
        start, before = start + len(block), block.v[-1]
    if run is not None:
        yield run


def _counted(mark: str, count: int) -> str:
    end = "" if mark.endswith("?") else "."
    return f"{mark}{end}" if count == 1 else f"{mark}{end} That is so in {count:,} rows."


def _order(gathered: Gathered) -> Iterator[str]:
    if gathered.back * 2 > len(gathered.t) - 1:
        yield f"{NEWEST_FIRST}."
    elif gathered.back:
        lines = ", ".join(map(str, gathered.back_at[:3]))
        more = " and more" if gathered.back > 3 else ""
        yield f"The clock was put back {_times(gathered.back)}, at line {lines}{more}."


def _gaps(instants: Blocks) -> Iterator[str]:
    longest, sample = 0, Sample()
    for steps in _steps(instants):
        longest = max(longest, max(steps))
        sample.add(array("d", steps))
    if longest <= _HOUR:
        return
    least = max(_HOUR, _LONG * sample.median())
    gaps = sum(step > least for steps in _steps(instants) for step in steps)
    if gaps:
        told = f"at most for {longest / _HOUR:.1f} h"
        yield f"Nothing was written for more than an hour {_times(gaps)}, {told}."


def _steps(instants: Blocks) -> Iterator["array[int]"]:
    """Yield how long it is from each instant to the next."""
    before: array[int] = array("q")
    for block in instants.blocks():
        steps = array("q", map(sub, block.t if before else islice(block.t, 1, None), chain(before, block.t)))
        if steps:
            yield steps
        before = block.t[-1:]


def _questions(surveys: Mapping[str, Survey], quantities: Mapping[str, Quantity]) -> Iterator[str]:
    for metric, survey in sorted(surveys.items()):
        if quantities[metric] is not Quantity.TEMPERATURE:
            continue
        if _FAHRENHEIT[0] < survey.middle < _FAHRENHEIT[1]:
            told = f"Half of the values of {metric} are above {survey.middle:.0f} °C"
            yield f"{told}: {IS_FAHRENHEIT}{BY_COMMAND}"
        cold = survey.cold
        if cold >= _SEVERAL and cold * 20 > survey.count and survey.highest > -2 * _COLD:
            yield f"{cold:,} values of {metric} are below {_COLD:.0f} °C: was the probe loose?"
        zeros = survey.zeros
        if zeros >= _SEVERAL and zeros > _RARE * survey.count and not metric.startswith(_WANTED):
            yield f"{zeros:,} values of {metric} are exactly 0 °C: do they stand for missing ones?"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
