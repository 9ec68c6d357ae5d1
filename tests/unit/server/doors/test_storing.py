"""The site that doors are given, and the one that tests give them, take and refuse the same."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from krausen.errors import Fault, Forbidden, Invalid, StorageAway
from krausen.model.agent import Agent
from krausen.model.people import Caller, UserRole
from krausen.model.reading import Quality
from krausen.model.series import SeriesName
from krausen.ports.catalog import Adapter, Metric, Node, Policy
from krausen.ports.door import MOST_FAULTS, Measured, Taken
from krausen.server.doors import storing
from krausen.server.doors.asking import Desk
from krausen.server.doors.storing import DoorSite, Shelf, Visit
from krausen.testing.clock import HandClock
from krausen.testing.door import FakeSite
from tests.unit.server.doors.hall import ADMIN, LINE, Hall, entry

pytestmark = pytest.mark.anyio

NOW = 1_790_000_000_000
WARM = Measured(node="one", metric="temperature", value=18.5, unit="°C")
MEASURED = st.builds(
    Measured,
    node=st.text(max_size=3) | st.just("n" * 129),
    metric=st.text(max_size=3),
    value=st.floats(),
    t=st.none() | st.sampled_from([0, NOW, NOW + 300_000, NOW + 300_001, 631_152_000_000, 631_151_999_999]),
)


def site_of(hall: Hall, heard: list[tuple[list[str], int]] | None = None) -> DoorSite:
    noted = [] if heard is None else heard
    visit = Visit(took=lambda nodes, n: noted.append((list(nodes), n)))
    return DoorSite(Shelf("line", hall.storage), Desk(LINE, hall.backing), visit)


def faults(site: FakeSite | DoorSite, measured: list[Measured]) -> tuple[str, tuple[Fault, ...]] | int:
    """Give what a site says of what it is brought."""
    try:
        with asyncio.Runner() as runner:
            return runner.run(site.store(measured))
    except Invalid as refused:
        return str(refused), refused.faults


@given(st.lists(MEASURED, max_size=4))
def test_the_fake_and_the_true_site_take_and_refuse_the_same(measured: list[Measured]) -> None:
    clock = HandClock(NOW)
    assert faults(FakeSite(NOW), measured) == faults(site_of(Hall(clock)), measured)


async def test_it_is_stored_under_the_name_of_the_door_with_its_unit() -> None:
    hall, heard = Hall(HandClock(NOW)), list[tuple[list[str], int]]()
    site = site_of(hall, heard)
    assert site.now() == NOW
    assert await site.store([WARM, Measured(node="two", metric="v", value=1, t=NOW - 5)]) == 2
    first, second = await hall.history.series()
    assert (first.name, first.unit) == (SeriesName("line", "one", "temperature"), "°C")
    assert (first.last, second.last) == (NOW, NOW - 5)
    assert heard == [(["one", "two"], 2)]


async def test_many_faults_are_cut_and_one_bad_value_stores_nothing() -> None:
    hall = Hall(HandClock(NOW))
    with pytest.raises(Invalid) as refused:
        await site_of(hall).store([WARM, *[Measured(node="", metric="v", value=1)] * 30])
    assert len(refused.value.faults) == MOST_FAULTS
    assert refused.value.faults[0].where == "/1/node"
    assert await hall.history.series() == []


async def test_what_was_agreed_holds_for_a_door_too() -> None:
    hall = Hall(HandClock(NOW))
    agreed = Adapter(
        name="line",
        policy=Policy.AGREED,
        nodes=(Node(name="one"),),
        metrics=(Metric(name="temperature", min=0.0, max=30.0),),
    )
    await hall.catalog.keep_adapter(agreed, entry("line"))
    site = site_of(hall)
    with pytest.raises(Invalid) as refused:
        await site.store([WARM, Measured(node="two", metric="v", value=1)])
    assert [fault.where for fault in refused.value.faults] == ["/1/node", "/1/metric"]
    await site.store([WARM, Measured(node="one", metric="temperature", value=99, t=NOW + 1)])
    (series,) = await hall.history.series()
    assert series.latest is not None
    assert (series.latest.v, series.latest.quality) == (99, Quality.BAD)


async def test_doubt_of_the_door_stays() -> None:
    hall = Hall(HandClock(NOW))
    await site_of(hall).store([Measured(node="n", metric="v", value=1, quality=Quality.DOUBTFUL)])
    (series,) = await hall.history.series()
    assert series.latest is not None
    assert series.latest.quality is Quality.DOUBTFUL


async def test_a_door_that_is_called_like_an_agent_stores_nothing() -> None:
    hall = Hall(HandClock(NOW))
    await hall.catalog.note_agent(Agent(name="line", known_since=1))
    await hall.roster.load()
    with pytest.raises(Forbidden, match="agent"):
        await site_of(hall).store([WARM])


async def test_who_may_not_write_to_the_adapter_of_a_door_stores_nothing() -> None:
    hall = Hall(HandClock(NOW))
    other = Caller(id="s", login="s", name="s", role=UserRole.SENDER, adapters=("orchard",))
    shelf, desk = Shelf("line", hall.storage), Desk(LINE, hall.backing)
    with pytest.raises(Forbidden, match="adapter line"):
        await DoorSite(shelf, desk, Visit(took=lambda *_: None, caller=other)).store([WARM])
    assert await DoorSite(shelf, desk, Visit(took=lambda *_: None, caller=ADMIN)).store([WARM]) == 1


async def test_made_up_names_come_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MOST_SERIES", 3)
    hall = Hall(HandClock(NOW))
    site = site_of(hall)
    await site.store([Measured(node=f"{n}", metric="v", value=1) for n in range(3)])
    with pytest.raises(Invalid, match="3 series"):
        await site.store([Measured(node="3", metric="v", value=1)])
    await site.store([Measured(node="2", metric="v", value=2)])


async def test_a_full_disk_is_told_as_such() -> None:
    hall = Hall(HandClock(NOW))
    hall.history.away = "The disk is full."
    with pytest.raises(StorageAway):
        await site_of(hall).store([WARM])


async def test_rows_are_taken_in_the_name_of_a_caller_and_from_nobody_else() -> None:
    hall, heard = Hall(HandClock(NOW)), list[tuple[list[str], int]]()

    async def rows(body: bytes, caller: Caller) -> Taken:
        assert (body, caller) == (b"[]", ADMIN)
        return Taken(rows=2, readings=5)

    shelf = Shelf("line", hall.storage)
    visit = Visit(took=lambda nodes, n: heard.append((list(nodes), n)), caller=ADMIN, rows=rows)
    site = DoorSite(shelf, Desk(LINE, hall.backing), visit)
    assert await site.take_rows(b"[]", ADMIN) == Taken(rows=2, readings=5)
    assert heard == [(["Anna"], 5)]
    with pytest.raises(Forbidden):
        await site_of(hall).take_rows(b"[]", ADMIN)
