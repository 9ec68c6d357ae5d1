"""A series as a course in steps: each reading holds until the next one, though not for ever."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from krausen.brewing.completeness import Span


class Course(Struct, frozen=True, kw_only=True):
    """Readings `v` at rising `t`, UTC milliseconds; each holds for `longest_ms` at most."""

    t: Sequence[int]
    v: Sequence[float]
    longest_ms: int


class Piece(Struct, frozen=True):
    """A value that held while start <= t < end, UTC milliseconds."""

    start: int
    end: int
    v: float

    @property
    def length_ms(self) -> int:
        """How long it held."""
        return self.end - self.start


class Running(Struct, frozen=True):
    """How long something ran, and how often it was started."""

    run_ms: int
    starts: int


def pieces(course: Course, spans: Sequence[Span]) -> Iterator[Piece]:
    """Yield what held when, within spans that come in order, do not overlap and are not empty."""
    place = 0
    for n, (start, v) in enumerate(zip(course.t, course.v, strict=True)):
        end = start + course.longest_ms
        if n + 1 < len(course.t):
            end = min(end, course.t[n + 1])
        while place < len(spans) and spans[place].end <= start:
            place += 1
        for span in spans[place:]:
            if span.start >= end:
                break
            yield Piece(max(start, span.start), min(end, span.end), v)


def mean(held: Sequence[Piece]) -> float | None:
    """Give the mean over time; None where nothing held for any time."""
    whole = sum(piece.length_ms for piece in held)
    return sum(piece.v * piece.length_ms for piece in held) / whole if whole else None


def running(held: Iterable[Piece], is_on: Callable[[float], bool]) -> Running:
    """Count how long a series was on. A start is an on that follows an off, or nothing."""
    run_ms = starts = 0
    was_on = False
    for piece in held:
        on = is_on(piece.v)
        run_ms += piece.length_ms if on else 0
        starts += on and not was_on
        was_on = on
    return Running(run_ms, starts)


def apart_ms(one: Sequence[Piece], other: Sequence[Piece], band: float) -> int | None:
    """Count the time in which two courses were more than `band` apart; None where they never met."""
    met = [(length_ms, abs(a - b) > band) for length_ms, a, b in _together(one, other)]
    return sum(length_ms for length_ms, is_apart in met if is_apart) if met else None


def _together(one: Sequence[Piece], other: Sequence[Piece]) -> Iterator[tuple[int, float, float]]:
    n = m = 0
    while n < len(one) and m < len(other):
        start, end = max(one[n].start, other[m].start), min(one[n].end, other[m].end)
        if start < end:
            yield end - start, one[n].v, other[m].v
        if one[n].end <= other[m].end:
            n += 1
        else:
            m += 1
