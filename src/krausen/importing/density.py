"""Densities, whether they came as specific gravity or as degrees Plato."""

from krausen.model.units import gravity_of

HIGHEST_SG = 1.25
LOWEST_PLATO = 1.3
HIGHEST_PLATO = 60.0


class Density:
    """Gives specific gravities of a column that does not say what it is in.

    The first value that tells decides: from 1.3 to 60 it is °Plato, around 1 it is a gravity. So a beer that
    ends below 1.3 °Plato is read rightly, when its log begins before.
    """

    def __init__(self) -> None:
        self._is_plato: bool | None = None

    def __call__(self, value: float) -> float:
        """Give the specific gravity."""
        if self._is_plato is None and LOWEST_PLATO < value <= HIGHEST_PLATO:
            self._is_plato = True
        elif self._is_plato is None and 0.9 <= value <= HIGHEST_SG:
            self._is_plato = False
        is_plato = abs(value) > LOWEST_PLATO if self._is_plato is None else self._is_plato
        return gravity_of(value) if is_plato else value
