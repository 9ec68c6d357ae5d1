from math import inf, nan

import pytest

from krausen.model.reading import Quality
from krausen.ports.target import Value


@pytest.mark.parametrize(
    ("v", "quality", "is_usable"),
    [
        (18.4, Quality.GOOD, True),
        (18.4, Quality.DOUBTFUL, True),
        (18.4, Quality.BAD, False),
        (nan, Quality.GOOD, False),
        (-inf, Quality.GOOD, False),
    ],
)
def test_a_value_is_usable_unless_it_is_bad_or_no_number(
    v: float, quality: Quality, *, is_usable: bool
) -> None:
    value = Value(series="s", adapter="a", node="n", metric="m", unit="°C", t=0, v=v, quality=quality)
    assert value.is_usable is is_usable
