"""What is written so that something is held, for every firmware and unit."""

from hypothesis import given
from hypothesis import strategies as st

from krausen.drivers.brewpi.wishes import (
    BURST,
    REST_S,
    SECONDS_A_WRITE,
    Allowance,
    Speech,
    changes,
    held,
    moved,
)
from krausen.model.setpoint import Mode
from krausen.ports.controller import Held
from krausen.protocols.brewpi import parameters, states
from krausen.protocols.brewpi.boards import Family
from krausen.protocols.brewpi.parameters import Settings
from krausen.protocols.brewpi.requests import Change

SPEECHES = st.builds(Speech, st.sampled_from([Family.AVR, Family.ESP]), st.sampled_from(["C", "F"]))
VALUES = st.integers(-200, 3000).map(lambda hundredths: hundredths / 100.0)
WISHES = st.just(Held(Mode.OFF)) | st.builds(
    Held, st.sampled_from([Mode.BEER, Mode.CHAMBER, Mode.PROFILE]), VALUES
)
SETTINGS = st.builds(
    lambda mode, beer_c, fridge_c: Settings(mode=mode, beer_set_c=beer_c, fridge_set_c=fridge_c),
    st.sampled_from(states.Mode),
    st.none() | VALUES,
    st.none() | VALUES,
)


def shown(settings: Settings, speech: Speech) -> Settings:
    """Give settings as a firmware shows them."""
    body = parameters.encode(settings, speech.unit, speech.family)
    return parameters.decode(Settings, body, speech.unit, speech.family)


def after(settings: Settings, changed: tuple[Change, ...], speech: Speech) -> Settings:
    """Give the settings of a firmware that was told changes, counted in 1/512 °C."""
    values = {"mode": settings.mode, "beerSet": settings.beer_set_c, "fridgeSet": settings.fridge_set_c}
    for change in changed:
        written = parameters.write(change.key, change.value, speech.unit, speech.family).strip('"')
        read = parameters.read(change.key, written, speech.unit, speech.family)
        values[change.key] = round(read * 512) / 512 if isinstance(read, float) else states.Mode(str(read))
    return Settings(mode=values["mode"], beer_set_c=values["beerSet"], fridge_set_c=values["fridgeSet"])  # type: ignore[arg-type]  # by its key


@given(WISHES, SETTINGS, SPEECHES)
def test_what_is_written_is_held_and_then_nothing_more_is_written(
    wish: Held, settings: Settings, speech: Speech
) -> None:
    seen = shown(settings, speech)
    now = shown(after(settings, changes(wish, seen, speech), speech), speech)
    assert held(now, wish, speech) == wish
    assert moved(wish, wish, 1e9) == ()


@given(WISHES, SETTINGS, SPEECHES)
def test_a_mode_is_never_written_again(wish: Held, settings: Settings, speech: Speech) -> None:
    written = {change.key for change in changes(wish, settings, speech)}
    is_held = held(settings, None, speech).mode is wish.mode and settings.mode is not states.Mode.TEST
    assert ("mode" in written) is not is_held


@given(VALUES, st.floats(0.006, 0.099), st.floats(0.0, REST_S - 0.1))
def test_a_small_step_of_a_profile_waits_and_any_other_does_not(
    value_c: float, step_c: float, rested_s: float
) -> None:
    former, wish = Held(Mode.PROFILE, value_c), Held(Mode.PROFILE, value_c + step_c)
    assert moved(former, wish, rested_s) == ()
    assert moved(former, wish, REST_S) == (Change("beerSet", value_c + step_c),)
    assert moved(former, Held(Mode.PROFILE, value_c + 0.11), rested_s)
    assert moved(Held(Mode.BEER, value_c), Held(Mode.BEER, value_c + step_c), rested_s)


@given(st.lists(st.floats(0.0, 30.0), max_size=60))
def test_no_more_is_written_than_is_allowed(pauses_s: list[float]) -> None:
    allowance, now_s, written = Allowance(), 0.0, 0
    for pause_s in pauses_s:
        now_s += pause_s
        left = allowance.after(now_s)
        if left is not None:
            allowance, written = left, written + 1
    assert written <= BURST + now_s / SECONDS_A_WRITE + 1e-6
    assert written >= min(len(pauses_s), BURST)
