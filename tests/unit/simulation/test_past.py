from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import msgpack
from msgspec.structs import replace

from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.physics.chamber import Snapshot
from krausen.physics.silences import Silence
from krausen.physics.weather import steady
from krausen.simulation.frames import LENGTH_BYTES, framed
from krausen.simulation.past import (
    PIECE_S,
    End,
    Order,
    Piece,
    Progress,
    Span,
    decode,
    main,
    simulate,
)
from krausen.simulation.vessel import SimulatedVessel

START_MS = 1_700_000_000_000
FASS = SimulatedVessel(
    id="fass",
    name="Fass",
    chamber="fridge20",
    agent="pi",
    climate=steady(18.0),
    silences={Role.BEER: Silence(every_s=3600, shortest_s=60, longest_s=300)},
)
WISH = Setpoint(revision=1, mode=Mode.BEER, value=20.0, at=START_MS)
HOURS_20 = 20 * 3600
ALL = (Span(0, 2 * START_MS),)


def order(seconds: int = HOURS_20, spans: Sequence[Span] = ALL) -> Order:
    return Order(
        vessel=FASS,
        algorithm="hysteresis",
        settings={},
        started_ms=START_MS,
        seconds=seconds,
        wishes=(WISH,),
        spans=tuple(spans),
    )


def told(wanted: Order) -> tuple[list[Piece], Snapshot]:
    messages = list(simulate(wanted))
    end = messages[-1]
    assert isinstance(end, End)
    return [message for message in messages if isinstance(message, Piece)], end.snapshot


def in_order(pieces: Sequence[Piece]) -> list[Reading]:
    return [reading for piece in reversed(pieces) for reading in piece.readings]


WHOLE, STANDING = told(order())


def test_progress_comes_first_then_the_newest_piece_then_older_ones_then_the_end() -> None:
    messages = list(simulate(order()))
    kinds = [type(message) for message in messages]
    assert kinds == [Progress] * 4 + [Piece] * 4 + [End]
    assert [message.done for message in messages if isinstance(message, Progress)] == [0.3, 0.6, 0.9, 1.0]
    times = [(min(r.t for r in piece.readings), max(r.t for r in piece.readings)) for piece in WHOLE]
    assert all(older[1] < newer[0] for newer, older in pairwise(times))
    assert STANDING.at_s == HOURS_20


def test_what_history_would_thin_out_is_not_sent() -> None:
    room = [r for r in in_order(WHOLE) if r.series == FASS.series(Role.AMBIENT)]
    assert len(room) < HOURS_20 / 10 / 3
    assert max(b.t - a.t for a, b in pairwise(room)) <= 60_000


def test_a_probe_that_falls_silent_leaves_a_gap_and_comes_back() -> None:
    beer = [r.t for r in in_order(WHOLE) if r.series == FASS.series(Role.BEER)]
    gaps = [b - a for a, b in pairwise(beer) if b - a > 65_000]
    assert len(gaps) > 10
    assert max(gaps) <= 360_000


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, 5400), min_size=2, max_size=6, unique=True))
def test_readings_come_from_within_the_spans_alone(cuts: list[int]) -> None:
    edges = [START_MS + cut * 1000 for cut in sorted(cuts)]
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    pieces, snapshot = told(order(5400, spans))
    found = in_order(pieces)
    assert all(any(span.from_ms <= r.t < span.to_ms for span in spans) for r in found)
    assert snapshot == told(order(5400, []))[1]


def test_a_span_that_reaches_over_pieces_gives_what_the_whole_gives() -> None:
    span = Span(START_MS + PIECE_S * 1000, START_MS + 3 * PIECE_S * 1000)
    heat = SeriesName("pi", FASS.device(Role.HEAT), "on")

    def within(pieces: Sequence[Piece]) -> list[Reading]:
        return [r for r in in_order(pieces) if r.series == heat and span.from_ms <= r.t < span.to_ms]

    assert within(told(order(spans=[span]))[0]) == within(WHOLE) != []


def test_one_goes_on_from_a_snapshot() -> None:
    half, standing = told(order(HOURS_20 // 2))
    more, end = told(replace(order(), begin=standing, spans=(Span(START_MS + HOURS_20 * 500, 2 * START_MS),)))
    assert end.at_s == HOURS_20
    assert min(r.t for r in in_order(more)) >= START_MS + HOURS_20 * 500
    assert max(r.t for r in in_order(half)) < START_MS + HOURS_20 * 500
    assert end.state.attenuation == pytest.approx(STANDING.state.attenuation, rel=0.02)
    assert abs(end.state.core_c - 20.0) < 1.0


def test_what_was_learned_is_told_at_the_end_and_one_goes_on_with_it() -> None:
    def end_of(wanted: Order) -> End:
        end = list(simulate(wanted))[-1]
        assert isinstance(end, End)
        return end

    assert end_of(order(600)).learned is None
    first = end_of(replace(order(3600), algorithm="learning"))
    assert first.learned is not None
    on = replace(order(7200), algorithm="learning", begin=first.snapshot, learned=first.learned)
    assert msgpack.decode(framed(on)[LENGTH_BYTES:], type=Order) == on
    later, anew = end_of(on), end_of(replace(on, learned=None))
    assert later.learned is not None
    assert anew.learned is not None
    both_h = first.learned.watched_h + anew.learned.watched_h
    assert later.learned.watched_h == pytest.approx(both_h, abs=0.05)
    off = Setpoint(revision=2, mode=Mode.OFF, at=START_MS + 3700_000)
    paused = end_of(replace(on, wishes=(WISH, off)))
    assert paused.learned is not None
    assert first.learned.watched_h <= paused.learned.watched_h < later.learned.watched_h


def test_nothing_left_to_live_is_told_too() -> None:
    standing = told(order(600))[1]
    pieces, again = told(replace(order(600), begin=standing))
    assert (pieces, again) == ([], standing)


def test_orders_on_a_pipe_are_answered_one_after_the_other() -> None:
    answers = BytesIO()
    main(BytesIO(framed(order(600)) + framed(order(1200))), answers)
    messages, left = [], BytesIO(answers.getvalue())
    while length := left.read(LENGTH_BYTES):
        messages.append(decode(left.read(int.from_bytes(length, "big"))))
    assert messages == [*simulate(order(600)), *simulate(order(1200))]


def test_an_order_survives_the_pipe() -> None:
    wanted = replace(order(), begin=STANDING)
    assert msgpack.decode(framed(wanted)[LENGTH_BYTES:], type=Order) == wanted
