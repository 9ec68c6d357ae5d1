"""A server in memory, asked without a network, in simulated time."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from krausen.simulation.loop import jumping
from tests.unit.server.web.brewery import Brewery, furnished_brewery


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Run on a loop that jumps from deadline to deadline."""
    return "asyncio", {"loop_factory": jumping}


@pytest.fixture
async def brewery() -> AsyncIterator[Brewery]:
    """A brewery with something of everything, at noon."""
    async with furnished_brewery() as opened:
        yield opened
