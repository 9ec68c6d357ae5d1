"""What time it is for a program that uses this library."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Give the system's time, in UTC."""
    return datetime.now(UTC)
