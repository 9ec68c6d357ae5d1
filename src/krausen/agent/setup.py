"""What an agent owns, as it was arranged beside the hardware."""

from msgspec import Struct

from krausen.control.interlocks import Times
from krausen.control.limits import Bounds
from krausen.control.plausibility import Plausible, plausible
from krausen.errors import Defect
from krausen.model.calibration import Calibration
from krausen.model.series import SeriesSpec
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.controller import ControllerDriver
from krausen.ports.sensor import SensorDriver


class ProbeSetup(Struct, frozen=True, kw_only=True):
    """A device that is read: its id, its driver with settings, and its calibration by metric."""

    id: str
    driver: SensorDriver
    settings: Struct
    calibrations: dict[str, Calibration] = {}

    def belief(self, metric: str) -> Plausible:
        """Give what is believed of a metric. Raises Defect for one that the driver does not declare."""
        return plausible(_spec(self.driver, metric).quantity)


class ControllerSetup(Struct, frozen=True, kw_only=True):
    """A controller that is spoken with: its name, which is that of its node, and its driver with settings."""

    id: str
    driver: ControllerDriver
    settings: Struct
    calibrations: dict[str, Calibration] = {}

    def belief(self, metric: str) -> Plausible:
        """Give what is believed of a metric. Raises Defect for one that the driver does not declare.

        Only what is measured moves as matter does; a setpoint may jump, and stay for weeks.
        """
        spec = self.spec(metric)
        is_measured = metric in self.driver.measures.values()
        return plausible(spec.quantity) if is_measured else Plausible(quantity=spec.quantity)

    def spec(self, metric: str) -> SeriesSpec:
        """Give what the driver says of a metric. Raises Defect for one that it does not declare."""
        return _spec(self.driver, metric)


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


def undeclared(driver: str, metric: str) -> Defect:
    """Give the failure of a driver that gave a metric which it does not declare."""
    return Defect(f"Driver {driver} gave a {metric}, which it does not declare.")


def _spec(driver: SensorDriver | ControllerDriver, metric: str) -> SeriesSpec:
    for spec in driver.series:
        if spec.metric == metric:
            return spec
    raise undeclared(driver.name, metric)
