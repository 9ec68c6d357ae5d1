from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.importing.format import Row
from krausen.importing.gathered import gathered
from krausen.importing.plan import Comparison, Fresh, Plan, judge, plan
from krausen.importing.tape import CODES, Blocks, Room, rows_of
from krausen.model.batch import BatchEvent
from krausen.model.quantities import Quantity
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName, SeriesSpec

SPECS = (SeriesSpec("beer", Quantity.TEMPERATURE), SeriesSpec("state", Quantity.CODE))
NAMES = {spec.metric: SeriesName("import", "brew", spec.metric) for spec in SPECS}
BEER, STATE = NAMES["beer"], NAMES["state"]


class Shelf:
    """History and events, as simple as can be."""

    def __init__(self) -> None:
        self.values: dict[str, dict[int, tuple[float, Quality]]] = {}
        self.events: set[BatchEvent] = set()

    def take(self, rows: Sequence[Row]) -> Plan:
        judged = judge(gathered(rows), SPECS)
        found = {metric: self.fresh(metric, column) for metric, column in judged.values.items()}
        done = plan(judged, found, self.events)
        for reading in done.readings(NAMES):
            self.values.setdefault(reading.series.metric, {})[reading.t] = (reading.v, reading.quality)
        self.events |= set(done.events)
        self.events -= set(done.outdated)
        return done

    def fresh(self, metric: str, column: Blocks) -> Fresh:
        known = {t: (v, CODES[quality]) for t, (v, quality) in self.values.get(metric, {}).items()}
        compared = Comparison(Room())
        for block in column.blocks():
            compared.add(block, known)
        return compared.fresh

    @property
    def content(self) -> object:
        return self.values, self.events


def readings(done: Plan) -> list[Reading]:
    return list(done.readings(NAMES))


def numbered(drawn: Sequence[tuple[int, float | None, float | None, str]]) -> list[Row]:
    return [
        Row(
            line,
            t,
            {metric: v for metric, v in (("beer", beer), ("state", state)) if v is not None},
            tuple(("note", letter) for letter in notes),
        )
        for line, (t, beer, state, notes) in enumerate(drawn, start=1)
    ]


value = st.sampled_from([None, 1.0, 2.0, 2000.0])
row = st.tuples(st.integers(0, 7), value, value, st.sampled_from(["", "a", "b", "ab"]))
any_rows = st.lists(row, min_size=1, max_size=10).map(numbered)
rows_apart = st.lists(row, min_size=1, max_size=8, unique_by=lambda drawn: drawn[0])


@given(rows=any_rows)
def test_every_row_is_stored_or_repeated(rows: list[Row]) -> None:
    done = Shelf().take(rows)
    assert done.stored + done.repeated == len(rows)
    assert done.stored <= len({row.t for row in rows})
    assert (done.start, done.end) == (min(row.t for row in rows), max(row.t for row in rows))


@given(rows=any_rows)
def test_importing_again_changes_nothing(rows: list[Row]) -> None:
    shelf = Shelf()
    shelf.take(rows)
    again = shelf.take(rows)
    assert (readings(again), again.events) == ([], ())
    assert (again.stored, again.repeated, again.replaced) == (0, len(rows), 0)


@given(rows=any_rows, cut=st.integers(0, 10))
def test_two_halves_make_the_same_whole(rows: list[Row], cut: int) -> None:
    whole, halves = Shelf(), Shelf()
    whole.take(rows)
    for half in (rows[:cut], rows[cut:]):
        if half:
            halves.take(half)
    assert halves.content == whole.content


