"""Arranges the demo's brewery in a catalog: its user, its vessels with their wishes, and their batches."""

from collections.abc import Mapping, Sequence

from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import User, UserRole
from krausen.model.setpoint import Answer, AnswerState
from krausen.ports.catalog import Catalog
from krausen.server.site import Site
from krausen.simulation.demo import BREWER, DAY_MS, STANDS, DemoBatch, batches
from krausen.simulation.past import Span

DEMO_USER = User(id="demo", login="demo", name=BREWER, role=UserRole.ADMIN)
ZONE = "site.zone"
SHORTEST_DAYS = 1 / 24


async def arranged(site: Site, days: int) -> list[DemoBatch]:
    """Add user, vessels and batches where they are not there yet, the oldest first; give what is there.

    Batches that began more than `days` ago are left out; those that still run are cut short.
    """
    catalog, now = site.catalog, site.clock.now()
    await catalog.keep_user(DEMO_USER, _entry(now, "user", DEMO_USER.id))
    if await catalog.setting(ZONE) is None:
        await catalog.keep_setting(ZONE, site.status.zone, _entry(now, "setting", ZONE))
    found = {batch.id for batch in [*await catalog.batches(), *await catalog.batches(binned=True)]}
    wanted = batches(days)
    for stand in STANDS:
        theirs = [batch for batch in wanted if batch.vessel.id == stand.vessel.id]
        if theirs[0].id not in found:  # kept last: with it everything of the vessel is there
            spans = {batch.id: _span(batch, now, days) for batch in theirs}
            await _hold(catalog, theirs, spans, now)
            for batch in reversed(theirs):
                if batch.id not in found:
                    await _keep(catalog, batch, spans[batch.id])
                    found.add(batch.id)
    held = {record.vessel.id for record in await catalog.vessels()}
    listed = {batch.id for batch in await catalog.batches()}
    await site.roster.load()
    return [batch for batch in wanted if batch.id in listed and batch.vessel.id in held]


def _span(batch: DemoBatch, now: int, days: int) -> Span:
    """Give when a batch starts and ends; one that still runs starts no longer ago than is wanted."""
    begins = batch.begins if batch.ends else min(batch.begins, max(days, SHORTEST_DAYS))
    return Span(now - int(begins * DAY_MS), now - int(batch.ends * DAY_MS))


async def _hold(catalog: Catalog, theirs: Sequence[DemoBatch], spans: Mapping[str, Span], now: int) -> None:
    """Add the vessel of some batches with its first wish ever, then the wishes for what runs in it."""
    running, oldest = theirs[0], theirs[-1]
    vessel = running.vessel.vessel()
    known = {record.vessel.id: record.requested.revision for record in await catalog.vessels()}
    revision = known.get(vessel.id, 0)
    wishes = running.wishes(spans[running.id].from_ms, max(revision, 1) + 1)
    if not revision:
        first = oldest.wishes(spans[oldest.id].from_ms, 1)[0]
        await catalog.add_vessel(vessel, first, _entry(first.at, "vessel", vessel.id))
        if oldest is running:
            wishes = running.wishes(first.at, 1)[1:]
    for wish in wishes:
        if wish.at <= now:
            entry = _entry(wish.at, "vessel", vessel.id, "setpoint", wish.reason)
            await catalog.request(vessel.id, wish, entry)
            answer = Answer(setpoint=wish, state=AnswerState.ACCEPTED, at=wish.at)
            await catalog.answered(vessel.id, wish.revision, answer)


async def _keep(catalog: Catalog, batch: DemoBatch, span: Span) -> None:
    vessel, wishes = batch.vessel.vessel(), batch.wishes(span.from_ms, 1)
    kept = Batch(
        id=batch.id,
        name=batch.name,
        state=BatchState.FINISHED if batch.ends else BatchState.RUNNING,
        vessel=vessel.id,
        started_at=span.from_ms,
        finished_at=span.to_ms if batch.ends else None,
        roles={role.value: series for role, series in vessel.roles.items()},
    )
    events = [
        BatchEvent(wish.at, "setpoint", f"{wish.reason}: {wish.value:.1f} °C")
        for wish in wishes
        if wish.at <= span.to_ms
    ]
    await catalog.keep_batch(kept, events, _entry(span.from_ms, "batch", batch.id))


def _entry(at: int, what: str, id: str, action: str = "created", reason: str = "") -> JournalEntry:
    return JournalEntry(at=at, by="demo", what=what, id=id, action=action, reason=reason)
