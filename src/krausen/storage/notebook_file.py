"""A small document in a file, replaced as a whole."""

from pathlib import Path

from krausen.errors import StorageAway
from krausen.files import keep, replace
from krausen.storage.thread import FileThread


class FileNotebook:
    """The notebook port on one file: written beside it, flushed to the disk, then put in its place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = FileThread(path.stem)

    def close(self) -> None:
        """Finish what is under way."""
        self._thread.close()

    async def read(self) -> bytes | None:
        """Give what was written last, or None."""
        return await self._thread.run(self._read)

    async def set_aside(self) -> None:
        """Put the document away under the same name with the ending `.aside`, in place of an earlier one."""
        await self._thread.run(self._set_aside)

    async def write(self, document: bytes) -> None:
        """Replace the document."""
        await self._thread.run(self._write, document)

    def _read(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageAway(f"{self._path.name} cannot be read now: {error.strerror}.") from error

    def _set_aside(self) -> None:
        try:
            self._path.replace(self._path.with_suffix(".aside"))
            keep(self._path.parent)
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageAway(f"{self._path.name} cannot be put aside now: {error.strerror}.") from error

    def _write(self, document: bytes) -> None:
        try:
            replace(self._path, document)
        except OSError as error:
            raise StorageAway(f"{self._path.name} cannot be written now: {error.strerror}.") from error
