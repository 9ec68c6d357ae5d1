"""Time zones by name."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from krausen.errors import Fault, Invalid


def zone_named(name: str) -> ZoneInfo:
    """Give a zone of the IANA database. Raises Invalid with the names that are most like it."""
    known = _names()
    if name in known:
        return ZoneInfo(name)
    like = _like(name, known)
    hint = f"Did you mean {' or '.join(like)}?" if like else "Write it like Europe/Copenhagen."
    detail = f"There is no time zone {name!r}. {hint}"
    raise Invalid(detail, [Fault("query:timezone", detail)])


def is_zone(name: str) -> bool:
    """Tell whether a zone of the IANA database is called so."""
    return name in _names()


@lru_cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _like(name: str, known: Iterable[str]) -> list[str]:
    """Find zones whose name, or whose city, is close; names without a place, such as CET, come in whole."""
    by_key: dict[str, str] = {}
    for zone in sorted(known, key=lambda zone: (zone.count("/") != 1, zone)):
        by_key.setdefault(zone.casefold(), zone)
        by_key.setdefault(zone.rpartition("/")[2].casefold(), zone)
    wanted = name.strip().replace(" ", "_").casefold()
    close = get_close_matches(wanted, by_key, n=3, cutoff=0.7)
    city = get_close_matches(wanted.rpartition("/")[2], by_key, n=3, cutoff=0.8)
    return list(dict.fromkeys(by_key[key] for key in [*close, *city]))[:2]
