"""Clients meet a real server, in real time; a test says so where it wants no pauses between tries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from tests.clients.python.house import House, opened_house
from tests.clients.python.scripted import Scripted, scripted_server


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio's own loop."""
    return "asyncio"


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that all tests share; each takes an adapter of its own."""
    with opened_house(tmp_path_factory.mktemp("house")) as opened:
        opened.add_person()
        yield opened


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A server that this test may stop and kill."""
    with opened_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def hasty() -> Iterator[None]:
    """Try again at once, up to five times."""
    with stamina.set_testing(True, attempts=5, cap=False):
        yield


@pytest.fixture
def script() -> Iterator[Scripted]:
    """A server that answers as the test says."""
    with scripted_server() as server:
        yield server
