import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.model.quantities import BOUNDS, Quantity
from krausen.model.series import WHOLE, SeriesName, SeriesSpec, StoreRule, is_name


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("beer", True),
        ("Gärkeller 2", True),
        ("a/b", True),
        ("x" * 128, True),
        ("", False),
        ("x" * 129, False),
        ("a\nb", False),
        ("a\tb", False),
        ("a\0b", False),
        ("\ud800", False),
        ("a\u2028b", False),
    ],
)
def test_a_name_is_1_to_128_printable_characters(text: str, *, good: bool) -> None:
    assert is_name(text) is good


@given(st.text(max_size=140))
def test_a_name_has_no_control_characters(text: str) -> None:
    assert not is_name(text) or (0 < len(text) <= 128 and text == text.replace("\n", "").replace("\0", ""))


def test_a_series_reads_as_who_what_and_which() -> None:
    assert str(SeriesName("cellar", "float-1", "gravity")) == "cellar/float-1/gravity"


def test_series_are_compared_exactly_and_ordered_by_name() -> None:
    names = [SeriesName("b", "a", "a"), SeriesName("a", "b", "a"), SeriesName("a", "a", "b")]
    assert sorted(names) == names[::-1]
    assert SeriesName("a", "b", "c") != SeriesName("A", "b", "c")


@pytest.mark.parametrize("quantity", Quantity)
def test_what_a_driver_yields_has_the_unit_of_its_quantity(quantity: Quantity) -> None:
    spec = SeriesSpec("metric", quantity, 0.5)
    assert spec.unit == BOUNDS[quantity].unit
    assert spec.store == StoreRule(deadband=0.5, longest_s=60.0)


def test_by_default_everything_is_kept() -> None:
    assert StoreRule() == WHOLE
