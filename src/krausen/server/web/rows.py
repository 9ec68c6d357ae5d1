"""Rows of measurements, from bytes to readings: all of them, or none and every fault named."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from krausen.errors import Fault, Invalid
from krausen.model.reading import Reading
from krausen.model.series import SeriesName, is_name
from krausen.server.agreements import ANYTHING, Agreement, Bounds, quality_of
from krausen.server.web.bodies import MOST_FAULTS, document, escaped, faults, refusal
from krausen.wire.timestamps import check_measured, has_offset, instant

_NOT_A_NAME = "A name has 1 to 128 printable characters."
_NODE = "This node was not agreed: an admin adds it to those of the adapter."
_METRIC = "This metric was not agreed: an admin adds it to those of the adapter."


class Row(Struct, frozen=True, gc=False):
    """The measurements of a node at one moment, by metric."""

    adapter: str
    node: str
    timestamp: str
    data: dict[str, float]


class Rows(Struct, frozen=True):
    """The rows of a request: typed or, when an error stood against that, as they came."""

    items: Sequence[Any]
    error: Exception | None = None

    @property
    def adapters(self) -> set[str]:
        """The adapters that are named."""
        return {adapter for adapter, _ in self._stamps() if is_name(adapter)}

    @property
    def local_adapters(self) -> set[str]:
        """The adapters that send local times."""
        return {adapter for adapter, timestamp in self._stamps() if not has_offset(timestamp)}

    def _stamps(self) -> set[tuple[str, str]]:
        if self.error is None:
            return {(row.adapter, row.timestamp) for row in self.items}
        raw = [(row.get("adapter"), row.get("timestamp")) for row in self.items if isinstance(row, dict)]
        return {(one, other) for one, other in raw if isinstance(one, str) and isinstance(other, str)}


def rows_in(body: bytes) -> Rows:
    """Find the rows in a body. Raises Unreadable when it is no JSON, Invalid when it is no array."""
    try:
        return Rows(msgspec.json.decode(body, type=list[Row]))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raw = document(body)
        if not isinstance(raw, list):
            raise refusal(tuple(faults(raw, list[Row])), error) from error
        return Rows(raw, error)


class Reader:
    """Reads rows at the instant `now`, UTC milliseconds.

    `zones` are those of the adapters' local times, `agreements` say what adapters may send.
    """

    def __init__(self, zones: Mapping[str, tzinfo], now: int, agreements: Mapping[str, Agreement]) -> None:
        self._zones = zones
        self._now = now
        self._agreements = agreements
        self._instants: dict[tuple[str, str], int] = {}
        self._names: dict[tuple[str, str], dict[str, tuple[SeriesName, Bounds | None]]] = {}

    def readings(self, rows: Rows) -> list[Reading]:
        """Give the readings of all rows. Raises Invalid, which names up to 20 faults, or Unreadable."""
        error = rows.error
        if error is None:
            try:
                return list(self._readings(rows.items))
            except Invalid as failure:
                error = failure
        raise refusal(tuple(islice(self._faults(rows), MOST_FAULTS)), error)

    def _readings(self, rows: Iterable[Row]) -> Iterator[Reading]:
        for row in rows:
            t = self._instant(row.adapter, row.timestamp)
            names = self._names.get((row.adapter, row.node))
            if names is None:
                names = self._names[row.adapter, row.node] = {}
                _check(row.adapter, row.node)
                if not self._with(row.adapter).takes_node(row.node):
                    raise Invalid(_NODE)
            for metric, value in row.data.items():
                known = names.get(metric)
                if known is None:
                    known = names[metric] = self._series(row, metric)
                yield Reading(known[0], t, value, quality_of(value, known[1]))

    def _series(self, row: Row, metric: str) -> tuple[SeriesName, Bounds | None]:
        _check(metric)
        agreement = self._with(row.adapter)
        if not agreement.takes_metric(metric):
            raise Invalid(_METRIC)
        return SeriesName(row.adapter, row.node, metric), agreement.bounds.get(metric)

    def _with(self, adapter: object) -> Agreement:
        return self._agreements.get(adapter, ANYTHING) if isinstance(adapter, str) else ANYTHING

    def _instant(self, adapter: str, timestamp: str) -> int:
        t = self._instants.get((adapter, timestamp))
        if t is None:
            t = instant(timestamp, self._zones.get(adapter, UTC))
            check_measured(t, self._now)
            self._instants[adapter, timestamp] = t
        return t

    def _faults(self, rows: Rows) -> Iterator[Fault]:
        for place, item in enumerate(rows.items):
            raw = msgspec.to_builtins(item) if isinstance(item, Row) else item
            of_shape = list(faults(raw, Row, f"/{place}"))
            yield from of_shape
            if isinstance(raw, dict):
                named = {fault.where for fault in of_shape}
                yield from (f for f in self._content_faults(raw, f"/{place}") if f.where not in named)

    def _content_faults(self, row: dict[str, Any], where: str) -> Iterator[Fault]:
        adapter, node, timestamp, values = (row.get(key) for key in Row.__struct_fields__)
        for key, name in (("adapter", adapter), ("node", node)):
            if isinstance(name, str) and not is_name(name):
                yield Fault(f"{where}/{key}", _NOT_A_NAME)
        if isinstance(timestamp, str):
            try:
                self._instant(adapter if isinstance(adapter, str) else "", timestamp)
            except Invalid as failure:
                yield Fault(f"{where}/timestamp", str(failure))
        agreement = self._with(adapter)
        if isinstance(node, str) and is_name(node) and not agreement.takes_node(node):
            yield Fault(f"{where}/node", _NODE)
        for metric in values if isinstance(values, dict) else ():
            if not is_name(metric):
                yield Fault(f"{where}/data/{escaped(metric)}", _NOT_A_NAME)
            elif not agreement.takes_metric(metric):
                yield Fault(f"{where}/data/{escaped(metric)}", _METRIC)


def _check(*names: str) -> None:
    if not all(map(is_name, names)):
        raise Invalid(_NOT_A_NAME)
