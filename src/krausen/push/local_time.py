"""The time of day where the brewery is, for services that keep no time zones."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta

Zone = Annotated[
    str,
    Meta(title="Time zone", description="Of the brewery, such as Europe/Berlin", min_length=1, max_length=64),
]


def local(now: int, zone: str) -> datetime:
    """Give the local time of an instant, UTC milliseconds. Raises ValueError if there is no such zone."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"There is no time zone {zone}: write it like Europe/Berlin or America/Chicago."
        ) from error
    return datetime.fromtimestamp(now / 1000.0, UTC).astimezone(place)
