"""What is noted in a file as events of the batch, where there are very many an hour's as one."""

import re
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby, islice

from msgspec import Struct

from krausen.importing.gathered import Note
from krausen.importing.instants import distinct
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
    instants: tuple["array[int]", ...]
    remarks: tuple[str, ...]


def happenings(notes: Mapping[Note, "array[int]"], known: Collection[BatchEvent]) -> Happenings:
    """Give what of the notes is new. Notes of the same instant, kind and text are one.

    Beyond the first `MOST` of a kind, those of the same text within an hour (UTC) become one event at its
    beginning, that tells their number. Where a file has grown, that stands in for the lower number.
    """
    kinds: defaultdict[str, dict[str, array[int]]] = defaultdict(dict)
    for (kind, text), instants in notes.items():
        kinds[kind][text] = distinct(instants)
    whole = _Whole(known)
    for kind, texts in sorted(kinds.items()):
        whole.add(kind, texts)
    return whole.happenings()


class _Whole:
    def __init__(self, known: Collection[BatchEvent]) -> None:
        self._known = frozenset(known)
        self._sums: dict[tuple[int, str, str], tuple[int, BatchEvent]] = {}
        for event in known:
            if match := _MANY.fullmatch(event.text):
                key = (event.at, event.kind, match[1])
                self._sums[key] = max((int(match[2]), event), self._sums.get(key, (0, event)))
        self._events: set[BatchEvent] = set()
        self._outdated: set[BatchEvent] = set()
        self._alone_at: set[int] = set()
        self._summed: dict[Note, array[int]] = {}
        self._remarks: list[str] = []

    def add(self, kind: str, texts: Mapping[str, "array[int]"]) -> None:
        last = _last_alone(texts.values())
        count = hours = 0
        for text, instants in texts.items():
            cut = bisect_right(instants, last)
            self._alone(kind, text, instants[:cut])
            for hour, within in _hours(instants[cut:]):
                if len(within) > 1:
                    self._together(hour, kind, text, within)
                    count, hours = count + len(within), hours + 1
                else:
                    self._alone(kind, text, within)
        if hours:
            self._remarks.append(SUMMED.format(most=MOST, kind=kind, count=count, hours=hours))

    def happenings(self) -> Happenings:
        return Happenings(
            events=tuple(sorted(self._events)),
            outdated=tuple(sorted(self._outdated)),
            instants=(array("q", sorted(self._alone_at)), *self._summed.values()),
            remarks=tuple(self._remarks),
        )

    def _alone(self, kind: str, text: str, instants: Iterable[int]) -> None:
        fresh = {BatchEvent(t, kind, text) for t in instants} - self._known
        self._events |= fresh
        self._alone_at |= {event.at for event in fresh}

    def _together(self, hour: int, kind: str, text: str, within: "array[int]") -> None:
        told, before = self._sums.get((hour, kind, text), (0, None))
        self._outdated |= {BatchEvent(t, kind, text) for t in within} & self._known
        if told >= len(within):
            return
        if before is not None:
            self._outdated.add(before)
        self._events.add(BatchEvent(hour, kind, f"{text}: {len(within)} in this hour"))
        self._summed.setdefault((kind, text), array("q")).extend(within)


def _last_alone(all_instants: Iterable["array[int]"]) -> int:
    """Give the instant up to which every event is kept by itself."""
    first = list(islice(merge(*all_instants), MOST))
    return first[-1] if first else 0


def _hours(instants: "array[int]") -> Iterator[tuple[int, "array[int]"]]:
    for hour, within in groupby(instants, lambda t: t // _HOUR):
        yield hour * _HOUR, array("q", within)
