"""Heating and cooling shall not fight: whichever acted last goes on freely, the other waits for need."""

from msgspec import Struct

HEAT, COOL = 1, -1


class Turn(Struct, frozen=True, gc=False):
    """Which way was acted last, HEAT or COOL or 0 for neither yet, and when that was, seconds."""

    way: int = 0
    acted_s: float = 0.0


def may_act(turn: Turn, way: int, lacking_c: float, rule: tuple[float, float], now_s: float) -> bool:
    """Tell whether to act in a way for which `lacking_c` still lack, °C.

    After the other way it takes a lack of the first of `rule`, °C, and a rest of the second, seconds.
    """
    if turn.way != -way:
        return True
    between_c, rest_s = rule
    return lacking_c >= between_c and not 0.0 <= now_s - turn.acted_s < rest_s


def acted(turn: Turn, way: int, now_s: float) -> Turn:
    """Give the turn after acting, or after resting when `way` is 0."""
    return Turn(way, now_s) if way else turn
