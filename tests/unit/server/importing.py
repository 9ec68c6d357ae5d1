"""What the tests of imports share: imports on fakes, and logs."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from msgspec.structs import replace

from krausen.errors import StorageAway
from krausen.importing.parcel import Parcel, of_bytes
from krausen.importing.report import FileReport, ImportReport
from krausen.importing.undertaking import Wish
from krausen.model.journal import JournalEntry
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import Stored
from krausen.server.imports import Imports
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock
from krausen.testing.history import MemoryHistory

RECORDINGS = Path(__file__).parents[2] / "recordings/brewpi_log"
BREW = (RECORDINGS / "brewpi_2014-02-03_2d.csv").read_bytes()
ODDITIES = RECORDINGS / "oddities"
ALL = 10_000
EVER = 4_000_000_000_000
ENTRY = JournalEntry(at=0, by="test", what="setting", id="x", action="updated")
LINE = b"May 04 2019 08:00:00;18.1;18.0;None;16.2;15.5;None;4;None\n"


class Brewery:
    """Imports on fakes, and a look at what they did."""

    def __init__(self) -> None:
        self.history = CountingHistory()
        self.catalog = MemoryCatalog()
        self.clock = HandClock(int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000))
        self.imports = Imports(self.history, self.catalog, self.clock)

    async def take(self, raw: bytes, file: str = "brew.csv", zone: str | None = "UTC") -> FileReport:
        return await self.imports.take(file, raw, by="anna", zone=zone)

    async def work(
        self, parcel: Parcel, *, zone: str | None = "UTC", form: str | None = None, dry_run: bool = False
    ) -> ImportReport:
        wish = Wish(by="anna", zone=zone, form=form, dry_run=dry_run)
        return await self.imports.work(self.imports.begin(wish), parcel)

    async def values(self, node: str, metric: str) -> dict[int, tuple[float, Quality]]:
        series = await self.history.id_of(SeriesName("import", node, metric))
        points = await self.history.points(series, 0, EVER, ALL) if series else []
        return {point.t: (point.v, point.quality) for point in points}

    async def content(self) -> object:
        series = await self.history.series()
        names = [info.name for info in series]
        values = {name: await self.values(name.node, name.metric) for name in names}
        batches = await self.catalog.batches()
        return (
            values,
            [replace(b, revision=0) for b in batches],
            [await self.catalog.events(b.id) for b in batches],
        )


def zipped(**files: bytes) -> Parcel:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return of_bytes("all.zip", made.getvalue())


class CountingHistory(MemoryHistory):
    """Counts the calls that store, and takes no more than `most`."""

    def __init__(self) -> None:
        super().__init__()
        self.stores = 0
        self.most: int | None = None

    async def store(self, readings: Sequence[Reading]) -> Stored:
        if self.stores == self.most:
            raise StorageAway("The disk is full.")
        self.stores += 1
        return await super().store(readings)
