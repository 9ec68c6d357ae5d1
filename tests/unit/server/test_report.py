"""What became of a batch, reckoned from what history has."""

import pytest
from msgspec.structs import replace

from krausen.brewing.completeness import Cause, Span
from krausen.brewing.course import Running
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.correction import CorrectionKind
from krausen.model.journal import JournalEntry
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.model.setpoint import Mode, Setpoint
from krausen.model.vessel import Role
from krausen.server.corrections import CorrectionPlan, Corrections
from krausen.server.report import BrewReport, Reports, RoleReport
from tests.unit.server.desk import ANNA, BEER, FASS, HEAT, Desk

pytestmark = pytest.mark.anyio

MIN = 60_000
HOUR = 60 * MIN
GRAVITY = SeriesName("tilt", "red", "gravity")
OTHER = SeriesName("pi", "room", "temperature")
HALL = SeriesName("hall", "a", "b")
SETPOINT = SeriesName("krausen", "fass", "setpoint_beer")
ALE = Batch(
    id="ale", name="Ale", state=BatchState.FINISHED, vessel="fass", started_at=0, finished_at=10 * HOUR
)
ENTRY = JournalEntry(at=0, by="anna", what="batch", id="ale", action="created")


class Cellar(Desk):
    """A desk that reckons with batches."""

    def __init__(self) -> None:
        super().__init__()
        self.clock.now_ms = 10 * HOUR
        self.corrections = Corrections(self.catalog, self.history, self.live, self.clock)
        self.reports = Reports(self.catalog, self.history, self.corrections, self.clock)

    async def brew(self, batch: Batch = ALE, *events: BatchEvent) -> None:
        """Have a batch, in a vessel that was there before it."""
        vessel = replace(FASS, roles={**FASS.roles, Role.GRAVITY: GRAVITY})
        wish = Setpoint(revision=1, mode=Mode.BEER, value=18.0)
        await self.catalog.add_vessel(vessel, wish, replace(ENTRY, at=-HOUR))
        await self.catalog.keep_batch(batch, events, ENTRY)

    async def every_minute(self, series: SeriesName, *values: float, start: int = 0) -> None:
        """Have readings, a minute apart."""
        await self.history.store([Reading(series, start + n * MIN, v) for n, v in enumerate(values)])

    async def report(self, band_c: float = 0.5) -> BrewReport:
        """Give the report of the batch."""
        return await self.reports.report(await self.catalog.batch("ale"), band_c)

    async def role(self, role: str) -> RoleReport:
        """Give what the report says of a role."""
        return next(one for one in (await self.report()).roles if one.role == role)


@pytest.fixture
async def cellar() -> Cellar:
    made = Cellar()
    await made.brew()
    return made


async def test_role_tells_its_least_greatest_and_mean_over_time(cellar: Cellar) -> None:
    await cellar.every_minute(BEER, *[18.0] * 300, *[20.0] * 301)
    beer = await cellar.role("beer")
    assert (beer.min, beer.max, beer.readings) == (18.0, 20.0, 601)
    assert beer.mean == pytest.approx(19.0, abs=0.001)
    assert (beer.completeness, beer.silences) == (100.0, [])


async def test_bad_and_masked_readings_do_not_count(cellar: Cellar) -> None:
    await cellar.every_minute(BEER, *[18.0] * 601)
    await cellar.history.store([Reading(BEER, HOUR, 85.0, Quality.BAD), Reading(BEER, 2 * HOUR, 60.0)])
    await cellar.corrections.add(
        CorrectionPlan(series="s1", start=2 * HOUR, end=2 * HOUR + 1, kind=CorrectionKind.MASK), ANNA
    )
    beer = await cellar.role("beer")
    assert (beer.min, beer.max) == (18.0, 18.0)
    assert beer.completeness == 100.0


async def test_beer_is_out_of_band_while_it_is_further_off_than_the_band(cellar: Cellar) -> None:
    await cellar.every_minute(BEER, *[18.0] * 300, *[18.6] * 60, *[18.4] * 241)
    await cellar.every_minute(SETPOINT, *[18.0] * 601)
    assert (await cellar.report()).out_of_band_ms == 60 * MIN
    assert (await cellar.report(0.3)).out_of_band_ms == pytest.approx(300 * MIN, abs=MIN)
    assert (await cellar.report(1.0)).out_of_band_ms == 0


async def test_without_a_setpoint_nothing_is_in_or_out_of_band(cellar: Cellar) -> None:
    await cellar.every_minute(BEER, *[18.0] * 601)
    assert (await cellar.report()).out_of_band_ms is None


