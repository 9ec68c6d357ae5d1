"""Arranges the demo's brewery in a catalog: its user, its vessels with their wishes, and their batches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from krausen.model.batch import Batch, BatchEvent, BatchState
from krausen.model.journal import JournalEntry
from krausen.model.people import User, UserRole
from krausen.model.profile import Profile
from krausen.model.setpoint import Answer, AnswerState, Setpoint
from krausen.model.vessel import Vessel
from krausen.ports.catalog import Catalog
from krausen.server.setpoints import entry_of
from krausen.server.site import Site
from krausen.simulation.demo import BREWER, DAY_MS, PROFILES, STANDS, DemoBatch, batches
from krausen.simulation.past import Span

DEMO_USER = User(id="demo", login="demo", name=BREWER, role=UserRole.ADMIN)
ZONE = "site.zone"
SHORTEST_DAYS = 1 / 24


async def arranged(site: Site, days: int) -> list[DemoBatch]:
    """Add vessels, batches and user where they are not there yet, in order of time; give what is there.

    Batches that began more than `days` ago are left out; those that still run are cut short.
    """
    catalog, now = site.catalog, site.clock.now()
    wanted = batches(days)
    for deed in sorted(await _missing(catalog, wanted, now, days), key=lambda deed: deed.at):
        await deed.do(catalog)
    await _open(site, now)
    held = {record.vessel.id for record in await catalog.vessels()}
    listed = {batch.id for batch in await catalog.batches()}
    await site.roster.load()
    return [batch for batch in wanted if batch.id in listed and batch.vessel.id in held]


class _Deed(Protocol):
    """Something that was done to the brewery at an instant, UTC milliseconds."""

    @property
    def at(self) -> int: ...

    async def do(self, catalog: Catalog) -> None: ...


class _Placing(Struct, frozen=True):
    """A vessel is added with its first wish."""

    vessel: Vessel
    wish: Setpoint

    @property
    def at(self) -> int:
        return self.wish.at

    async def do(self, catalog: Catalog) -> None:
        await catalog.add_vessel(self.vessel, self.wish, _entry(self.at, "vessel", self.vessel.id))


class _Wishing(Struct, frozen=True):
    """A wish for a vessel is taken and accepted."""

    vessel: str
    wish: Setpoint

    @property
    def at(self) -> int:
        return self.wish.at

    async def do(self, catalog: Catalog) -> None:
        await catalog.request(self.vessel, self.wish, entry_of(self.vessel, self.wish))
        answer = Answer(setpoint=self.wish, state=AnswerState.ACCEPTED, at=self.at)
        await catalog.answered(self.vessel, self.wish.revision, answer)


class _Writing(Struct, frozen=True):
    """A profile is written down."""

    profile: Profile
    at: int

    async def do(self, catalog: Catalog) -> None:
        await catalog.add_profile(self.profile, _entry(self.at, "profile", self.profile.id))


class _Brewing(Struct, frozen=True):
    """A batch is kept with what happened to it."""

    batch: Batch
    events: Sequence[BatchEvent]
    at: int

    async def do(self, catalog: Catalog) -> None:
        await catalog.keep_batch(self.batch, self.events, _entry(self.at, "batch", self.batch.id))


async def _open(site: Site, now: int) -> None:
    """Keep the user and the site's zone; kept last, the user says that all else is there."""
    catalog = site.catalog
    if await catalog.setting(ZONE) is None:
        await catalog.keep_setting(ZONE, site.status.zone, _entry(now, "setting", ZONE))
    if not await _is_open(catalog):
        await catalog.keep_user(DEMO_USER, _entry(now, "user", DEMO_USER.id))


async def _is_open(catalog: Catalog) -> bool:
    return any(user.id == DEMO_USER.id for user in await catalog.users())


async def _missing(catalog: Catalog, wanted: Sequence[DemoBatch], now: int, days: int) -> list[_Deed]:
    """Give what is still to be done; what was begun and interrupted is gone on with."""
    found = {batch.id for batch in [*await catalog.batches(), *await catalog.batches(binned=True)]}
    revisions = {record.vessel.id: record.requested.revision for record in await catalog.vessels()}
    is_open = await _is_open(catalog)
    written = {profile.id for profile in await catalog.profiles()}
    first = now - int(max(days, SHORTEST_DAYS) * DAY_MS)
    deeds: list[_Deed] = []
    if not is_open:
        deeds += [_Writing(profile, first) for profile in PROFILES if profile.id not in written]
    spans = {batch.id: _span(batch, now, days) for batch in wanted}
    for stand in STANDS:
        theirs = [batch for batch in wanted if batch.vessel.id == stand.vessel.id]
        revision = revisions.get(stand.vessel.id, 0)
        if theirs[0].id not in found or (revision and not is_open):
            deeds += _wished(theirs, spans, revision, now)
            deeds += [_brewed(batch, spans[batch.id]) for batch in theirs if batch.id not in found]
    return deeds


def _span(batch: DemoBatch, now: int, days: int) -> Span:
    """Give when a batch starts and ends; one that still runs starts no longer ago than is wanted."""
    begins = batch.begins if batch.ends else min(batch.begins, max(days, SHORTEST_DAYS))
    return Span(now - int(begins * DAY_MS), now - int(batch.ends * DAY_MS))


def _wished(
    theirs: Sequence[DemoBatch], spans: Mapping[str, Span], revision: int, now: int
) -> Iterator[_Deed]:
    """Yield the vessel of some batches with its first wish ever, then the wishes for what runs in it."""
    running, oldest = theirs[0], theirs[-1]
    vessel = running.vessel.vessel()
    if not revision:
        yield _Placing(vessel, oldest.wishes(spans[oldest.id].from_ms, 1)[0])
    for wish in running.wishes(spans[running.id].from_ms, 1 if oldest is running else 2):
        if wish.revision > max(revision, 1) and wish.at <= now:
            yield _Wishing(vessel.id, wish)


def _brewed(batch: DemoBatch, span: Span) -> _Brewing:
    vessel = batch.vessel.vessel()
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
        BatchEvent(wish.at, "setpoint", _said(wish, batch))
        for wish in batch.wishes(span.from_ms, 1)
        if wish.at <= span.to_ms
    ]
    return _Brewing(kept, events, span.from_ms)


def _said(wish: Setpoint, batch: DemoBatch) -> str:
    if batch.profile is not None:
        return f"{wish.reason}: follows {batch.profile.name}"
    return f"{wish.reason}: {wish.value:.1f} °C"


def _entry(at: int, what: str, id: str) -> JournalEntry:
    return JournalEntry(at=at, by=DEMO_USER.login, what=what, id=id, action="created")
