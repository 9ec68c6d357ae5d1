"""What the parts of this door share: the site that is asked, and what an admin chose."""

from collections.abc import AsyncIterator
from typing import Any, Literal

from msgspec import Struct

from krausen.model.units import celsius
from krausen.ports.door import Site, failure_of

Unit = Literal["F", "C"]

NAME = "door maelstrom"
"""By what name the door itself publishes."""
BOARD = "iocontroller"
PROFILE = "profile"
RULE = "rule"
"""What things are numbered."""


class Here(Struct, frozen=True):
    """A guest's way into the site. `unit` is that of temperatures which say none.

    `arranges` tells whether guests may add and change our controllers.
    """

    site: Site
    unit: Unit
    arranges: bool = False

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """Make a call, and give what it answers. Raises what it failed with."""
        status, said = await self.site.ask(method, path, body)
        if status >= 400:
            raise failure_of(status, said)
        return said

    async def items(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Give everything of a collection, a page at a time."""
        cursor: str | None = None
        while True:
            more = "" if cursor is None else f"&cursor={cursor}"
            page = await self.call("GET", f"{path}?limit=1000{more}")
            for item in page["items"]:
                yield item
            cursor = page["next"]
            if cursor is None:
                return

    def celsius(self, value: float) -> float:
        """Give a temperature of theirs in °C."""
        return celsius(value, self.unit)

    def theirs(self, value_c: float) -> float:
        """Give a temperature, °C, as they write it."""
        return round(value_c * 1.8 + 32.0, 6) if self.unit == "F" else value_c
