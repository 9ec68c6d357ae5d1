"""A disk that fails when a test says so, under everything that SQLite opens."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

Failure = apsw.FullError | apsw.IOError | apsw.ReadOnlyError


class FailingDisk(apsw.VFS):
    """Passes on what SQLite writes; `break_after` says how many more writes succeed, None is all of them.

    One that breaks only `once` works again after it has failed.
    """

    def __init__(self) -> None:
        self.break_after: int | None = None
        self.once = False
        self.failure: type[apsw.Error] = apsw.FullError
        super().__init__("failing", "unix", makedefault=True)

    def xOpen(  # noqa: N802 # SQLite's name
        self, name: str | apsw.URIFilename | None, flags: list[int]
    ) -> "_File":
        return _File(self, name, flags)

    def spend(self) -> None:
        """Fail when a write is one too many."""
        left = self.break_after  # which a test may change meanwhile
        if left is None:
            return
        if left <= 0:
            self.break_after = None if self.once else 0
            raise self.failure("the test said so")
        self.break_after = left - 1


class _File(apsw.VFSFile):
    def __init__(self, disk: FailingDisk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 # SQLite's name
        self._disk.spend()
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802 # SQLite's name
        self._disk.spend()
        super().xSync(flags)


@contextmanager
def failing_disk() -> Iterator[FailingDisk]:
    """Put a disk under every file that is opened meanwhile."""
    disk = FailingDisk()
    try:
        yield disk
    finally:
        disk.unregister()
