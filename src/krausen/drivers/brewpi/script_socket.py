"""The local socket of a BrewPi script, in the file system or at a port."""

import asyncio
from typing import Protocol

from krausen.drivers.brewpi.places import ScriptFile, ScriptHost
from krausen.errors import DeviceLost, Invalid
from krausen.protocols.brewpi.scalars import parsed

ANSWER_S = 10.0
LONGEST = 262_144
STALE = "device-list-not-up-to-date"
"""What a script answers instead of its lists while it does not have them."""


class Commands(Protocol):
    """A way to a script's socket."""

    async def ask(self, command: str) -> str:
        """Send a command, and give what is answered. Raises DeviceLost."""

    async def tell(self, command: str) -> None:
        """Send a command that is not answered. Raises DeviceLost."""


class Socket:
    """The socket of a script, in the file system or at a port."""

    def __init__(self, place: ScriptFile | ScriptHost) -> None:
        self._place = place

    async def ask(self, command: str) -> str:
        """Ask over a connection of its own. Raises DeviceLost."""
        reader, writer = await self._sent(command)
        try:
            async with asyncio.timeout(ANSWER_S):
                return await _answer(reader)
        except TimeoutError as error:
            raise DeviceLost(f"{self._place} does not answer. Is its BrewPi script stuck?") from error
        except OSError as error:
            raise DeviceLost(f"{self._place} hung up: {error}. Is its BrewPi script running?") from error
        finally:
            writer.close()

    async def tell(self, command: str) -> None:
        """Tell over a connection of its own. Raises DeviceLost."""
        _, writer = await self._sent(command)
        writer.close()

    async def _sent(self, command: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            async with asyncio.timeout(ANSWER_S):
                if isinstance(self._place, ScriptFile):
                    reader, writer = await asyncio.open_unix_connection(self._place.file, limit=LONGEST)
                else:
                    place = self._place
                    reader, writer = await asyncio.open_connection(place.host, place.port, limit=LONGEST)
                writer.write(command.encode("cp437", "replace"))
                await writer.drain()
        except OSError as error:
            why = error.strerror or "no answer"
            raise DeviceLost(
                f"{self._place} cannot be opened: {why}. Is its BrewPi script running?"
            ) from error
        return reader, writer


async def _answer(reader: asyncio.StreamReader) -> str:
    """Read until an answer is whole: a script does not always hang up after it."""
    said = b""
    while len(said) < LONGEST:
        chunk = await reader.read(LONGEST)
        said += chunk
        text = said.decode("utf-8", "replace").strip()
        if not chunk or text == STALE or _is_whole(text):
            break
    return said.decode("utf-8", "replace").strip()


def _is_whole(text: str) -> bool:
    if text[:1] not in ("{", "["):
        return False
    try:
        parsed(text)
    except Invalid:
        return False
    return True
