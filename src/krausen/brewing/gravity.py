"""How much extract a wort holds, told by its density."""

LEAST, MOST = 0.95, 1.25
"""The specific gravities that a wort or beer can have."""

_CUBIC = (-616.868, 1111.14, -630.272, 135.997)


def plato_of(gravity: float) -> float:
    """Give the extract of a wort in °Plato (percent by weight) for a specific gravity at 20/20 °C.

    The cubic fit of the tables of the American Society of Brewing Chemists, good to 0.01 °P between 1.000 and
    1.140 (M. L. Hall, "Brew by the Numbers", Zymurgy, Summer 1995).
    """
    a, b, c, d = _CUBIC
    return a + gravity * (b + gravity * (c + gravity * d))
