"""A simulated vessel: which chamber, which devices, how they are called, how they are held."""

from msgspec import Struct

from krausen.control.interlocks import Hardware, Times
from krausen.model.series import SeriesName
from krausen.model.vessel import FIRMWARE, Limits, Role, Vessel
from krausen.physics.chamber import Chamber
from krausen.physics.chambers import ChamberKind, chamber_kind
from krausen.physics.silences import Silence
from krausen.physics.weather import ROOM, Climate
from krausen.physics.yeast import WATER, Wort

SUFFIXES = {
    Role.BEER: "beer",
    Role.CHAMBER: "chamber",
    Role.AMBIENT: "room",
    Role.GRAVITY: "hydrometer",
    Role.HEAT: "heater",
    Role.COOL: "cooler",
}
METRICS = {Role.GRAVITY: "gravity", Role.HEAT: "on", Role.COOL: "on"}
OF_CONTROLLER = {
    Role.BEER: "beer",
    Role.CHAMBER: "chamber",
    Role.AMBIENT: "room",
    Role.HEAT: "heat",
    Role.COOL: "cool",
}
"""What a controller calls what it measures and switches."""


class SimulatedVessel(Struct, frozen=True, kw_only=True):
    """A vessel over a chamber of some kind. Equal values live equal lives.

    `silences` says which of its probes fall silent now and then. Where there is a `controller`, its firmware
    holds the vessel; then only the hydrometer is its agent's.
    """

    id: str
    name: str
    chamber: str
    agent: str
    seed: int = 1
    wort: Wort = WATER
    climate: Climate = ROOM
    beer_c: float = 20.0
    drawing: str = "bucket"
    limits: Limits = Limits(0.0, 26.0)
    algorithm: str = "hysteresis"
    silences: dict[Role, Silence] = {}
    roles: tuple[Role, ...] = (Role.BEER, Role.CHAMBER, Role.AMBIENT, Role.GRAVITY, Role.HEAT, Role.COOL)
    controller: str | None = None

    @property
    def kind(self) -> ChamberKind:
        """The chamber's kind. Raises NotFound."""
        return chamber_kind(self.chamber)

    @property
    def own_roles(self) -> tuple[Role, ...]:
        """The roles of the devices that are its agent's."""
        if self.controller is None:
            return self.roles
        return tuple(role for role in self.roles if role not in OF_CONTROLLER)

    def device(self, role: Role) -> str:
        """Give the id of the device in a role."""
        return f"{self.id}-{SUFFIXES[role]}"

    def series(self, role: Role) -> SeriesName:
        """Give the series in a role."""
        if self.controller is not None and role in OF_CONTROLLER:
            return SeriesName(self.controller, self.controller, OF_CONTROLLER[role])
        return SeriesName(self.agent, self.device(role), METRICS.get(role, "temperature"))

    def times(self, role: Role) -> Times:
        """Give the times of heater or cooler."""
        return times_of(self.kind, role)

    def hardware(self) -> Hardware:
        """Give the times of both outputs, None for one that the vessel does not have."""
        heat = self.times(Role.HEAT) if Role.HEAT in self.roles else None
        cool = self.times(Role.COOL) if Role.COOL in self.roles else None
        return Hardware(heat, cool)

    def vessel(self) -> Vessel:
        """Give the vessel as people arrange it."""
        return Vessel(
            id=self.id,
            name=self.name,
            kind=self.drawing,
            agent=self.controller or self.agent,
            limits=self.limits,
            algorithm=FIRMWARE if self.controller else self.algorithm,
            roles={role: self.series(role) for role in self.roles},
        )

    def fresh(self) -> Chamber:
        """Give the chamber at its second 0."""
        return Chamber(self.kind, self.seed, wort=self.wort, climate=self.climate, beer_c=self.beer_c)


def times_of(kind: ChamberKind, role: Role) -> Times:
    """Give the times of a chamber's heater or cooler."""
    if role is Role.HEAT:
        return Times(min_on_s=kind.heat_min_on_s, min_off_s=kind.heat_min_off_s)
    return Times(min_on_s=kind.cool_min_on_s, min_off_s=kind.cool_min_off_s)


def hardware_of(kind: ChamberKind) -> Hardware:
    """Give the times of a chamber's heater and cooler."""
    return Hardware(times_of(kind, Role.HEAT), times_of(kind, Role.COOL))
