"""An import while it is worked on, and how far it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from krausen.errors import KrausenError, StorageAway
from krausen.importing.parcel import Log, Parcel
from krausen.importing.report import FileReport, ImportReport, PassedOver
from krausen.importing.text import Pieces

BROKEN_OFF = "It was broken off. Import it again: that completes it."
AGAIN = "Some of it was stored before that. Import it again: that completes it."


class Wish(Struct, frozen=True, kw_only=True):
    """How something is to be imported, and by whom.

    `zone` names the time zone of times without one: else that of the adapter `import`, else the site's, else
    UTC. `form` is `NAME` or `NAME:KEY=VALUE,…`: else each file tells its format. A dry run only tells what
    would be.
    """

    by: str
    zone: str | None = None
    form: str | None = None
    dry_run: bool = False


class Import:
    """One import under way or done: how it is wanted, and the report as it stands."""

    def __init__(self, id: str, wish: Wish) -> None:
        self.wish = wish
        self.report = ImportReport([], id, "reading", 0.0)

    def move(self, share: float) -> None:
        """Note how far it is, from 0 to 1."""
        self.report = replace(self.report, share=max(self.report.share, min(share, 1.0)))

    @contextmanager
    def told_of_failures(self) -> Iterator[None]:
        """Write into the report why it failed, or that it was broken off."""
        detail = BROKEN_OFF
        try:
            yield
        except KrausenError as failure:
            detail = str(failure)
            raise
        finally:
            if self.report.state != "done":
                self.report = replace(self.report, state="failed", detail=detail)


class Run:
    """An import while it is worked on: `whole` logs are gone through in it."""

    def __init__(self, started: Import, parcel: Parcel, zone: ZoneInfo | None) -> None:
        self.started = started
        self.parcel = parcel
        self.zone = zone
        self.reports: list[FileReport] = []
        self.passed_over: list[PassedOver] = []
        self.whole = 1
        self.is_begun = False
        self._gone = 0

    def step(self) -> None:
        """Note that a log is done with."""
        self._gone += 1
        self.go(0.0)

    def go(self, part: float) -> None:
        """Note how far the present log is."""
        self.started.move((self._gone + part) / self.whole)

    def counted(self, log: Log) -> Pieces:
        """Give a log that tells how far it has been read."""

        def pieces() -> Iterator[bytes]:
            done = 0
            for piece in log.pieces():
                yield piece
                done += len(piece)
                self.go(done / log.size / 2)

        return pieces

    @contextmanager
    def told_of_halves(self) -> Iterator[None]:
        """Say of a failure to store that something was stored already, if so."""
        try:
            yield
        except StorageAway as failure:
            if self.is_begun:
                raise StorageAway(f"{failure} {AGAIN}") from failure
            raise
