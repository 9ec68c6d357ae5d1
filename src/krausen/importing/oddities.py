"""What is strange about a file as a whole, told to the person who imports; what may be wrong is asked."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import sub
from statistics import median

from krausen.importing.gathered import Gathered
from krausen.importing.instants import distinct
from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.series import SeriesSpec

SENTINELS = frozenset({-999.0, -1023.0, -9999.0, 9999.0})
"""What some programs write where nothing was measured."""
NEWEST_FIRST = "Its newest row comes first; the rows were turned round"
IS_FAHRENHEIT = "are they °F?"
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
    gathered: Gathered, columns: Mapping[str, Sequence[float]], specs: Iterable[SeriesSpec]
) -> tuple[str, ...]:
    """Give sentences on marks, the order of the rows, gaps, and questions on units and probes.

    `columns` are the values of each metric in order of time.
    """
    return (
        *(_counted(mark, count) for mark, count in gathered.marks.items()),
        *_order(gathered),
        *_gaps(distinct(gathered.t)),
        *_questions(columns, {spec.metric: spec.quantity for spec in specs}),
    )


def stuck(metric: str, quantity: Quantity, column: Sequence[float]) -> frozenset[int]:
    """Give the places of values that stand for a probe without an answer, in a column in order of time.

    That is 85 or 0 °C exactly, alone or in a run, where the temperatures beside it are far from that. What is
    wanted may jump as it likes, and what is so all the time is asked for instead.
    """
    if quantity is not Quantity.TEMPERATURE or metric.startswith(_WANTED):
        return frozenset()
    places = [place for place, value in enumerate(column) if value in _STUCK]
    found: set[int] = set()
    for first, last in _runs(places, [column[place] for place in places]):
        value = column[first]
        beside = [column[place] for place in (first - 1, last + 1) if 0 <= place < len(column)]
        near = [other for other in beside if BOUNDS[quantity].lowest <= other <= BOUNDS[quantity].highest]
        if near and all(abs(other - value) > _STUCK[value] for other in near):
            found.update(range(first, last + 1))
    return frozenset(found) if len(found) <= _RARE * len(column) else frozenset()


def _runs(places: Sequence[int], values: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last place of each run of equal values side by side."""
    begin = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1 or values[at] != values[at - 1]:
            yield places[begin], places[at - 1]
            begin = at


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


def _gaps(instants: Sequence[int]) -> Iterator[str]:
    longest = max(map(sub, islice(instants, 1, None), instants), default=0)
    if longest <= _HOUR:
        return
    steps = array("q", map(sub, islice(instants, 1, None), instants))
    least = max(_HOUR, _LONG * median(steps))
    gaps = sum(step > least for step in steps)
    if gaps:
        told = f"at most for {longest / _HOUR:.1f} h"
        yield f"Nothing was written for more than an hour {_times(gaps)}, {told}."


def _questions(columns: Mapping[str, Sequence[float]], quantities: Mapping[str, Quantity]) -> Iterator[str]:
    for metric, values in sorted(columns.items()):
        if quantities[metric] is not Quantity.TEMPERATURE:
            continue
        middle = median(values)
        if _FAHRENHEIT[0] < middle < _FAHRENHEIT[1]:
            yield (
                f"Half of the values of {metric} are above {middle:.0f} °C: {IS_FAHRENHEIT}"
                " Then import it with --format NAME:unit=F, under a new file name if it was stored."
            )
        cold = sum(value < _COLD for value in values)
        if cold >= _SEVERAL and cold * 20 > len(values) and max(values) > -2 * _COLD:
            yield f"{cold:,} values of {metric} are below {_COLD:.0f} °C: was the probe loose?"
        zeros = sum(value == 0 for value in values)
        if zeros >= _SEVERAL and zeros > _RARE * len(values) and not metric.startswith(_WANTED):
            yield f"{zeros:,} values of {metric} are exactly 0 °C: do they stand for missing ones?"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"
