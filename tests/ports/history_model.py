"""What a history is, said as plainly as can be, and readings to compare with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hypothesis import strategies as st

from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.ports.history import History, Point, SeriesRecord, Stored
from krausen.storage.history.sqlite import SqliteHistory

BEER = SeriesName("pi", "beer", "temperature")
ROOM = SeriesName("pi", "room", "temperature")
ALL = (-(2**62), 2**62)
Batch = list[Reading]

NAMES = st.sampled_from([BEER, ROOM, SeriesName("pi", "beer", "gravity"), SeriesName("ä", "ß", "°")])
VALUES = st.floats(-1e6, 1e6, width=32) | st.sampled_from([0.0, -0.0, 20.0])
READINGS = st.builds(Reading, NAMES, st.integers(-20, 20), VALUES, st.sampled_from(Quality))
BATCHES = st.lists(READINGS, max_size=12)


@contextmanager
def sqlite(folder: Path) -> Iterator[SqliteHistory]:
    """Open the history of a folder, and close it."""
    history = SqliteHistory.open(folder / "readings.sqlite")
    try:
        yield history
    finally:
        history.close()


def reading(t: int, v: float = 20.0, quality: Quality = Quality.GOOD, series: SeriesName = BEER) -> Reading:
    return Reading(series, t, v, quality)


async def points(history: History, name: SeriesName, *, with_bad: bool = True) -> list[Point]:
    series = await history.id_of(name)
    assert series is not None
    return await history.points(series, *ALL, 10**6, with_bad=with_bad)


async def info(history: History, name: SeriesName = BEER) -> SeriesRecord:
    (found,) = [info for info in await history.series() if info.name == name]
    return found


class Model:
    """What a history is, said as plainly as can be."""

    def __init__(self) -> None:
        self.kept: dict[SeriesName, dict[int, Point]] = {}

    def store(self, batch: Batch) -> Stored:
        before = {name: dict(points) for name, points in self.kept.items()}
        for item in batch:
            self.kept.setdefault(item.series, {})[item.t] = Point(item.t, item.v, item.quality)
        changes = [
            before.get(name, {}).get(t)
            for name, points in self.kept.items()
            for t, point in points.items()
            if before.get(name, {}).get(t) != point
        ]
        new = changes.count(None)
        return Stored(new, len(changes) - new, len(batch) - len(changes))

    def points(self, name: SeriesName) -> list[Point]:
        return [self.kept[name][t] for t in sorted(self.kept[name])]

    def fits(self, infos: Sequence[SeriesRecord]) -> bool:
        said = [(i.name, i.first, i.last, i.count, i.latest) for i in infos]
        due = [
            (name, points[0].t, points[-1].t, len(points), points[-1])
            for name, points in ((name, self.points(name)) for name in sorted(self.kept))
        ]
        return said == due


async def matches(history: History, model: Model) -> None:
    """Compare everything a history tells with the model."""
    assert model.fits(await history.series())
    for name in model.kept:
        assert await points(history, name) == model.points(name)
