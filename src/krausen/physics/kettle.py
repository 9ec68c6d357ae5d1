"""A mash kettle of 30 litres with an electric element: free wort and grain bed, in steps of one second.

Where the numbers come from (estimates unless a source is named, good to about 30 %):

    liquor    10 L of wort under and over the bed, 4.19 kJ/(kg K), and 4 kg of steel at 0.50 kJ/(kg K)
    bed       5 kg of malt at 0.4 times the heat capacity of water (Palmer, How to Brew, infusion equations)
              with 7 L of wort between the grains
    stirred   a pump of 4 L/min through the bed carries 4/60 kg/s * 4190 J/(kg K) = 280 W/K
    still     conduction and slow convection through 0.09 m² of bed, about 15 W/K
    element   2.5 kW; 0.6 kg of sheathed steel, 0.06 m² at 1 kW/(m² K) in still wort
    losses    0.45 m² of bare steel and lid at 2.5 + 5.4 W/(m² K) (EN ISO 6946: convection, radiation)
    chiller   an immersed coil in tap water, about 200 W/K
    boiling   at 100 °C, 2257 kJ for a kilogram of steam (steam tables)

The wort that boils away is counted but not taken from the heat capacity.
"""

from msgspec import Struct
from msgspec.structs import astuple

from krausen.errors import NotFound
from krausen.model.vessel import Role
from krausen.physics import chance
from krausen.physics.grid import last_second
from krausen.physics.probes import Probe

BOILING_C = 100.0

_STEAM_J_KG = 2257e3
_JOULE_PER_KWH = 3.6e6


class KettleKind(Struct, frozen=True, kw_only=True):
    """Heat capacities, conductances, element and probe of a kettle, and the water its chiller is fed with."""

    liquor_j_k: float = 43.9e3
    bed_j_k: float = 37.7e3
    element_j_k: float = 300.0
    stirred_w_k: float = 280.0
    still_w_k: float = 15.0
    element_w_k: float = 60.0
    liquor_room_w_k: float = 2.4
    bed_room_w_k: float = 1.2
    chiller_w_k: float = 200.0
    tap_c: float = 12.0
    element_w: float = 2500.0
    probe_s: float = 20.0


KETTLE_30 = KettleKind()


class KettleState(Struct, frozen=True, gc=False):
    """Where a kettle stands: temperatures of wort, bed, element, probe; sums of heat from the start, J."""

    liquor_c: float
    bed_c: float
    element_c: float
    probe_c: float
    heated_j: float = 0.0
    lost_j: float = 0.0
    chilled_j: float = 0.0
    steamed_j: float = 0.0


class KettleSnapshot(Struct, frozen=True):
    """All that a kettle remembers at second `at_s`."""

    at_s: int
    state: KettleState


class Kettle:
    """A mash kettle in a room of `room_c`; it starts at second 0 with all of it at `mash_c`.

    Stored heat changes by heated_j - lost_j - chilled_j - steamed_j, to rounding. A reading depends on the
    seed and the switching so far alone.
    """

    def __init__(self, kind: KettleKind, seed: int, *, mash_c: float = 20.0, room_c: float = 20.0) -> None:
        self.kind = kind
        self.room_c = room_c
        self._probe = Probe(chance.branch(seed, "mash"))
        self._at_s = 0
        self._state = KettleState(mash_c, mash_c, mash_c, mash_c)

    @property
    def at_s(self) -> int:
        """The second the kettle has reached."""
        return self._at_s

    @property
    def state(self) -> KettleState:
        """Temperatures and sums as they truly are."""
        return self._state

    @property
    def true_mash_c(self) -> float:
        """The mean temperature of wort and bed."""
        kind, state = self.kind, self._state
        stored_j = kind.liquor_j_k * state.liquor_c + kind.bed_j_k * state.bed_c
        return stored_j / (kind.liquor_j_k + kind.bed_j_k)

    @property
    def stored_j(self) -> float:
        """The heat in wort, bed and element, J above 0 °C."""
        kind, state = self.kind, self._state
        mash_j = kind.liquor_j_k * state.liquor_c + kind.bed_j_k * state.bed_c
        return mash_j + kind.element_j_k * state.element_c

    @property
    def steamed_kg(self) -> float:
        """The water that has boiled away."""
        return self._state.steamed_j / _STEAM_J_KG

    @property
    def kwh(self) -> float:
        """The electric energy of the element since second 0."""
        return self._state.heated_j / _JOULE_PER_KWH

    def advance(self, to_s: float, *, heat: bool, cool: bool = False, stir: bool = True) -> None:
        """Go on to the last whole second not after `to_s`, switched as it was since the last call.

        `heat` is the element, `cool` the water of the chiller, `stir` the pump through the bed. Raises Defect
        when that second has passed already.
        """
        end_s = last_second(self._at_s, to_s)
        kind = self.kind
        heater_w = kind.element_w * heat
        chilling_w_k = kind.chiller_w_k * cool
        mixing_w_k = kind.stirred_w_k if stir else kind.still_w_k
        self._state = self._warmed(end_s - self._at_s, heater_w, chilling_w_k, mixing_w_k)
        self._at_s = end_s

    def read(self, role: Role) -> float:
        """Give what the probe in the wort reports, °C, for the role beer. Raises NotFound for others."""
        if role is not Role.BEER:
            raise NotFound(f"A simulated kettle has no probe for {role}; ask for beer.")
        return self._probe.reading(self._state.probe_c, self._at_s)

    def snapshot(self) -> KettleSnapshot:
        """Give all that is needed to go on from here, in this kettle or its twin of kind and seed."""
        return KettleSnapshot(self._at_s, self._state)

    def restore(self, snapshot: KettleSnapshot) -> None:
        """Go to where a snapshot was taken, be it in the past or in the future."""
        self._at_s, self._state = snapshot.at_s, snapshot.state

    def _warmed(self, seconds: int, heater_w: float, chilling_w_k: float, mixing_w_k: float) -> KettleState:
        kind, room, tap = self.kind, self.room_c, self.kind.tap_c
        liquor, bed, element, probe, heated, lost, chilled, steamed = astuple(self._state)
        for _ in range(seconds):
            probe += (liquor - probe) / kind.probe_s
            into_liquor = kind.element_w_k * (element - liquor)
            into_bed = mixing_w_k * (liquor - bed)
            liquor_loss = kind.liquor_room_w_k * (liquor - room)
            bed_loss = kind.bed_room_w_k * (bed - room)
            into_tap = chilling_w_k * (liquor - tap)
            element += (heater_w - into_liquor) / kind.element_j_k
            liquor += (into_liquor - into_bed - liquor_loss - into_tap) / kind.liquor_j_k
            bed += (into_bed - bed_loss) / kind.bed_j_k
            heated += heater_w
            lost += liquor_loss + bed_loss
            chilled += into_tap
            if liquor > BOILING_C:
                steamed += (liquor - BOILING_C) * kind.liquor_j_k
                liquor = BOILING_C
        return KettleState(liquor, bed, element, probe, heated, lost, chilled, steamed)
