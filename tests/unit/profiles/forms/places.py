"""Local times, as a server hands them in."""

from datetime import UTC, datetime, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from krausen.profiles.form import Locale, Unit
from krausen.wire.timestamps import instant

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def local(t: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(t / 1000, zone).strftime("%Y-%m-%dT%H:%M:%S")


def locale(zone: tzinfo = UTC, unit: Unit = "C") -> Locale:
    return Locale(instant=partial(instant, zone=zone), local=partial(local, zone=zone), unit=unit)
