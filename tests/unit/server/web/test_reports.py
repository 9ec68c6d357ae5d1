"""What kept a series silent, over the network."""

import pytest

from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

HOUR = 3_600_000


async def test_silence_of_a_series_has_a_length_and_a_cause(brewery: Brewery) -> None:
    found = await brewery.read(f"/series/s1/silence?from={NOON - 3 * HOUR}&to={NOON - 2 * HOUR}")
    assert found == {
        "from": "2026-09-21T11:13:20.000Z",
        "to": "2026-09-21T12:13:20.000Z",
        "minutes": 60.0,
        "cause": "not recorded",
    }


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/series/none/silence", (404, [])),
        (f"/series/s1/silence?from={NOON}&to={NOON - 1}", (422, ["query:from"])),
    ],
)
async def test_silence_of_nothing_and_of_no_time_is_refused(
    brewery: Brewery, path: str, expected: tuple[int, list[str]]
) -> None:
    assert await brewery.refusal(path) == expected
