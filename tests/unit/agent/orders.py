"""Vessels and wishes that the tests of agents share."""

from krausen.agent.planning import Workshop
from krausen.control.algorithms.hysteresis import ALGORITHM
from krausen.control.interlocks import Times
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role, Vessel
from krausen.wire.messages import VesselOrder

BEER = SeriesName("pi", "beer", "temperature")
CHAMBER = SeriesName("pi", "chamber", "temperature")
HEAT = SeriesName("pi", "heater", "on")
COOL = SeriesName("pi", "cooler", "on")
TIMES = Times(min_on_s=60.0, min_off_s=120.0)
WORKSHOP = Workshop({"hysteresis": ALGORITHM}, {HEAT: TIMES, COOL: TIMES})
FASS = Vessel(
    id="fass",
    name="Fass",
    agent="pi",
    roles={Role.BEER: BEER, Role.CHAMBER: CHAMBER, Role.HEAT: HEAT, Role.COOL: COOL},
)


def beer(value_c: float, revision: int = 1) -> Setpoint:
    """Wish for a temperature of the beer."""
    return Setpoint(revision=revision, mode=Mode.BEER, value=value_c)


def order(value_c: float, revision: int = 1, vessel: Vessel = FASS) -> VesselOrder:
    """Want a vessel's beer at a temperature."""
    return VesselOrder(vessel, beer(value_c, revision))
