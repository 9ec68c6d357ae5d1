"""What is taken away and brought in again: nothing changes here, and nothing is lost elsewhere."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from krausen.errors import NotFound
from krausen.importing.outcome import LEFT
from krausen.importing.parcel import of_bytes
from krausen.importing.report import FileReport
from krausen.importing.undertaking import Wish
from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.correction import CorrectionKind
from krausen.model.journal import JournalEntry
from krausen.model.quantities import BOUNDS
from krausen.model.reading import Quality, Reading
from krausen.model.series import SeriesName
from krausen.server.corrections import CorrectionPlan
from krausen.server.export_forms import Form
from tests.unit.server.desk import ANNA
from tests.unit.server.test_export import START, Store

pytestmark = pytest.mark.anyio

OURS = [Form.CSV, Form.JSONL]
NAMES = st.text(min_size=1, max_size=8).filter(str.isprintable) | st.sampled_from(
    ['say "beer"', "a,b", "=1+1", " blank ", "käse/тест", "a/b", "event", "batch", "\u00a0x".strip()]
)
SERIES = st.builds(SeriesName, NAMES, NAMES, NAMES)
UNITS = st.sampled_from(["", *{bounds.unit for bounds in BOUNDS.values()}, "g/m³", "µmol/m²/s", '"'])
READINGS = st.dictionaries(
    st.integers(0, 4_000_000_000_000),
    st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(Quality)),
    min_size=1,
    max_size=6,
)
HISTORIES = st.dictionaries(SERIES, st.tuples(UNITS, READINGS), min_size=1, max_size=4)
TEXTS = st.text(max_size=12).map(str.strip) | st.sampled_from(
    ['Hops; "all"\nof them.', "a\r\nb", "a\rb", ",", "''", '"', "x\u2028y"]
)
KINDS = NAMES | st.sampled_from(["note", "started", "paused", "finished", "bubble"])
EVENTS = st.lists(st.builds(BatchEvent, st.integers(0, 4_000_000_000_000), KINDS, TEXTS), max_size=5)
History = dict[SeriesName, tuple[str, dict[int, tuple[float, Quality]]]]
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


async def brewery(history: History, events: list[BatchEvent]) -> Store:
    """Have a history, and a batch that all of it belongs to."""
    store = Store()
    await store.history.declare([(name, unit) for name, (unit, _) in history.items()])
    await store.history.store(
        [Reading(name, t, v, q) for name, (_, points) in history.items() for t, (v, q) in points.items()]
    )
    times = [*(t for _, points in history.values() for t in points), *(event.at for event in events)]
    batch = Batch(
        id="ale-2",
        name='Pale "Ale", 2',
        state=BatchState.FINISHED,
        started_at=min(times),
        finished_at=max(times),
        roles={f"role-{place}": name for place, name in enumerate(sorted(history))},
    )
    entry = JournalEntry(at=0, by="anna", what="batch", id="ale-2", action="created")
    await store.catalog.keep_batch(batch, events, entry)
    return store


async def bring(store: Store, text: str, file: str = "ale.txt") -> FileReport:
    wish = Wish(by="anna", zone="Europe/Copenhagen")
    report = await store.imports.work(store.imports.begin(wish), of_bytes(file, text.encode()))
    return report.files[0]


@few
@given(history=HISTORIES, events=EVENTS, form=st.sampled_from(OURS))
async def test_a_batch_that_is_brought_back_changes_nothing(
    history: History, events: list[BatchEvent], form: Form
) -> None:
    store = await brewery(history, events)
    before = await store.state()
    report = await bring(store, await store.brew(form))
    assert (report.stored, report.skipped, report.batch) == (0, [], "ale-2")
    assert await store.state() == before


@few
@given(history=HISTORIES, events=EVENTS, form=st.sampled_from(OURS))
async def test_a_batch_that_moves_to_another_brewery_is_the_same_there(
    history: History, events: list[BatchEvent], form: Form
) -> None:
    here, there = await brewery(history, events), Store()
    text = await here.brew(form)
    report = await bring(there, text)
    assert (report.stored, report.repeated, report.skipped) == (report.rows, 0, [])
    assert await there.brew(form) == text
    assert by_name(await there.state()) == by_name(await here.state())
    (batch,) = await there.catalog.batches()
    assert (batch.id, batch.name, batch.state) == ("ale-2", 'Pale "Ale", 2', BatchState.FINISHED)
    again = await bring(there, text)
    assert (again.stored, again.repeated) == (0, report.rows)


def by_name(state: tuple[Any, ...]) -> object:
    """Give what is read of each series with its unit, and the events, whatever the ids are."""
    series, points, _, events = state
    return {one.name: (one.unit, there) for one, there in zip(series, points, strict=True)}, events


@few
@given(history=HISTORIES, form=st.sampled_from(OURS))
async def test_series_without_a_batch_come_back_under_their_own_names(history: History, form: Form) -> None:
    here, there = await brewery(history, []), Store()
    text = await here.taken(form)
    report = await bring(there, text)
    assert (report.stored, report.skipped, report.batch) == (report.rows, [], None)
    assert await there.taken(form) == text
    assert await there.catalog.batches() == []


BEER = SeriesName("pi", "beer", "temperature")
PLAIN: History = {BEER: ("°C", {START + t: (18.0, Quality.GOOD) for t in range(5)})}


async def test_what_was_lost_comes_back_and_what_differs_stays() -> None:
    store = await brewery(PLAIN, [])
    text = (await store.brew(Form.CSV)).replace(",18.0,", ",19.0,", 1)
    lost = await brewery({BEER: ("°C", {START: (18.0, Quality.GOOD)})}, [])
    report = await bring(lost, text)
    assert (report.stored, report.repeated) == (4, 1)
    assert LEFT.format(1) in report.remarks
    (series,) = await lost.history.series()
    assert [point.v for point in await lost.history.points(series.id, 0, 2**60, 9)] == [18.0] * 5


async def test_corrections_are_not_applied_twice() -> None:
    store = await brewery(PLAIN, [])
    shift = CorrectionPlan(series="s1", start=START, end=START + 3, kind=CorrectionKind.SHIFT, value=1.0)
    await store.corrections.add(shift, ANNA)
    before, text = await store.state(), await store.brew(Form.CSV)
    assert ",19.0," in text
    assert (await bring(store, text)).stored == 0
    assert await store.state() == before


async def test_a_batch_of_another_brewery_with_the_same_names_stands_beside_ours() -> None:
    ours = await brewery(PLAIN, [])
    before = await ours.kept(BEER)
    points = {START + 1: (4.0, Quality.DOUBTFUL), START + 9: (5.0, Quality.GOOD)}
    theirs = await brewery({BEER: ("°C", points)}, [])
    text = await theirs.brew(Form.CSV)
    report = await bring(ours, text)
    batches = {batch.id: batch for batch in await ours.catalog.batches()}
    assert report.stored == 2
    assert set(batches) == {"ale-2", report.batch}
    copy = batches[report.batch or ""].roles["role-0"]
    assert copy == SeriesName("import", "ale", "temperature")
    assert [(point.v, point.quality) for point in await ours.kept(copy)] == [
        (4.0, Quality.DOUBTFUL),
        (5.0, Quality.GOOD),
    ]
    assert await ours.kept(BEER) == before
    assert (await bring(ours, text)).stored == 0


async def test_a_batch_in_the_bin_comes_back() -> None:
    store = await brewery(PLAIN, [])
    text = await store.brew(Form.JSONL)
    (batch,) = await store.catalog.batches()
    entry = JournalEntry(at=0, by="anna", what="batch", id=batch.id, action="deleted")
    await store.catalog.keep_batch(replace(batch, deleted_at=5), [], entry)
    with pytest.raises(NotFound):
        await store.catalog.batch(batch.id)
    assert (await bring(store, text)).batch == batch.id
    assert (await store.catalog.batch(batch.id)).deleted_at is None


BREWPI_ROLES = ("beer", "setpoint_beer", "chamber", "setpoint_chamber", "ambient")
DEGREES = st.integers(10, 800).map(lambda n: n / 10).filter(lambda v: v != 85.0)
SECONDS = st.dictionaries(
    st.integers(0, 5000),
    st.tuples(*[DEGREES for _ in BREWPI_ROLES], st.integers(0, 9).map(float)),
    min_size=1,
)


@few
@given(seconds=SECONDS, notes=st.dictionaries(st.integers(0, 5000), TEXTS.filter(bool), max_size=4))
async def test_brewpi_form_keeps_what_it_has_room_for(
    seconds: dict[int, tuple[float, ...]], notes: dict[int, str]
) -> None:
    here, there = Store(), Store()
    roles = {role: SeriesName("pi", role, "t") for role in (*BREWPI_ROLES, "state")}
    await here.history.store(
        [
            Reading(roles[role], START + 1000 * second, value)
            for second, values in seconds.items()
            for role, value in zip(roles, values, strict=True)
        ]
    )
    events = [BatchEvent(START + 1000 * second, "note", text) for second, text in notes.items()]
    ale = Batch(
        id="ale",
        name="Ale",
        state=BatchState.FINISHED,
        started_at=START,
        finished_at=START + 10**7,
        roles=roles,
    )
    entry = JournalEntry(at=0, by="anna", what="batch", id="ale", action="created")
    await here.catalog.keep_batch(ale, events, entry)
    text = await here.brew(Form.BREWPI)
    await there.imports.take("ale.csv", text.encode(), by="anna", zone="UTC")
    assert await there.brew(Form.BREWPI) == text
