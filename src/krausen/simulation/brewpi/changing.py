"""What `j` does to a firmware, key by key, and what it says meanwhile; the answers come after it."""

from collections.abc import Iterator

from krausen.protocols.brewpi import messages, requests
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.commands import Body, Command
from krausen.protocols.brewpi.cycle.counts import temperature
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.parameters import SETTABLE
from krausen.protocols.brewpi.requests import Alter, Change
from krausen.protocols.brewpi.scalars import Scalar, number
from krausen.protocols.brewpi.states import Mode
from krausen.simulation.brewpi.firmware import Firmware

RECEIVED, NOT_PROCESSED = 12, 0
NOTED_FROM = 100
"""In a profile a smaller step of the beer's setpoint, counts, is not put down to the profile."""


def changed(firmware: Firmware, body: Body) -> Iterator[str]:
    """Change settings and constants one after the other; give what is said of each."""
    is_avr = firmware.model.family is Family.AVR
    for key, raw in body:
        if is_avr and not (key and raw):
            continue
        if is_avr:
            yield _log(firmware, Log(LogKind.NOTE, RECEIVED, (key, str(raw))))
        change = _understood(firmware, key, raw)
        if change is not None:
            yield from _taken(firmware, change, _shown(raw))
        elif is_avr and key not in SETTABLE:
            yield _log(firmware, Log(LogKind.WARNING, NOT_PROCESSED))
        elif not is_avr and key in _REFUSALS:
            yield f'Invalid {_REFUSALS[key]} "{str(raw)[:1]}" (0x{ord((str(raw) or chr(0))[0]):02X})'


_REFUSALS = {"mode": "mode", "tempFormat": "temp format"}


def _understood(firmware: Firmware, key: str, raw: Scalar) -> Change | None:
    if key in _REFUSALS and not isinstance(raw, str):
        return None
    command = Command("j", ((key, raw),))
    request = requests.decode(command, firmware.model.family, firmware.constants.unit)
    return request.changes[0] if isinstance(request, Alter) and request.changes else None


def _taken(firmware: Firmware, change: Change, shown: str) -> Iterator[str]:
    """Take a change; a new setpoint is told before it holds, a new mode after."""
    beer_note, fridge_note = _notes(firmware, change, shown)
    if change.key == "mode":
        firmware.alter(change)
    if beer_note is not None or fridge_note is not None:
        told = firmware.temperatures(beer_note, fridge_note)
        yield messages.encode(told, firmware.model.family, firmware.constants.unit)
    if change.key != "mode":
        firmware.alter(change)


def _notes(firmware: Firmware, change: Change, shown: str) -> tuple[str | None, str | None]:
    """Give the notes for beer and fridge that a change is worth."""
    is_avr, mode = firmware.model.family is Family.AVR, firmware.running.mode
    if change.key == "mode" and is_avr:
        return None, f"Mode set to {shown} in web interface"
    if change.key == "fridgeSet" and mode is Mode.FRIDGE:
        return None, f"Fridge temp set to {shown} in web interface"
    if change.key != "beerSet":
        return None, None
    if mode is not Mode.PROFILE:
        return f"Beer temp set to {shown} in web interface", None
    if _is_leap(firmware, change.value):
        return f"Beer temp set to {shown} by temperature profile", None
    return (None if is_avr else f"Beer temp set to {shown}"), None


def _is_leap(firmware: Firmware, value: Scalar) -> bool:
    before = firmware.running.beer_set
    return before is None or value is None or abs(temperature(number(value)) - before) > NOTED_FROM


def _shown(raw: Scalar) -> str:
    """Show a value as it was received; an ESP receives numbers, of which it shows two digits."""
    if isinstance(raw, str):
        return raw
    return "" if raw is None or isinstance(raw, bool) else f"{raw:.2f}"


def _log(firmware: Firmware, log: Log) -> str:
    return messages.encode(log, firmware.model.family, firmware.constants.unit)
