"""A simulated chamber: a vessel with beer in a cabinet, its weather and its probes, for whoever runs it.

Fermentation, room and refrigeration capacity change slowly and are renewed every ten seconds and whenever the
door moves; heat and probes take steps of one second.
"""

from msgspec import Struct

from krausen.errors import NotFound
from krausen.model.vessel import Role
from krausen.physics import chance, yeast
from krausen.physics.chambers import ChamberKind
from krausen.physics.grid import last_second
from krausen.physics.heat import Forcing, Plant, State
from krausen.physics.probes import Probe
from krausen.physics.weather import ROOM, Climate, Moment, Weather
from krausen.physics.yeast import WATER, Wort

_JOULE_PER_KWH = 3.6e6


class Snapshot(Struct, frozen=True):
    """All that a chamber remembers at second `at_s`; the forcing holds until second `until_s`."""

    at_s: int
    state: State
    moment: Moment
    forcing: Forcing
    until_s: int


class Energy(Struct, frozen=True, kw_only=True):
    """Heat that went in and out since second 0, and the electricity paid for it, J.

    Stored heat changes by `leaked_j` + `fermented_j` + `heated_j` - `removed_j`, to rounding.
    """

    leaked_j: float
    fermented_j: float
    heated_j: float
    removed_j: float
    cooling_j: float

    @property
    def heating_kwh(self) -> float:
        """Electric energy of the heater."""
        return self.heated_j / _JOULE_PER_KWH

    @property
    def cooling_kwh(self) -> float:
        """Electric energy of compressor or of pump and chiller."""
        return self.cooling_j / _JOULE_PER_KWH

    @property
    def kwh(self) -> float:
        """Electric energy of everything."""
        return self.heating_kwh + self.cooling_kwh


class Chamber:
    """A chamber of some kind with fermenting wort, in a climate; the same seed always lives the same life.

    It starts at second 0 with the beer and its probe at `beer_c` and all else at the temperature of the room.
    A reading depends on the seed, the probe and the switching so far, never on how often or in which order
    anything was read, nor on how the time was cut into calls of `advance`.
    """

    def __init__(
        self,
        kind: ChamberKind,
        seed: int,
        *,
        wort: Wort = WATER,
        climate: Climate = ROOM,
        beer_c: float = 20.0,
    ) -> None:
        self.kind = kind
        self.wort = wort
        self._plant = Plant(kind.cabinet, kind.refrigeration, kind.placing)
        self._weather = Weather(climate, chance.branch(seed, "weather"))
        self._beer_probe = Probe(chance.branch(seed, "beer"), kind.placing.beer_offset_c)
        self._air_probe = Probe(chance.branch(seed, "chamber"), kind.placing.chamber_offset_c)
        self._room_probe = Probe(chance.branch(seed, "ambient"))
        self._at_s = 0
        self._moment = self._weather.first()
        room_c = self._weather.room_c(self._moment, 0)
        cold = (room_c, room_c, room_c, room_c, 0.0)
        self._state = State(beer_c, beer_c, *cold, wort.start_share, beer_c, beer_c, room_c)
        self._hold()

    @property
    def at_s(self) -> int:
        """The second the chamber has reached."""
        return self._at_s

    @property
    def state(self) -> State:
        """Temperatures, flow, attenuation and sums as they truly are."""
        return self._state

    @property
    def true_beer_c(self) -> float:
        """The mean temperature of the beer, which no probe sees."""
        return self._plant.beer_c(self._state)

    @property
    def room_c(self) -> float:
        """The true temperature of the room."""
        return self._forcing.room_c

    @property
    def door_open(self) -> bool:
        """Whether somebody holds the door open."""
        return self._moment.is_open(self._at_s)

    @property
    def gravity(self) -> float:
        """The apparent gravity of the beer, SG, that a hydrometer without error would show."""
        return yeast.gravity(self.wort, self._state.attenuation)

    @property
    def co2_kg_s(self) -> float:
        """The carbon dioxide that leaves the beer."""
        return yeast.co2_kg(self.wort, self.kind.cabinet.litres, self._forcing.pace_per_s)

    @property
    def stored_j(self) -> float:
        """The heat in beer, air, wall, plate and heater, J above 0 °C."""
        return self._plant.stored_j(self._state)

    @property
    def energy(self) -> Energy:
        """What went in and out since second 0."""
        state = self._state
        gained = state.attenuation - self.wort.start_share
        return Energy(
            leaked_j=state.leaked_j,
            fermented_j=yeast.heat_j(self.wort, self.kind.cabinet.litres, gained),
            heated_j=state.heated_j,
            removed_j=state.removed_j,
            cooling_j=state.drawn_j + self.kind.refrigeration.drawn_per_removed * state.removed_j,
        )

    def advance(self, to_s: float, *, heat: bool, cool: bool) -> None:
        """Go on to the last whole second not after `to_s`, with the outputs that were on since the last call.

        Raises Defect when that second has passed already.
        """
        end_s = last_second(self._at_s, to_s)
        while self._at_s < end_s:
            if self._at_s == self._until_s:
                self._moment = self._weather.after(self._moment, self._at_s)
                self._hold()
            stop_s = min(end_s, self._until_s)
            self._state = self._plant.advance(
                self._state, self._forcing, stop_s - self._at_s, heat=heat, cool=cool
            )
            self._at_s = stop_s

    def read(self, role: Role) -> float:
        """Give what the probe for beer, chamber or ambient reports, °C. Raises NotFound for other roles."""
        if role is Role.BEER:
            return self._beer_probe.reading(self._state.beer_probe_c, self._at_s)
        if role is Role.CHAMBER:
            return self._air_probe.reading(self._state.air_probe_c, self._at_s)
        if role is Role.AMBIENT:
            return self._room_probe.reading(self._forcing.room_c, self._at_s)
        raise NotFound(f"A simulated chamber has no probe for {role}; ask for beer, chamber or ambient.")

    def snapshot(self) -> Snapshot:
        """Give all that is needed to go on from here, in this chamber or its twin of kind and seed."""
        return Snapshot(self._at_s, self._state, self._moment, self._forcing, self._until_s)

    def restore(self, snapshot: Snapshot) -> None:
        """Go to where a snapshot was taken, be it in the past or in the future."""
        self._at_s, self._state = snapshot.at_s, snapshot.state
        self._moment, self._forcing, self._until_s = snapshot.moment, snapshot.forcing, snapshot.until_s

    def _hold(self) -> None:
        """Fix what changes slowly until its next change."""
        cabinet, state, at_s = self.kind.cabinet, self._state, self._at_s
        room_c = self._weather.room_c(self._moment, at_s)
        pace_per_s = yeast.pace_per_s(self.wort, state.attenuation, state.core_c)
        heat_w = yeast.heat_j(self.wort, cabinet.litres, pace_per_s)
        lift = self.kind.refrigeration.capacity(at_s, room_c)
        self._forcing = Forcing(
            core_w=cabinet.core_share * heat_w,
            layer_w=(1.0 - cabinet.core_share) * heat_w,
            pace_per_s=pace_per_s,
            mixing_w_k=cabinet.mixing_w_k + cabinet.stirring_w_k * heat_w / cabinet.litres,
            seeping_w_k=cabinet.leak_w_k + cabinet.door_w_k * self._moment.is_open(at_s),
            room_c=room_c,
            lift_w=lift.at_zero_w,
            lift_slope_w_k=lift.slope_w_k,
        )
        self._until_s = self._moment.next_change_s(at_s)
