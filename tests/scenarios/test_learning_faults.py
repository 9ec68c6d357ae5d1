"""What learns is held to a bound by every fault of probes, outputs and chamber, and is back once it is over.

Each fault begins an hour after control did, with a day's learning behind it. Bounds are on the beer as it
truly is; whatever happens, the interlocks hold and all numbers are numbers.
"""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from krausen.control.regulation import GRACE_S
from krausen.physics import chance
from krausen.physics.chambers import CHAMBERS, ChamberKind, filled
from krausen.simulation.scenario import ALE
from krausen.testing.control import TICK_S
from tests.scenarios.faulty import HOUR_S, INDOORS, Fault, Moment, Pair, Stricken, known, lived

BEGUN_S = HOUR_S
LEAPT, MISFIT = "The beer probe leapt", "does not fit what was learned"
BLIND = "Without the beer probe"
Probes = Callable[[Moment, Pair], Pair]


def beer_silent(_: Moment, pair: Pair) -> Pair:
    return None, pair[1]


def chamber_silent(_: Moment, pair: Pair) -> Pair:
    return pair[0], None


def both_silent(_: Moment, __: Pair) -> Pair:
    return None, None


def pulled_out(moment: Moment, pair: Pair) -> Pair:
    return moment.air_c, pair[1]


def swapped(_: Moment, pair: Pair) -> Pair:
    return pair[1], pair[0]


def stuck_at_18(_: Moment, pair: Pair) -> Pair:
    return 18.0, pair[1]


def too_high(_: Moment, pair: Pair) -> Pair:
    return more(pair[0], 2.0), pair[1]


def too_low(_: Moment, pair: Pair) -> Pair:
    return more(pair[0], -2.0), pair[1]


def noisy(moment: Moment, pair: Pair) -> Pair:
    return more(pair[0], 0.5 * chance.normal(7, moment.tick)), pair[1]


def spiked(moment: Moment, pair: Pair) -> Pair:
    """Give what a DS18B20 gives after a loss of power, and its driver without an answer."""
    beer_c = 85.0 if moment.tick % 50 == 0 else -127.0 if moment.tick % 35 == 0 else pair[0]
    return beer_c, 85.0 if moment.tick % 45 == 0 else pair[1]


def no_number(moment: Moment, pair: Pair) -> Pair:
    return (float("nan"), float("inf")) if moment.tick % 20 else pair


def fallen_in(_: Moment, pair: Pair) -> Pair:
    return pair[0], more(pair[0], 0.1)


def fallen_out(_: Moment, pair: Pair) -> Pair:
    return pair[0], 20.0


def more(value: float | None, by_c: float) -> float | None:
    return None if value is None else value + by_c


@pytest.mark.parametrize(
    ("probes", "hours", "bound_c", "words"),
    [
        (beer_silent, 0.5, 0.25, ""),
        (beer_silent, 99.0, 0.35, ""),
        (chamber_silent, 99.0, 0.25, ""),
        (pulled_out, 99.0, 0.6, LEAPT),
        (swapped, 99.0, 0.8, LEAPT),
        (stuck_at_18, 99.0, 0.8, ""),
        (too_high, 99.0, 3.2, LEAPT),
        (too_low, 99.0, 2.2, LEAPT),
        (noisy, 99.0, 0.25, MISFIT),
        (spiked, 99.0, 0.25, ""),
        (no_number, 99.0, 0.25, ""),
        (fallen_in, 99.0, 0.25, ""),
        (fallen_out, 99.0, 0.9, ""),
    ],
)
def test_a_probe_that_fails_while_it_holds_moves_the_beer_little(
    probes: Probes, hours: float, bound_c: float, words: str
) -> None:
    plant = Stricken("freezer20", 18.0, Fault(BEGUN_S, BEGUN_S + hours * HOUR_S, probes))
    story = lived(plant, {0.0: 18.0}, 7 * HOUR_S, known("freezer20"))
    assert story.worst_c() < bound_c
    assert story.says(words)
    assert story.alternations() <= 8


