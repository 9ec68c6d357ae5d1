"""The one place where the system is asked what time it is."""

import asyncio
import ctypes
import os
import sys
import time
from asyncio import AbstractEventLoop
from pathlib import Path
from typing import NoReturn, Protocol
from zoneinfo import available_timezones

import structlog

from krausen.ports.clock import Clock

log = structlog.get_logger()

LOOK_S = 5.0
"""How often a clock is compared with the system's."""
UNKNOWN_S = 180.0
"""A machine that nobody has told the time by then, from its start, is believed as it is."""
_UNSYNCHRONISED = 5


class SystemTime(Protocol):
    """What a system knows of the time."""

    def now_ms(self) -> float:
        """Give UTC now, milliseconds."""

    def slept_s(self) -> float:
        """Give for how long the machine has been suspended since its start, seconds."""

    def is_known(self) -> bool:
        """Tell whether its time can be believed."""


class ThisMachine:
    """The system that this process runs on."""

    def now_ms(self) -> float:
        """Give UTC now, milliseconds."""
        return time.time() * 1000.0  # noqa: TID251 the one place that asks

    def slept_s(self) -> float:
        """Give for how long the machine has been suspended; 0 where that is not told."""
        if sys.platform != "linux":
            return 0.0
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)

    def is_known(self) -> bool:
        """Tell whether somebody has set the clock since the machine was switched on, or nobody will.

        Linux says so by adjtimex(2), which time services tell when they have set it, and by `hctosys` of a
        clock with a battery that it was set from. A machine without one starts with the time at which it was
        last switched off.
        """
        if sys.platform != "linux" or time.clock_gettime(time.CLOCK_BOOTTIME) >= UNKNOWN_S:
            return True
        if any(file.read_text().strip() == "1" for file in Path("/sys/class/rtc").glob("*/hctosys")):
            return True
        # All zero asks and sets nothing; the structure has 208 bytes on the largest of machines.
        return bool(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512)) != _UNSYNCHRONISED)


def clock_of(loop: AbstractEventLoop, not_before_ms: int = 0) -> Clock:
    """Give a clock that goes with a loop and starts at the system's time, or at a later one."""
    return Clock(max(ThisMachine().now_ms(), not_before_ms) - loop.time() * 1000.0, loop.time)


class Stamping(Protocol):
    """Whoever stamps what happens, and must know when the stamps were wrong."""

    def moved(self, by_ms: int) -> None:
        """Take it that the time was wrong by so much until now."""

    def known(self) -> None:
        """Take it that from now on the time is right."""


async def follow(
    clock: Clock, stamping: Stamping | None = None, system: SystemTime | None = None
) -> NoReturn:
    """Keep a clock with the system's, for ever: drift is made up for little by little, a jump is said."""
    system = system or ThisMachine()
    slept_s = system.slept_s()
    while True:
        # Asked in this order, a time that is known was read after it was set.
        is_known = system.is_known()
        by_ms = clock.follow(system.now_ms())
        has_slept, slept_s = system.slept_s() - slept_s > 1.0, system.slept_s()
        if by_ms and has_slept:
            log.info("clock.slept", detail=f"This machine was suspended for {_span(by_ms)}.")
        elif by_ms:
            if stamping is not None:
                stamping.moved(by_ms)
            way = "forward" if by_ms > 0 else "back"
            log.warning("clock.jumped", detail=f"The system's clock was set {way} by {_span(by_ms)}. {_SO}")
        if is_known and stamping is not None:
            stamping.known()
        await asyncio.sleep(LOOK_S)


_SO = "What was stored meanwhile keeps its times; control does not go by them."


def zone_of_system() -> str:
    """Give the IANA name of this machine's time zone, UTC when it does not say."""
    linked = str(Path("/etc/localtime").resolve()).rpartition("zoneinfo/")[2]
    candidates = (os.environ.get("TZ", "").lstrip(":"), linked)
    return next((name for name in candidates if name in available_timezones()), "UTC")


def _span(by_ms: int) -> str:
    seconds = round(abs(by_ms) / 1000)
    days, hours, minutes = seconds // 86_400, seconds // 3600 % 24, seconds // 60 % 60
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds % 60, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
