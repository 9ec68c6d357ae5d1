from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.protocols.brewpi.cycle.counts import difference, temperature
from krausen.protocols.brewpi.cycle.filters import Exponents, Probe, heard
from krausen.protocols.brewpi.cycle.memory import begun
from krausen.protocols.brewpi.cycle.pid import EVERY_CYCLES, led, limited
from krausen.protocols.brewpi.cycle.running import Pid, Running
from krausen.protocols.brewpi.cycle.tuning import tuning
from krausen.protocols.brewpi.parameters import Constants, Settings
from krausen.protocols.brewpi.states import Mode, State

TUNING = tuning(Constants())


def probe(celsius: float) -> Probe:
    found = heard(None, celsius, Exponents(0, 0, 0))
    assert found is not None
    return found


def running(beer_c: float, *, fridge_c: float = 20.0, **changes: Any) -> Running:
    plain = begun(Constants(), Settings(mode=Mode.BEER, beer_set_c=20.0, fridge_set_c=20.0))
    return replace(plain, beer=probe(beer_c), fridge=probe(fridge_c), **changes)


def due(integral_c: float) -> Pid:
    """Make a PID whose integral is looked at now."""
    return Pid(integral=difference(integral_c), cycles=EVERY_CYCLES - 1)


@pytest.mark.parametrize(
    ("beer_c", "fridge_c"),
    [(20.0, 20.0), (19.5, 22.5), (20.5, 17.5), (19.0, 25.0), (17.0, 30.0), (25.0, 10.0)],
)
def test_the_fridge_is_led_by_the_error(beer_c: float, fridge_c: float) -> None:
    pid, fridge_set = led(TUNING, running(beer_c))
    assert fridge_set == temperature(fridge_c)
    assert pid.error == difference(20.0 - beer_c)
    assert pid.p == difference(5.0 * (20.0 - beer_c))


def test_integral_and_slope_add_their_part() -> None:
    rising = replace(probe(20.0), slope=(0, 0, 0, 0, 0, 0, difference(2.0) << 16, 0, 0))
    now = replace(running(20.0), beer=rising, pid=Pid(integral=difference(4.0)))
    pid, fridge_set = led(TUNING, now)
    assert (pid.i, pid.d) == (difference(1.0), difference(-3.0))
    assert fridge_set == temperature(18.0)


@pytest.mark.parametrize(
    ("beer_set_c", "wanted_c", "limited_c"),
    [
        (20.0, 5.0, 10.0),
        (20.0, 40.0, 30.0),
        (15.0, 40.0, 25.0),
        (2.0, -20.0, 1.0),
        (4.0, -1.0, 1.0),
        (8.0, 3.0, 3.0),
    ],
)
def test_the_fridge_stays_near_the_beer_and_within_the_limits(
    beer_set_c: float, wanted_c: float, limited_c: float
) -> None:
    assert limited(TUNING, temperature(beer_set_c), temperature(wanted_c)) == temperature(limited_c)


@given(st.integers(-8000, 57_000), st.integers(-30_000, 60_000))
def test_a_limited_setpoint_is_never_outside(beer_set: int, wanted: int) -> None:
    assert TUNING.lowest <= limited(TUNING, beer_set, wanted) <= TUNING.highest


def test_the_integral_is_looked_at_every_61st_cycle() -> None:
    now, seen = running(19.75), list[int]()
    for _ in range(3 * EVERY_CYCLES):
        pid, fridge_set = led(TUNING, now)
        now = replace(now, pid=pid, fridge_set=fridge_set)
        seen.append(pid.integral)
    quarter = difference(0.25)
    assert [seen[place] for place in (59, 60, 61, 121, 182)] == [
        0,
        quarter,
        quarter,
        2 * quarter,
        3 * quarter,
    ]


@pytest.mark.parametrize(
    ("beer_c", "before_c", "after_c"),
    [
        (19.75, 1.0, 1.25),
        (20.25, -1.0, -1.25),
        (20.25, 1.0, 0.5),
        (19.75, -1.0, -0.5),
        (19.0, 2.0, 1.75),
        (21.0, -2.0, -1.75),
        (19.0, -2.0, -1.75),
        (19.75, 0.0, 0.25),
    ],
)
def test_the_integral_grows_slowly_shrinks_fast_and_leaks(
    beer_c: float, before_c: float, after_c: float
) -> None:
    pid, _ = led(TUNING, running(beer_c, pid=due(before_c)))
    assert pid.integral == difference(after_c)
    assert pid.cycles == 0


@pytest.mark.parametrize("state", [state for state in State if state is not State.IDLE])
def test_the_integral_moves_only_at_rest(state: State) -> None:
    pid, _ = led(TUNING, running(19.75, pid=due(1.0), state=state))
    assert pid.integral == difference(1.0)


@pytest.mark.parametrize(
    ("changes", "beer_c"),
    [
        ({"fridge_set": TUNING.highest}, 19.75),
        ({"fridge_set": TUNING.lowest}, 20.25),
        ({"fridge_set": temperature(10.0)}, 20.25),
        ({"fridge_set": temperature(23.0)}, 19.75),
        ({"fridge_set": temperature(17.0)}, 20.25),
    ],
)
def test_a_saturated_integral_does_not_grow(changes: dict[str, Any], beer_c: float) -> None:
    way = 1.0 if beer_c < 20.0 else -1.0
    pid, _ = led(TUNING, running(beer_c, pid=due(way), **changes))
    assert pid.integral == difference(way)


@pytest.mark.parametrize(
    ("changes", "beer_c"),
    [
        ({"fridge_set": temperature(17.0)}, 19.75),
        ({"fridge_set": temperature(21.0)}, 19.75),
        ({"fridge_set": None}, 19.75),
        ({"fridge": None}, 20.25),
    ],
)
def test_an_integral_that_can_do_more_grows(changes: dict[str, Any], beer_c: float) -> None:
    way = 1.0 if beer_c < 20.0 else -1.0
    pid, _ = led(TUNING, replace(running(beer_c, pid=due(way)), **changes))
    assert pid.integral == difference(1.25 * way)


def test_without_a_setpoint_or_a_probe_nothing_is_led() -> None:
    now = running(19.0, pid=due(1.0))
    assert led(TUNING, replace(now, beer_set=None)) == (now.pid, None)
    assert led(TUNING, replace(now, beer=None)) == (now.pid, now.fridge_set)
