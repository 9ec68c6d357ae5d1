"""Gathers single values and sends them as rows; the blocking accumulator."""

import logging
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from random import Random
from threading import Condition, Lock, Thread
from types import TracebackType
from typing import Self

from krausen_client.client import Client
from krausen_client.errors import ClientError
from krausen_client.gathering import USUALLY, Gathering, Keeping, check_pace
from krausen_client.pauses import Pauses
from krausen_client.results import Sent

log = logging.getLogger("krausen_client")


class Accumulator:
    """Values of one adapter as they arise, one by one, sent together. Any number of threads may add.

    `flush` sends what was gathered. With `every_s` or `at_values`, a thread flushes by itself: so often, or
    once so many wait; while that fails it goes on with growing pauses. What the server has not accepted
    stays, in memory, or in the file `spool`, where it outlives a crash and is sent by the next accumulator
    with that file.

    The end of a `with` block, or `close`, sends the rest. Raises SpoolUnusable, and ValueError for what
    cannot be.
    """

    def __init__(
        self,
        client: Client,
        adapter: str,
        *,
        every_s: float | None = None,
        at_values: int | None = None,
        spool: Path | str | None = None,
        keeping: Keeping = USUALLY,
    ) -> None:
        check_pace(every_s, at_values)
        self._client = client
        self._every_s = every_s
        self._at_values = at_values
        self._outlives = spool is not None
        self._gathering = Gathering(adapter, Path(spool) if spool else None, keeping, client.options.batch)
        self._flushing = Lock()
        self._changed = Condition()
        self._is_closing = False
        self._thread: Thread | None = None
        if every_s is not None or at_values is not None:
            self._thread = Thread(target=self._work, name="krausen-accumulator", daemon=True)
            self._thread.start()

    def __len__(self) -> int:
        """How many values wait."""
        return len(self._gathering)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
            return
        with suppress(ClientError):  # it is logged, and is not to hide the error that ended the block
            self._end(once=True)

    @property
    def dropped(self) -> int:
        """How many values were dropped, as `Keeping` says."""
        return self._gathering.dropped

    def add(
        self, node: str, metric: str | int, value: float, timestamp: datetime | str | None = None
    ) -> None:
        """Take a value, by default of now. For the same node, metric and time the last value counts.

        Raises Refused for what the server would not take, Full, and SpoolUnusable.
        """
        waiting = self._gathering.add(node, metric, value, timestamp)
        if self._at_values is not None and waiting >= self._at_values:
            with self._changed:
                self._changed.notify()

    def flush(self) -> Sent:
        """Send what waits, if anything does. Raises ClientError; what was not accepted then stays."""
        return self._flush(once=False)

    def close(self) -> None:
        """Send what waits and end. Raises as `flush` does, unless a spool keeps what could not be sent.

        Without a spool, what could not be sent waits on, for another `flush` or `close`.
        """
        self._end(once=self._outlives)

    def _end(self, *, once: bool) -> None:
        with self._changed:
            self._is_closing = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()
        try:
            self._flush(once=once)
        except ClientError:
            log.warning("%d values of %s were not sent", len(self), self._client.site.url)
            if not self._outlives:
                raise
        finally:
            self._gathering.close()

    def _flush(self, *, once: bool) -> Sent:
        with self._flushing:
            return self._client.carry(self._gathering.flushing(self._client.calls), once=once)

    def _work(self) -> None:
        pauses = Pauses(Random())
        failed = False
        while self._is_to_flush(pauses.next_s() if failed else self._every_s, at_once=not failed):
            try:
                self._flush(once=True)
            except ClientError as failure:
                failed = True
                log.warning("%d values wait for %s: %s", len(self), self._client.site.url, failure)
            else:
                failed = False
                pauses.reset()

    def _is_to_flush(self, pause_s: float | None, *, at_once: bool) -> bool:
        """Wait until it is time; False when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closing or (at_once and self._has_enough()), pause_s)
            return not self._is_closing

    def _has_enough(self) -> bool:
        return self._at_values is not None and len(self) >= self._at_values
