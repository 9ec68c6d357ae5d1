import asyncio

import pytest
from msgspec.structs import replace

from krausen.model.batch import Batch, BatchState
from krausen.model.controller import Controller
from krausen.model.journal import JournalEntry
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode
from krausen.model.target import Selection
from krausen.model.vessel import FIRMWARE, Role
from krausen.ports.target import VesselNow
from krausen.server.pushing.gathering import FRESH_MS, GRAVITY_MS, SAME_MS, Gatherer, Sources
from krausen.wire.messages import ErrandDone
from tests.unit.server.desk import BEER, FASS, Desk, reading

pytestmark = pytest.mark.anyio

GRAVITY = SeriesName("ispindel", "Red", "gravity")
NOTHING = Selection(vessels="none", sensors="none")
ENTRY = JournalEntry(at=1, by="Anna", what="batch", id="b", action="created")


class Gathering(Desk):
    """A desk at which it is looked how things stand."""

    def __init__(self) -> None:
        super().__init__()
        self.gatherer = Gatherer(
            Sources(self.catalog, self.history, self.live, self.clock, self.controllers.errands)
        )

    async def vessel(self, what: Selection = NOTHING) -> VesselNow:
        """Give the one vessel as it is now."""
        self.clock.now_ms += SAME_MS
        (found,) = (await self.gatherer.scene(replace(what, vessels="all"))).vessels
        return found


async def test_what_is_fresh_is_told_and_what_is_old_is_unknown() -> None:
    desk = Gathering()
    await desk.arrange(FASS)
    await desk.ingest.take([reading(desk.clock.now(), 18.5)])
    now = await desk.vessel()
    assert (now.beer, now.beer_setpoint, now.mode, now.chamber) == (18.5, 18.0, Mode.BEER, None)
    desk.clock.now_ms += FRESH_MS
    assert (await desk.vessel()).beer is None


async def test_a_bad_value_is_no_value() -> None:
    desk = Gathering()
    await desk.arrange(FASS)
    await desk.ingest.take([Reading(BEER, desk.clock.now(), 85.0, Quality.BAD)])
    assert (await desk.vessel()).beer is None


async def test_a_hydrometer_is_told_with_all_it_measures_and_the_vessel_it_swims_in() -> None:
    desk = Gathering()
    await desk.arrange(replace(FASS, roles={**FASS.roles, Role.GRAVITY: GRAVITY}))
    names = {"gravity": 1.042, "temperature": 19.5, "battery": 3.9, "angle": 41.0, "rssi": -70.0}
    at = desk.clock.now()
    await desk.ingest.take([Reading(SeriesName("ispindel", "Red", name), at, v) for name, v in names.items()])
    (red,) = (await desk.gatherer.scene(Selection())).sensors
    assert (red.name, red.kind, red.gravity, red.temperature) == ("Red", "ispindel", 1.042, 19.5)
    assert (red.battery_v, red.angle, red.signal_dbm) == (3.9, 41.0, -70.0)
    assert red.vessel is not None
    assert (red.vessel.id, red.vessel.gravity) == ("fass", 1.042)
    desk.clock.now_ms += GRAVITY_MS + SAME_MS
    (red,) = (await desk.gatherer.scene(Selection())).sensors
    assert red.gravity is None


async def test_numbers_stay_the_same_over_restarts() -> None:
    desk = Gathering()
    await desk.arrange(FASS, replace(FASS, id="keg", name="Keg", roles={}))
    before = {one.id: one.number for one in (await desk.gatherer.scene(Selection())).vessels}
    await desk.arrange(replace(FASS, id="aaa", name="First by name", roles={}))
    anew = Gatherer(Sources(desk.catalog, desk.history, desk.live, desk.clock, desk.controllers.errands))
    after = {one.id: one.number for one in (await anew.scene(Selection())).vessels}
    assert after == {**before, "aaa": 3}


@pytest.mark.parametrize(
    ("what", "found"),
    [
        (NOTHING, []),
        (replace(NOTHING, vessels=("keg", "gone")), ["keg"]),
        (replace(NOTHING, batches=("ale",)), ["fass"]),
        (replace(NOTHING, batches="all", vessels=("keg",)), ["fass", "keg"]),
        (Selection(), ["fass", "keg"]),
    ],
)
async def test_vessels_are_chosen_by_themselves_or_by_their_batch(what: Selection, found: list[str]) -> None:
    desk = Gathering()
    await desk.arrange(FASS, replace(FASS, id="keg", name="Keg", roles={}))
    await desk.catalog.add_batch(Batch(id="ale", name="Ale", state=BatchState.RUNNING, vessel="fass"), ENTRY)
    assert [one.id for one in (await desk.gatherer.scene(what)).vessels] == found


async def test_every_reading_means_those_of_what_was_chosen() -> None:
    desk = Gathering()
    await desk.arrange(FASS)
    shelf = SeriesName("shelf", "probe", "temperature")
    own = SeriesName("krausen", "fass", "heat")
    await desk.ingest.take([Reading(name, desk.clock.now(), 1.0) for name in (BEER, GRAVITY, shelf, own)])
    chosen = [one.name for one in await desk.gatherer.series(Selection())]
    assert sorted(chosen) == sorted([BEER, GRAVITY, own])
    shelf_id = await desk.history.id_of(shelf)
    assert shelf_id is not None
    alone = await desk.gatherer.series(replace(NOTHING, series=(shelf_id,)))
    assert [one.name for one in alone] == [shelf]


class Held(Gathering):
    """A vessel that the firmware of a controller holds."""

    async def begin(self) -> None:
        """Have it read once, long ago."""
        await self.catalog.add_controller(Controller(name="pi", driver="brewpi"), ENTRY)
        await self.arrange(replace(FASS, algorithm=FIRMWARE))
        await self.ingest.take([reading(self.clock.now(), 18.5)])
        self.clock.now_ms += 60_000


async def test_a_controller_that_was_silent_is_asked_itself() -> None:
    desk = Held()
    await desk.begin()
    with desk.controllers.errands.carried_by("pi") as bag:
        looking = asyncio.get_running_loop().create_task(desk.gatherer.scene(Selection()))
        errand = await bag.get()
        assert (errand.controller, errand.act) == ("pi", "ask")
        await desk.ingest.take([reading(desk.clock.now(), 19.25)])
        desk.controllers.errands.done("pi", ErrandDone(errand.id, ok=True))
        (now,) = (await looking).vessels
    assert now.beer == 19.25


async def test_when_its_agent_is_away_what_is_known_has_to_do() -> None:
    desk = Held()
    await desk.begin()
    (now,) = (await desk.gatherer.scene(Selection())).vessels
    assert now.beer == 18.5
