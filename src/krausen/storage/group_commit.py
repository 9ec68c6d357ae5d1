"""One commit for all that comes while the one before is under way."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from krausen.storage.thread import FileThread

Item = TypeVar("Item")
Result = TypeVar("Result")

Waiting = list[tuple[Item, asyncio.Future[Result]]]


class GroupCommit(Generic[Item, Result]):
    """Gathers items, has `commit` take all that wait at once in the file's thread, and gives each its result.

    The first one waits a turn of the event loop, so that others that are ready join it. When `commit` raises,
    everybody in that group hears it.
    """

    def __init__(self, thread: FileThread, commit: Callable[[list[Item]], list[Result]]) -> None:
        self._thread = thread
        self._commit = commit
        self._waiting: Waiting[Item, Result] = []
        self._under_way = False

    async def put(self, item: Item) -> Result:
        """Have an item committed. One whose caller is cancelled before its turn is left out."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if not self._under_way:
            self._under_way = True
            loop.call_soon(self._begin)
        return await future

    def _begin(self) -> None:
        group = [(item, future) for item, future in self._waiting if not future.done()]
        self._waiting = []
        self._under_way = bool(group)
        if group:
            committed = self._thread.submit(self._commit, [item for item, _ in group])
            committed.add_done_callback(lambda done: self._settle(group, done))

    def _settle(self, group: Waiting[Item, Result], done: "asyncio.Future[list[Result]]") -> None:
        error = done.exception()
        results = [] if error is not None else done.result()
        for place, (_, future) in enumerate(group):
            if future.done():
                continue  # its caller has gone; what it gave is committed all the same
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(results[place])
        self._begin()
