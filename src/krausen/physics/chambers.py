"""The chambers one can simulate, by name, and random relatives of them.

`fridge2014` was fitted to 42 hours of a real fridge held by a real BrewPi (public log of 2014-02-03,
NNBL/Brewpi-logreader; residual 0.17 °C in the beer, 0.39 °C in the chamber). All other numbers are
engineering estimates from geometry and material data, good to about 30 %: fermenters 7.6 W/m²K over their
surface (EN ISO 6946: 2.5 by convection, 5.4 by radiation), cabinets of 60 mm foam of 0.022 W/mK, compressors
from catalogues, the jacket 1 m² at 180 W/m²K (Perry's, table 11-7). Left out are the density maximum of beer
near 3 °C, frost, and thermal protectors.
"""

from math import exp
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import asdict, replace

from krausen.errors import NotFound
from krausen.physics import chance
from krausen.physics.heat import Cabinet
from krausen.physics.probes import TAPED, Placing
from krausen.physics.refrigeration import Refrigeration, glycol

_UNCERTAIN = ("_j_k", "_w_k", "_w", "_s")

_Part = TypeVar("_Part", bound=Struct)


class ChamberKind(Struct, frozen=True, kw_only=True):
    """A chamber with its fermenter, probes and the shortest times its outputs may be on or off, s."""

    name: str
    title: str
    cabinet: Cabinet
    refrigeration: Refrigeration
    placing: Placing
    cool_min_off_s: float = 300.0
    cool_min_on_s: float = 180.0
    heat_min_off_s: float = 300.0
    heat_min_on_s: float = 180.0


def chamber_kind(name: str) -> ChamberKind:
    """Give a kind by its name, or with `~` and a number behind that a random relative of it, ever the same.

    Raises NotFound, which lists the names.
    """
    stem, tilde, number = name.partition("~")
    if stem not in CHAMBERS or (tilde and not (number.isascii() and number.isdigit() and len(number) < 10)):
        raise NotFound(f"There is no chamber {name!r}; choose one of {', '.join(CHAMBERS)}.")
    kind = CHAMBERS[stem]
    return replace(relative(kind, int(number)), name=name) if tilde else kind


def relative(kind: ChamberKind, seed: int, sigma: float = 0.3) -> ChamberKind:
    """Give a random relative of a kind: every capacity, conductance, power and lag times a log-normal factor.

    `sigma` is the standard deviation of the factors' logarithms. Volume, shares, offsets and minimum times
    stay.
    """
    return replace(
        kind,
        cabinet=_scattered(kind.cabinet, chance.branch(seed, "cabinet"), sigma),
        refrigeration=_scattered(kind.refrigeration, chance.branch(seed, "refrigeration"), sigma),
        placing=_scattered(kind.placing, chance.branch(seed, "placing"), sigma),
    )


def filled(kind: ChamberKind, litres: float) -> ChamberKind:
    """Give a chamber with other litres; the fermenter keeps its shape: surfaces grow as their 2/3 power."""
    cabinet, larger = kind.cabinet, litres / kind.cabinet.litres
    of_beer = {name: larger * getattr(cabinet, name) for name in ("litres", "core_j_k", "layer_j_k")}
    of_surface = {
        name: larger ** (2.0 / 3.0) * value
        for name, value in asdict(cabinet).items()
        if name.startswith(("layer_", "mixing_", "stirring_")) and name.endswith("_w_k")
    }
    return replace(kind, cabinet=replace(cabinet, **of_beer, **of_surface))


def _scattered(part: _Part, seed: int, sigma: float) -> _Part:
    changes = {
        field: number * exp(sigma * chance.normal(seed, count))
        for count, (field, number) in enumerate(asdict(part).items())
        if field.endswith(_UNCERTAIN)
    }
    return replace(part, **changes)


_FREEZER_20 = ChamberKind(
    name="freezer20",
    title="20 L in a small chest freezer",
    cabinet=Cabinet(
        litres=20.0,
        core_j_k=63e3,
        layer_j_k=21e3,
        air_j_k=600.0,
        wall_j_k=4000.0,
        plate_j_k=4500.0,
        heater_j_k=350.0,
        mixing_w_k=25.0,
        stirring_w_k=150.0,
        layer_air_w_k=1.7,
        layer_wall_w_k=0.3,
        layer_plate_w_k=1.2,
        air_wall_w_k=2.0,
        air_plate_w_k=6.5,
        wall_plate_w_k=1.0,
        wall_room_w_k=0.35,
        plate_room_w_k=0.50,
        leak_w_k=0.05,
        door_w_k=6.0,
        heater_air_w_k=0.8,
        heater_w=30.0,
    ),
    refrigeration=Refrigeration(
        rated_w=110.0, slope_w_k=4.5, highest_w=230.0, drawn_w=85.0, drawn_slope_w_k=1.0
    ),
    placing=Placing(),
)

