"""Sugar to alcohol, heat and gas: attenuation as a logistic curve whose pace follows temperature.

Logistic attenuation: Fermentation 2021, 7(1), 13 and Speers, Rogers, Smith, J. Inst. Brew. 109(3), 2003,
229-235. Rate and activation energy are estimates for ale yeast (ten degrees more is 2.3 times faster).
"""

from math import exp

from msgspec import Struct

FERMENTING_J_KG = 586e3
"""Heat set free by one kilogram of fermented extract, J/kg (252 BTU/lb, practitioners' figure)."""

CO2_KG_KG = 0.9565 / 2.0665
"""Carbon dioxide from one kilogram of fermented extract (Balling's law)."""

_WATER_KG_L = 0.9982
_GAS_J_MOL_K = 8.314462618
_KELVIN = 273.15
_REFERENCE_K = 293.15
_HOTTEST_C = 35.0
_REAL_TO_APPARENT = 0.8192


class Wort(Struct, frozen=True):
    """Wort with the yeast that was pitched into it.

    `real_attenuation` is the share of the extract that will have fermented at the end. `rate_per_h` is the
    pace at 20 °C, `activation_j_mol` its Arrhenius energy, `start_share` the attenuation at pitching, which
    sets the lag.
    """

    original_gravity: float = 1.0484
    real_attenuation: float = 0.65
    rate_per_h: float = 0.10
    activation_j_mol: float = 60e3
    start_share: float = 0.011

    @property
    def fermentable_kg_l(self) -> float:
        """Extract that will ferment, kg per litre of wort."""
        return (
            plato(self.original_gravity) / 100.0 * self.original_gravity * _WATER_KG_L * self.real_attenuation
        )


WATER = Wort(original_gravity=1.0)
"""Nothing to ferment: no heat, no gas, gravity stays at 1."""


def pace_per_s(wort: Wort, attenuation: float, beer_c: float) -> float:
    """Give how fast attenuation (0 to 1 of what will ferment) rises, 1/s; above 35 °C no faster."""
    kelvin = min(beer_c, _HOTTEST_C) + _KELVIN
    hurry = exp(wort.activation_j_mol / _GAS_J_MOL_K * (1.0 / _REFERENCE_K - 1.0 / kelvin))
    return wort.rate_per_h / 3600.0 * hurry * attenuation * (1.0 - attenuation)


def heat_j(wort: Wort, litres: float, attenuation: float) -> float:
    """Give the heat, J, that `litres` set free when attenuation rises by `attenuation`."""
    return FERMENTING_J_KG * wort.fermentable_kg_l * litres * attenuation


def co2_kg(wort: Wort, litres: float, attenuation: float) -> float:
    """Give the carbon dioxide, kg, that `litres` set free when attenuation rises by `attenuation`."""
    return CO2_KG_KG * wort.fermentable_kg_l * litres * attenuation


def gravity(wort: Wort, attenuation: float) -> float:
    """Give the apparent gravity, SG, as a hydrometer floating in the beer shows it.

    Balling: real extract = 0.1808 original + 0.8192 apparent extract.
    """
    fermented = wort.real_attenuation * attenuation / _REAL_TO_APPARENT
    return specific_gravity(plato(wort.original_gravity) * (1.0 - fermented))


def specific_gravity(extract_plato: float) -> float:
    """Give the specific gravity 20/20 of an extract in °Plato, SG = 1 + P / (258.6 - 227.1 P / 258.2)."""
    return 1.0 + extract_plato / (258.6 - 227.1 / 258.2 * extract_plato)


def plato(specific: float) -> float:
    """Give the extract in °Plato of a specific gravity: the exact inverse of `specific_gravity`."""
    return 258.6 * (specific - 1.0) / (1.0 + 227.1 / 258.2 * (specific - 1.0))
