"""The four lines of a controller's display, 20 characters each, as LCD builds write them."""

from collections.abc import Mapping

from msgspec import Struct

from krausen.protocols.brewpi.extras import Screen
from krausen.protocols.brewpi.scalars import Unit, in_unit
from krausen.protocols.brewpi.states import Mode, State

COLUMNS = 20
ROOM_EVERY_S = 16
"""Where there is a room probe, the third line is the fridge's for half of this, then the room's."""

_MODES: Mapping[Mode, str] = {
    Mode.FRIDGE: "Fridge Const.",
    Mode.BEER: "Beer Const.",
    Mode.PROFILE: "Beer Profile",
    Mode.OFF: "Off",
    Mode.TEST: "** Testing **",
}
_STATES: Mapping[State, str] = {
    State.IDLE: "Idling for",
    State.OFF: "Temp. control OFF",
    State.DOOR_OPEN: "Door open",
    State.HEATING: "Heating for",
    State.COOLING: "Cooling for",
    State.WAITING_TO_COOL: "Wait to Cool",
    State.WAITING_TO_HEAT: "Wait to Heat",
    State.WAITING_FOR_PEAK: "Waiting for peak",
    State.COOLING_MINIMUM: "Cool time left",
    State.HEATING_MINIMUM: "Heat time left",
}


class View(Struct, frozen=True, kw_only=True):
    """What a display has to show; `timer_s` is how long a state lasts already, or still."""

    mode: Mode
    state: State
    unit: Unit = "C"
    beer_c: float | None = None
    beer_set_c: float | None = None
    fridge_c: float | None = None
    fridge_set_c: float | None = None
    room_c: float | None = None
    timer_s: int | None = None


def screen(view: View, at_s: int = 0) -> Screen:
    """Write the four lines as they are at a second."""
    is_room = view.room_c is not None and at_s % ROOM_EVERY_S >= ROOM_EVERY_S // 2
    if is_room:
        third = _row("Room", _number(view.room_c, view.unit), "", view.unit)
    else:
        third = _row(
            "Fridge", _number(view.fridge_c, view.unit), _number(view.fridge_set_c, view.unit), view.unit
        )
    beer = _row("Beer", _number(view.beer_c, view.unit), _number(view.beer_set_c, view.unit), view.unit)
    timer = "" if view.timer_s is None else _clock(view.timer_s)
    title = _STATES[view.state]
    fourth = title + timer.rjust(COLUMNS - len(title))
    return Screen((f"Mode   {_MODES[view.mode]}".ljust(COLUMNS), beer, third, fourth[:COLUMNS]))


def _row(title: str, measured: str, wanted: str, unit: Unit) -> str:
    # The columns 6, 12 and 18 are those of the firmware.
    return f"{title:<6}{measured:>5} {wanted:>5} °{unit}"


def _number(value_c: float | None, unit: Unit) -> str:
    return "--.-" if value_c is None else f"{in_unit(value_c, unit):.1f}"[:5]


def _clock(seconds: int) -> str:
    hours, rest_s = divmod(seconds, 3600)
    shown = f"{rest_s // 60:02}m{rest_s % 60:02}"
    return f"{hours}h{shown}" if hours else shown
