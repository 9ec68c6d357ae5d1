"""The catalog in a file and the one in memory, side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from hypothesis.stateful import RuleBasedStateMachine, rule

from krausen.errors import Refusal
from krausen.ports.catalog import Catalog
from krausen.storage.catalog import SqlCatalog
from krausen.testing.catalog import MemoryCatalog

T = TypeVar("T")


class Pair(RuleBasedStateMachine):
    """Asks both the same, and opens the file anew now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.runner = asyncio.Runner()
        self.path = Path(self.folder.name) / "catalog.sqlite"
        self.file = SqlCatalog.open(self.path)
        self.memory = MemoryCatalog()

    def teardown(self) -> None:
        self.file.close()
        self.runner.close()
        self.folder.cleanup()

    def both(self, call: Callable[[Catalog], Awaitable[T]]) -> T | type[Refusal]:
        one, other = (self.outcome(call, catalog) for catalog in (self.file, self.memory))
        assert one == other
        return one

    def outcome(self, call: Callable[[Catalog], Awaitable[T]], catalog: Catalog) -> T | type[Refusal]:
        async def asked() -> T | type[Refusal]:
            try:
                return await call(catalog)
            except Refusal as refusal:
                return type(refusal)

        return self.runner.run(asked())

    @rule()
    def reopen(self) -> None:
        self.file.close()
        self.file = SqlCatalog.open(self.path)
