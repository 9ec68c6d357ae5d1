"""The one place where the system is asked what time it is."""

import os
import time
from asyncio import AbstractEventLoop
from pathlib import Path
from zoneinfo import available_timezones

from krausen.ports.clock import Clock


def clock_of(loop: AbstractEventLoop, not_before_ms: int = 0) -> Clock:
    """Give a clock that goes with a loop and starts at the system's time, or at a later one."""
    now_ms = time.time() * 1000.0  # noqa: TID251 a process asks the system once, for its anchor
    return Clock(max(now_ms, not_before_ms) - loop.time() * 1000.0, loop.time)


def zone_of_system() -> str:
    """Give the IANA name of this machine's time zone, UTC when it does not say."""
    linked = str(Path("/etc/localtime").resolve()).rpartition("zoneinfo/")[2]
    candidates = (os.environ.get("TZ", "").lstrip(":"), linked)
    return next((name for name in candidates if name in available_timezones()), "UTC")
