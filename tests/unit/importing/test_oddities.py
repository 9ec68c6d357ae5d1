from collections.abc import Sequence

import pytest

from krausen.importing.format import Row
from krausen.importing.gathered import gathered
from krausen.importing.oddities import remarks, stuck, surveyed
from krausen.importing.plan import Fresh, Plan, judge, plan
from krausen.model.quantities import Quantity
from krausen.model.reading import Quality
from krausen.model.series import SeriesName, SeriesSpec
from tests.unit.importing.reading import tape

BEER = SeriesSpec("beer", Quantity.TEMPERATURE)
ANY = SeriesSpec("humidity", Quantity.ANY)
MINUTE = 60_000


def told(values: Sequence[float], spec: SeriesSpec = BEER, times: Sequence[int] = ()) -> list[str]:
    minutes = times or range(len(values))
    rows = [
        Row(line, t * MINUTE, {spec.metric: v})
        for line, (t, v) in enumerate(zip(minutes, values, strict=True), 1)
    ]
    found = gathered(rows)
    return list(remarks(found, {spec.metric: surveyed(found.columns[spec.metric])}, [spec]))


def silent(
    values: Sequence[float], metric: str = "beer", quantity: Quantity = Quantity.TEMPERATURE
) -> list[int]:
    return [place for run in stuck(metric, quantity, tape(*enumerate(values))) for place in run]


def planned(rows: Sequence[Row], spec: SeriesSpec) -> Plan:
    judged = judge(gathered(rows), [spec])
    return plan(judged, {metric: Fresh(values) for metric, values in judged.values.items()}, [])


NAME = SeriesName("import", "brew", "any")
GOOD = [18.0 + place / 100 for place in range(40)]


def test_an_ordinary_brew_has_nothing_odd() -> None:
    assert told(GOOD) == []
    assert told([18.0]) == []


def test_marks_are_told_once_with_their_number() -> None:
    rows = [Row(1, 0, {}, (), ("Is it?", "Odd")), Row(2, MINUTE, {}, (), ("Odd",))]
    assert list(remarks(gathered(rows), {}, [])) == ["Is it?", "Odd. That is so in 2 rows."]


def test_a_file_with_its_newest_row_first_and_clocks_put_back_are_told() -> None:
    assert told([18.0] * 4, times=[4, 3, 2, 1]) == ["Its newest row comes first; the rows were turned round."]
    assert told([18.0] * 5, times=[1, 2, 1, 2, 3]) == ["The clock was put back once, at line 3."]
    back = [place - 2 * (place % 3 == 0) for place in range(1, 16)]
    assert told([18.0] * 15, times=back) == ["The clock was put back 5 times, at line 3, 6, 9 and more."]


def test_gaps_of_more_than_an_hour_are_told() -> None:
    times = [*range(20), 200, 201, 1000]
    assert told([18.0] * len(times), times=times) == [
        "Nothing was written for more than an hour 2 times, at most for 13.3 h."
    ]
    daily = [24 * 60 * day for day in range(9)]
    assert told([18.0] * 9, times=daily) == []


def test_temperatures_that_look_like_fahrenheit_are_asked_for() -> None:
    (question,) = told([66.0] * 20)
    assert "are they °F?" in question
    assert told([66.0] * 20, ANY) == []


def test_a_loose_probe_and_zeros_all_the_time_are_asked_for() -> None:
    assert told([18.0, -20.0] * 20) == ["20 values of beer are below -5 °C: was the probe loose?"]
    assert told([-20.0] * 40) == []
    assert told([18.0, 0.0] * 20) == ["20 values of beer are exactly 0 °C: do they stand for missing ones?"]
    assert told([18.0, 0.0] * 20, SeriesSpec("setpoint_beer", Quantity.TEMPERATURE)) == []


@pytest.mark.parametrize("value", [85.0, 0.0])
def test_what_a_silent_probe_says_is_found_alone_and_in_runs(value: float) -> None:
    assert silent([*GOOD, value, *GOOD]) == [40]
    assert silent([value, *GOOD, value, value, *GOOD]) == [0, 41, 42]
    assert silent([*GOOD, value]) == [40]
    assert silent([*GOOD, 0.0, 85.0, *GOOD]) == [40, 41]


def test_true_temperatures_are_not_taken_for_a_silent_probe() -> None:
    assert silent([0.3, 0.2, 0.1, 0.0, -0.1]) == []
    assert silent([80.0, 82.5, 85.0, 85.0, 87.5]) == []
    assert silent([0.0, 0.0]) == []
    assert silent([18.0, 0.0] * 20) == []
    assert silent([*GOOD, 0.0], "setpoint_beer") == []
    assert silent([*GOOD, 0.0], quantity=Quantity.ANY) == []


def test_bad_values_beside_it_do_not_excuse_a_silent_probe() -> None:
    assert silent([*GOOD, 85.0, -127.0, *GOOD]) == [40]
    assert silent([-127.0, 85.0, -127.0]) == []
    assert silent([*GOOD, 85.0, 85.0, *GOOD]) == [40, 41]


@pytest.mark.parametrize("value", [85.0, 0.0, 999.0, -127.0, -1023.0])
def test_sentinels_are_kept_as_bad(value: float) -> None:
    rows = [Row(line, line * MINUTE, {"beer": v}) for line, v in enumerate([*GOOD, value, *GOOD], 1)]
    done = planned(rows, BEER)
    bad = [reading for reading in done.readings({"beer": NAME}) if reading.quality is Quality.BAD]
    assert [(reading.t, reading.v) for reading in bad] == [(41 * MINUTE, value)]
    assert done.bad == 1


def test_sentinels_of_any_quantity_are_bad() -> None:
    rows = [Row(1, 0, {"humidity": -1023.0}), Row(2, MINUTE, {"humidity": 45.0})]
    done = planned(rows, ANY)
    assert [reading.quality for reading in done.readings({"humidity": NAME})] == [Quality.BAD, Quality.GOOD]
    assert done.remarks == ()
