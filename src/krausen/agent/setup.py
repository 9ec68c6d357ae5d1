"""What an agent owns, as it was arranged beside the hardware."""

from msgspec import Struct

from krausen.control.interlocks import Times
from krausen.control.limits import Bounds
from krausen.model.calibration import Calibration
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.sensor import SensorDriver


class ProbeSetup(Struct, frozen=True, kw_only=True):
    """A device that is read: its id, its driver with settings, and its calibration by metric."""

    id: str
    driver: SensorDriver
    settings: Struct
    calibrations: dict[str, Calibration] = {}


class RelaySetup(Struct, frozen=True, kw_only=True):
    """An output: its id, its driver with settings, the times it must keep, and the setpoints it may serve."""

    id: str
    driver: ActuatorDriver
    settings: Struct
    times: Times = Times()
    limits: Bounds = Bounds()


class Rhythm(Struct, frozen=True, kw_only=True):
    """How often an agent ticks its loops, and how long readings wait at most to be on disk; seconds."""

    tick_s: float = 1.0
    flush_s: float = 1.0


class AgentSetup(Struct, frozen=True, kw_only=True):
    """An agent by name, with its devices and its rhythm, and its own limits for vessels by their id."""

    name: str
    probes: tuple[ProbeSetup, ...] = ()
    relays: tuple[RelaySetup, ...] = ()
    rhythm: Rhythm = Rhythm()
    limits: dict[str, Bounds] = {}


SWITCH_METRIC = "on"
"""The metric of a relay's observed level."""
