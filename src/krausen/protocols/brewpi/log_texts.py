"""The numbered log lines of controllers in plain words.

Numbers after the log tables of both firmwares, versions 1 to 3; version 1 ends at E10, W3 and I20.
"""

from collections.abc import Callable, Mapping

from krausen.protocols.brewpi.devices import HARDWARE_TITLES, TITLES, DeviceType, Function, Hardware
from krausen.protocols.brewpi.logs import Log, LogKind
from krausen.protocols.brewpi.scalars import Unit

TABLE = 3
"""The newest version of the table that is known here."""


def words(log: Log, unit: Unit = "C") -> str:
    """Say a log line in a sentence; temperatures are in the controller's unit."""
    text = _TEXTS.get((log.kind, log.id))
    if text is None:
        said = f" It says: {', '.join(map(str, log.values))}." if log.values else ""
        return f"The controller logs {_KINDS[log.kind]} {log.id}, which is not known here.{said}"
    shown = [str(value) for value in log.values]
    for place, show in _SHOWN.get((log.kind, log.id), {}).items():
        if place < len(shown):
            shown[place] = show(shown[place])
    # A firmware may give fewer parameters than its table names.
    shown += ["?"] * (text.count("{") - len(shown))
    return text.replace("°", f"°{unit}").format(*shown)


def _function(raw: str) -> str:
    return TITLES[Function(int(raw))] if raw in _FUNCTIONS else f"function {raw}"


def _hardware(raw: str) -> str:
    return HARDWARE_TITLES[Hardware(int(raw))] if raw in _HARDWARE else f"hardware {raw}"


def _type(raw: str) -> str:
    return DeviceType(int(raw)).name.lower().replace("_", " ") if raw in _TYPES else f"type {raw}"


def _character(raw: str) -> str:
    """Show what firmwares give as the number of a byte."""
    if raw == "-1":
        return "nothing"
    is_byte = raw.isascii() and raw.isdecimal() and int(raw[:4]) < 256
    return repr(chr(int(raw))) if is_byte else repr(raw)


def _state(raw: str) -> str:
    return {"0": "off", "1": "on"}.get(raw, raw)


_FUNCTIONS = {str(int(one)) for one in Function}
_HARDWARE = {str(int(one)) for one in Hardware}
_TYPES = {str(int(one)) for one in DeviceType}
_KINDS = {LogKind.ERROR: "error", LogKind.WARNING: "warning", LogKind.NOTE: "note"}
_PEAK = "It came to {0} °, {1} ° were expected. The overshoot was taken for {2} °C/h, from now on for {3}."
_E, _W, _I = LogKind.ERROR, LogKind.WARNING, LogKind.NOTE

_TEXTS: Mapping[tuple[LogKind, int], str] = {
    (_E, 0): "The controller has no memory left for the temperature probe {0}.",
    (_E, 1): "No temperature probe answers on pin {0}; check its wiring.",
    (_E, 2): "The controller ran out of memory in {0}.",
    (_E, 3): "The controller refused the definition of a device; the line before says why.",
    (_E, 4): "The controller knows no chamber {0}.",
    (_E, 5): "The controller knows no beer {0}.",
    (_E, 6): "The controller knows no device function {0}.",
    (_E, 7): "A device has the wrong owner: of kind {0}, beer {1}, chamber {2}.",
    (_E, 8): "What is needed is a device of the type {0}; a {1} cannot be that.",
    (_E, 9): "Pin {0} is no one-wire bus.",
    (_E, 10): "The controller expected an opening brace and got {0}.",
    (_E, 11): "The one-wire bus could not be started: {0}.",
    (_E, 12): "The device is installed already, in slot {0}.",
    (_E, 13): "The function is taken already, by the device in slot {0}.",
    (_W, 0): "The controller could not take a setting: {0} = {1}.",
    (_W, 1): "The controller does not know the command {0}.",
    (_W, 2): "A temperature probe was lost on pin {0}, address {1}.",
    (_W, 3): "The controller started in safe mode.",
    (_W, 4): "A temperature probe is lost; the controller goes on with another one.",
    (_W, 5): "A one-wire switch DS2413 was lost, address {0}.",
    (_I, 0): "A temperature probe answers on pin {0}, address {1}.",
    (_I, 1): "A temperature probe no longer answers on pin {0}, address {1}.",
    (_I, 2): "A temperature probe is ready on pin {0}, address {1}, at {2} °.",
    (_I, 3): "A temperature probe was removed as {0}.",
    (_I, 4): "An output was removed as {0}.",
    (_I, 5): "A switch was removed as {0}.",
    (_I, 6): "A temperature probe was installed as {0}.",
    (_I, 7): "An output was installed as {0}.",
    (_I, 8): "A switch was installed as {0}.",
    (_I, 9): "A device was installed as {0}.",
    (_I, 10): "The same device is in slot {0}.",
    (_I, 11): "An output was switched {0}.",
    (_I, 12): "The controller took a setting: {0} = {1}.",
    (_I, 13): "The controller went back to its default constants.",
    (_I, 14): "The controller went back to its default settings.",
    (_I, 15): "The controller's memory was erased and begun anew.",
    (_I, 16): "Every byte of the controller's memory was overwritten.",
    (_I, 17): "The chamber's warmest moment after heating is past. " + _PEAK,
    (_I, 18): "The chamber's coldest moment after cooling is past. " + _PEAK,
    (_I, 19): "The chamber never came to a peak after heating. " + _PEAK,
    (_I, 20): "The chamber never came to a peak after cooling. " + _PEAK,
    (_I, 21): "The main temperature probe is back in use.",
    (_I, 22): "A one-wire switch DS2413 answers, address {0}.",
    (_I, 23): "The controller was asked to erase its memory without confirmation, and did not.",
}
_SHOWN: Mapping[tuple[LogKind, int], Mapping[int, Callable[[str], str]]] = {
    (_E, 8): {0: _type, 1: _hardware},
    (_E, 10): {0: _character},
    (_W, 1): {0: _character},
    (_I, 11): {0: _state},
    **{(_I, place): {0: _function} for place in range(3, 10)},
}
