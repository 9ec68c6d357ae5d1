"""Who is to blame for a silence of one series."""

import pytest

from krausen.brewing.completeness import Cause, Span
from krausen.errors import NotFound
from krausen.model.reading import Reading
from krausen.model.series import SeriesName
from krausen.server.silences import Silence, Silences
from tests.unit.server.desk import BEER, FASS, Desk

pytestmark = pytest.mark.anyio

MIN = 60_000
HOUR = 60 * MIN
GAP = Span(HOUR, 3 * HOUR)
ROOM = SeriesName("pi", "room", "temperature")
HALL = SeriesName("hall", "air", "temperature")
SETPOINT = SeriesName("krausen", "fass", "setpoint_beer")


class Cellar(Desk):
    """A desk that asks who was silent."""

    def __init__(self) -> None:
        super().__init__()
        self.silences = Silences(self.catalog, self.history)

    async def spoke(self, series: SeriesName, *, in_gap: bool) -> None:
        """Have a reading each minute for four hours, or but for the gap."""
        times = [t for t in range(0, 4 * HOUR, MIN) if in_gap or not GAP.start < t < GAP.end]
        await self.history.store([Reading(series, t, 20.0) for t in times])

    async def cause(self, series: SeriesName) -> Cause:
        """Give what kept a series silent over the gap."""
        id = await self.history.id_of(series)
        assert id is not None
        found = await self.silences.of(id, GAP)
        assert found == Silence(GAP, found.cause)
        return found.cause


@pytest.fixture
async def cellar() -> Cellar:
    made = Cellar()
    await made.arrange(FASS)
    await made.spoke(BEER, in_gap=False)
    return made


async def test_a_probe_is_silent_while_its_agent_speaks(cellar: Cellar) -> None:
    await cellar.spoke(ROOM, in_gap=True)
    assert await cellar.cause(BEER) is Cause.DEVICE


async def test_an_agent_is_away_while_nothing_of_it_speaks(cellar: Cellar) -> None:
    await cellar.spoke(ROOM, in_gap=False)
    await cellar.spoke(HALL, in_gap=True)
    assert await cellar.cause(BEER) is Cause.AGENT


async def test_the_server_is_away_while_others_that_send_to_it_are_silent_too(cellar: Cellar) -> None:
    await cellar.spoke(HALL, in_gap=False)
    assert await cellar.cause(HALL) is Cause.SERVER


async def test_what_a_vessel_says_comes_from_the_agent_that_holds_it(cellar: Cellar) -> None:
    await cellar.spoke(SETPOINT, in_gap=False)
    assert await cellar.cause(SETPOINT) is Cause.AGENT


async def test_what_a_vessel_says_that_is_there_no_more_is_put_down_to_nobody() -> None:
    cellar = Cellar()
    await cellar.spoke(SETPOINT, in_gap=False)
    assert await cellar.cause(SETPOINT) is Cause.UNKNOWN


async def test_with_nobody_else_there_the_cause_is_unknown(cellar: Cellar) -> None:
    assert await cellar.cause(BEER) is Cause.UNKNOWN


async def test_a_series_that_is_not_there_is_not_found(cellar: Cellar) -> None:
    with pytest.raises(NotFound):
        await cellar.silences.of("none", GAP)
