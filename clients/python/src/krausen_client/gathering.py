"""What the accumulators share: values by node and time, and how they are sent."""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

from krausen_client.clock import utc_now
from krausen_client.errors import ClientError, Full, Refused
from krausen_client.results import Fault, Sent
from krausen_client.rows import Row, Wrong, metric_name, name, number, stamp
from krausen_client.store import Key, MemoryStore, Store, Waiting

if TYPE_CHECKING:
    from krausen_client.calls import Calls
    from krausen_client.requests import Flow

IN_MEMORY = 100_000
ON_DISK = 10_000_000
"""How many values an accumulator holds where nothing else is said."""

_TELL_EVERY = 1_000

log = logging.getLogger("krausen_client")


@dataclass(frozen=True, slots=True)
class Keeping:
    """How an accumulator keeps values.

    At most `capacity` values wait, by default 100,000 in memory and 10 million in a spool. `when_full`
    either refuses a new one by raising Full, or drops the oldest. `when_refused` either keeps rows that the
    server refuses, and with them all that came later, until somebody looks; or drops those that it names
    and sends the others. What is dropped is counted and logged. `now` is the time of a value that came
    without.
    """

    capacity: int | None = None
    when_full: Literal["raise", "drop_oldest"] = "raise"
    when_refused: Literal["keep", "drop"] = "keep"
    now: Callable[[], datetime] = utc_now

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be."""
        if self.capacity is not None and self.capacity < 1:
            raise ValueError(f"capacity: at least one value must have room, not {self.capacity}.")


USUALLY = Keeping()


class Gathering:
    """Values of an adapter that wait to be sent. Any number of threads may add while another one sends."""

    def __init__(self, adapter: str, spool: Path | None, keeping: Keeping, batch: int) -> None:
        self._adapter = _adapter(adapter)
        self._store: Store = MemoryStore() if spool is None else _spool(spool)
        self._keeping = keeping
        self._capacity = keeping.capacity or (IN_MEMORY if spool is None else ON_DISK)
        self._batch = batch
        self._lock = Lock()
        self.dropped = 0

    def __len__(self) -> int:
        with self._lock:
            return len(self._store)

    def add(self, node: str, metric: str | int, value: float, timestamp: datetime | str | None) -> int:
        """Take a value and give how many wait. Raises Refused, Full, SpoolUnusable."""
        moment = self._keeping.now() if timestamp is None else timestamp
        try:
            key = Key(self._adapter, name("node", node), stamp(moment), metric_name(metric))
            checked = number(value, key.metric)
        except Wrong as wrong:
            raise Refused(
                "This value cannot be sent.", faults=[Fault(str(wrong), None, wrong.field)]
            ) from wrong
        with self._lock:
            self._make_room()
            self._store.put(key, checked)
            return len(self._store)

    def flushing(self, calls: "Calls") -> "Flow[Sent]":
        """Send all that waits now, oldest first, and let go of what was accepted; what comes later stays."""
        sent = Sent()
        with self._lock:
            until = self._store.newest
        while taken := self._taken(until):
            groups = grouped(taken)
            try:
                sent += yield from calls.send([_row(group) for group in groups])
            except ClientError as failure:
                failure.sent += sent
                taken = self._let_go(failure, groups)
            self._forget(taken)
        return sent

    def close(self) -> None:
        """Let go of the file, where there is one."""
        with self._lock:
            self._store.close()

    def _taken(self, until: int) -> Sequence[Waiting]:
        with self._lock:
            return self._store.oldest(self._batch, until)

    def _forget(self, gone: Sequence[Waiting]) -> None:
        with self._lock:
            self._store.forget(gone)

    def _make_room(self) -> None:
        if len(self._store) < self._capacity:
            return
        if self._keeping.when_full == "raise":
            raise Full(f"{self._capacity} values wait to be sent, and more may not: is the server away?")
        excess = len(self._store) - self._capacity + 1
        self._store.forget(self._store.oldest(excess, self._store.newest))
        self._count_dropped(excess, f"more than {self._capacity} may not wait")

    def _let_go(self, failure: ClientError, groups: Sequence[Sequence[Waiting]]) -> Sequence[Waiting]:
        """Give the values of the rows that were named as wrong, where those are to be dropped; else raise."""
        named = {fault.row for fault in failure.faults} if isinstance(failure, Refused) else set()
        if self._keeping.when_refused == "keep" or not named or None in named:
            raise failure
        wrong = [one for row, group in enumerate(groups) if row in named for one in group]
        self._count_dropped(len(wrong), str(failure))
        return wrong

    def _count_dropped(self, values: int, reason: str) -> None:
        before, self.dropped = self.dropped, self.dropped + values
        if before == 0 or before // _TELL_EVERY != self.dropped // _TELL_EVERY:
            log.error("%d values dropped so far, the last because %s", self.dropped, reason)


def grouped(values: Iterable[Waiting]) -> list[list[Waiting]]:
    """Give the values of each row: nodes as they came first, and the times of a node likewise."""
    nodes: dict[tuple[str, str], dict[str, list[Waiting]]] = {}
    for one in values:
        times = nodes.setdefault((one.key.adapter, one.key.node), {})
        times.setdefault(one.key.timestamp, []).append(one)
    return [group for times in nodes.values() for group in times.values()]


def check_pace(every_s: float | None, at_values: int | None) -> None:
    """Raise ValueError where no automatic flush can be like that."""
    if every_s is not None and not every_s > 0:
        raise ValueError("every_s: flush every so many seconds, more than 0.")
    if at_values is not None and at_values < 1:
        raise ValueError("at_values: flush once so many values wait, at least 1.")


def _row(group: Sequence[Waiting]) -> Row:
    first = group[0].key
    return Row(first.adapter, first.node, first.timestamp, {one.key.metric: one.value for one in group})


def _adapter(text: str) -> str:
    try:
        return name("adapter", text)
    except Wrong as wrong:
        raise ValueError(f"adapter: {wrong}") from wrong


def _spool(path: Path) -> Store:
    from krausen_client.spool import Spool

    return Spool(path)
