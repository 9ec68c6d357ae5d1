"""The lumped plant: heat between beer, air, wall, cold plate and heater of a chamber, in steps of one second.

Six nodes, each of one temperature, exchange heat in proportion to their differences:

    core     the inner part of the beer            wall     the inner wall of the cabinet
    layer    the outer part of the beer            plate    evaporator, liner, or jacket with its coolant
    air      in the chamber, or round the jacket   heater   its body

The flow of refrigerant follows its switch with a lag. Explicit Euler at one second is stable while every node
needs longer than a second to follow its neighbours, which `Plant` checks. What changes slowly is handed in as
a `Forcing` that holds for some seconds, so that the loop itself is nothing but sums and products.
"""

from msgspec import Struct
from msgspec.structs import astuple

from krausen.errors import Defect
from krausen.physics.probes import Placing
from krausen.physics.refrigeration import Line, Refrigeration

_NODES = ("core", "layer", "air", "wall", "plate", "heater")
_OFF = Line(0.0, 0.0)


class Cabinet(Struct, frozen=True, kw_only=True):
    """Heat capacities (`_j_k`) and conductances (`_w_k`) of a chamber with its fermenter, and its heater.

    `stirring_w_k` is what each W/L of fermentation heat adds to the mixing of core and layer; `leak_w_k` is
    the air that always seeps in, `door_w_k` what an open door adds.
    """

    litres: float
    core_j_k: float
    layer_j_k: float
    air_j_k: float
    wall_j_k: float
    plate_j_k: float
    heater_j_k: float
    mixing_w_k: float
    stirring_w_k: float
    layer_air_w_k: float
    layer_wall_w_k: float
    layer_plate_w_k: float
    air_wall_w_k: float
    air_plate_w_k: float
    wall_plate_w_k: float
    wall_room_w_k: float
    plate_room_w_k: float
    leak_w_k: float
    door_w_k: float
    heater_air_w_k: float
    heater_layer_w_k: float = 0.0
    heater_w: float

    @property
    def core_share(self) -> float:
        """The part of the beer that is core."""
        return self.core_j_k / (self.core_j_k + self.layer_j_k)

    @property
    def capacities_j_k(self) -> tuple[float, ...]:
        """Heat capacities of core, layer, air, wall, plate and heater."""
        return self.core_j_k, self.layer_j_k, self.air_j_k, self.wall_j_k, self.plate_j_k, self.heater_j_k

    @property
    def exchanges_w_k(self) -> tuple[float, ...]:
        """What each of the six exchanges with all its neighbours while the door is open."""
        from_layer = self.layer_air_w_k + self.layer_wall_w_k + self.layer_plate_w_k + self.heater_layer_w_k
        from_air = self.layer_air_w_k + self.air_wall_w_k + self.air_plate_w_k + self.heater_air_w_k
        return (
            self.mixing_w_k,
            self.mixing_w_k + from_layer,
            from_air + self.leak_w_k + self.door_w_k,
            self.layer_wall_w_k + self.air_wall_w_k + self.wall_plate_w_k + self.wall_room_w_k,
            self.layer_plate_w_k + self.air_plate_w_k + self.wall_plate_w_k + self.plate_room_w_k,
            self.heater_air_w_k + self.heater_layer_w_k,
        )


class State(Struct, frozen=True, gc=False):
    """Where a plant stands: temperatures, flow of refrigerant (0 to 1), attenuation (0 to 1), probes, sums.

    The probes have the temperatures of the beer probe's well, the beer probe's tip and the air probe. The
    sums, J, run from the start: heat from the room, heat taken by the refrigerant, heat and electricity of
    the heater, electricity of compressor or pump.
    """

    core_c: float
    layer_c: float
    air_c: float
    wall_c: float
    plate_c: float
    heater_c: float
    flow: float
    attenuation: float
    well_c: float
    beer_probe_c: float
    air_probe_c: float
    leaked_j: float = 0.0
    removed_j: float = 0.0
    heated_j: float = 0.0
    drawn_j: float = 0.0

    @property
    def temperatures_c(self) -> tuple[float, ...]:
        """Temperatures of core, layer, air, wall, plate and heater."""
        return self.core_c, self.layer_c, self.air_c, self.wall_c, self.plate_c, self.heater_c


class Forcing(Struct, frozen=True, gc=False):
    """What acts on a plant from outside and holds for some seconds.

    Fermentation heat in core and layer, rise of attenuation, conductances from core to layer and from air to
    room, temperature of the room, and the capacity of the refrigeration as a line over the temperature of the
    plate.
    """

    core_w: float
    layer_w: float
    pace_per_s: float
    mixing_w_k: float
    seeping_w_k: float
    room_c: float
    lift_w: float
    lift_slope_w_k: float


