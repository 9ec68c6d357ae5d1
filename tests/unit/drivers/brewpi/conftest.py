"""Sessions are tried in simulated time."""

from typing import Any

import pytest

from krausen.simulation.loop import jumping


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Run on a loop that jumps from deadline to deadline."""
    return "asyncio", {"loop_factory": jumping}
