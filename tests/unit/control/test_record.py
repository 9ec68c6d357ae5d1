from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from krausen.control.interlocks import Permit
from krausen.control.record import REPEAT_S, Record, Said
from krausen.control.regulation import Outcome
from krausen.model.level import Demand, Levels
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import ControlState, VesselMetric

IDLE = Outcome(Demand(), Permit(heat=False, cool=False, state=ControlState.IDLE))
HEATING = Outcome(Demand(heat=1.0), Permit(heat=True, cool=False, state=ControlState.HEATING))
BEER = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
CHAMBER = Setpoint(revision=2, mode=Mode.CHAMBER, value=18.0)
OFF = Setpoint(revision=3, mode=Mode.OFF)
AT_REST = Levels(heat=False, cool=False)


class Moment(Struct, frozen=True):
    """What a loop knows at a tick, so many seconds after the one before."""

    after_s: float
    wish: Setpoint
    outcome: Outcome
    seen: Levels


LEVEL = st.sampled_from([None, False, True])
MOMENTS = st.builds(
    Moment,
    st.sampled_from([0.0, 1.0, 20.0, 59.0, 60.0, 61.0]),
    st.sampled_from([BEER, CHAMBER, OFF]),
    st.sampled_from([IDLE, HEATING]),
    st.builds(Levels, LEVEL, LEVEL),
)


def values(moment: Moment) -> dict[VesselMetric, float]:
    """All that can be said at a moment."""
    wish, outcome, seen = moment.wish, moment.outcome, moment.seen
    setpoint = VesselMetric.SETPOINT_CHAMBER if wish.mode is Mode.CHAMBER else VesselMetric.SETPOINT_BEER
    there = {
        VesselMetric.MODE: {Mode.OFF: 0.0, Mode.CHAMBER: 1.0, Mode.BEER: 2.0}[wish.mode],
        VesselMetric.HEAT_DEMAND: outcome.demand.heat,
        VesselMetric.COOL_DEMAND: outcome.demand.cool,
        VesselMetric.STATE: float(outcome.permit.state),
        setpoint: wish.value,
        VesselMetric.HEAT: seen.heat,
        VesselMetric.COOL: seen.cool,
    }
    return {metric: float(value) for metric, value in there.items() if value is not None}


@given(st.lists(MOMENTS, max_size=40))
def test_each_value_is_told_when_it_changes_and_once_a_minute(moments: list[Moment]) -> None:
    record, now_s = Record(), 0.0
    told: dict[VesselMetric, tuple[float, float]] = {}
    for moment in moments:
        now_s += moment.after_s
        expected = {
            metric: value
            for metric, value in values(moment).items()
            if metric not in told or told[metric][0] != value or now_s - told[metric][1] >= REPEAT_S
        }
        said: list[Said] = record.due(moment.wish, moment.outcome, moment.seen, now_s)
        assert dict(said) == expected
        assert len(said) == len(expected)
        told |= {metric: (value, now_s) for metric, value in expected.items()}


def test_what_nobody_knows_is_not_told() -> None:
    said = dict(Record().due(OFF, IDLE, Levels(heat=None, cool=None), 0.0))
    assert VesselMetric.HEAT not in said
    assert VesselMetric.COOL not in said
    assert VesselMetric.SETPOINT_BEER not in said


def test_everything_is_repeated_after_a_minute_to_the_second() -> None:
    record = Record()
    first = record.due(BEER, IDLE, AT_REST, 0.0)
    assert record.due(BEER, IDLE, AT_REST, 59.999) == []
    assert record.due(BEER, IDLE, AT_REST, 60.0) == first


def test_a_change_is_told_alone() -> None:
    record = Record()
    record.due(BEER, IDLE, AT_REST, 0.0)
    assert record.due(BEER, IDLE, AT_REST, 1.0) == []
    assert record.due(BEER, IDLE, Levels(heat=True, cool=False), 2.0) == [(VesselMetric.HEAT, 1.0)]
