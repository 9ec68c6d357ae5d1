"""How the processes of this machine fare, as whoever keeps them tells."""

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct


class ProcessFacts(Struct, frozen=True, kw_only=True):
    """One process.

    `state` is active, starting, stopped or failed; `since` is UTC, ISO 8601. Processor, in hundredths of one,
    and memory, in megabytes (10^6 bytes), are None while nobody has measured.
    """

    name: str
    state: str
    pid: int | None = None
    since: str | None = None
    restarts: int = 0
    cpu_percent: int | None = None
    memory_mb: int | None = None
    detail: str = ""


Processes = Callable[[], Awaitable[Sequence[ProcessFacts] | None]]
"""Gives the processes; None where nobody keeps any."""


async def nobody() -> None:
    """Say that nobody keeps any processes."""
