"""From a vessel as arranged to a plan that can be run here, or the reason why not."""

from collections.abc import Mapping

from msgspec import Struct, ValidationError, convert

from krausen.control import limits
from krausen.control.algorithm import Algorithm
from krausen.control.interlocks import Hardware, Times
from krausen.control.regulation import Plan
from krausen.errors import Invalid
from krausen.model.series import SeriesName
from krausen.model.vessel import Role, Vessel
from krausen.wire.messages import VesselOrder


class Workshop(Struct, frozen=True):
    """What an agent can work with: algorithms by name, and its outputs with their times."""

    algorithms: Mapping[str, Algorithm]
    outputs: Mapping[SeriesName, Times]


def plan(workshop: Workshop, vessel: Vessel) -> Plan:
    """Give the plan for a vessel. Raises Invalid with the reason."""
    algorithm = workshop.algorithms.get(vessel.algorithm)
    if algorithm is None:
        raise Invalid(f"This agent does not know the algorithm {vessel.algorithm}.")
    try:
        settings = convert(vessel.settings, algorithm.settings)
    except ValidationError as error:
        raise Invalid(f"The settings of {vessel.algorithm} are wrong: {error}.") from error
    if Role.HEAT in vessel.roles and vessel.roles[Role.HEAT] == vessel.roles.get(Role.COOL):
        raise Invalid(f"The output {vessel.roles[Role.HEAT]} cannot both heat and cool {vessel.name}.")
    hardware = Hardware(_times(workshop, vessel, Role.HEAT), _times(workshop, vessel, Role.COOL))
    return Plan(algorithm=algorithm, settings=settings, hardware=hardware)


def check(workshop: Workshop, order: VesselOrder) -> None:
    """Raise Invalid when an order cannot or may not be carried out here."""
    wish = order.setpoint
    faults = limits.faults(order.vessel, wish.mode, wish.value, wish.profile)
    if faults:
        raise Invalid(" ".join(fault.message for fault in faults), faults)
    plan(workshop, order.vessel)


def _times(workshop: Workshop, vessel: Vessel, role: Role) -> Times | None:
    series = vessel.roles.get(role)
    if series is None:
        return None
    if series not in workshop.outputs:
        raise Invalid(f"This agent has no output {series}.")
    return workshop.outputs[series]
