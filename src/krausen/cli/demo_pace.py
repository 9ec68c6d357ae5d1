"""Watches whether the machine keeps up with the speed that a demo is asked for."""

import asyncio
from collections.abc import Callable
from typing import NoReturn

from krausen.server.status import Status

WINDOW_S = 5.0
"""How long the speed is measured, in the system's seconds at the wanted speed."""
CLOSE = 0.9
"""From this share of the wanted speed on it counts as reached."""


async def watch_pace(status: Status, loop_s: Callable[[], float], system_s: Callable[[], float]) -> NoReturn:
    """Note in a status, for ever, the speed that is reached while it is less than the wanted one.

    `loop_s` and `system_s` tell simulated seconds and those of the system.
    """
    while True:
        lived_s, passed_s = loop_s(), system_s()
        await asyncio.sleep(WINDOW_S * status.speed)
        status.reached = behind(status.speed, loop_s() - lived_s, system_s() - passed_s)


def behind(wanted: float, lived_s: float, passed_s: float) -> float | None:
    """Give the speed reached, to two digits, where it is well below the wanted one; None where it is not."""
    if lived_s >= CLOSE * wanted * passed_s:
        return None
    return max(1.0, float(f"{lived_s / passed_s:.2g}"))
