"""Every control algorithm keeps its contract. A new file is tested by being there."""

from copy import deepcopy
from math import inf, nan
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta, Struct

from krausen.control import algorithms
from krausen.control.algorithm import Algorithm, Inputs
from krausen.control.fallback import Seen
from krausen.control.interlocks import Hardware, Times
from krausen.control.regulation import Plan, obeyed, regulate, start
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Mode, Setpoint
from krausen.plugins import discover

FOUND = discover(algorithms, "ALGORITHM", Algorithm)
every_algorithm = pytest.mark.parametrize("algorithm", FOUND.values(), ids=FOUND.keys())
HOLD = {name: algorithm for name, algorithm in FOUND.items() if algorithm.holds}
every_one_that_holds = pytest.mark.parametrize("algorithm", HOLD.values(), ids=HOLD.keys())

CELSIUS = st.floats(-50.0, 130.0) | st.integers(-800, 2080).map(lambda steps: steps / 16.0)
EXTREME = CELSIUS | st.sampled_from([nan, inf, -inf, 1e308, -1e308, 0.0, -0.0])
SECONDS = st.sampled_from([0.0, 1.0, 5.0, 3600.0, 1e6]) | st.floats(0.0, 1e5)


def inputs(celsius: st.SearchStrategy[float]) -> st.SearchStrategy[list[Inputs]]:
    """Courses of inputs, in the order of time."""
    step = st.tuples(
        SECONDS, celsius, celsius, st.none() | celsius, st.none() | celsius, st.booleans(), st.booleans()
    )
    return st.lists(step, min_size=1, max_size=20).map(_in_order)


def _in_order(steps: list[tuple[Any, ...]]) -> list[Inputs]:
    now_s, course = 1e9, []
    for after_s, setpoint_c, measured_c, beer_c, chamber_c, can_heat, can_cool in steps:
        now_s += after_s
        course.append(Inputs(now_s, setpoint_c, measured_c, beer_c, chamber_c, can_heat, can_cool))
    return course


def settings_of(algorithm: Algorithm) -> st.SearchStrategy[Struct]:
    """Settings that a person may choose: numbers within their bounds, or left at their defaults."""
    numbers = {
        field.name: st.floats(meta.ge, meta.le) | st.just(field.default)
        for field in msgspec.structs.fields(algorithm.settings)
        for meta in getattr(field.type, "__metadata__", ())
        if isinstance(meta, Meta) and meta.ge is not None and meta.le is not None
    }
    return st.fixed_dictionaries({}, optional=numbers).map(lambda chosen: algorithm.settings(**chosen))


def demands(algorithm: Algorithm, settings: Struct, course: list[Inputs]) -> list[Demand]:
    """Run a course, and check every demand."""
    state, asked = algorithm.start, []
    for one in course:
        state, demand = algorithm.step(settings, state, one)
        assert 0.0 <= demand.heat <= 1.0
        assert 0.0 <= demand.cool <= 1.0
        assert min(demand.heat, demand.cool) == 0.0
        assert one.can_heat or demand.heat == 0.0
        assert one.can_cool or demand.cool == 0.0
        assert all(reason.endswith(".") for reason in demand.why)
        asked.append(demand)
    return asked


@every_algorithm
@given(drawn=st.data(), course=inputs(CELSIUS))
def test_a_demand_is_a_share_never_both_never_of_what_is_not_there_and_has_a_reason(
    algorithm: Algorithm, drawn: st.DataObject, course: list[Inputs]
) -> None:
    assert all(demand.why for demand in demands(algorithm, drawn.draw(settings_of(algorithm)), course))


@every_algorithm
@given(drawn=st.data(), course=inputs(EXTREME))
def test_nothing_that_is_measured_makes_it_stumble(
    algorithm: Algorithm, drawn: st.DataObject, course: list[Inputs]
) -> None:
    demands(algorithm, drawn.draw(settings_of(algorithm)), course)


@every_algorithm
@given(drawn=st.data(), course=inputs(CELSIUS), other=inputs(CELSIUS))
def test_a_step_depends_on_its_arguments_alone_and_changes_none_of_them(
    algorithm: Algorithm, drawn: st.DataObject, course: list[Inputs], other: list[Inputs]
) -> None:
    settings = drawn.draw(settings_of(algorithm))
    state = algorithm.start
    for one in course:
        before = deepcopy((settings, state, one))
        first = algorithm.step(settings, state, one)
        assert (settings, state, one) == before
        demands(algorithm, algorithm.settings(), other)
        assert algorithm.step(*before) == first
        state = first[0]


@every_algorithm
@given(drawn=st.data(), course=inputs(CELSIUS))
def test_its_state_can_be_kept_and_taken_up_again(
    algorithm: Algorithm, drawn: st.DataObject, course: list[Inputs]
) -> None:
    settings = drawn.draw(settings_of(algorithm))
    state = algorithm.start
    for one in course:
        for form in (msgspec.json, msgspec.msgpack):
            assert form.decode(form.encode(state), type=type(algorithm.start)) == state
        state, _ = algorithm.step(settings, state, one)
        assert type(state) is type(algorithm.start)


@every_algorithm
def test_it_begins_with_nothing_done(algorithm: Algorithm) -> None:
    assert algorithm.start.__struct_config__.frozen
    assert algorithm.settings() == algorithm.settings()
    _, demand = algorithm.step(algorithm.settings(), algorithm.start, Inputs(0.0, 18.0, 18.0, 18.0, 18.0))
    assert (demand.heat, demand.cool) == (0.0, 0.0)


@every_one_that_holds
@pytest.mark.parametrize(("beer_c", "heats", "cools"), [(4.0, True, False), (30.0, False, True)])
def test_it_drives_a_vessel_towards_its_setpoint(
    algorithm: Algorithm, beer_c: float, *, heats: bool, cools: bool
) -> None:
    """Nothing more is asked than that a beer far off is met with the right one of heat and cold."""
    times = Times(min_on_s=0.0, min_off_s=0.0)
    plan = Plan(algorithm=algorithm, settings=algorithm.settings(), hardware=Hardware(times, times))
    wish = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
    memory, on = start(plan, 0.0), {"heat": 0, "cool": 0}
    for minute in range(240):
        now_s = 60.0 * minute
        seen = Seen(beer_c, now_s)
        memory, outcome = regulate(plan, memory, wish, (seen, seen), now_s)
        on["heat"] += outcome.permit.heat
        on["cool"] += outcome.permit.cool
        levels = Levels(heat=outcome.permit.heat, cool=outcome.permit.cool)
        memory = obeyed(plan, memory, levels, now_s)
    assert (on["heat"] > 60) is heats
    assert (on["cool"] > 60) is cools