@pytest.mark.parametrize(
    ("probes", "hours", "beyond_c", "late_c"),
    [
        (beer_silent, 0.5, 0.8, 0.3),
        (beer_silent, 99.0, 1.0, 0.5),
        (chamber_silent, 99.0, 0.9, 0.3),
        (pulled_out, 99.0, 0.5, 4.5),
        (swapped, 99.0, 0.5, 4.5),
        (too_high, 99.0, 2.8, 2.8),
        (too_low, 99.0, 0.0, 2.8),
        (noisy, 99.0, 0.8, 0.4),
        (spiked, 99.0, 0.8, 0.3),
        (fallen_in, 99.0, 2.0, 1.3),
    ],
)
def test_a_probe_that_fails_during_a_step_sends_the_beer_hardly_beyond(
    probes: Probes, hours: float, beyond_c: float, late_c: float
) -> None:
    plant = Stricken("freezer20", 18.0, Fault(BEGUN_S, BEGUN_S + hours * HOUR_S, probes))
    story = lived(plant, {0.0: 18.0, BEGUN_S - 900.0: 10.0}, 9 * HOUR_S, known("freezer20"))
    assert min(story.beers_c) > 10.0 - beyond_c
    assert max(story.beers_c) < 18.3
    assert story.worst_c(8 * HOUR_S) < late_c


@pytest.mark.parametrize("kind", ["fridge20tape", "glycol300"])
@pytest.mark.parametrize("probes", [pulled_out, fallen_in, beer_silent])
def test_other_chambers_bear_a_probe_in_the_wrong_place_or_none(kind: str, probes: Probes) -> None:
    plant = Stricken(kind, 18.0, Fault(BEGUN_S, probes=probes), climate=replace(INDOORS, mean_c=25.0))
    story = lived(plant, {0.0: 18.0}, 6 * HOUR_S, known(kind))
    assert story.worst_c() < 2.0


@pytest.mark.parametrize("target_c", [10.0, 23.0])
def test_with_no_probe_left_everything_goes_off_as_soon_as_the_grace_time_ends(target_c: float) -> None:
    plant = Stricken("freezer20", 18.0, Fault(BEGUN_S, probes=both_silent))
    story = lived(plant, {0.0: 18.0, BEGUN_S - 900.0: target_c}, 3 * HOUR_S, known("freezer20"))
    assert story.runs(BEGUN_S)
    assert not story.runs(BEGUN_S + GRACE_S + TICK_S)


def test_probes_that_come_back_are_believed_again() -> None:
    for probes in (both_silent, swapped):
        plant = Stricken("freezer20", 18.0, Fault(BEGUN_S, 3 * HOUR_S, probes))
        story = lived(plant, {0.0: 18.0}, 10 * HOUR_S, known("freezer20"))
        assert story.worst_c(8 * HOUR_S) < 0.3


def test_a_beer_probe_lost_for_days_leaves_what_ferments_within_two_degrees_and_words_that_say_so() -> None:
    plant = Stricken("fridge20tape", 18.0, Fault(BEGUN_S, probes=beer_silent), wort=ALE)
    story = lived(plant, {0.0: 18.0}, 48 * HOUR_S, known("fridge20tape"))
    assert story.worst_c() < 2.5
    assert story.says(BLIND)


@pytest.mark.parametrize(
    ("kind", "room_c", "held_c"), [("glycol300", 28.0, 4.0), ("fridge20tape", 8.0, 18.0)]
)
def test_a_restart_without_the_beer_probe_neither_freezes_nor_boils(
    kind: str, room_c: float, held_c: float
) -> None:
    climate = replace(INDOORS, mean_c=room_c)
    plant = Stricken(kind, held_c, Fault(BEGUN_S, probes=beer_silent), climate=climate)
    before = lived(plant, {0.0: held_c}, 2 * HOUR_S, known(kind))
    assert lived(plant, {0.0: held_c}, 8 * HOUR_S, before.learned).worst_c() < 1.5


def cooler_at(share: float) -> Fault:
    def weaker(kind: ChamberKind, _: float) -> ChamberKind:
        whole = kind.refrigeration
        weak = replace(
            whole,
            rated_w=share * whole.rated_w,
            slope_w_k=share * whole.slope_w_k,
            highest_w=share * whole.highest_w,
        )
        return replace(kind, refrigeration=weak)

    return Fault(kind=weaker)


