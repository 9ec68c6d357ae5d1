"""What an agent keeps in its folder."""

from pathlib import Path

import pytest

from krausen.cli.agent_files import opened_files
from krausen.model.reading import Reading
from krausen.model.series import SeriesName

pytestmark = pytest.mark.anyio


def readings(count: int) -> list[Reading]:
    name = SeriesName("cellar", "probe", "temperature")
    return [Reading(name, t, 18.0) for t in range(1, count + 1)]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_what_is_kept_is_there_the_next_time_under_the_names_that_backups_know(tmp_path: Path) -> None:
    with opened_files(tmp_path) as files:
        await files.outbox.keep(readings(2))
        await files.desired.write(b"hold")
        await files.learned.write(b"know")
    assert names(tmp_path) == {"outbox.sqlite", "diary.sqlite", "desired.json", "learned.json"}
    with opened_files(tmp_path) as files:
        assert await files.outbox.waiting() == 2
        assert await files.diary.waiting() == 0
        assert (await files.desired.read(), await files.learned.read()) == (b"hold", b"know")


async def test_an_agent_owes_no_more_than_its_limit(tmp_path: Path) -> None:
    with opened_files(tmp_path, 3) as files:
        assert await files.outbox.keep(readings(5)) == 2
        assert await files.outbox.waiting() == 3
