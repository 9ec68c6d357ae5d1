"""What is noted in a file as events of the batch, where there are very many an hour's as one."""

import re
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import merge
from itertools import dropwhile, groupby, islice, takewhile

from msgspec import Struct

from krausen.importing.gathered import Note
from krausen.importing.instants import settled
from krausen.importing.tape import Blocks, Room, Tape, instants_of
from krausen.model.batch import BatchEvent

MOST = 500
"""Events of a kind in a file that are kept one by one, the first ones."""
SUMMED = "Of more than {most} events of the kind {kind}, {count:,} became {hours:,} events, one for an hour."
_HOUR = 3_600_000
_MANY = re.compile(r"(.*): ([0-9]+) in this hour", re.DOTALL)


class Happenings(Struct, frozen=True, kw_only=True):
    """The events to add, those that they stand in for, the instants of what is new, and remarks."""

    events: tuple[BatchEvent, ...]
    outdated: tuple[BatchEvent, ...]
    instants: tuple[Blocks, ...]
    remarks: tuple[str, ...]


def happenings(
    notes: Mapping[Note, Tape], known: Collection[BatchEvent], room: Room, *, most: int = MOST
) -> Happenings:
    """Give what of the notes is new. Notes of the same instant, kind and text are one.

    Beyond the first `most` of a kind, those of the same text within an hour (UTC) become one event at its
    beginning, that tells their number. Where a file has grown, that stands in for the lower number.
    """
    kinds: defaultdict[str, dict[str, Blocks]] = defaultdict(dict)
    for (kind, text), instants in notes.items():
        kinds[kind][text] = settled(instants, room)
    whole = _Whole(known, room)
    for kind, texts in sorted(kinds.items()):
        whole.add(kind, texts, most)
    return whole.happenings()


class _Whole:
    def __init__(self, known: Collection[BatchEvent], room: Room) -> None:
        self._known = frozenset(known)
        self._room = room
        self._sums: dict[tuple[int, str, str], tuple[int, BatchEvent]] = {}
        for event in known:
            if match := _MANY.fullmatch(event.text):
                key = (event.at, event.kind, match[1])
                self._sums[key] = max((int(match[2]), event), self._sums.get(key, (0, event)))
        self._events: set[BatchEvent] = set()
        self._outdated: set[BatchEvent] = set()
        self._alone_at: set[int] = set()
        self._summed: dict[Note, Tape] = {}
        self._remarks: list[str] = []

    def add(self, kind: str, texts: Mapping[str, Blocks], most: int) -> None:
        last = _last_alone(texts.values(), most)
        count = hours = 0
        for text, instants in texts.items():
            self._alone(kind, text, takewhile(last.__ge__, instants_of(instants)))
            for hour, within in _hours(dropwhile(last.__ge__, instants_of(instants))):
                if len(within) > 1:
                    self._together(hour, kind, text, within)
                    count, hours = count + len(within), hours + 1
                else:
                    self._alone(kind, text, within)
        if hours:
            self._remarks.append(SUMMED.format(most=most, kind=kind, count=count, hours=hours))

    def happenings(self) -> Happenings:
        alone = Tape(self._room)
        for t in sorted(self._alone_at):
            alone.add(t)
        return Happenings(
            events=tuple(sorted(self._events)),
            outdated=tuple(sorted(self._outdated)),
            instants=(alone, *self._summed.values()),
            remarks=tuple(self._remarks),
        )

    def _alone(self, kind: str, text: str, instants: Iterable[int]) -> None:
        fresh = {BatchEvent(t, kind, text) for t in instants} - self._known
        self._events |= fresh
        self._alone_at |= {event.at for event in fresh}

    def _together(self, hour: int, kind: str, text: str, within: "array[int]") -> None:
        told, before = self._sums.get((hour, kind, text), (0, None))
        self._outdated |= {event for t in within if (event := BatchEvent(t, kind, text)) in self._known}
        if told >= len(within):
            return
        if before is not None:
            self._outdated.add(before)
        self._events.add(BatchEvent(hour, kind, f"{text}: {len(within)} in this hour"))
        summed = self._summed.setdefault((kind, text), Tape(self._room))
        for t in within:
            summed.add(t)


def _last_alone(all_instants: Iterable[Blocks], most: int) -> int:
    """Give the instant up to which every event is kept by itself."""
    last = 0
    for t in islice(merge(*map(instants_of, all_instants)), most):
        last = t
    return last


def _hours(instants: Iterable[int]) -> Iterator[tuple[int, "array[int]"]]:
    for hour, within in groupby(instants, lambda t: t // _HOUR):
        yield hour * _HOUR, array("q", within)