async def test_outputs_tell_how_long_they_ran_and_how_often_they_started(cellar: Cellar) -> None:
    await cellar.every_minute(HEAT, *([0.0] * 10 + [1.0] * 5) * 4)
    report = await cellar.report()
    assert report.heat is not None
    assert report.heat.starts == 4
    assert report.heat.run_ms == pytest.approx(20 * MIN, abs=3 * MIN)
    assert report.cool is None


async def test_outputs_of_an_imported_brew_are_told_by_its_state(cellar: Cellar) -> None:
    state = SeriesName("import", "old", "state")
    old = replace(ALE, vessel=None, roles={"state": state})
    await cellar.catalog.keep_batch(old, [], ENTRY)
    await cellar.every_minute(state, 0, 3, 3, 9, 0, 4, 8, 5, 3, 0)
    report = await cellar.report()
    assert report.heat == Running(4 * MIN, 2)
    assert report.cool == Running(2 * MIN, 1)


async def test_energy_is_what_outputs_drew_while_the_batch_ran(cellar: Cellar) -> None:
    plug = replace(HEAT, metric="power")
    await cellar.history.declare([(plug, "W")])
    await cellar.every_minute(HEAT, *[1.0] * 601)
    await cellar.every_minute(plug, *[60.0] * 300, *[0.0] * 301)
    await cellar.every_minute(plug, *[500.0] * 60, start=-HOUR)
    assert (await cellar.report()).energy_kwh == pytest.approx(0.3, abs=0.001)


@pytest.mark.parametrize("unit", ["", "kWh"])
async def test_energy_is_unknown_without_watts(cellar: Cellar, unit: str) -> None:
    plug = replace(HEAT, metric="power")
    await cellar.history.declare([(plug, unit)])
    await cellar.every_minute(HEAT, *[1.0] * 601)
    assert (await cellar.report()).energy_kwh is None


async def test_energy_is_unknown_while_one_output_of_several_does_not_tell_it() -> None:
    cellar = Cellar()
    await cellar.brew()
    cooler, plug = SeriesName("pi", "cooler", "on"), replace(HEAT, metric="power")
    record = await cellar.catalog.vessel("fass")
    roles = {**record.vessel.roles, Role.COOL: cooler}
    await cellar.catalog.change_vessel(replace(record.vessel, roles=roles), replace(ENTRY, at=-HOUR))
    await cellar.history.declare([(plug, "W")])
    await cellar.every_minute(plug, *[60.0] * 601)
    await cellar.every_minute(cooler, *[0.0] * 601)
    assert (await cellar.report()).energy_kwh is None


@pytest.mark.parametrize(
    ("speaking", "cause"),
    [
        ([OTHER], Cause.DEVICE),
        ([OTHER, HALL], Cause.DEVICE),
        ([HALL], Cause.AGENT),
        ([], Cause.AGENT),
    ],
)
async def test_gap_is_put_down_to_whoever_was_silent(
    cellar: Cellar, speaking: list[SeriesName], cause: Cause
) -> None:
    for series in (BEER, OTHER, HALL):
        await cellar.every_minute(series, *[18.0] * 120)
        await cellar.every_minute(series, *[18.0] * 361, start=4 * HOUR)
    for series in speaking:
        await cellar.every_minute(series, *[18.0] * 200, start=HOUR)
    beer = await cellar.role("beer")
    (silence,) = beer.silences
    assert silence.span == Span(119 * MIN, 4 * HOUR)
    assert silence.cause is cause
    assert beer.completeness == pytest.approx(100 * (1 - 121 / 600), abs=0.01)


@pytest.mark.parametrize(
    ("speaking", "cause"), [([BEER], Cause.DEVICE), ([HALL], Cause.DEVICE), ([], Cause.SERVER)]
)
async def test_gap_of_what_others_send_is_put_down_to_them_or_to_the_server(
    cellar: Cellar, speaking: list[SeriesName], cause: Cause
) -> None:
    for series in (GRAVITY, BEER, HALL):
        await cellar.every_minute(series, *[1.0] * 120)
        await cellar.every_minute(series, *[1.0] * 361, start=4 * HOUR)
    for series in speaking:
        await cellar.every_minute(series, *[1.0] * 200, start=HOUR)
    (silence,) = (await cellar.role("gravity")).silences
    assert silence.cause is cause


async def test_silence_of_what_the_agent_says_of_the_vessel_is_the_agents(cellar: Cellar) -> None:
    for series in (SETPOINT, BEER):
        await cellar.every_minute(series, *[18.0] * 120)
        await cellar.every_minute(series, *[18.0] * 361, start=4 * HOUR)
    (silence,) = (await cellar.role("setpoint_beer")).silences
    assert silence.cause is Cause.AGENT


