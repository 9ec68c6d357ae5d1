"""From a vessel as arranged to a plan that can be run here, or the reason why not."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, ValidationError, convert

from krausen.control import limits
from krausen.control.algorithm import Algorithm
from krausen.control.interlocks import Hardware, Times
from krausen.control.limits import Bounds
from krausen.control.regulation import Plan
from krausen.errors import Fault, Invalid
from krausen.model.series import SeriesName
from krausen.model.setpoint import Setpoint
from krausen.model.vessel import Limits, Role, Vessel
from krausen.wire.messages import VesselOrder


class Workshop(Struct, frozen=True):
    """What an agent can work with: algorithms by name, and its outputs with their times.

    `bounds` and `vessel_bounds` are the limits kept beside the hardware, of outputs and of vessels by id.
    """

    algorithms: Mapping[str, Algorithm]
    outputs: Mapping[SeriesName, Times]
    bounds: Mapping[SeriesName, Bounds] = {}
    vessel_bounds: Mapping[str, Bounds] = {}


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
    check_wish(workshop, order)
    plan(workshop, order.vessel)


def check_wish(workshop: Workshop, order: VesselOrder) -> None:
    """Raise Invalid when a vessel may not be given its wish here, whoever is to hold it."""
    wish = order.setpoint
    faults = limits.faults(order.vessel, wish.mode, wish.value, wish.profile, wish.run)
    for temperature in [] if faults else _temperatures(wish):
        faults += _beyond(workshop, order.vessel, temperature)
    if faults:
        raise Invalid(" ".join(fault.message for fault in faults), faults)


def clash(orders: Iterable[VesselOrder]) -> tuple[VesselOrder, str] | None:
    """Give the first order that wants an output which an earlier one has, and why not; None without any."""
    taken: dict[SeriesName, Vessel] = {}
    for order in orders:
        for output in outputs(order.vessel):
            if output in taken:
                first = taken[output].name
                return order, f"The output {output} serves {first}, and cannot serve two vessels."
        taken.update(dict.fromkeys(outputs(order.vessel), order.vessel))
    return None


def outputs(vessel: Vessel) -> set[SeriesName]:
    """Name the outputs of a vessel."""
    return {vessel.roles[role] for role in (Role.HEAT, Role.COOL) if role in vessel.roles}


def allowed(workshop: Workshop, vessel: Vessel) -> Limits:
    """Give the setpoints that a vessel may be given here, °C: what is arranged, within what is kept here."""
    kept = [workshop.vessel_bounds.get(vessel.id, Bounds())]
    kept += [workshop.bounds.get(output, Bounds()) for output in sorted(outputs(vessel))]
    low = max(vessel.limits.min, *(one.min for one in kept))
    return Limits(low, max(low, min(vessel.limits.max, *(one.max for one in kept))))


def _temperatures(wish: Setpoint) -> list[float]:
    """Give the temperatures between which a wish stays, °C; none where it has none."""
    steps = () if wish.run is None else wish.run.profile.steps
    given = [step.temperature for step in steps] if wish.value is None else [wish.value]
    return sorted({min(given), max(given)}) if given else []


def _beyond(workshop: Workshop, vessel: Vessel, value: float) -> list[Fault]:
    whose = f"agent {vessel.agent} for the vessel {vessel.id}"
    found = limits.beyond(workshop.vessel_bounds.get(vessel.id, Bounds()), value, whose)
    for output in sorted(outputs(vessel)):
        whose = f"agent {vessel.agent} for the relay {output.node}"
        found += limits.beyond(workshop.bounds.get(output, Bounds()), value, whose)
    return found


def _times(workshop: Workshop, vessel: Vessel, role: Role) -> Times | None:
    series = vessel.roles.get(role)
    if series is None:
        return None
    if series not in workshop.outputs:
        raise Invalid(f"This agent has no output {series}.")
    return workshop.outputs[series]
