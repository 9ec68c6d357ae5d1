"""A reception with a catalog in memory, a clock that is wound by hand, and secrets that are counted."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from krausen.model.people import User, UserRole
from krausen.ports.clock import Clock
from krausen.server.people import Reception
from krausen.testing.catalog import MemoryCatalog

NOON_MS = 1_790_000_000_000


class Hands:
    """A clock's hands."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def wind(self, seconds: float) -> None:
        self.passed_s += seconds

    def time(self) -> float:
        return self.passed_s


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def clock(hands: Hands) -> Clock:
    return Clock(NOON_MS, hands.time)


@pytest.fixture
def secret() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"secret-{next(numbers)}"


@pytest.fixture
def catalog() -> MemoryCatalog:
    return MemoryCatalog()


@pytest.fixture
def reception(catalog: MemoryCatalog, clock: Clock, secret: Callable[[], str]) -> Iterator[Reception]:
    made = Reception(catalog, clock, secret)
    yield made
    made.close()


@pytest.fixture
async def anna(reception: Reception) -> User:
    return await reception.add_user("anna", "Anna Ø.", UserRole.BREWER, "correct horse", by="set-up")
