"""From the file of an agent's devices to what the agent owns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from krausen.agent.setup import AgentSetup
from krausen.agent.setup_file import DeviceFile, Drivers, read_devices
from krausen.drivers import actuators, controllers, discovery, sensors
from krausen.errors import Invalid, NotFound, OperatorNeeded
from krausen.plugins import discover
from krausen.ports.actuator import ActuatorDriver
from krausen.ports.clock import Clock
from krausen.ports.controller import ControllerDriver
from krausen.ports.discovery import Discovery
from krausen.ports.sensor import SensorDriver


def devices_of(agent: str, path: Path, clock: Clock) -> AgentSetup:
    """Give what an agent owns by its file; nothing where there is none.

    Raises OperatorNeeded with the lines that are wrong.
    """
    try:
        said = read_devices(path.read_text("utf-8"), _drivers())
        setup = _with_simulated(agent, said, clock)
    except FileNotFoundError:
        return AgentSetup(name=agent)
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorNeeded(f"{path} cannot be read: {error}.") from error
    except NotFound as error:
        raise OperatorNeeded(f"{path}: {error}") from error
    except Invalid as error:
        faults = [f"{path}: {fault.message}" for fault in error.faults]
        raise OperatorNeeded("\n".join([str(error), *faults])) from error
    _check_ids(path, [*(probe.id for probe in setup.probes), *(relay.id for relay in setup.relays)])
    return setup


@cache
def controller_drivers() -> Mapping[str, ControllerDriver]:
    """Give the drivers of controllers, which are loaded only now. Raises Defect."""
    return discover(controllers, "CONTROLLER", ControllerDriver)


def discoveries() -> tuple[Discovery, ...]:
    """Give the ways to find devices that nobody uses yet. Raises Defect."""
    return tuple(discover(discovery, "DISCOVERY", Discovery).values())


def _drivers() -> Drivers:
    return Drivers(
        sensors=discover(sensors, "SENSOR", SensorDriver),
        actuators=discover(actuators, "ACTUATOR", ActuatorDriver),
    )


def _with_simulated(agent: str, said: DeviceFile, clock: Clock) -> AgentSetup:
    if not said.simulated:
        return AgentSetup(name=agent, probes=said.probes, relays=said.relays, limits=said.limits)
    # An agent of real devices does without the memory that the physics take.
    from krausen.cli.simulated import rigged

    made = rigged(agent, said.simulated, clock)
    return AgentSetup(
        name=agent,
        probes=(*said.probes, *made.probes),
        relays=(*said.relays, *made.relays),
        limits=said.limits,
    )


def _check_ids(path: Path, ids: Sequence[str]) -> None:
    twice = sorted(id for id, count in Counter(ids).items() if count > 1)
    if twice:
        raise OperatorNeeded(f"{path}: several devices are called {', '.join(twice)}. Rename all but one.")
