"""Boards on USB that BrewPi's firmware is made for, by the ids they tell the system.

A board may run something else; only opening it says. Linux tells of serial lines in /sys/class/tty. The ids
are those that BrewPi's scripts look for (autoSerial of BrewPi and of Fermentrack).
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

from krausen.errors import DeviceLost
from krausen.model.controller import Found
from krausen.ports.discovery import Discovery
from krausen.protocols.brewpi.announcing import DRIVER

LOOK_S = 5.0
SYSTEM = Path("/sys/class/tty")
BY_ID = Path("/dev/serial/by-id")
DEV = Path("/dev")

_ARDUINOS = {
    0x0001: "Arduino Uno",
    0x0043: "Arduino Uno",
    0x0010: "Arduino Mega",
    0x0036: "Arduino Leonardo",
    0x8036: "Arduino Leonardo",
}
BOARDS: Mapping[tuple[int, int], str] = {
    **{(vendor, product): title for vendor in (0x2341, 0x2A03) for product, title in _ARDUINOS.items()},
    (0x1D50, 0x607D): "Spark Core",
    (0x2B04, 0xC006): "Photon",
    (0x2B04, 0xC008): "P1",
}


async def look() -> AsyncIterator[tuple[Found, ...]]:
    """Give the boards that are plugged in, at first and on every change. Raises DeviceLost."""
    _check()
    told: tuple[Found, ...] | None = None
    while True:
        now = boards(SYSTEM, BY_ID)
        if now != told:
            told = now
            yield now
        await asyncio.sleep(LOOK_S)


def boards(system: Path, by_id: Path) -> tuple[Found, ...]:
    """Give the boards that are plugged in, by id, from what Linux tells at `SYSTEM` and `BY_ID`."""
    lasting = {link.resolve().name: link for link in _entries(by_id)}
    found = [board for tty in _entries(system) if (board := _board(tty, lasting.get(tty.name))) is not None]
    return tuple(sorted(found, key=lambda one: one.id))


def _check() -> None:
    if not SYSTEM.is_dir():
        raise DeviceLost("This system does not tell of USB devices in /sys.")


def _board(tty: Path, lasting: Path | None) -> Found | None:
    device = next((at for at in _upwards(tty / "device") if (at / "idVendor").is_file()), None)
    if device is None:
        return None
    ids = (_number(device / "idVendor"), _number(device / "idProduct"))
    title = BOARDS.get(ids)
    if title is None:
        return None
    # Without a serial number the port it is plugged into is what stays the same.
    place = _text(device / "serial") or device.name
    path = lasting or DEV / tty.name
    return Found(
        id=f"usb-{ids[0]:04x}-{ids[1]:04x}-{place}",
        kind="controller",
        driver=DRIVER,
        title=title,
        text=f"{title} on USB at {DEV / tty.name}. It may run BrewPi's firmware.",
        settings={"port": str(path)},
    )


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _upwards(place: Path) -> Iterator[Path]:
    """Give the folders of the devices that a link leads through, the innermost first."""
    try:
        at = place.resolve(strict=True)
    except OSError:
        return
    yield at
    yield from at.parents


def _number(file: Path) -> int:
    try:
        return int(_text(file), 16)
    except ValueError:
        return 0


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


DISCOVERY = Discovery(name="usb", title="BrewPi boards on USB", look=look)
