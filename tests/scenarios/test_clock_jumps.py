"""A clock that is wrong or is set: control does not notice, and no reading is lost or replaced."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from msgspec import Struct
from structlog.testing import capture_logs

from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.model.vessel import Role
from krausen.ports.history import Point
from krausen.testing.outbox import MemoryOutbox
from tests.scenarios.brewery import HOUR_S, SLOW, START_MS, Brewery, Stores, in_memory

HOUR_MS = 3_600_000
LENGTH_S = 12 * HOUR_S
END_MS = START_MS + 12 * HOUR_MS
SINCE_1970 = -START_MS + 86_400_000

Trouble = Callable[[Brewery], Awaitable[None]]


class Lived(Struct, frozen=True):
    """What a run left behind: readings as they came and as they are kept, switches, and what was said."""

    arrived: list[Reading]
    history: dict[SeriesName, list[Point]]
    switches: object
    said: list[str]
    broken: list[str]

    def times(self, role: Role) -> list[int]:
        """Give the times of a probe's readings, in order."""
        return [p.t for name, line in self.history.items() if name.node == f"fass-{role}" for p in line]


async def live(
    trouble: Trouble, wrong_ms: int = 0, *, known: bool = True, stores: Stores | None = None
) -> Lived:
    """Hold a vessel at 20 °C for half a day; the agent's clock is wrong at first, and may be known to be."""
    with capture_logs() as logs:
        brewery = Brewery(pace=SLOW, stores=stores)
        brewery.believe(wrong_ms, known=known)
        async with brewery.opened():
            await asyncio.sleep(0.1)
            await brewery.wish("fass", 20.0)
            await trouble(brewery)
            await asyncio.sleep(brewery.began_s + LENGTH_S + 90.0 - asyncio.get_running_loop().time())
    return Lived(
        list(brewery.arrived),
        await brewery.history(),
        brewery.switches("fass"),
        [line["event"] for line in logs if line["log_level"] != "debug"],
        brewery.broken(),
    )


async def no_trouble(_: Brewery) -> None:
    """Let it live."""


@pytest.fixture(scope="module")
async def undisturbed() -> Lived:
    return await live(no_trouble)


def set_after(seconds: float, to_ms: int = 0) -> Trouble:
    """Have the agent's clock set right, or wrong by so much, after a time."""

    async def trouble(brewery: Brewery) -> None:
        await asyncio.sleep(seconds)
        brewery.system.wrong_ms, brewery.system.known = to_ms, True

    return trouble


def nothing_lost(lived: Lived, undisturbed: Lived) -> None:
    """As many readings as ever, none in the place of another, and control knew nothing of it."""
    assert len(lived.arrived) == len(undisturbed.arrived)
    assert {name: len(line) for name, line in lived.history.items()} == {
        name: len(line) for name, line in undisturbed.history.items()
    }
    assert lived.switches == undisturbed.switches
    assert lived.broken == []


@pytest.mark.parametrize("hours", [-9, -2, 2, 9])
async def test_a_clock_that_is_set_by_hours_loses_nothing_and_is_said_once(
    hours: int, undisturbed: Lived
) -> None:
    lived = await live(set_after(6 * HOUR_S, hours * HOUR_MS))
    nothing_lost(lived, undisturbed)
    assert lived.said.count("clock.jumped") == 1
    set_t, minute_ms = START_MS + 6 * HOUR_MS, 60_000
    before = {t for t in undisturbed.times(Role.BEER) if t < set_t - minute_ms}
    after = {t + hours * HOUR_MS for t in undisturbed.times(Role.BEER) if t > set_t + minute_ms}
    there = [(t + 50) // 100 * 100 for t in lived.times(Role.BEER)]
    assert before | after <= set(there)
    assert len(before) + len(after) >= len(there) - 3


async def test_a_clock_that_is_set_wrong_and_right_again_and_again_loses_nothing(undisturbed: Lived) -> None:
    async def trouble(brewery: Brewery) -> None:
        for n in range(20):
            await asyncio.sleep(0.4 * HOUR_S)
            brewery.system.wrong_ms = (-1) ** n * (n % 3) * HOUR_MS // 2

    nothing_lost(await live(trouble), undisturbed)


@pytest.mark.parametrize("wrong_ms", [SINCE_1970, -3 * HOUR_MS, 5 * HOUR_MS])
async def test_a_machine_that_learns_the_time_late_stamps_everything_right(
    wrong_ms: int, undisturbed: Lived
) -> None:
    async def trouble(brewery: Brewery) -> None:
        await asyncio.sleep(HOUR_S)
        assert brewery.arrived == {}
        assert brewery.gear["fass"].on == {Role.HEAT}
        brewery.system.wrong_ms, brewery.system.known = 0, True

    lived = await live(trouble, wrong_ms, known=False)
    nothing_lost(lived, undisturbed)
    as_ever(lived, undisturbed)


async def test_what_had_waited_when_a_link_came_up_before_the_time_was_known_is_stamped_right(
    undisturbed: Lived,
) -> None:
    async def trouble(brewery: Brewery) -> None:
        await asyncio.sleep(10.0)
        await brewery.stop_server()
        await asyncio.sleep(HOUR_S)
        await brewery.start_server()
        await asyncio.sleep(HOUR_S)
        assert brewery.arrived == {}
        brewery.system.wrong_ms, brewery.system.known = 0, True

    lived = await live(trouble, -3 * HOUR_MS, known=False)
    nothing_lost(lived, undisturbed)
    as_ever(lived, undisturbed)


@pytest.mark.parametrize("full", [False, True])
async def test_what_was_taken_without_a_link_is_stamped_right_when_the_time_is_known_before_it_goes(
    undisturbed: Lived, *, full: bool
) -> None:
    stores = in_memory()

    async def trouble(brewery: Brewery) -> None:
        assert isinstance(stores.outbox, MemoryOutbox)
        await asyncio.sleep(10.0)
        await brewery.stop_server()
        await asyncio.sleep(2 * HOUR_S)
        stores.outbox.away = "The disk is full." if full else ""
        await asyncio.sleep(HOUR_S)
        brewery.system.wrong_ms = 0
        await asyncio.sleep(HOUR_S)
        stores.outbox.away = ""
        await asyncio.sleep(60.0)
        await brewery.start_server()

    lived = await live(trouble, -2 * HOUR_MS, stores=stores)
    nothing_lost(lived, undisturbed)
    as_ever(lived, undisturbed)


def as_ever(lived: Lived, undisturbed: Lived) -> None:
    """Every reading has the time at which it was taken, to a hundredth of a second or two."""
    for name, line in undisturbed.history.items():
        assert values(lived.history[name]) == values(line)
        apart = [abs(p.t - q.t) for p, q in zip(line, lived.history[name], strict=True)]
        assert max(apart) <= 20


def values(line: Sequence[Point]) -> list[float]:
    return [point.v for point in line]


async def test_a_second_more_or_less_is_made_up_for_without_a_word(undisturbed: Lived) -> None:
    lived = await live(set_after(HOUR_S, 900))
    nothing_lost(lived, undisturbed)
    assert "clock.jumped" not in lived.said
    assert lived.times(Role.BEER)[-1] - undisturbed.times(Role.BEER)[-1] == 900
