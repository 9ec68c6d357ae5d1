"""A disk whose power can be cut: what was not synchronised may be there afterwards, or in parts, or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import RLock

import apsw

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""


class Disk(apsw.VFS):
    """Passes everything on to the real files, and remembers beside them what is durable.

    Several threads may write at a time.
    """

    def __init__(self) -> None:
        self.turn = RLock()
        self.durable: dict[Path, bytearray] = {}
        self.loose: dict[Path, list[tuple[int, bytes]]] = {}
        self.writes_left: int | None = None
        super().__init__("power", "unix", makedefault=True)

    @property
    def is_off(self) -> bool:
        """Tell whether the power is gone."""
        return self.writes_left == 0

    def xOpen(self, name: "str | apsw.URIFilename | None", flags: list[int]) -> "_File":  # noqa: N802
        """Open a file."""
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Delete a file."""
        with self.turn:
            self.spend()
            super().xDelete(filename, syncdir)
            self.durable.pop(Path(filename), None)
            self.loose.pop(Path(filename), None)

    def spend(self) -> None:
        """Count an act that changes the disk; without power it fails."""
        if self.writes_left is not None:
            self.writes_left = max(0, self.writes_left - 1)
        if self.is_off:
            raise apsw.IOError("the power is gone")

    def write(self, path: Path, offset: int, data: bytes) -> None:
        """Take what may be lost until it is synchronised."""
        self.loose.setdefault(path, []).append((offset, data))

    def synchronise(self, path: Path) -> None:
        """Make durable what was written of a file."""
        content = self.durable.setdefault(path, bytearray())
        for offset, data in self.loose.pop(path, []):
            _put(content, offset, data)

    def truncate(self, path: Path, size: int) -> None:
        """Shorten a file, with what is loose of it."""
        del self.durable.setdefault(path, bytearray())[size:]
        self.loose[path] = [(at, data[: size - at]) for at, data in self.loose.get(path, []) if at < size]

    def after_the_cut(self, folder: Path, chance: Random) -> None:
        """Write into a folder what is there when the power is back: of what was loose, any sectors."""
        with self.turn:
            for path in sorted({*self.durable, *self.loose}):
                content = bytearray(self.durable.get(path, b""))
                for offset, data in self.loose.get(path, []):
                    for start in range(0, len(data), SECTOR):
                        if chance.random() < 0.5:
                            _put(content, offset + start, data[start : start + SECTOR])
                (folder / path.name).write_bytes(content)


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: "str | apsw.URIFilename | None", flags: list[int]) -> None:
        self._disk = disk
        self._path = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "")
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Write."""
        with self._disk.turn:
            self._disk.spend()
            super().xWrite(data, offset)
            self._disk.write(self._path, offset, bytes(data))

    def xSync(self, flags: int) -> None:  # noqa: N802
        """Synchronise."""
        with self._disk.turn:
            self._disk.spend()
            super().xSync(flags)
            self._disk.synchronise(self._path)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Shorten."""
        with self._disk.turn:
            self._disk.spend()
            super().xTruncate(newsize)
            self._disk.truncate(self._path, newsize)


def _put(content: bytearray, offset: int, data: bytes) -> None:
    content.extend(bytes(max(0, offset + len(data) - len(content))))
    content[offset : offset + len(data)] = data


@contextmanager
def power() -> Iterator[Disk]:
    """Put such a disk under every file that is opened meanwhile."""
    disk = Disk()
    try:
        yield disk
    finally:
        disk.unregister()
