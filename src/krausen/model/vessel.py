"""What is controlled."""

from enum import IntEnum, StrEnum

from msgspec import Struct

from krausen.model.series import SeriesName


class Role(StrEnum):
    """What a series is to a vessel."""

    BEER = "beer"
    CHAMBER = "chamber"
    AMBIENT = "ambient"
    GRAVITY = "gravity"
    HEAT = "heat"
    COOL = "cool"


class Limits(Struct, frozen=True):
    """The setpoints a vessel may be given, °C, both ends allowed."""

    min: float = 0.0
    max: float = 30.0


class Vessel(Struct, frozen=True, kw_only=True):
    """A vessel with its series, limits and chamber (by id), as a person arranged it."""

    id: str
    name: str
    kind: str = "bucket"
    agent: str
    limits: Limits = Limits()
    roles: dict[Role, SeriesName] = {}
    algorithm: str = "hysteresis"
    settings: dict[str, object] = {}
    revision: int = 1
    chamber: str | None = None


FIRMWARE = "firmware"
"""The algorithm of a vessel that the firmware of its agent's controller holds."""

VESSEL_ADAPTER = "krausen"


class VesselMetric(StrEnum):
    """A vessel's own series, adapter `krausen`, node the vessel's id."""

    SETPOINT_BEER = "setpoint_beer"
    SETPOINT_CHAMBER = "setpoint_chamber"
    MODE = "mode"
    HEAT_DEMAND = "heat_demand"
    COOL_DEMAND = "cool_demand"
    HEAT = "heat"
    COOL = "cool"
    STATE = "state"


OUTPUT_ROLES = {VesselMetric.HEAT: Role.HEAT, VesselMetric.COOL: Role.COOL}
"""The vessel's own series that say what the output in a role was seen to do."""


class ControlState(IntEnum):
    """What a control loop is doing, in the numbers that BrewPi's logs use."""

    IDLE = 0
    OFF = 1
    HEATING = 3
    COOLING = 4
    WAITING_TO_COOL = 5
    WAITING_TO_HEAT = 6
    WAITING_FOR_PEAK = 7
    COOLING_MINIMUM = 8
    HEATING_MINIMUM = 9
