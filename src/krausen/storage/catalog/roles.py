"""What which series is to a vessel, from when to when."""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import to_builtins
from sqlalchemy import ColumnElement, Connection, or_, select, update

from krausen.model.series import SeriesName
from krausen.model.vessel import Role
from krausen.ports.catalog import RoleInterval
from krausen.storage.catalog.rows import put, thing_of
from krausen.storage.catalog.tables import role as table

_LASTING = table.c.end.is_(None)


def roles_now(connection: Connection, *only: ColumnElement[bool]) -> dict[str, dict[Role, SeriesName]]:
    """Give the present roles of vessels, by vessel."""
    found: defaultdict[str, dict[Role, SeriesName]] = defaultdict(dict)
    for row in connection.execute(select(table).where(_LASTING, *only)):
        interval = thing_of(RoleInterval, row)
        found[row._mapping[table.c.vessel]][interval.role] = interval.series
    return found


def roles_within(connection: Connection, vessel: str, start: int, end: int) -> list[RoleInterval]:
    """Give the roles of a vessel that lasted at some time in start <= t < end."""
    begun = (table.c.vessel == vessel) & (table.c.start < end)
    lasted = or_(_LASTING, table.c.end > start)
    rows = connection.execute(select(table).where(begun, lasted).order_by(table.c.role, table.c.start))
    return [thing_of(RoleInterval, row) for row in rows]


def open_roles(connection: Connection, vessel: str, roles: Mapping[Role, SeriesName], at: int) -> None:
    """Let roles begin; one that ended at the same instant goes on as if it had never been another."""
    for role, series in roles.items():
        row = {"vessel": vessel, "role": role.value, "start": at, "end": None, "series": to_builtins(series)}
        put(connection, table, row)


def close_roles(connection: Connection, vessel: str, roles: Mapping[Role, SeriesName], at: int) -> None:
    """Let roles end, never before they began."""
    for role in roles:
        lasting = (table.c.vessel == vessel) & (table.c.role == role.value) & _LASTING
        connection.execute(table.delete().where(lasting, table.c.start >= at))
        connection.execute(update(table).where(lasting).values(end=at))
