"""What the four lines of a controller's display tell: the way back from `lcd`, for LCD and TFT builds."""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from krausen.protocols.brewpi.scalars import Unit, temperature
from krausen.protocols.brewpi.states import Mode, State

_MODES: Mapping[str, Mode] = {
    "fridge const": Mode.FRIDGE,
    "beer const": Mode.BEER,
    "beer profile": Mode.PROFILE,
    "off": Mode.OFF,
    "** testing **": Mode.TEST,
}
_STATES: Mapping[str, State] = {
    "idling": State.IDLE,
    "wait to cool": State.WAITING_TO_COOL,
    "wait to heat": State.WAITING_TO_HEAT,
    "wait for peak": State.WAITING_FOR_PEAK,
    "waiting for peak": State.WAITING_FOR_PEAK,
    "cooling": State.COOLING,
    "heating": State.HEATING,
    "cool time left": State.COOLING_MINIMUM,
    "heat time left": State.HEATING_MINIMUM,
    "door open": State.DOOR_OPEN,
    "temp control off": State.OFF,
}
_DEGREES = r"(?:°|░|&deg;?)?"
_ROW = re.compile(
    rf"(Beer|Fridge|Room)\s*(-?\d+\.\d|--\.-)(?:\s*(-?\d+\.\d|--\.-))?\s*{_DEGREES}\s*([CF])\s*"
)
_TIMER = re.compile(r"(?:(\d+)h)?(\d+)m(\d\d)\s*$")
_LASTS = {State.WAITING_TO_COOL, State.WAITING_TO_HEAT, State.COOLING_MINIMUM, State.HEATING_MINIMUM}


class Displayed(Struct, frozen=True, kw_only=True):
    """What a display shows, °C to a tenth of its own degree; None for what it does not show now.

    `remaining_s` is how long a state still has to last at least, `lasted_s` how long another lasts already.
    """

    mode: Mode | None = None
    state: State | None = None
    unit: Unit | None = None
    beer_c: float | None = None
    beer_set_c: float | None = None
    fridge_c: float | None = None
    fridge_set_c: float | None = None
    room_c: float | None = None
    remaining_s: float | None = None
    lasted_s: float | None = None


def displayed(lines: Sequence[str]) -> Displayed:
    """Read the lines of a display; what is not understood is not told."""
    rows = {found[1]: found for found in map(_ROW.fullmatch, lines) if found}
    units = {found[4] for found in rows.values()}
    unit: Unit | None = None if len(units) != 1 else "F" if "F" in units else "C"
    state, timer_s = _doing(lines[-1]) if lines else (None, None)

    def shown(row: str, column: int) -> float | None:
        text = rows[row][column] if row in rows else None
        return None if text is None or unit is None or text == "--.-" else temperature(text, unit)

    return Displayed(
        mode=_mode(lines[0]) if lines else None,
        state=state,
        unit=unit,
        beer_c=shown("Beer", 2),
        beer_set_c=shown("Beer", 3),
        fridge_c=shown("Fridge", 2),
        fridge_set_c=shown("Fridge", 3),
        room_c=shown("Room", 2),
        remaining_s=timer_s if state in _LASTS else None,
        lasted_s=None if state in _LASTS else timer_s,
    )


def _mode(line: str) -> Mode | None:
    title, _, said = line.partition(" ")
    return _MODES.get(said.strip().rstrip(".").lower()) if title == "Mode" else None


def _doing(line: str) -> tuple[State | None, float | None]:
    found = _TIMER.search(line)
    title = (line[: found.start()] if found else line).strip().lower().replace(".", "")
    timer_s = None
    if found:
        hours, minutes, seconds = (int(part or 0) for part in found.groups())
        timer_s = 3600.0 * hours + 60.0 * minutes + seconds
    # A long title may leave room for a part of its timer only.
    return next((state for said, state in _STATES.items() if title.startswith(said)), None), timer_s
