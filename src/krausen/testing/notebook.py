"""A notebook in memory."""

from krausen.errors import StorageAway


class MemoryNotebook:
    """The notebook port in an attribute. Set `away` to a sentence and calls raise StorageAway with it."""

    def __init__(self, document: bytes | None = None) -> None:
        self.away = ""
        self.document = document
        self.aside: bytes | None = None

    async def read(self) -> bytes | None:
        """Give what was written last, or None."""
        self._check()
        return self.document

    async def set_aside(self) -> None:
        """Put the document away, into `aside`."""
        self._check()
        if self.document is not None:
            self.aside, self.document = self.document, None

    async def write(self, document: bytes) -> None:
        """Replace the document."""
        self._check()
        self.document = document

    def _check(self) -> None:
        if self.away:
            raise StorageAway(self.away)
