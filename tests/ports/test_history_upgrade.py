"""History files of earlier layouts open as what they were."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import given, settings
from structlog.testing import capture_logs

from krausen.errors import OperatorNeeded
from krausen.model.reading import Quality, Reading
from krausen.ports.history import QUALITIES, Point, Stored
from krausen.storage.history.archive import Archive
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.examination import examined
from krausen.storage.history.layout import LAYOUT
from krausen.storage.history.registry import CODES
from krausen.storage.history.sqlite import SqliteHistory
from tests.ports.failing_disk import failing_disk
from tests.ports.history_model import BEER, Batch, Model, matches, points, sqlite
from tests.ports.test_history_sealed import BATCHES

DATABASES = Path(__file__).parent.parent / "databases"

FIRST = """
CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    adapter TEXT NOT NULL, node TEXT NOT NULL, metric TEXT NOT NULL,
    unit TEXT NOT NULL DEFAULT '',
    UNIQUE (adapter, node, metric)
);
CREATE TABLE reading (
    series INTEGER NOT NULL REFERENCES series, t INTEGER NOT NULL, v REAL NOT NULL, q INTEGER NOT NULL,
    PRIMARY KEY (series, t)
) WITHOUT ROWID;
PRAGMA user_version = 1;
"""


def first_layout(path: Path, model: Model) -> None:
    """Write a file of the first layout that holds what a model does."""
    file = apsw.Connection(str(path))
    file.execute(FIRST)
    with file:
        for number, (name, kept) in enumerate(model.kept.items(), 1):
            parts = (number, name.adapter, name.node, name.metric)
            file.execute("INSERT INTO series VALUES (?, ?, ?, ?, '°C')", parts)
            rows = [(number, p.t, p.v, CODES[p.quality]) for p in kept.values()]
            file.executemany("INSERT INTO reading VALUES (?, ?, ?, ?)", rows)
    file.close()


@given(batches=BATCHES)
@settings(max_examples=20)
async def test_every_reading_of_the_first_layout_is_there_after_the_change(batches: list[Batch]) -> None:
    model = Model()
    for batch in batches:
        model.store(batch)
    with TemporaryDirectory() as folder:
        first_layout(Path(folder) / "readings.sqlite", model)
        for _ in range(2):
            with sqlite(Path(folder)) as history:
                await matches(history, model)
                assert {one.unit for one in await history.series()} <= {"°C"}


async def test_a_file_that_the_first_layout_left_is_read_and_written_on(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    shutil.copy(DATABASES / "readings-1.sqlite", path)
    with sqlite(tmp_path) as history:
        found = [(str(one.name), one.unit, one.count) for one in await history.series()]
        assert found == [
            ("ispindel/float/gravity", "SG", 100),
            ("pi/beer/temperature", "°C", 600),
            ("pi/spare/temperature", "°C", 0),
        ]
        kept = await points(history, BEER)
        assert [kept[0], kept[99].quality, kept[-1].v] == [Point(1_790_000_000_000, 18.0), Quality.BAD, 18.07]
        assert len(await points(history, BEER, with_bad=False)) == 594
        assert await history.store([Reading(BEER, kept[3].t, kept[3].v)]) == Stored(repeated=1)
    assert apsw.Connection(str(path)).pragma("user_version") == LAYOUT


async def test_a_file_that_the_second_layout_left_is_read_and_written_on(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    shutil.copy(DATABASES / "readings-2.sqlite", path)
    start = 1_790_000_000_000 // DAY_MS * DAY_MS
    due = [Point(start + n * 600_000, 18 + n % 8 / 100, QUALITIES[2 * (n % 100 == 99)]) for n in range(700)]
    due[3] = Point(due[3].t, 19.5)
    for _ in range(2):
        with sqlite(tmp_path) as history:
            found = [(str(one.name), one.unit, one.count) for one in await history.series()]
            assert found == [
                ("ispindel/float/gravity", "", 50),
                ("pi/beer/temperature", "°C", 700),
                ("pi/spare/temperature", "°C", 0),
            ]
            assert await points(history, BEER) == due
            assert await history.store([Reading(BEER, due[5].t, due[5].v)]) == Stored(repeated=1)
        assert examined(path).flaws == []
    assert apsw.Connection(str(path)).pragma("user_version") == LAYOUT


def test_a_damaged_row_of_the_second_layout_is_put_aside_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    shutil.copy(DATABASES / "readings-2.sqlite", path)
    file = apsw.Connection(str(path))
    file.execute("INSERT INTO log (b) VALUES (x'0102030405060708')")
    file.close()
    with sqlite(tmp_path), capture_logs():
        assert [what for what, *_ in Archive(apsw.Connection(str(path))).damages()] == ["log"]


def test_a_change_that_the_disk_refuses_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    shutil.copy(DATABASES / "readings-1.sqlite", path)
    with failing_disk() as disk:
        disk.break_after = 5
        with pytest.raises(OperatorNeeded):
            SqliteHistory.open(path)
        disk.break_after = None
    file = apsw.Connection(str(path))
    assert file.pragma("user_version") == 1
    assert file.execute("SELECT count(*) FROM reading").fetchall() == [(700,)]
