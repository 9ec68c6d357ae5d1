"""What takes heat out of the cold plate, and what electricity it needs for that.

A compressor and a valve to a bath of glycol follow one law with other numbers: capacity grows in a straight
line with the temperature of the plate above a reference, and is held between nothing and `highest_w`.
"""

from math import pi, sin

from msgspec import Struct


class Line(Struct, frozen=True):
    """A power as a straight line over the temperature of the plate: its value at 0 °C and its slope."""

    at_zero_w: float
    slope_w_k: float


class Refrigeration(Struct, frozen=True, kw_only=True):
    """Takes `rated_w` from a plate at `rated_c` in a room of 25 °C, and `slope_w_k` more for each K more.

    The reference swings by `swing_c` in `swing_period_s`, as a bath does under its own chiller. Each K of a
    warmer room takes away the share `derating_per_k`. The flow builds up and dies away with `rise_s` and
    `fall_s`. While on it draws `drawn_w`, at the reference, and `drawn_slope_w_k` more for each K more;
    besides, `drawn_per_removed` of electricity for each joule of heat.
    """

    rated_w: float
    slope_w_k: float
    highest_w: float
    rated_c: float = -23.3
    swing_c: float = 0.0
    swing_period_s: float = 2400.0
    derating_per_k: float = 0.008
    drawn_w: float
    drawn_slope_w_k: float = 0.0
    drawn_per_removed: float = 0.0
    rise_s: float = 45.0
    fall_s: float = 20.0

    def capacity(self, at_s: int, room_c: float) -> Line:
        """Give the capacity at full flow, before it is limited."""
        derating = 1.0 - self.derating_per_k * (room_c - 25.0)
        reference_c = self.rated_c + self.swing_c * sin(2.0 * pi * at_s / self.swing_period_s)
        return Line(derating * (self.rated_w - self.slope_w_k * reference_c), derating * self.slope_w_k)

    def draw(self) -> Line:
        """Give the electric power while switched on, without what comes with the heat removed."""
        return Line(self.drawn_w - self.drawn_slope_w_k * self.rated_c, self.drawn_slope_w_k)


def glycol(*, carried_w_k: float, highest_w: float, pump_w: float, performance: float) -> Refrigeration:
    """Give a valve to a bath of -2 ± 1 °C: `carried_w_k` is mass flow times heat capacity.

    The pump draws `pump_w` while the valve is open, the chiller a joule for `performance` joules of heat.
    """
    return Refrigeration(
        rated_w=0.0,
        slope_w_k=carried_w_k,
        highest_w=highest_w,
        rated_c=-2.0,
        swing_c=1.0,
        derating_per_k=0.0,
        drawn_w=pump_w,
        drawn_per_removed=1.0 / performance,
        rise_s=10.0,
        fall_s=5.0,
    )
