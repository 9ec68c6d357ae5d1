from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.brewing.completeness import Span
from krausen.brewing.course import Course, Piece, Running, apart_ms, mean, pieces, running

EDGES = st.lists(st.integers(0, 200), min_size=2, max_size=8, unique=True).map(sorted)
SPANS = EDGES.map(lambda edges: [Span(a, b) for a, b in list(pairwise(edges))[::2]])
POINTS = st.dictionaries(st.integers(0, 200), st.integers(-20, 120).map(float), max_size=30)
LONGEST = st.integers(1, 60)


def course(points: dict[int, float], longest_ms: int) -> Course:
    return Course(t=sorted(points), v=[points[t] for t in sorted(points)], longest_ms=longest_ms)


def held_at(t: int, points: dict[int, float], longest_ms: int) -> float | None:
    """Say what held at an instant, the slow way."""
    before = max((at for at in points if at <= t), default=None)
    return None if before is None or t - before >= longest_ms else points[before]


@given(POINTS, SPANS, LONGEST)
def test_pieces_say_of_every_instant_what_held(
    points: dict[int, float], spans: list[Span], longest_ms: int
) -> None:
    held = list(pieces(course(points, longest_ms), spans))
    for t in range(261):
        now = [piece.v for piece in held if piece.start <= t < piece.end]
        inside = any(span.start <= t < span.end for span in spans)
        expected = held_at(t, points, longest_ms) if inside else None
        assert now == ([] if expected is None else [expected])
    assert held == sorted(held, key=lambda piece: piece.start)


@given(POINTS, SPANS, LONGEST)
def test_mean_is_that_of_all_instants(points: dict[int, float], spans: list[Span], longest_ms: int) -> None:
    held = list(pieces(course(points, longest_ms), spans))
    values = [piece.v for piece in held for _ in range(piece.start, piece.end)]
    found = mean(held)
    if not values:
        assert found is None
    else:
        assert found == pytest.approx(sum(values) / len(values))


@given(POINTS, POINTS, SPANS, LONGEST, st.integers(0, 50))
def test_time_apart_is_that_of_all_instants(
    one: dict[int, float], other: dict[int, float], spans: list[Span], longest_ms: int, band: int
) -> None:
    held = [list(pieces(course(points, longest_ms), spans)) for points in (one, other)]
    instants = [t for t in range(261) if any(span.start <= t < span.end for span in spans)]
    both = [(held_at(t, one, longest_ms), held_at(t, other, longest_ms)) for t in instants]
    met = [abs(a - b) > band for a, b in both if a is not None and b is not None]
    assert apart_ms(held[0], held[1], band) == (sum(met) if met else None)


def test_output_runs_while_it_is_on_and_starts_after_it_was_off() -> None:
    held = [
        Piece(0, 10, 1.0),
        Piece(10, 20, 0.0),
        Piece(20, 25, 1.0),
        Piece(25, 30, 1.0),
        Piece(90, 95, 1.0),
        Piece(95, 99, 0.0),
    ]
    assert running(held, lambda v: v >= 0.5) == Running(25, 2)
    assert running([], bool) == Running(0, 0)


@given(POINTS, SPANS, LONGEST)
def test_output_is_never_on_for_longer_than_it_was_known(
    points: dict[int, float], spans: list[Span], longest_ms: int
) -> None:
    held = list(pieces(course(points, longest_ms), spans))
    ran, rested = running(held, lambda v: v > 40), running(held, lambda v: v <= 40)
    assert ran.run_ms + rested.run_ms == sum(piece.length_ms for piece in held)
    assert abs(ran.starts - rested.starts) <= 1
