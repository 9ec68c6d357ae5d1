"""Instants as text: ISO 8601, UTC with Z, milliseconds."""

from datetime import UTC, datetime
from functools import lru_cache

LATEST_MS = 253_402_300_799_999
"""The last instant of the year 9999, UTC; no calendar knows a later one."""


def iso(t: int) -> str:
    """Give UTC milliseconds as ISO 8601 with Z."""
    return f"{_second(t // 1000)}.{t % 1000:03d}Z"


def iso_or_none(t: int | None) -> str | None:
    """Give UTC milliseconds as ISO 8601 with Z; None stays None."""
    return None if t is None else iso(t)


@lru_cache(maxsize=10_000)
def _second(t_s: int) -> str:
    return datetime.fromtimestamp(t_s, UTC).isoformat()[:19]
