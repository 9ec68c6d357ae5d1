"""Instants as text: ISO 8601, UTC with Z, milliseconds."""

from datetime import UTC, datetime


def iso(t: int) -> str:
    """Give UTC milliseconds as ISO 8601 with Z."""
    return f"{datetime.fromtimestamp(t // 1000, UTC).isoformat()[:19]}.{t % 1000:03d}Z"


def iso_or_none(t: int | None) -> str | None:
    """Give UTC milliseconds as ISO 8601 with Z; None stays None."""
    return None if t is None else iso(t)
