"""Rows of measurements straight to columns, where all of them are as usual.

What is unusual is not judged here: the ordinary route reads it anew and says what is wrong. So this knows how
rows look that are taken, and remembers of each kind of row what it found out about it.
"""

import re
from array import array
from collections.abc import Sequence
from datetime import UTC
from functools import lru_cache
from itertools import chain
from struct import Struct as Packing

import msgspec
from msgspec import Struct

from krausen.errors import Forbidden, Invalid
from krausen.model.people import Caller
from krausen.model.reading import Quality
from krausen.model.series import SeriesName, is_name
from krausen.ports.door import Taken
from krausen.ports.history import QUALITIES, Bulk
from krausen.server.agreements import ANYTHING, Agreement, Bounds
from krausen.server.site import Site
from krausen.server.web.measurements import MOST_ROWS, check_adapter
from krausen.server.web.rows import Row
from krausen.wire.timestamps import AHEAD_MS, OLDEST, has_offset, instant

MOST = 50_000
MOST_STAMPS = 5_000
"""Kinds of rows, and timestamps, that are remembered; beyond that all of them are forgotten."""

_GOOD, _BAD = QUALITIES.index(Quality.GOOD), QUALITIES.index(Quality.BAD)
_INSTANT = Packing("<q")

Key = tuple[str, ...]
"""What makes a kind of row: adapter, node, and the metrics in their order."""


class Unusual(Exception):
    """This is for the ordinary route."""


class Unknown(Exception):
    """Rows of this kind have not been seen."""

    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


class Kind(Struct, frozen=True, gc=False):
    """What is known of a kind of row: numbers of series, packed, their qualities, and bounds if any."""

    numbers: bytes
    good: bytes
    bounds: tuple[Bounds, ...] | None


class Rights(Struct, frozen=True):
    """What anything that is remembered here rests on."""

    caller: Caller
    changes: int
    declared: int
    agents: frozenset[str]


def rights_of(site: Site, caller: Caller) -> Rights:
    """Give what a caller's rights rest on now; while it is the same, so are they."""
    agents = frozenset(site.roster.known_agents())
    return Rights(caller, site.live.said("changes"), site.ingest.declared, agents)


class Kinds:
    """What is remembered of a caller's rows, as long as his rights stay."""

    def __init__(self, site: Site, rights: Rights) -> None:
        self._site = site
        self.rights = rights
        self.known: dict[Key, Kind] = {}
        self._agreements: dict[str, Agreement] = {}

    async def learn(self, key: Key) -> None:
        """Find out about a kind of row. Raises Unusual when such are refused, or their series are new."""
        site, caller, (adapter, node, *metrics) = self._site, self.rights.caller, key
        if not all(map(is_name, key)):
            raise Unusual
        try:
            check_adapter(adapter, caller, site.roster)
        except Forbidden as refusal:
            raise Unusual from refusal
        agreement = await self._with(adapter)
        numbers = [await self._number(agreement, SeriesName(adapter, node, metric)) for metric in metrics]
        if not agreement.takes_node(node) or rights_of(site, caller) != self.rights:
            raise Unusual
        bounds = tuple(agreement.bounds.get(metric, _ENDLESS) for metric in metrics)
        if len(self.known) >= MOST:
            self.known.clear()
        self.known[key] = Kind(
            array("I", numbers).tobytes(),
            bytes([_GOOD]) * len(metrics),
            None if set(bounds) <= {_ENDLESS} else bounds,
        )

    async def _with(self, adapter: str) -> Agreement:
        if adapter not in self._agreements:
            found = await self._site.adapters.agreements([adapter])
            self._agreements[adapter] = found.get(adapter, ANYTHING)
        return self._agreements[adapter]

    async def _number(self, agreement: Agreement, name: SeriesName) -> int:
        number = await self._site.history.number_of(name)
        if number is None or not (
            agreement.takes_metric(name.metric) and self._site.ingest.keeps_all_of(name)
        ):
            raise Unusual
        return number


