"""What is packed comes back exactly, and what is damaged is found."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.storage.history import chunks, log, rollups
from krausen.storage.history.columns import Columns, columns, merged
from krausen.storage.history.log import AGAIN, Records, in_order
from krausen.storage.history.packing import (
    Damaged,
    bound,
    compressed,
    packed,
    unbound,
    unpacked,
    values_part,
    whole_part,
)

WHOLE = st.integers(-(2**61), 2**61)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ROUND = st.builds(lambda n, places: n / 10**places, st.integers(-(10**7), 10**7), st.integers(0, 6))
INSTANTS = st.lists(st.integers(-(2**53), 2**53), max_size=40, unique=True).map(sorted)


@st.composite
def days(draw: st.DrawFn) -> Columns:
    t = draw(INSTANTS)
    v = draw(st.lists(FLOATS | ROUND, min_size=len(t), max_size=len(t)))
    q = draw(st.lists(st.integers(0, 2), min_size=len(t), max_size=len(t)) | st.just([0] * len(t)))
    return columns(t, v, q)


def same(one: Columns, other: Columns) -> bool:
    return (
        one.t.tolist() == other.t.tolist()
        and one.v.tobytes() == other.v.tobytes()
        and one.q.tolist() == other.q.tolist()
    )


@given(numbers=st.lists(WHOLE, max_size=40), values=st.lists(FLOATS | ROUND, max_size=40))
def test_numbers_come_back_bit_by_bit(numbers: list[int], values: list[float]) -> None:
    wanted = np.array(numbers, np.int64), np.array(values, np.float64)
    (parts,) = unpacked(packed([whole_part(wanted[0]), values_part(wanted[1])]))
    assert parts.whole().tolist() == numbers
    assert parts.values().tobytes() == wanted[1].tobytes()
    assert not parts.more


@given(day=days())
def test_a_day_comes_back_exactly(day: Columns) -> None:
    blob = chunks.encoded(day)
    assert same(chunks.decoded(blob), day)
    for step in (1, 3, 7):
        beside = day.t[::step] + 1
        assert same(chunks.decoded_at(blob, day.t[::step]), day.at(slice(None, None, step)))
        assert set(chunks.decoded_at(blob, beside).t.tolist()) == {*beside.tolist()} & {*day.t.tolist()}


def test_times_of_steady_readings_take_a_few_bytes() -> None:
    t = np.arange(1440) * 60_000 + 1_760_000_000_000
    (times, _) = unbound(chunks.encoded(columns(t, np.zeros(1440), np.zeros(1440))))
    assert len(times) < 50


@given(day=days())
def test_a_day_that_was_written_with_no_step_before_the_first_is_read_as_ever(day: Columns) -> None:
    times = compressed([whole_part(day.t[:1]), whole_part(np.diff(day.t, prepend=day.t[:1]))])
    blob = bound(times, compressed([values_part(day.v), whole_part(day.q.astype(np.int64))]))
    assert same(chunks.decoded(blob), day)


@given(day=days(), place=st.integers(0, 10_000), change=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_day_is_never_taken_for_a_sound_one(
    day: Columns, place: int, change: int, *, cut: bool
) -> None:
    blob = bytearray(chunks.encoded(day))
    if cut:
        del blob[place % len(blob) :]
    else:
        blob[place % len(blob)] ^= change
    with pytest.raises(Damaged):
        chunks.decoded(bytes(blob))


def decoded_at_zero(blob: bytes) -> Columns:
    return chunks.decoded_at(blob, np.zeros(1, np.int64))


@given(rubbish=st.binary(max_size=80))
def test_rubbish_is_damaged_and_nothing_worse(rubbish: bytes) -> None:
    for decode in (chunks.decoded, decoded_at_zero, rollups.decoded, log.read):
        with pytest.raises(Damaged):
            decode(rubbish if rubbish[:4] != b"\0\0\0\0" else b"x" + rubbish)


def test_a_usual_day_takes_less_than_a_byte_for_each_reading() -> None:
    chance = np.random.default_rng(1)
    v = np.round(18 + np.cumsum(chance.normal(0, 0.01, 1440)) + chance.normal(0, 0.03, 1440), 2)
    day = columns(np.arange(1440) * 60_000, v, np.zeros(1440))
    assert len(chunks.encoded(day)) < 1440


@given(parts=st.lists(days(), max_size=4))
def test_of_several_parts_the_last_value_of_an_instant_counts(parts: list[Columns]) -> None:
    due: dict[int, tuple[bytes, int]] = {}
    for part in parts:
        for t, v, q in zip(part.t, part.v, part.q, strict=True):
            due[int(t)] = (v.tobytes(), int(q))
    found = merged(parts)
    assert found.t.tolist() == sorted(due)
    assert [(v.tobytes(), int(q)) for v, q in zip(found.v, found.q, strict=True)] == [
        due[t] for t in sorted(due)
    ]


Row = tuple[int, int, float, int]


def records_of(rows: list[Row]) -> Records:
    return log.records(*zip(*rows, strict=True)) if rows else log.NONE


def rows_of(records: Records) -> list[Row]:
    columns = (records.series, records.t, records.v, records.code)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def same_records(one: Records, other: Records) -> bool:
    return rows_of(one) == rows_of(other) and one.v.tobytes() == other.v.tobytes()


CODES = st.integers(0, 2) | st.just(AGAIN)
RECORDS = st.lists(st.tuples(st.integers(1, 3), st.integers(-5, 5), ROUND, CODES), max_size=30).map(
    records_of
)
ANY_RECORDS = st.lists(
    st.tuples(st.integers(0, 2**32 - 1), st.integers(-(2**57), 2**57), FLOATS | ROUND | st.just(20.5), CODES),
    max_size=20,
).map(records_of)


@given(records=RECORDS)
def test_records_in_order_keep_the_last_value_and_the_first_mark(records: Records) -> None:
    first: dict[tuple[int, int], int] = {}
    last: dict[tuple[int, int], tuple[float, int]] = {}
    for series, t, v, code in rows_of(records):
        first.setdefault((series, t), code & AGAIN)
        last[series, t] = (v, code & ~AGAIN)
    due = [(*key, v, code | first[key]) for key, (v, code) in sorted(last.items())]
    assert rows_of(in_order(records)) == due


@given(records=ANY_RECORDS)
def test_records_of_any_kind_come_back_from_the_log_bit_by_bit(records: Records) -> None:
    assert same_records(log.read(log.written(records)), records)


@given(records=ANY_RECORDS)
def test_records_far_apart_come_into_order(records: Records) -> None:
    ordered = [(series, t) for series, t, _, _ in rows_of(in_order(records))]
    assert ordered == sorted({(series, t) for series, t, _, _ in rows_of(records)})


@given(records=ANY_RECORDS, place=st.integers(0, 10_000), change=st.integers(1, 255), cut=st.booleans())
def test_a_damaged_row_of_the_log_is_never_taken_for_a_sound_one(
    records: Records, place: int, change: int, *, cut: bool
) -> None:
    blob = bytearray(log.written(records))
    if cut:
        del blob[place % len(blob) :]
    else:
        blob[place % len(blob)] ^= change
    with pytest.raises(Damaged):
        log.read(bytes(blob))


def test_usual_commits_take_few_bytes_in_the_log() -> None:
    second = log.records(range(40), [1_750_000_000_000] * 40, [20 + n / 100 for n in range(40)], [0] * 40)
    assert len(log.written(second)) < 140


@given(day=days(), step_ms=st.sampled_from([1, 7, 3_600_000]))
def test_steps_sum_up_what_is_not_bad(day: Columns, step_ms: int) -> None:
    with np.errstate(over="ignore"):
        found = rollups.rolled(day, step_ms)
        sound = day.sound()
        assert found.n.sum() == len(sound)
        for step, n, low, high in zip(found.step, found.n, found.low, found.high, strict=True):
            mine = sound.v[sound.t // step_ms == step]
            assert (n, low, high) == (len(mine), mine.min(), mine.max())
    if np.isfinite(found.total).all():
        again = rollups.decoded(rollups.encoded(found))
        assert [again.step.tolist(), again.n.tolist()] == [found.step.tolist(), found.n.tolist()]
        assert again.total.tobytes() == found.total.tobytes()
