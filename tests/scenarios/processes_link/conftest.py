"""Processes live in real time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.processes_link.brewhouse import Brewhouse


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio's own loop."""
    return "asyncio"


@pytest.fixture
async def brewhouse(tmp_path: Path) -> AsyncIterator[Brewhouse]:
    """Give a house with nothing running yet; whatever a test leaves running is ended."""
    house = Brewhouse(tmp_path)
    await house.arrange()
    yield house
    await house.close()
