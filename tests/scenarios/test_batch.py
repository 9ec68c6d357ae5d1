"""A batch from its start to its end, through an outage, and taken away to another brewery."""

import asyncio

import anyio
import pytest

from krausen.brewing.completeness import Cause, Span
from krausen.model.batch import BatchState
from krausen.model.correction import CorrectionKind
from krausen.model.vessel import Role
from krausen.server.batches import Batches, BatchPlan
from krausen.server.corrections import CorrectionPlan, Corrections
from krausen.server.export import Exports
from krausen.server.export_forms import Form, formed
from krausen.server.imports import Imports
from krausen.server.report import BrewReport, Reports
from krausen.testing.catalog import MemoryCatalog
from krausen.testing.clock import HandClock
from krausen.testing.history import MemoryHistory
from tests.scenarios.brewery import ANNA, DAY_S, HOUR_S, SLOW, START_MS, Brewery

HOUR_MS = int(1000 * HOUR_S)
ALWAYS = Span(0, 2**52)


class Office:
    """What a server does with batches."""

    def __init__(self, brewery: Brewery) -> None:
        catalog, history, clock = brewery.stores.catalog, brewery.stores.history, brewery.clock
        live, roster = brewery.server.live, brewery.server.roster
        self.batches = Batches(catalog, roster, live, clock, anyio.Lock())
        self.corrections = Corrections(catalog, history, live, clock)
        self.reports = Reports(catalog, history, self.corrections, clock)
        self.exports = Exports(catalog, history, self.corrections, clock)


async def text_of(office: Office, brewery: Brewery, form: Form) -> bytes:
    batch = await brewery.stores.catalog.batch("ale")
    export = await office.exports.of_batch(batch, ALWAYS, as_stored=False)
    return b"".join([piece async for piece in formed(export, form)])


async def brewed(brewery: Brewery) -> tuple[Office, BrewReport]:
    """Hold a batch for three days; its agent is away for three hours."""
    office = Office(brewery)
    await brewery.wish("fass", 19.0)
    await asyncio.sleep(HOUR_S)
    await office.batches.add(BatchPlan(name="Ale", vessel="fass"), ANNA)
    await office.batches.start("ale", None, ANNA)
    assert (await brewery.body()).batch == "ale"
    await asyncio.sleep(2 * DAY_S)
    await brewery.stop_agent()
    await asyncio.sleep(3 * HOUR_S)
    brewery.start_agent()
    await asyncio.sleep(DAY_S)
    finished = await office.batches.finish("ale", None, ANNA)
    assert finished.state is BatchState.FINISHED
    assert (await brewery.body()).batch is None
    return office, await office.reports.report(finished, 0.5)


async def test_batch_is_held_reported_and_taken_away() -> None:
    async with Brewery(pace=SLOW).opened() as brewery:
        office, report = await brewed(brewery)
        # It was held, and the record tells how well, and what is missing of it.
        hours = 75
        assert report.out_of_band_ms is not None
        assert report.out_of_band_ms < 0.1 * hours * HOUR_MS
        beer = next(role for role in report.roles if role.role == Role.BEER)
        assert beer.mean == pytest.approx(19.0, abs=0.3)
        (silence,) = beer.silences
        assert silence.cause is Cause.AGENT
        assert silence.span.length_ms == pytest.approx(3 * HOUR_MS, rel=0.02)
        assert beer.completeness == pytest.approx(100 * (1 - 3 / hours), abs=0.2)
        assert report.summary.completeness == beer.completeness
        assert report.cool is not None
        assert 0 < report.cool.run_ms < hours * HOUR_MS
        assert report.cool.starts == pytest.approx(
            sum(on for _, on in brewery.switches("fass")[Role.COOL]), abs=3
        )
        # A wrong stretch is masked; what was stored stays.
        before = await brewery.series(Role.BEER)
        series = next(role.parts[0].series for role in report.roles if role.role == Role.BEER)
        id = await brewery.stores.history.id_of(series)
        assert id is not None
        at = before[len(before) // 2].t
        mask = CorrectionPlan(series=id, start=at, end=at + HOUR_MS, kind=CorrectionKind.MASK)
        await office.corrections.add(mask, ANNA)
        text = await text_of(office, brewery, Form.CSV)
        assert await brewery.series(Role.BEER) == before
        brewpi = await text_of(office, brewery, Form.BREWPI)
    # Another brewery takes both in whole, and once.
    catalog, clock = MemoryCatalog(), HandClock(START_MS + int(1000 * 30 * DAY_S))
    imports = Imports(MemoryHistory(), catalog, clock)
    for name, raw in (("ale.csv", text), ("log.csv", brewpi)):
        first = await imports.take(name, raw, by="anna", zone="UTC")
        assert (first.skipped, first.repeated) == ([], first.rows - first.stored)
        again = await imports.take(name, raw, by="anna", zone="UTC")
        assert (again.stored, again.skipped) == (0, [])
    assert len(await catalog.batches()) == 2