class Plant:
    """The constants of one chamber, arranged for the loop.

    Raises Defect when a node would follow its neighbours faster than a step of one second can show.
    """

    def __init__(self, cabinet: Cabinet, refrigeration: Refrigeration, placing: Placing) -> None:
        _refuse_stiff(cabinet)
        self._cabinet = cabinet
        self._within = _conductances_within(cabinet)
        self._outward = _conductances_outward(cabinet)
        self._warming = tuple(1.0 / capacity_j_k for capacity_j_k in cabinet.capacities_j_k)
        self._following = (*placing.weights, 1.0 / placing.well_s, 1.0 / placing.tip_s, 1.0 / placing.air_s)
        self._drives = {
            (heat, cool): _drive(cabinet, refrigeration, heat=heat, cool=cool)
            for heat in (False, True)
            for cool in (False, True)
        }

    def stored_j(self, state: State) -> float:
        """Give the heat in all nodes, J above 0 °C."""
        return sum(map(float.__mul__, self._cabinet.capacities_j_k, state.temperatures_c))

    def beer_c(self, state: State) -> float:
        """Give the mean temperature of the beer."""
        share = self._cabinet.core_share
        return share * state.core_c + (1.0 - share) * state.layer_c

    def advance(self, state: State, forcing: Forcing, seconds: int, *, heat: bool, cool: bool) -> State:
        """Give the state `seconds` later, heater and refrigeration being switched as told meanwhile."""
        layer_air, layer_wall, layer_plate, air_wall, air_plate, wall_plate = self._within
        wall_room, plate_room, heater_air, heater_layer = self._outward
        per_core, per_layer, per_air, per_wall, per_plate, per_heater = self._warming
        of_core, of_layer, of_air, per_well, per_tip, per_air_probe = self._following
        goal, per_flow, highest, heater_w, draw_w, draw_slope = self._drives[heat, cool]
        core_w, layer_w, pace, mixing, seeping, room, lift_w, lift_slope = astuple(forcing)
        core, layer, air, wall, plate, heater, flow, attenuation, well, tip, air_probe, *sums = astuple(state)
        leaked, removed, heated, drawn = sums
        for _ in range(seconds):
            tip += per_tip * (well - tip)
            well += per_well * (of_core * core + of_layer * layer + of_air * air - well)
            air_probe += per_air_probe * (air - air_probe)
            mixed = mixing * (core - layer)
            to_air = layer_air * (layer - air)
            to_wall = layer_wall * (layer - wall)
            to_plate = layer_plate * (layer - plate)
            air_to_wall = air_wall * (air - wall)
            air_to_plate = air_plate * (air - plate)
            wall_to_plate = wall_plate * (wall - plate)
            into_air = seeping * (room - air)
            into_wall = wall_room * (room - wall)
            into_plate = plate_room * (room - plate)
            heater_to_air = heater_air * (heater - air)
            heater_to_layer = heater_layer * (heater - layer)
            lifted = flow * min(max(lift_w + lift_slope * plate, 0.0), highest)
            leaked += into_air + into_wall + into_plate
            removed += lifted
            heated += heater_w
            drawn += draw_w + draw_slope * plate
            core += per_core * (core_w - mixed)
            layer += per_layer * (layer_w + mixed + heater_to_layer - to_air - to_wall - to_plate)
            air += per_air * (to_air + heater_to_air + into_air - air_to_wall - air_to_plate)
            wall += per_wall * (to_wall + air_to_wall + into_wall - wall_to_plate)
            plate += per_plate * (to_plate + air_to_plate + wall_to_plate + into_plate - lifted)
            heater += per_heater * (heater_w - heater_to_air - heater_to_layer)
            flow += per_flow * (goal - flow)
            attenuation += pace
        nodes = core, layer, air, wall, plate, heater
        return State(*nodes, flow, attenuation, well, tip, air_probe, leaked, removed, heated, drawn)


def _conductances_within(cabinet: Cabinet) -> tuple[float, ...]:
    """Give those between layer, air, wall and plate."""
    from_layer = cabinet.layer_air_w_k, cabinet.layer_wall_w_k, cabinet.layer_plate_w_k
    return *from_layer, cabinet.air_wall_w_k, cabinet.air_plate_w_k, cabinet.wall_plate_w_k


def _conductances_outward(cabinet: Cabinet) -> tuple[float, ...]:
    """Give those to the room and from the heater."""
    return cabinet.wall_room_w_k, cabinet.plate_room_w_k, cabinet.heater_air_w_k, cabinet.heater_layer_w_k


def _drive(cabinet: Cabinet, refrigeration: Refrigeration, *, heat: bool, cool: bool) -> tuple[float, ...]:
    """Give what the switches mean: goal, pace and limit of the cooling, heater power, draw of the cooling."""
    draw = refrigeration.draw() if cool else _OFF
    follow_s = refrigeration.rise_s if cool else refrigeration.fall_s
    cooling = float(cool), 1.0 / follow_s, refrigeration.highest_w
    return *cooling, cabinet.heater_w * heat, draw.at_zero_w, draw.slope_w_k


def _refuse_stiff(cabinet: Cabinet) -> None:
    nodes = zip(_NODES, cabinet.exchanges_w_k, cabinet.capacities_j_k, strict=True)
    for node, exchange_w_k, capacity_j_k in nodes:
        if exchange_w_k >= capacity_j_k:
            raise Defect(
                f"The {node} of the chamber holds {capacity_j_k:g} J/K but exchanges {exchange_w_k:g} W/K, "
                "too fast for steps of one second. Give it more heat capacity or less conductance."
            )
