"""What happens after a failure: wait, longer each time, and in the end leave the service alone for a while.

The circuit breaker of Nygard: Release It!, 2nd ed., 2018, chapter 5; pauses as in Brooker: Exponential
backoff and jitter, AWS Architecture Blog, 2015 ("equal jitter").
"""

from enum import StrEnum
from random import Random

from msgspec import Struct

FIRST_MS = 5_000
LONGEST_MS = 900_000
LONGEST_ASKED_MS = 86_400_000
"""A service that asks to be left alone for longer is tried once a day."""
TRIPS = 5
"""After so many failures in a row the circuit opens."""


class CircuitState(StrEnum):
    """Closed: deliveries go out when they are due. Open: none does. Half open: one is tried."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Circuit(Struct, frozen=True):
    """How many deliveries failed in a row, and when the next may be tried (ms of a steady clock)."""

    failures: int = 0
    retry_at: int = 0

    def state(self, now: int) -> CircuitState:
        """Give where it stands."""
        if self.failures < TRIPS:
            return CircuitState.CLOSED
        return CircuitState.OPEN if now < self.retry_at else CircuitState.HALF_OPEN


CLOSED = Circuit()


def failed(circuit: Circuit, now: int, chance: Random, asked_s: float | None = None) -> Circuit:
    """Give the circuit after a failure; `asked_s` is how long the service asked to be left alone."""
    failures = circuit.failures + 1
    longest = min(LONGEST_MS, FIRST_MS << min(failures - 1, 16))
    pause = longest // 2 + int(chance.random() * longest / 2)
    if asked_s is not None:
        pause = max(pause, min(int(asked_s * 1000), LONGEST_ASKED_MS))
    return Circuit(failures, now + pause)
