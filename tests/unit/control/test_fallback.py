import pytest

from krausen.control.fallback import Choice, Seen, choose
from krausen.model.setpoint import Mode

NOW_S = 10_000.0
BEER_LOST = "Beer probe silent; control uses the chamber probe."
CHAMBER_LOST = "Chamber probe silent; control uses the beer probe."
BEER_ALONE_LOST = "Beer probe silent and no other left; heating and cooling stay off."
CHAMBER_ALONE_LOST = "Chamber probe silent and no other left; heating and cooling stay off."

BEER = Seen(18.0, NOW_S - 5.0)
CHAMBER = Seen(12.0, NOW_S - 5.0)
OLD = Seen(25.0, NOW_S - 600.1)
JUST = Seen(25.0, NOW_S - 600.0)


@pytest.mark.parametrize(
    ("mode", "beer", "chamber", "choice"),
    [
        (Mode.BEER, BEER, CHAMBER, Choice(18.0, 18.0, 12.0)),
        (Mode.BEER, BEER, None, Choice(18.0, 18.0, None)),
        (Mode.BEER, BEER, OLD, Choice(18.0, 18.0, None)),
        (Mode.BEER, JUST, CHAMBER, Choice(25.0, 25.0, 12.0)),
        (Mode.BEER, OLD, CHAMBER, Choice(12.0, None, 12.0, BEER_LOST)),
        (Mode.BEER, None, CHAMBER, Choice(12.0, None, 12.0, BEER_LOST)),
        (Mode.BEER, OLD, OLD, Choice(None, None, None, BEER_ALONE_LOST)),
        (Mode.BEER, None, None, Choice(None, None, None, BEER_ALONE_LOST)),
        (Mode.PROFILE, BEER, CHAMBER, Choice(18.0, 18.0, 12.0)),
        (Mode.PROFILE, OLD, CHAMBER, Choice(12.0, None, 12.0, BEER_LOST)),
        (Mode.CHAMBER, BEER, CHAMBER, Choice(12.0, 18.0, 12.0)),
        (Mode.CHAMBER, None, CHAMBER, Choice(12.0, None, 12.0)),
        (Mode.CHAMBER, BEER, JUST, Choice(25.0, 18.0, 25.0)),
        (Mode.CHAMBER, BEER, OLD, Choice(18.0, 18.0, None, CHAMBER_LOST)),
        (Mode.CHAMBER, BEER, None, Choice(18.0, 18.0, None, CHAMBER_LOST)),
        (Mode.CHAMBER, None, OLD, Choice(None, None, None, CHAMBER_ALONE_LOST)),
    ],
)
def test_the_wanted_probe_then_the_other_then_none(
    mode: Mode, beer: Seen | None, chamber: Seen | None, choice: Choice
) -> None:
    assert choose(mode, beer, chamber, NOW_S, 600.0) == choice
