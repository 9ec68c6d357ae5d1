"""Batches of the demo's brewery, from pitching to cold crash: nothing false is told."""

from itertools import groupby

import pytest

from krausen.cli.demo_past import COARSE, INSTEAD, LEARNING
from krausen.model.reading import Reading
from krausen.model.setpoint import Setpoint
from krausen.model.vessel import Role
from krausen.simulation.demo import DAY_MS, DemoBatch, batches
from krausen.simulation.past import Order, Piece, Span, simulate
from tests.unit.server.alarms.tower import Tower

pytestmark = pytest.mark.anyio

LOOK_MS = 600_000
DEMO = {batch.id: batch for batch in batches(25)}


def life(batch: DemoBatch, wishes: tuple[Setpoint, ...], start: int) -> list[Reading]:
    """Give all readings of a batch as the demo makes them once it is over, in order of time."""
    algorithm = batch.vessel.algorithm
    seconds = round((batch.begins - batch.ends) * DAY_MS) // 1000
    order = Order(
        vessel=batch.vessel,
        algorithm=INSTEAD if algorithm == LEARNING else algorithm,
        settings={},
        started_ms=start,
        seconds=seconds,
        wishes=wishes,
        spans=(Span(start, start + seconds * 1000),),
        rhythm=COARSE,
    )
    pieces = [message.readings for message in simulate(order) if isinstance(message, Piece)]
    return sorted((reading for piece in pieces for reading in piece), key=lambda reading: reading.t)


@pytest.mark.parametrize(
    ("id", "events"),
    [("oatmeal-stout", set()), ("helles-lager", {"raised silent_series", "cleared silent_series"})],
)
async def test_of_a_whole_batch_only_the_sleep_of_its_hydrometer_is_told(id: str, events: set[str]) -> None:
    batch = DEMO[id]
    tower = await Tower.opened(batch.vessel.vessel())
    start = tower.clock.now_ms
    wishes = batch.wishes(start, 2)
    due = list(wishes)
    told: list[tuple[str, str, str | None]] = []
    readings = life(batch, wishes, start)
    for end, group in groupby(readings, key=lambda reading: reading.t // LOOK_MS * LOOK_MS + LOOK_MS):
        while due and due[0].at <= end:
            await tower.take(due.pop(0), batch.vessel.id)
        await tower.ingest.take(list(group))
        tower.live.flush()
        tower.clock.now_ms = end
        await tower.alarms.look()
        told += [(one["event"], one["alarm"]["rule"], one["alarm"]["device"]) for one in await tower.frames()]
    assert {f"{event} {rule}" for event, rule, _ in told} == events
    assert {device for _, _, device in told} <= {batch.vessel.device(Role.GRAVITY)}
