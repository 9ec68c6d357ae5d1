"""Why a vessel was heated or cooled, over the network."""

import pytest

from krausen.model.level import Levels
from krausen.model.reason import Occasion, Reason
from tests.unit.server.web.brewery import NOON, Brewery

pytestmark = pytest.mark.anyio

MINUTE = 60_000
WARM = Reason(NOON - 30 * MINUTE, 0.0, 0.0, ("It is as warm as it should be.",), occasion=Occasion.BEGIN)
COLD = Reason(NOON - 20 * MINUTE, 0.25, 0.0, ("It is 0.4 °C too cold.", "It heats."), Levels(True, None))
DONE = Reason(NOON - 10 * MINUTE, 0.0, 0.0, ("It is warm enough.",), Levels(False, None))


@pytest.fixture
async def known(brewery: Brewery) -> Brewery:
    await brewery.catalog.keep_reasons("north", [WARM, COLD, DONE])
    return brewery


async def test_a_minute_has_its_reason(known: Brewery) -> None:
    assert await known.read(f"/vessels/north/why?at={NOON - 15 * MINUTE}") == {
        "at": "2026-09-21T13:53:20.000Z",
        "until": "2026-09-21T14:03:20.000Z",
        "heat": 0.25,
        "cool": 0.0,
        "why": ["It is 0.4 °C too cold.", "It heats."],
        "observed": {"heat": True, "cool": None},
        "occasion": "change",
        "earlier": "2026-09-21T13:43:20.000Z",
        "later": "2026-09-21T14:03:20.000Z",
    }


async def test_times_are_read_as_everywhere(known: Brewery) -> None:
    utc = await known.read("/vessels/north/why?at=2026-09-21T13:58:20Z")
    local = await known.read("/vessels/north/why?at=2026-09-21T15:58:20")
    assert utc == local
    assert utc["why"] == list(COLD.texts)


async def test_without_a_time_it_is_why_now(known: Brewery) -> None:
    now = await known.read("/vessels/north/why")
    assert (now["why"], now["until"], now["later"]) == (["It is warm enough."], None, None)


async def test_reasons_are_listed_newest_first_a_page_at_a_time(known: Brewery) -> None:
    first = await known.read("/vessels/north/reasons?limit=2")
    assert [one["why"] for one in first["items"]] == [list(DONE.texts), list(COLD.texts)]
    assert [one["until"] for one in first["items"]] == [None, "2026-09-21T14:03:20.000Z"]
    rest = await known.read(f"/vessels/north/reasons?limit=2&cursor={first['next']}")
    assert ([one["why"] for one in rest["items"]], rest["next"]) == ([list(WARM.texts)], None)
    span = f"from={COLD.at}&to={DONE.at}"
    only = await known.read(f"/vessels/north/reasons?{span}")
    assert [one["why"] for one in only["items"]] == [list(COLD.texts)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/vessels/none/why", (404, [])),
        ("/vessels/none/reasons", (404, [])),
        (f"/vessels/north/why?at={NOON - 60 * MINUTE}", (404, [])),
        (f"/vessels/north/why?at={NOON + 60 * MINUTE}", (404, [])),
        ("/vessels/north/why?at=soon", (422, ["query:at"])),
        (f"/vessels/north/reasons?from={NOON}&to={NOON - 1}", (422, ["query:from"])),
    ],
)
async def test_what_is_unknown_and_what_cannot_be_read_is_refused(
    known: Brewery, path: str, expected: tuple[int, list[str]]
) -> None:
    assert await known.refusal(path) == expected
