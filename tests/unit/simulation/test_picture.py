from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.model.vessel import Role
from krausen.simulation.picture import (
    COOL,
    HEAT,
    HEIGHT,
    LEFT,
    PLOT_BOTTOM,
    POINTS,
    RIGHT,
    TOP,
    WIDTH,
    picture,
)
from krausen.simulation.scenario import DAY_S, HOUR_S
from krausen.simulation.verdict import Sample, Stretch, Trace

SVG = "{http://www.w3.org/2000/svg}"
RAN = (Stretch(Role.HEAT, 0.0, 3600.0), Stretch(Role.COOL, 43_200.0, 43_260.0))


def trace(
    values_c: Sequence[float] = (20.0, 19.0, 18.0),
    stretches: tuple[Stretch, ...] = RAN,
    every_s: int = 43_200,
) -> Trace:
    samples = tuple(Sample(place * every_s, 18.0, c, c - 1.0, 21.0) for place, c in enumerate(values_c))
    return Trace(samples=samples, stretches=stretches, kwh=1.0)


def drawn(made: Trace, title: str = "hold", caption: str = "well held") -> ElementTree.Element:
    return ElementTree.fromstring(picture(title, caption, made))  # noqa: S314 our own document


def texts(root: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def curves(root: ElementTree.Element) -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (point.split(",") for point in line.get("points", "").split())]
        for line in root.iter(f"{SVG}polyline")
    ]


def test_it_is_a_document_with_a_title_that_can_be_read_aloud() -> None:
    root = drawn(trace(), "hold · fridge20")
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert [title.text for title in root.iter(f"{SVG}title")] == ["hold · fridge20"]


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"))))
def test_any_text_may_stand_in_it(words: str) -> None:
    assert words in texts(drawn(trace(), caption=words))


def test_there_is_a_curve_for_beer_setpoint_chamber_and_room() -> None:
    root = drawn(trace())
    assert len(curves(root)) == 4
    assert {"beer", "setpoint", "chamber", "room", "heat", "cool"} <= set(texts(root))


@given(st.lists(st.floats(-30, 60), min_size=2, max_size=40))
def test_nothing_is_drawn_outside_its_frame(values_c: list[float]) -> None:
    for curve in curves(drawn(trace(values_c))):
        assert all(LEFT <= x <= RIGHT and TOP - 0.1 <= y <= PLOT_BOTTOM + 0.1 for x, y in curve)


@given(st.lists(st.floats(-30, 60), min_size=2, max_size=40))
def test_warmer_is_higher_and_later_is_further_right(values_c: list[float]) -> None:
    beer = curves(drawn(trace(values_c)))[-1]
    assert [x for x, _ in beer] == sorted(x for x, _ in beer)
    for (c, later_c), ((_, y), (_, later_y)) in zip(pairwise(values_c), pairwise(beer), strict=True):
        assert (later_c - c) * (later_y - y) <= 0.2


def test_a_long_run_is_thinned() -> None:
    long = trace([20.0] * 10_000, every_s=60)
    assert all(len(curve) <= 2 * POINTS for curve in curves(drawn(long)))


def test_days_are_marked() -> None:
    assert {"day 0", "day 1"} <= set(texts(drawn(trace())))
    assert "day 2" not in texts(drawn(trace()))


def test_a_lane_shows_when_an_output_was_on() -> None:
    bars = {
        path.get("fill"): path.get("d", "") for path in drawn(trace()).iter(f"{SVG}path") if path.get("fill")
    }
    hour = (RIGHT - LEFT) * HOUR_S / DAY_S
    assert bars[HEAT].startswith(f"M{LEFT:.2f} ")
    assert f"h{hour:.2f}v" in bars[HEAT]
    middle = (LEFT + RIGHT) / 2
    assert bars[COOL].startswith(f"M{middle:.2f} ")


def test_an_output_that_never_ran_leaves_its_lane_empty() -> None:
    fills = [path.get("fill") for path in drawn(trace(stretches=RAN[:1])).iter(f"{SVG}path")]
    assert HEAT in fills
    assert COOL not in fills


@pytest.mark.parametrize("values_c", [(20.0, 20.0), (-5.0, 30.0), (19.99, 20.01)])
def test_degrees_are_marked_in_round_steps(values_c: tuple[float, ...]) -> None:
    marks = [float(text.split()[0]) for text in texts(drawn(trace(values_c))) if text.endswith(" °C")]
    steps = {round(later - mark, 6) for mark, later in pairwise(marks)}
    assert len(steps) == 1
    assert 2 <= len(marks) <= 10
    assert min(marks) <= min(values_c) - 1.0
    assert max(marks) >= 21.0


def test_the_frame_fits_the_page() -> None:
    assert drawn(trace()).get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
