"""What an examination of a history file finds."""

from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest
from hypothesis import given, settings

from krausen.errors import OperatorNeeded
from krausen.storage.history.chunks import DAY_MS
from krausen.storage.history.examination import Flaw, examined
from krausen.storage.history.sealing import Pace
from krausen.storage.history.sqlite import SqliteHistory
from tests.ports.history_model import BEER, ROOM, Batch, reading
from tests.ports.test_history_sealed import BATCHES, EAGER, PACES, sealing


async def _sealed(folder: Path) -> Path:
    """Give a file with eight days of one series, which are summed up, and one of another."""
    with sealing(folder, EAGER) as history:
        await history.store([reading(day * DAY_MS + place) for day in range(8) for place in range(5)])
        await history.store([reading(place, series=ROOM) for place in range(5)])
        await history.settle()
    return folder / "readings.sqlite"


def _change(path: Path, sql: str, *values: object) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql, values)
    connection.close()


@given(batches=BATCHES, pace=PACES)
@settings(max_examples=25)
async def test_whatever_was_stored_is_found_to_be_sound(batches: list[Batch], pace: Pace) -> None:
    with TemporaryDirectory() as folder, sealing(Path(folder), pace) as history:
        for batch in batches:
            await history.store(batch)
            assert examined(Path(folder) / "readings.sqlite").flaws == []
        await history.settle()
        assert examined(Path(folder) / "readings.sqlite").flaws == []


async def test_everything_is_counted_and_progress_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    seen = examined(await _sealed(tmp_path), lambda done, of: told.append((done, of)))
    assert (seen.series, seen.days, seen.sealed, seen.waiting) == (2, 9, 45, 0)
    assert told == [(done, 9) for done in range(1, 10)]


DAMAGES = {
    "a day": "UPDATE chunk SET b = CAST(x'00' || substr(b, 2) AS BLOB) "
    "WHERE id = (SELECT min(id) FROM chunk)",
    "a count": "UPDATE chunk SET n = n + 1 WHERE id = (SELECT min(id) FROM chunk)",
    "a roll-up": "UPDATE rollup SET b = CAST(x'00' || substr(b, 2) AS BLOB) "
    "WHERE id = (SELECT min(id) FROM rollup)",
    "a lost roll-up": "DELETE FROM rollup WHERE id = (SELECT min(id) FROM rollup)",
    "a summary": "UPDATE series SET n = n + 1 WHERE id = 1",
    "a name": "DELETE FROM series WHERE id = 1",
    "the log": "INSERT INTO log (b) VALUES (x'0000000000')",
}


@pytest.mark.parametrize("sql", DAMAGES.values(), ids=DAMAGES.keys())
async def test_damage_is_found(tmp_path: Path, sql: str) -> None:
    path = await _sealed(tmp_path)
    _change(path, sql)
    assert examined(path).flaws


async def test_a_damaged_day_is_named_with_its_span_also_once_it_is_put_aside(tmp_path: Path) -> None:
    path = await _sealed(tmp_path)
    _change(path, DAMAGES["a day"])
    (named, *_) = examined(path).flaws
    assert (named.series, named.start, named.end) == (str(BEER), 0, DAY_MS)
    with sealing(tmp_path, EAGER) as history:
        id = await history.id_of(BEER)
        assert id is not None
        await history.points(id, 0, DAY_MS, 10)
    aside = Flaw(detail="A day was damaged and put aside.", series=str(BEER), start=0, end=DAY_MS)
    assert aside in examined(path).flaws


async def test_a_file_can_be_examined_while_it_is_written(tmp_path: Path) -> None:
    path = await _sealed(tmp_path)
    history = SqliteHistory.open(path)
    try:
        await history.store([reading(9 * DAY_MS)])
        seen = examined(path)
    finally:
        history.close()
    assert (seen.waiting, seen.flaws) == (1, [])


def test_what_is_no_history_of_this_layout_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "readings.sqlite"
    with pytest.raises(OperatorNeeded, match="cannot be read"):
        examined(path)
    path.write_bytes(b"no database at all, and long enough to be looked at" * 40)
    with pytest.raises(OperatorNeeded, match="cannot be read"):
        examined(path)
    path.unlink()
    _change(path, "PRAGMA user_version = 1")
    with pytest.raises(OperatorNeeded, match="start the server once"):
        examined(path)
