"""Local times and spans of time, which take the site's zone or an adapter's."""

from collections.abc import Collection
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from krausen.errors import Fault, Invalid, OperatorNeeded
from krausen.server.site import Site
from krausen.server.web.parsing import EARLIEST, instant_of, told, wrong

SITE_ZONE = "site.zone"


async def zones_of(site: Site, adapters: Collection[str]) -> dict[str, tzinfo]:
    """Give the zones of adapters' local times, else the site's. Raises OperatorNeeded when one is none."""
    zones: dict[str, tzinfo] = {}
    for name in adapters:
        adapter = await site.catalog.adapter(name)
        if adapter is not None and adapter.zone is not None:
            zones[name] = _zone(adapter.zone, f"adapter {name}")
    rest = [name for name in adapters if name not in zones]
    return zones | dict.fromkeys(rest, await site_zone(site)) if rest else zones


async def site_zone(site: Site) -> tzinfo:
    """Give the zone of the site. Raises OperatorNeeded when it is none."""
    setting = await site.catalog.setting(SITE_ZONE)
    return _zone(setting if isinstance(setting, str) else site.status.zone, "this site")


async def span(
    site: Site, start: str | None, end: str | None, *, until: int, back_ms: int
) -> tuple[int, int]:
    """Give `from` and `to` of a query, UTC milliseconds: from <= t < to.

    Without `to` it is `until`, without `from` it is `back_ms` before `to`. Raises Invalid.
    """
    given_first, given_last = await open_span(site, start, end)
    last = until if given_last is None else given_last
    first = max(EARLIEST, last - back_ms) if given_first is None else given_first
    if first >= last:
        raise wrong("from", "This is not before `to`.")
    return first, last


async def open_span(site: Site, start: str | None, end: str | None) -> tuple[int | None, int | None]:
    """Give `from` and `to` of a query, UTC milliseconds, None where they are left out. Raises Invalid."""
    is_local = any(text is not None and not text.isdigit() for text in (start, end))
    zone = await site_zone(site) if is_local else UTC
    given: dict[str, int] = {}
    faults: list[Fault] = []
    for name, text in (("from", start), ("to", end)):
        try:
            given |= {} if text is None else {name: instant_of(name, text, zone)}
        except Invalid as failure:
            faults += failure.faults
    if faults:
        raise Invalid(told(faults), faults)
    first, last = given.get("from"), given.get("to")
    if first is not None and last is not None and first >= last:
        raise wrong("from", "This is not before `to`.")
    return first, last


def _zone(name: str, whose: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError) as error:
        raise OperatorNeeded(f"The time zone of {whose} is {name!r}, which is none: set another.") from error
