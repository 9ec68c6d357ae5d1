"""A small document that is kept beside the hardware."""

from typing import Protocol


class Notebook(Protocol):
    """One document, replaced as a whole. Raises StorageAway."""

    async def read(self) -> bytes | None:
        """Give what was written last, or None."""

    async def set_aside(self) -> None:
        """Put the document away where people can find it; from now on there is none. Harmless without any."""

    async def write(self, document: bytes) -> None:
        """Replace the document; after a crash either the old or the new one is there."""
