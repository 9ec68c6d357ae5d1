"""Copies SQLite's write-ahead log into the file beside those who write, so that they do not wait for it."""

from pathlib import Path

import apsw
import structlog

from krausen.errors import OperatorNeeded, StorageAway
from krausen.storage.connection import disk, opening
from krausen.storage.thread import FileThread

log = structlog.get_logger()


class Checkpoints:
    """Has the log copied whenever `pages` more have come to it, over a connection and in a thread of its own.

    The log begins anew only where all of it is copied, which under load it never is while others write. So
    what has come meanwhile, a few pages, is copied by the writer afterwards.
    """

    def __init__(self, path: Path, writer: apsw.Connection, pages: int) -> None:
        self._path = path
        self._writer = writer
        self._most = pages
        self._thread = FileThread(f"{path.stem}-copy")
        self._own: apsw.Connection | None = None
        self._pages = self._copied = 0
        self._is_copying = self._has_copied = False
        # In place of SQLite's own, which copies within a commit.
        writer.set_wal_hook(self._grew)

    @property
    def is_copying(self) -> bool:
        """Tell whether the log is being copied in the thread."""
        return self._is_copying

    def keep_short(self) -> None:
        """Have the log copied where it is long. For after a commit, and where the writer works."""
        if self._pages < self._copied:  # it has begun anew
            self._copied = 0
        if self._has_copied:
            self._has_copied = False
            self._copy(self._writer)
        elif not self._is_copying and self._pages - self._copied >= self._most:
            self._is_copying = True
            self._thread.later(self._copy_aside)

    def close(self) -> None:
        """Finish what is under way, and let go of the file."""
        self._thread.close()
        if self._own is not None:
            self._own.close()

    def _grew(self, _writer: apsw.Connection, _name: str, pages: int) -> int:
        self._pages = pages
        return apsw.SQLITE_OK

    def _copy_aside(self) -> None:
        try:
            if self._own is None:
                with opening(self._path) as connection:
                    self._own = connection
            self._has_copied = self._copy(self._own)
        except OperatorNeeded as error:
            self._put_off(error)
        finally:
            self._is_copying = False

    def _copy(self, connection: apsw.Connection) -> bool:
        try:
            with disk(self._path):
                _, self._copied = connection.wal_checkpoint("main")
        except StorageAway as error:
            self._put_off(error)
            return False
        return True

    def _put_off(self, error: OperatorNeeded | StorageAway) -> None:
        """Wait until more has come."""
        self._copied = self._pages
        log.warning(
            "history.not_copied",
            detail=f"What was stored last could not be copied from {self._path.name}-wal into "
            f"{self._path.name}: {error.__cause__}. It is safe there; it is tried again when more has come.",
        )