_FRIDGE_20 = ChamberKind(
    name="fridge20",
    title="20 L in a larder fridge",
    cabinet=Cabinet(
        litres=20.0,
        core_j_k=63e3,
        layer_j_k=21e3,
        air_j_k=500.0,
        wall_j_k=8000.0,
        plate_j_k=1500.0,
        heater_j_k=400.0,
        mixing_w_k=25.0,
        stirring_w_k=150.0,
        layer_air_w_k=1.7,
        layer_wall_w_k=1.2,
        layer_plate_w_k=0.3,
        air_wall_w_k=7.0,
        air_plate_w_k=4.0,
        wall_plate_w_k=0.3,
        wall_room_w_k=1.20,
        plate_room_w_k=0.05,
        leak_w_k=0.15,
        door_w_k=25.0,
        heater_air_w_k=1.0,
        heater_w=40.0,
    ),
    refrigeration=Refrigeration(
        rated_w=65.0, slope_w_k=3.0, highest_w=130.0, drawn_w=60.0, drawn_slope_w_k=0.5
    ),
    placing=Placing(),
)

_FREEZER_60 = ChamberKind(
    name="freezer60",
    title="60 L in a 400 L chest freezer",
    cabinet=Cabinet(
        litres=60.0,
        core_j_k=198e3,
        layer_j_k=56e3,
        air_j_k=1000.0,
        wall_j_k=7000.0,
        plate_j_k=7500.0,
        heater_j_k=600.0,
        mixing_w_k=60.0,
        stirring_w_k=300.0,
        layer_air_w_k=3.6,
        layer_wall_w_k=0.4,
        layer_plate_w_k=2.6,
        air_wall_w_k=3.0,
        air_plate_w_k=10.0,
        wall_plate_w_k=1.5,
        wall_room_w_k=0.50,
        plate_room_w_k=0.75,
        leak_w_k=0.05,
        door_w_k=8.0,
        heater_air_w_k=1.6,
        heater_w=75.0,
    ),
    refrigeration=Refrigeration(
        rated_w=150.0, slope_w_k=6.0, highest_w=300.0, drawn_w=115.0, drawn_slope_w_k=1.2
    ),
    placing=Placing(well_s=75.0),
)

_GLYCOL_300 = ChamberKind(
    name="glycol300",
    title="300 L in a jacketed conical on glycol",
    cabinet=Cabinet(
        litres=300.0,
        core_j_k=1016e3,
        layer_j_k=254e3,
        air_j_k=3000.0,
        wall_j_k=15e3,
        plate_j_k=35e3,
        heater_j_k=2000.0,
        mixing_w_k=400.0,
        stirring_w_k=1500.0,
        layer_air_w_k=2.0,
        layer_wall_w_k=3.0,
        layer_plate_w_k=180.0,
        air_wall_w_k=1.0,
        air_plate_w_k=25.0,
        wall_plate_w_k=2.0,
        wall_room_w_k=2.0,
        plate_room_w_k=0.3,
        leak_w_k=0.0,
        door_w_k=0.0,
        heater_air_w_k=1.0,
        heater_layer_w_k=20.0,
        heater_w=400.0,
    ),
    refrigeration=glycol(carried_w_k=260.0, highest_w=3500.0, pump_w=40.0, performance=2.2),
    placing=Placing(well_s=90.0),
    cool_min_off_s=60.0,
    cool_min_on_s=20.0,
)

_FRIDGE_2014 = ChamberKind(
    name="fridge2014",
    title="20 L in a real fridge of 2014, fitted to its log",
    cabinet=replace(
        _FRIDGE_20.cabinet,
        air_j_k=491.0,
        wall_j_k=3800.0,
        plate_j_k=15600.0,
        heater_j_k=307.0,
        mixing_w_k=19.1,
        layer_air_w_k=3.09,
        layer_wall_w_k=0.134,
        layer_plate_w_k=1.07,
        air_wall_w_k=85.3,
        air_plate_w_k=2.63,
        wall_plate_w_k=0.185,
        wall_room_w_k=1.41,
        heater_air_w_k=0.146,
        heater_w=62.2,
    ),
    refrigeration=replace(_FRIDGE_20.refrigeration, rated_w=34.6, slope_w_k=2.62, rise_s=200.0, fall_s=34.1),
    placing=Placing(air_share=0.061, well_s=266.0, air_s=366.0),
)

_FRIDGE_20_TAPE = ChamberKind(
    name="fridge20tape",
    title="20 L in a larder fridge, probe taped to the bucket, light-bulb heater",
    cabinet=replace(
        _FRIDGE_20.cabinet, mixing_w_k=12.0, heater_j_k=600.0, heater_air_w_k=1.5, heater_w=100.0
    ),
    refrigeration=_FRIDGE_20.refrigeration,
    placing=TAPED,
)

CHAMBERS = {
    kind.name: kind
    for kind in (_FREEZER_20, _FRIDGE_20, _FREEZER_60, _GLYCOL_300, _FRIDGE_2014, _FRIDGE_20_TAPE)
}