async def test_silence_of_a_series_that_seldom_speaks_says_nothing(cellar: Cellar) -> None:
    await cellar.history.store([Reading(OTHER, t * HOUR, 20.0) for t in (0, 5, 10)])
    await cellar.every_minute(BEER, *[18.0] * 120)
    await cellar.every_minute(BEER, *[18.0] * 361, start=4 * HOUR)
    (silence,) = (await cellar.role("beer")).silences
    assert silence.cause is Cause.UNKNOWN


async def test_gaps_of_an_imported_brew_were_not_recorded(cellar: Cellar) -> None:
    beer = SeriesName("import", "old", "beer")
    await cellar.catalog.keep_batch(replace(ALE, vessel=None, roles={"beer": beer}), [], ENTRY)
    await cellar.every_minute(OTHER, *[20.0] * 601)
    await cellar.every_minute(beer, *[18.0] * 120)
    (silence,) = (await cellar.role("beer")).silences
    assert (silence.span.end, silence.cause) == (10 * HOUR + 1, Cause.UNKNOWN)


async def test_imported_brew_has_the_series_that_it_came_with_whatever_vessel_it_is_put_to(
    cellar: Cellar,
) -> None:
    old = replace(ALE, source="import:import/old", roles={"beer": SeriesName("import", "old", "beer")})
    brew = await cellar.reports.brew(old)
    assert [(part.role, part.series.adapter) for part in brew.parts] == [("beer", "import")]


async def test_what_is_not_recorded_in_a_pause_is_not_missed() -> None:
    cellar = Cellar()
    paused = [BatchEvent(2 * HOUR, "paused", "Paused."), BatchEvent(4 * HOUR, "resumed", "Resumed.")]
    await cellar.brew(ALE, *paused)
    await cellar.every_minute(BEER, *[18.0] * 121)
    await cellar.every_minute(BEER, *[18.0] * 361, start=4 * HOUR)
    assert (await cellar.role("beer")).completeness == 100.0


async def test_replaced_probe_keeps_one_line_in_the_batch(cellar: Cellar) -> None:
    record = await cellar.catalog.vessel("fass")
    roles = {**record.vessel.roles, Role.BEER: OTHER}
    await cellar.catalog.change_vessel(replace(record.vessel, roles=roles), replace(ENTRY, at=5 * HOUR))
    await cellar.every_minute(BEER, *[18.0] * 601)
    await cellar.every_minute(OTHER, *[20.0] * 601)
    beer = await cellar.role("beer")
    assert [(part.series, part.start, part.end) for part in beer.parts] == [
        (BEER, 0, 5 * HOUR),
        (OTHER, 5 * HOUR, 10 * HOUR + 1),
    ]
    assert beer.mean == pytest.approx(19.0, abs=0.01)
    assert beer.completeness == 100.0


async def test_summary_tells_how_far_the_fermentation_came(cellar: Cellar) -> None:
    await cellar.history.declare([(GRAVITY, "SG")])
    await cellar.every_minute(GRAVITY, 1.050, 1.030, 1.010)
    summary = (await cellar.report()).summary
    assert (summary.first_gravity, summary.latest_gravity) == (1.050, 1.010)
    assert summary.abv == pytest.approx(5.30, abs=0.02)
    assert summary.attenuation == pytest.approx(79.3, abs=0.2)
    assert summary.days == pytest.approx(10 / 24)
    await cellar.catalog.keep_batch(replace(ALE, original_gravity=1.060, revision=2), [], ENTRY)
    again = (await cellar.report()).summary
    assert again.abv is not None
    assert again.abv > 6.5


async def test_density_in_another_unit_tells_no_alcohol(cellar: Cellar) -> None:
    await cellar.history.declare([(GRAVITY, "°P")])
    await cellar.every_minute(GRAVITY, 12.4, 2.6)
    summary = (await cellar.report()).summary
    assert (summary.first_gravity, summary.latest_gravity, summary.abv) == (None, None, None)


async def test_numbers_of_a_list_are_reckoned_once_a_minute_or_when_something_changes(
    cellar: Cellar,
) -> None:
    await cellar.every_minute(BEER, *[18.0] * 120)
    brew = await cellar.reports.brew(ALE)
    first = await cellar.reports.summary(brew)
    await cellar.every_minute(BEER, *[18.0] * 601)
    assert await cellar.reports.summary(brew) == first
    cellar.clock.now_ms += MIN
    later = await cellar.reports.summary(await cellar.reports.brew(ALE))
    assert first.completeness == pytest.approx(19.8, abs=0.1)
    assert later.completeness == 100.0


async def test_planned_batch_has_no_numbers(cellar: Cellar) -> None:
    planned = replace(ALE, id="next", state=BatchState.PLANNED, started_at=None, finished_at=None)
    await cellar.catalog.keep_batch(planned, [], ENTRY)
    summary = await cellar.reports.summary(await cellar.reports.brew(planned))
    assert (summary.days, summary.completeness) == (None, None)
