"""Columns put in order of time, whatever their length."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import chain, groupby, islice, zip_longest
from operator import gt, itemgetter, lt

from krausen.importing.tape import BLOCK, Blocks, Room, Tape, Values, instants_of, rows_of

RUN = 16 * BLOCK
"""Readings that are sorted at once, where they do not come in order."""


def settled(column: Tape, room: Room) -> Blocks:
    """Give readings in order of their instants, each instant once: of several values the last stays.

    What is in order already, or comes newest first, is not copied.
    """
    if _runs(column.blocks(), lt):
        return column
    if _runs(column.blocks(), gt):
        return _Turned(column)
    runs = [_sorted(run, room) for run in _grouped(column.blocks())]
    whole = Tape(room)
    whole.extend(_last_of_each(merge(*map(rows_of, runs), key=itemgetter(0))))
    return whole


def count_distinct(columns: Iterable[Blocks]) -> int:
    """Count the instants that are in any of the columns, each of which rises."""
    apart: list[Blocks] = []
    for column in columns:
        if not any(_are_alike(column, other) for other in apart):
            apart.append(column)
    if len(apart) == 1:
        return len(apart[0])
    return sum(1 for _ in groupby(merge(*map(instants_of, apart))))


class _Turned:
    """A tape whose newest reading comes first, the other way round."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape

    def __len__(self) -> int:
        return len(self._tape)

    def blocks(self) -> Iterator[Values]:
        return self._tape.backwards()


def _runs(blocks: Iterable[Values], way: Callable[[int, int], bool]) -> bool:
    """Tell whether each instant is that way from the next."""
    before: Sequence[int] = ()
    for block in blocks:
        if not all(map(way, chain(before, block.t), block.t if before else islice(block.t, 1, None))):
            return False
        before = block.t[-1:]
    return True


def _grouped(blocks: Iterator[Values]) -> Iterator[Values]:
    while some := list(islice(blocks, RUN // BLOCK)):
        run = Values.none()
        for block in some:
            run.extend(block)
        yield run


def _sorted(run: Values, room: Room) -> Tape:
    tape = Tape(room)
    tape.extend(_last_of_each(sorted(run.rows(), key=itemgetter(0))))
    return tape


def _last_of_each(rows: Iterable[tuple[int, float, int]]) -> Iterator[tuple[int, float, int]]:
    for _, alike in groupby(rows, itemgetter(0)):
        *_, last = alike
        yield last


def _are_alike(one: Blocks, other: Blocks) -> bool:
    none: array[int] = array("q")
    pairs = zip_longest(
        (block.t for block in one.blocks()), (block.t for block in other.blocks()), fillvalue=none
    )
    return len(one) == len(other) and all(mine == theirs for mine, theirs in pairs)
