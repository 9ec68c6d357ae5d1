"""Vessels, and the whole history of the wishes for them."""

from msgspec.structs import replace
from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from krausen.errors import NotFound, Stale
from krausen.model.journal import JournalEntry
from krausen.model.setpoint import Answer, AnswerState, Setpoint
from krausen.model.vessel import Vessel
from krausen.ports.catalog import VesselRecord
from krausen.storage.catalog.file import CatalogFile
from krausen.storage.catalog.rows import all_of, row_of, taken, thing_of
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
        """Add one with its first wish, which counts as accepted. Raises Stale when the id is taken."""
        await self._change(entry, _add, vessel, wish, entry.at)

    async def request(
        self, id: str, wish: Setpoint, entry: JournalEntry, *, seen: int | None = None
    ) -> VesselRecord:
        """Keep a wish under the next revision; give the vessel with its answer `waiting`.

        Raises NotFound, and Stale when `seen` is not the newest revision.
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
    .order_by(table.c.id)
)


def _records(connection: Connection, *only: ColumnElement[bool]) -> list[VesselRecord]:
    return [_record_of(row) for row in connection.execute(_RECORDS.where(*only))]


def _record(connection: Connection, id: str) -> VesselRecord:
    for record in _records(connection, table.c.id == id):
        return record
    raise NotFound(f"There is no vessel {id}.")


def _record_of(row: Row[tuple[object, ...]]) -> VesselRecord:
    columns = row._mapping
    return VesselRecord(
        vessel=thing_of(Vessel, row, table),
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
    with taken(f"The id {vessel.id} belongs to another vessel: choose another."):
        connection.execute(insert(table).values({**row_of(vessel), **first}))
    _keep_wish(connection, vessel.id, wish)


def _request(connection: Connection, id: str, wish: Setpoint, seen: int | None, at: int) -> VesselRecord:
    newest = _record(connection, id).requested.revision
    if seen is not None and seen != newest:
        raise Stale(
            f"The wish for {id} is at revision {newest}, not {seen}: look again before you change it."
        )
    _keep_wish(connection, id, replace(wish, revision=newest + 1))
    row = {**_answer_row(AnswerState.WAITING, "", at), "updated_at": at}
    connection.execute(update(table).where(table.c.id == id).values(row))
    return _record(connection, id)


def _answered(connection: Connection, id: str, revision: int, answer: Answer) -> VesselRecord | None:
    row = _answer_row(answer.state, answer.detail, answer.at)
    if answer.state is AnswerState.ACCEPTED:
        row["held"] = revision
    about_newest = (table.c.id == id) & (_newest == revision)
    if not connection.execute(update(table).where(about_newest).values(row)).rowcount:
        return None
    return _record(connection, id)


def _wishes(connection: Connection, id: str, start: int, end: int) -> list[Setpoint]:
    chosen = (wishes.c.vessel == id) & (wishes.c.at >= start) & (wishes.c.at < end)
    return all_of(Setpoint, connection, select(wishes).where(chosen).order_by(wishes.c.at, wishes.c.revision))


def _keep_wish(connection: Connection, vessel: str, wish: Setpoint) -> None:
    connection.execute(insert(wishes).values({"vessel": vessel, **row_of(wish)}))


def _answer_row(state: AnswerState, detail: str, at: int) -> dict[str, object]:
    return {"answer": state.value, "answer_detail": detail, "answered_at": at}
