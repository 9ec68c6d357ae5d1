"""Vessels, and the whole history of the wishes for them."""

from msgspec.structs import replace
from sqlalchemy import Connection, Row, func, insert, select, update

from krausen.errors import NotFound, Stale
from krausen.model.batch import HOLDING
from krausen.model.journal import JournalEntry
from krausen.model.series import SeriesName
from krausen.model.setpoint import Answer, AnswerState, Setpoint
from krausen.model.vessel import Role, Vessel
from krausen.ports.catalog import RoleInterval, VesselRecord
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.roles import close_roles, open_roles, roles_now, roles_within
from krausen.storage.catalog.rows import all_of, check_seen, row_of, taken, thing_of
from krausen.storage.catalog.tables import batch
from krausen.storage.catalog.tables import role as role_table
from krausen.storage.catalog.tables import vessel as table
from krausen.storage.catalog.tables import wish as wishes


class SqlVessels(CatalogFile):
    """The part of the catalog port that knows vessels."""

    async def vessels(self) -> list[VesselRecord]:
        """Give all vessels, ordered by id."""
        return await self._read(_records)

    async def vessel(self, id: str) -> VesselRecord:
        """Give one. Raises NotFound."""
        return await self._read(_record, id)

    async def add_vessel(self, vessel: Vessel, wish: Setpoint, entry: JournalEntry) -> None:
        """Add one with its first wish, which counts as accepted.

        Raises Stale when the id is taken, and be it by a vessel that was removed.
        """
        await self._change(entry, _add, vessel, wish, entry.at)

    async def change_vessel(
        self, vessel: Vessel, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Replace what is arranged of a vessel, under the next revision. Raises NotFound, Stale."""
        return await self._change(entry, _replace, vessel, seen, entry.at)

    async def remove_vessel(self, last: VesselRecord, entry: JournalEntry) -> None:
        """Remove a vessel that is as it was last seen and holds no batch. Raises NotFound, Stale."""
        await self._change(entry, _remove, last, entry.at)

    async def roles_at(self, id: str, start: int, end: int) -> list[RoleInterval]:
        """Give the roles that lasted at some time in start <= t < end, ordered by role and start."""
        return await self._read(roles_within, id, start, end)

    async def request(
        self, id: str, wish: Setpoint, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Keep a wish under the next revision; give the vessel with its answer `waiting`.

        Raises NotFound, and Stale when `seen` is not the newest revision of the wish.
        """
        return await self._change(entry, _request, id, wish, seen, entry.at)

    async def answered(self, id: str, revision: int, answer: Answer) -> VesselRecord | None:
        """Keep what the agent said to the newest wish; None, and nothing kept, when it is about another."""
        return await self._write(_answered, id, revision, answer)

    async def wishes(self, id: str, start: int, end: int) -> list[Setpoint]:
        """Give the wishes with start <= at < end, oldest first."""
        return await self._read(_wishes, id, start, end)


_requested = wishes.alias("requested")
_held = wishes.alias("held")
_revisions = select(func.max(wishes.c.revision)).where(wishes.c.vessel == table.c.id)
_newest = _revisions.correlate(table).scalar_subquery()
_RECORDS = (
    select(table, _requested, _held)
    .where(_requested.c.vessel == table.c.id, _requested.c.revision == _newest)
    .where(_held.c.vessel == table.c.id, _held.c.revision == table.c.held)
    .where(table.c.removed_at.is_(None))
    .order_by(table.c.id)
)


def _records(connection: Connection) -> list[VesselRecord]:
    roles = roles_now(connection)
    rows = connection.execute(_RECORDS)
    return [_record_of(row, roles.get(row._mapping[table.c.id], {})) for row in rows]


def _record(connection: Connection, id: str) -> VesselRecord:
    row = connection.execute(_RECORDS.where(table.c.id == id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no vessel {id}.")
    return _record_of(row, roles_now(connection, role_table.c.vessel == id).get(id, {}))


def _record_of(row: Row[tuple[object, ...]], roles: dict[Role, SeriesName]) -> VesselRecord:
    columns = row._mapping
    return VesselRecord(
        vessel=replace(thing_of(Vessel, row, table), roles=roles),
        requested=thing_of(Setpoint, row, _requested),
        answer=Answer(
            setpoint=thing_of(Setpoint, row, _held),
            state=AnswerState(columns[table.c.answer]),
            detail=columns[table.c.answer_detail],
            at=columns[table.c.answered_at],
        ),
        created_at=columns[table.c.created_at],
        updated_at=columns[table.c.updated_at],
    )


def _add(connection: Connection, vessel: Vessel, wish: Setpoint, at: int) -> None:
    answer = _answer_row(AnswerState.ACCEPTED, "", at)
    first = {"held": wish.revision, **answer, "created_at": at, "updated_at": at}
    with taken(f"The id {vessel.id} belongs to another vessel, or did: choose another."):
        connection.execute(insert(table).values({**_vessel_row(vessel), **first}))
    open_roles(connection, vessel.id, vessel.roles, at)
    _keep_wish(connection, vessel.id, wish)


def _replace(connection: Connection, vessel: Vessel, seen: int | None, at: int) -> VesselRecord:
    present = _record(connection, vessel.id).vessel
    check_seen(f"Vessel {vessel.id}", present.revision, seen)
    row = {**_vessel_row(vessel), "revision": present.revision + 1, "updated_at": at}
    connection.execute(update(table).where(table.c.id == vessel.id).values(row))
    former, wanted = present.roles.items(), vessel.roles.items()
    close_roles(connection, vessel.id, dict(former - wanted), at)
    open_roles(connection, vessel.id, dict(wanted - former), at)
    return _record(connection, vessel.id)


def _remove(connection: Connection, last: VesselRecord, at: int) -> None:
    id = last.vessel.id
    present = _record(connection, id)
    check_seen(f"Vessel {id}", present.vessel.revision, last.vessel.revision)
    check_seen(f"The wish for {id}", present.requested.revision, last.requested.revision)
    _check_free(connection, present.vessel)
    close_roles(connection, id, present.vessel.roles, at)
    connection.execute(update(table).where(table.c.id == id).values(removed_at=at))


def _check_free(connection: Connection, vessel: Vessel) -> None:
    holding = (batch.c.vessel == vessel.id) & batch.c.state.in_(HOLDING) & batch.c.deleted_at.is_(None)
    held = connection.execute(select(batch.c.name, batch.c.state).where(holding)).first()
    if held is not None:
        raise Stale(f"{held.name} is {held.state} in {vessel.name}. Finish it first.")


def _request(connection: Connection, id: str, wish: Setpoint, seen: int | None, at: int) -> VesselRecord:
    newest = _record(connection, id).requested.revision
    check_seen(f"The wish for {id}", newest, seen)
    _keep_wish(connection, id, replace(wish, revision=newest + 1))
    row = {**_answer_row(AnswerState.WAITING, "", at), "updated_at": at}
    connection.execute(update(table).where(table.c.id == id).values(row))
    return _record(connection, id)


def _answered(connection: Connection, id: str, revision: int, answer: Answer) -> VesselRecord | None:
    row = _answer_row(answer.state, answer.detail, answer.at)
    if answer.state is AnswerState.ACCEPTED:
        row["held"] = revision
    about_newest = (table.c.id == id) & (_newest == revision) & table.c.removed_at.is_(None)
    if not connection.execute(update(table).where(about_newest).values(row)).rowcount:
        return None
    return _record(connection, id)


def _wishes(connection: Connection, id: str, start: int, end: int) -> list[Setpoint]:
    chosen = (wishes.c.vessel == id) & (wishes.c.at >= start) & (wishes.c.at < end)
    return all_of(Setpoint, connection, select(wishes).where(chosen).order_by(wishes.c.at, wishes.c.revision))


def _keep_wish(connection: Connection, vessel: str, wish: Setpoint) -> None:
    connection.execute(insert(wishes).values({"vessel": vessel, **row_of(wish)}))


def _vessel_row(vessel: Vessel) -> dict[str, object]:
    return {name: value for name, value in row_of(vessel).items() if name != "roles"}


def _answer_row(state: AnswerState, detail: str, at: int) -> dict[str, object]:
    return {"answer": state.value, "answer_detail": detail, "answered_at": at}
