"""Server and agent die at any moment; no acknowledged reading is lost, none is there twice."""

from random import Random

import pytest

from tests.scenarios.processes_link.brewhouse import Brewhouse
from tests.scenarios.processes_link.crashes import crash


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_acknowledged_is_lost_or_doubled_whoever_dies(brewhouse: Brewhouse, seed: int) -> None:
    outcome = await crash(brewhouse, Random(seed), deaths=2)
    assert outcome.readings > 100


async def test_outputs_keep_their_times_across_deaths_of_their_agent(brewhouse: Brewhouse) -> None:
    await brewhouse.start_server()
    await brewhouse.start_agent()
    await brewhouse.until(brewhouse.current)
    await brewhouse.kill("server")
    for _ in range(2):
        await brewhouse.switched()
        await brewhouse.kill("agent")
        await brewhouse.start_agent()
    await brewhouse.switched()
    assert await brewhouse.stop("agent") == 0
    assert brewhouse.check_relays() >= 3
    assert brewhouse.left_on() == []