def icing(kind: ChamberKind, age_s: float) -> ChamberKind:
    """Give a chamber whose evaporator loses a 24th of what it passes each half hour, down to a fifth."""
    passes, cabinet = max(0.2, 1.0 - age_s // 1800.0 / 24.0), kind.cabinet
    return replace(
        kind,
        cabinet=replace(
            cabinet,
            air_plate_w_k=passes * cabinet.air_plate_w_k,
            layer_plate_w_k=passes * cabinet.layer_plate_w_k,
        ),
    )


def ajar(kind: ChamberKind, _: float) -> ChamberKind:
    cabinet = kind.cabinet
    return replace(kind, cabinet=replace(cabinet, leak_w_k=cabinet.leak_w_k + cabinet.door_w_k))


COOLER_DEAD = Fault(relays=lambda heat, _: (heat, False))
HEATER_DEAD = Fault(relays=lambda _, cool: (False, cool))
HEATER_WELDED = Fault(relays=lambda _, cool: (True, cool))
COOLER_WELDED = Fault(relays=lambda heat, _: (heat, True))


@pytest.mark.parametrize(
    ("kind", "fault", "room_c", "hours", "bound_c", "back_h"),
    [
        ("freezer20", COOLER_DEAD, 28.0, 6.0, 2.0, 5.0),
        ("fridge20tape", COOLER_DEAD, 28.0, 4.0, 2.0, 5.0),
        ("glycol300", COOLER_DEAD, 28.0, 6.0, 0.5, 5.0),
        ("freezer20", HEATER_DEAD, 8.0, 6.0, 1.7, 5.0),
        ("glycol300", HEATER_DEAD, 8.0, 6.0, 0.5, 3.0),
        ("freezer20", cooler_at(0.4), 28.0, 4.0, 0.25, 3.0),
        ("fridge20tape", cooler_at(0.4), 28.0, 4.0, 0.35, 3.0),
        ("freezer20", HEATER_WELDED, 20.0, 4.0, 0.3, 3.0),
        ("fridge20tape", HEATER_WELDED, 20.0, 4.0, 0.9, 3.0),
        ("glycol300", HEATER_WELDED, 20.0, 4.0, 1.5, 3.0),
        ("fridge20tape", COOLER_WELDED, 20.0, 4.0, 2.2, 7.0),
        ("freezer20", Fault(kind=icing), 28.0, 10.0, 0.25, 2.0),
        ("freezer20", Fault(kind=ajar), 28.0, 1.0, 0.3, 3.0),
        ("fridge20tape", Fault(kind=ajar), 28.0, 1.0, 0.6, 3.0),
    ],
)
def test_an_output_or_a_chamber_that_fails_is_borne_and_held_again_hours_after_it_works(
    kind: str, fault: Fault, room_c: float, hours: float, bound_c: float, back_h: float
) -> None:
    over_s = BEGUN_S + hours * HOUR_S
    climate = replace(INDOORS, mean_c=room_c)
    plant = Stricken(kind, 18.0, replace(fault, from_s=BEGUN_S, until_s=over_s), climate=climate)
    story = lived(plant, {0.0: 18.0}, over_s + (back_h + 2.0) * HOUR_S, known(kind))
    assert story.worst_c(until_s=over_s) < bound_c
    assert story.worst_c(over_s + back_h * HOUR_S) < 0.3
    assert story.alternations() <= 8


def test_a_welded_cooler_is_not_answered_by_both_and_is_said() -> None:
    """What runs by itself cannot be stopped; the heater alone may work against it."""
    plant = Stricken("freezer20", 18.0, replace(COOLER_WELDED, from_s=BEGUN_S, until_s=4 * HOUR_S))
    story = lived(plant, {0.0: 18.0}, 5 * HOUR_S, known("freezer20"))
    assert story.says(MISFIT)
    assert not any(tick.cool for tick in story.ticks if 2 * HOUR_S <= tick.at_s < 4 * HOUR_S)


@pytest.mark.parametrize(
    ("kind", "fault", "room_c", "words"),
    [
        ("glycol300", COOLER_DEAD, 28.0, MISFIT),
        ("freezer20", Fault(kind=ajar), 28.0, "See whether the door closes"),
        ("fridge20tape", COOLER_WELDED, 20.0, MISFIT),
    ],
)
def test_what_is_amiss_is_said_in_words(kind: str, fault: Fault, room_c: float, words: str) -> None:
    climate = replace(INDOORS, mean_c=room_c)
    plant = Stricken(kind, 18.0, replace(fault, from_s=BEGUN_S), climate=climate)
    assert lived(plant, {0.0: 18.0}, 8 * HOUR_S, known(kind)).says(words)


@pytest.mark.parametrize(
    ("before", "now", "over_c"),
    [
        ("freezer20", "glycol300", 1.5),
        ("glycol300", "freezer20", 0.6),
        ("freezer20", "fridge20tape", 0.3),
        ("fridge20tape", "freezer20", 2.8),
    ],
)
def test_what_was_learned_of_another_chamber_is_unlearned_by_itself(
    before: str, now: str, over_c: float
) -> None:
    assert CHAMBERS[before] != CHAMBERS[now]
    plant = Stricken(now, 20.0, climate=replace(INDOORS, mean_c=24.0))
    story = lived(plant, {0.0: 18.0, 8 * HOUR_S: 15.0}, 14 * HOUR_S, known(before))
    assert min(story.errors_c()) > -over_c
    assert story.worst_c(13 * HOUR_S) < 0.3
    assert story.says(MISFIT)


def test_after_control_was_forgotten_with_half_a_litre_a_batch_is_pitched_as_soon_as_the_first() -> None:
    little = Fault(kind=lambda kind, _: filled(kind, 0.5))
    empty = Stricken("fridge20", 18.0, little, climate=replace(INDOORS, mean_c=24.0))
    misled = lived(empty, {0.0: 4.0}, 12 * HOUR_S, known("fridge20")).learned
    for learned in (None, misled):
        batch = Stricken("fridge20", 24.0, climate=replace(INDOORS, mean_c=24.0))
        story = lived(batch, {0.0: 19.5}, 8 * HOUR_S, learned)
        assert story.worst_c(4 * HOUR_S) < 0.3
        assert story.says("learned anew") is (learned is not None)


class Sticking:
    """The beer probe gives for ever what it gave when the fault began, to the last bit."""

    def __init__(self) -> None:
        self._value: float | None = None

    def __call__(self, _: Moment, pair: Pair) -> Pair:
        self._value = pair[0] if self._value is None else self._value
        return self._value, pair[1]


@pytest.mark.parametrize(
    ("kind", "target_c", "low_c", "high_c"),
    [("freezer20", 3.0, 0.0, 18.5), ("freezer20", 23.0, 17.0, 26.5), ("glycol300", 3.0, 0.0, 18.5)],
)
def test_a_probe_that_sticks_on_the_way_neither_freezes_nor_cooks_the_beer(
    kind: str, target_c: float, low_c: float, high_c: float
) -> None:
    plant = Stricken(kind, 18.0, Fault(2 * HOUR_S, probes=Sticking()))
    story = lived(plant, {0.0: 18.0, HOUR_S: target_c}, 14 * HOUR_S, known(kind))
    assert low_c < min(story.beers_c)
    assert max(story.beers_c) < high_c
    assert story.says("stands still")


@pytest.mark.parametrize(
    ("kind", "fault", "room_c", "words"),
    [
        ("freezer20", HEATER_DEAD, 8.0, "heater is well"),
        ("fridge20tape", COOLER_DEAD, 28.0, "cooler is well"),
        ("freezer20", cooler_at(0.4), 28.0, "cooler is well"),
    ],
)
def test_an_output_that_fails_is_named(kind: str, fault: Fault, room_c: float, words: str) -> None:
    climate = replace(INDOORS, mean_c=room_c)
    plant = Stricken(kind, 18.0, replace(fault, from_s=BEGUN_S), climate=climate)
    assert lived(plant, {0.0: 18.0}, 14 * HOUR_S, known(kind)).says(words)