@given(drawn=rows_apart.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_the_order_of_rows_makes_no_difference(drawn: tuple[list[Any], list[Any]]) -> None:
    one, other = Shelf(), Shelf()
    plans = (one.take(numbered(drawn[0])), other.take(numbered(drawn[1])))
    first, second = (replace(done, remarks=(), fresh={}) for done in plans)
    assert (first, readings(plans[0])) == (second, readings(plans[1]))
    assert one.content == other.content


@given(rows=any_rows)
def test_the_later_line_of_an_instant_wins(rows: list[Row]) -> None:
    shelf = Shelf()
    shelf.take(rows)
    last = {(metric, row.t): value for row in rows for metric, value in row.values.items()}
    assert {(m, t): v for m, column in shelf.values.items() for t, (v, _) in column.items()} == last


@given(rows=any_rows)
def test_no_note_is_lost(rows: list[Row]) -> None:
    assert set(Shelf().take(rows).events) == {BatchEvent(row.t, *note) for row in rows for note in row.notes}


def test_readings_come_in_order_of_time_and_judged() -> None:
    done = Shelf().take([Row(1, 20, {"beer": -127.0}), Row(2, 10, {"beer": 18.0, "state": 4.0})])
    assert readings(done) == [
        Reading(BEER, 10, 18.0),
        Reading(BEER, 20, -127.0, Quality.BAD),
        Reading(STATE, 10, 4.0),
    ]
    assert [len(piece) for piece in done.pieces(NAMES, 2)] == [2, 1]
    assert done.bad == 1


def test_one_metric_missing_in_the_later_line_keeps_the_value_of_the_earlier() -> None:
    done = Shelf().take([Row(1, 10, {"beer": 18.0, "state": 4.0}), Row(2, 10, {"state": 3.0})])
    assert readings(done) == [Reading(BEER, 10, 18.0), Reading(STATE, 10, 3.0)]
    assert (done.stored, done.repeated) == (1, 1)


def test_another_value_of_a_known_instant_replaces_it() -> None:
    shelf = Shelf()
    shelf.take([Row(1, 10, {"beer": 18.0}), Row(2, 20, {"beer": 18.0})])
    done = shelf.take([Row(1, 10, {"beer": 18.5}), Row(2, 20, {"beer": 18.0})])
    assert readings(done) == [Reading(BEER, 10, 18.5)]
    assert (done.stored, done.repeated, done.replaced) == (1, 1, 1)


def test_of_what_krausen_wrote_each_row_counts_alone_and_what_is_here_stays() -> None:
    judged = judge(
        gathered([Row(1, 10, {"beer": 1.0}), Row(2, 10, {"state": 4.0}), Row(3, 20, {"beer": 2.0})]), SPECS
    )
    beer = Comparison(Room(), stays=True)
    for block in judged.values["beer"].blocks():
        beer.add(block, {20: (2.5, 0)})
    found = {"beer": beer.fresh, "state": Fresh(judged.values["state"])}
    done = plan(judged, found, [], is_ours=True)
    assert (done.stored, done.repeated, done.replaced, done.left) == (2, 1, 0, 1)
    assert readings(done) == [Reading(BEER, 10, 1.0), Reading(STATE, 10, 4.0)]


def test_values_are_judged_alike_however_they_are_parted_into_blocks() -> None:
    values = [18.0, 999.0, *[18.0] * 40, 85.0, 85.0, 18.0]
    rows = [Row(line, line * 60_000, {"beer": v}) for line, v in enumerate(values, 1)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("krausen.importing.tape.BLOCK", 4)
        beer = judge(gathered(rows), SPECS).values["beer"]
        places = [place for place, (_, _, q) in enumerate(rows_of(beer)) if q == CODES[Quality.BAD]]
        assert (len(beer), places, beer.count_bad()) == (len(values), [1, 42, 43], 3)


def test_a_quality_that_came_with_a_value_is_not_judged() -> None:
    rows = [Row(1, 10, {"beer": 999.0}, quality=Quality.DOUBTFUL), Row(2, 20, {"beer": 999.0})]
    done = Shelf().take(rows)
    assert [reading.quality for reading in readings(done)] == [Quality.DOUBTFUL, Quality.BAD]


def test_a_new_note_at_a_known_instant_is_stored() -> None:
    shelf = Shelf()
    shelf.take([Row(1, 10, {"beer": 18.0}, (("note", "a"),))])
    done = shelf.take([Row(1, 10, {"beer": 18.0}, (("note", "b"),))])
    assert (readings(done), done.events, done.stored) == ([], (BatchEvent(10, "note", "b"),), 1)