class Gathering:
    """The readings of several requests, one request after another, each with all of its rows or none."""

    def __init__(self, now: int, stamps: dict[str, tuple[int, bytes]]) -> None:
        self._latest = now + AHEAD_MS
        self._stamps = stamps
        self._series: list[bytes] = []
        self._t: list[bytes] = []
        self._v: list[float] = []
        self._q: list[bytes] = []

    def __len__(self) -> int:
        return len(self._v)

    def add(self, body: bytes, known: dict[Key, Kind]) -> Taken:
        """Add the rows of a body, or none: Raises Unusual, and Unknown for a kind that is not known."""
        rows, before = rows_in(body), len(self._v)
        self._add(rows, known)
        return Taken(len(rows), len(self._v) - before)

    def bulk(self) -> Bulk:
        """Give everything as columns."""
        series, t = array("I"), array("q")
        series.frombytes(b"".join(self._series))
        t.frombytes(b"".join(self._t))
        return Bulk(series, t, array("d", self._v), b"".join(self._q))

    def _add(self, rows: Sequence[Row], known: dict[Key, Kind]) -> None:
        """Add rows after all of them are found to be usual, so that it is all of them or none."""
        try:
            kinds = [known[row.adapter, row.node, *row.data] for row in rows]
        except KeyError as missing:
            raise Unknown(missing.args[0]) from missing
        stamps, read = self._stamps.get, self._read
        times = [stamps(row.timestamp) or read(row.timestamp) for row in rows]
        if times and max(times)[0] > self._latest:
            raise Unusual
        self._series += [kind.numbers for kind in kinds]
        self._t += [packed * len(row.data) for (_, packed), row in zip(times, rows, strict=True)]
        self._q += [
            kind.good if kind.bounds is None else _judged(row.data, kind.bounds)
            for kind, row in zip(kinds, rows, strict=True)
        ]
        self._v += chain.from_iterable([row.data.values() for row in rows])

    def _read(self, timestamp: str) -> tuple[int, bytes]:
        t = instant_of(timestamp)
        if t < OLDEST:
            raise Unusual
        if len(self._stamps) >= MOST_STAMPS:
            self._stamps.clear()
        found = self._stamps[timestamp] = t, _INSTANT.pack(t)
        return found


def instant_of(timestamp: str) -> int:
    """Give the UTC milliseconds of a timestamp with an offset. Raises Unusual."""
    since = _since_midnight(timestamp[10:])
    try:
        if since is not None and _DAY.fullmatch(timestamp, 0, 10):
            return _midnight(timestamp[:10]) + since
        if not has_offset(timestamp):
            raise Unusual
        return instant(timestamp, UTC)
    except Invalid as refusal:
        raise Unusual from refusal


def rows_in(body: bytes) -> list[Row]:
    """Find the rows in a body. Raises Unusual."""
    try:
        rows = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unusual from error
    if len(rows) > MOST_ROWS:
        raise Unusual
    return rows


_DECODER = msgspec.json.Decoder(list[Row])
_ENDLESS = float("-inf"), float("inf")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_USUAL = re.compile(r"T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{3}))?Z", re.ASCII)


@lru_cache(maxsize=4096)
def _midnight(day: str) -> int:
    return instant(f"{day}T00:00:00Z", UTC)


@lru_cache(maxsize=4096)
def _since_midnight(time: str) -> int | None:
    """Give the milliseconds of a time of day as usual clients write it, None for any other."""
    usual = _USUAL.fullmatch(time)
    if usual is None:
        return None
    hours, minutes, seconds, milliseconds = map(int, usual.groups("0"))
    return 1000 * (3600 * hours + 60 * minutes + seconds) + milliseconds


def _judged(data: dict[str, float], bounds: Sequence[Bounds]) -> bytes:
    return bytes(
        _GOOD if low <= value <= high else _BAD
        for value, (low, high) in zip(data.values(), bounds, strict=True)
    )
