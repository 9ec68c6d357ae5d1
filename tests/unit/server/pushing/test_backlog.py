import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.server.pushing.backlog import MOST_LATE, Progress, next_batch, owed, with_late
from krausen.testing.history import MemoryHistory

SERIES = [SeriesName("cellar", node, "temperature") for node in "abc"]
READINGS = st.lists(
    st.tuples(st.sampled_from(SERIES), st.integers(1, 60), st.integers(0, 9)), min_size=1, max_size=12
)
STEPS = st.lists(st.one_of(READINGS, st.integers(1, 5)), max_size=20)


class Service:
    """Takes batches of a history, and keeps what it was told last of each instant."""

    def __init__(self, since: int = 0) -> None:
        self.history = MemoryHistory()
        self.progress = Progress(since=since)
        self.told: dict[tuple[str, int], float] = {}
        self.deliveries: list[tuple[str, int, float]] = []

    async def store(self, readings: list[tuple[SeriesName, int, int]]) -> None:
        """Store readings, and note those that come late, as ingest has it done."""
        await self.history.store([Reading(name, t, float(v)) for name, t, v in readings])
        came: dict[str, tuple[int, int]] = {}
        for name, t, _ in readings:
            id = await self.history.id_of(name)
            assert id is not None
            first, last = came.get(id, (t, t))
            came[id] = min(first, t), max(last, t)
        self.progress = with_late(self.progress, came)

    async def deliver(self, most: int) -> int:
        """Take the next batch; give how many readings were in it."""
        batch = await next_batch(self.history, self.progress, await self.history.series(), most)
        self.progress = Progress.read(batch.progress.kept(), 0)
        for one in batch.values:
            self.told[one.series, one.t] = one.v
            self.deliveries.append((one.series, one.t, one.v))
        return len(batch.values)

    async def all(self) -> dict[tuple[str, int], float]:
        """Give everything that is in history."""
        found = {}
        for record in await self.history.series():
            for point in await self.history.points(record.id, 0, 10**6, 10**6):
                found[record.id, point.t] = point.v
        return found


@given(steps=STEPS)
@settings(max_examples=60)
def test_a_service_ends_up_with_everything_as_it_is_whatever_came_late_or_was_changed(
    steps: list[list[tuple[SeriesName, int, int]] | int],
) -> None:
    async def live() -> None:
        service = Service()
        for step in steps:
            if isinstance(step, int):
                assert await service.deliver(step) <= step
            else:
                await service.store(step)
        while await service.deliver(7):
            pass
        assert service.told == await service.all()
        assert await owed(service.history, service.progress, await service.history.series()) == 0

    asyncio.run(live())


@given(readings=READINGS, most=st.integers(1, 5))
def test_what_comes_in_order_goes_out_once_and_in_order(
    readings: list[tuple[SeriesName, int, int]], most: int
) -> None:
    async def live() -> None:
        service = Service()
        ordered = sorted({(name, t): v for name, t, v in readings}.items(), key=lambda one: one[0][1])
        for (name, t), v in ordered:
            await service.store([(name, t, v)])
            await service.deliver(most)
        while await service.deliver(most):
            pass
        assert len(service.deliveries) == len(ordered)
        for record in await service.history.series():
            instants = [t for id, t, _ in service.deliveries if id == record.id]
            assert instants == sorted(set(instants))

    asyncio.run(live())


def test_what_was_before_the_target_stays_where_it_is() -> None:
    async def live() -> None:
        service = Service(since=30)
        await service.store([(SERIES[0], 10, 1), (SERIES[0], 30, 2), (SERIES[0], 40, 3)])
        await service.deliver(10)
        await service.store([(SERIES[0], 5, 4), (SERIES[0], 10, 5)])
        await service.deliver(10)
        assert [t for _, t, _ in service.deliveries] == [30, 40]
        await service.store([(SERIES[0], 20, 6), (SERIES[0], 35, 7)])
        await service.deliver(10)
        assert [t for _, t, _ in service.deliveries][2:] == [30, 35]

    asyncio.run(live())


def test_so_many_late_stretches_are_joined() -> None:
    progress = Progress(through={"s1": 10**9})
    for n in range(MOST_LATE + 1):
        progress = with_late(progress, {"s1": (2 * n, 2 * n)})
    assert progress.late == (("s1", 0, 2 * MOST_LATE),)
