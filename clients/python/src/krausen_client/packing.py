"""Cuts rows into bodies of requests."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from krausen_client.errors import Refused
from krausen_client.options import LARGEST
from krausen_client.results import Fault
from krausen_client.rows import RowLike, Wrong, wired

MOST_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Batch:
    """The body of a request, the number of its first row among all, and how many there are."""

    first: int
    rows: int
    body: bytes


def batches(rows: Iterable[RowLike], most: int, largest: int = LARGEST) -> Iterable[Batch]:
    """Give the requests of rows: at most `most` rows and `largest` bytes each.

    Rows in a sequence are all checked before the first request is given, others request by request. Raises
    Refused, which names up to 20 rows.
    """
    cut = _cut(rows, most, largest)
    return list(cut) if isinstance(rows, Sequence) else cut


def _cut(rows: Iterable[RowLike], most: int, largest: int) -> Iterator[Batch]:
    packing = _Packing(largest)
    for row in rows:
        if len(packing.parts) == most:
            yield packing.batch()
        encoded = packing.encoded(row)
        if packing.parts and packing.size + len(encoded) > largest:
            yield packing.batch()
        packing.add(encoded)
    if packing.parts:
        yield packing.batch()


class _Packing:
    """The batch that is being filled."""

    def __init__(self, largest: int) -> None:
        self._encoder = msgspec.json.Encoder()
        self._largest = largest
        self._first = 0
        self._seen = 0
        self._faults: list[Fault] = []
        self.parts: list[bytes] = []
        self.size = 2

    def encoded(self, row: RowLike) -> bytes:
        """Give the JSON of the next row; that of a wrong one is empty, and its fault is kept."""
        number = self._seen
        self._seen += 1
        try:
            found = self._encoder.encode(wired(row))
            if len(found) + 2 > self._largest:
                raise Wrong("", f"This row alone is larger than a request may be ({self._largest} bytes).")
        except Wrong as wrong:
            self._faults.append(Fault(str(wrong), number, wrong.field))
            return b""
        return found

    def add(self, encoded: bytes) -> None:
        """Take the JSON of a row."""
        self.parts.append(encoded)
        self.size += len(encoded) + 1
        if len(self._faults) >= MOST_FAULTS:
            self._refuse()

    def batch(self) -> Batch:
        """Give what was gathered, and begin anew. Raises Refused where a row was wrong."""
        if self._faults:
            self._refuse()
        done = Batch(self._first, len(self.parts), b"[" + b",".join(self.parts) + b"]")
        self._first += done.rows
        self.parts, self.size = [], 2
        return done

    def _refuse(self) -> None:
        raise Refused("These rows cannot be sent.", faults=self._faults)
