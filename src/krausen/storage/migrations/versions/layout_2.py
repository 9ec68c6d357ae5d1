"""Roles become intervals, vessels are removed for good, adapters and settings have revisions."""

import json
from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Integer, Text, bindparam, text

revision = "2"
down_revision = "1"


def upgrade() -> None:
    """Let every role last since its vessel was made."""
    op.create_table(
        "role",
        Column("vessel", Text, ForeignKey("vessel.id"), primary_key=True),
        Column("role", Text, primary_key=True),
        Column("start", BigInteger, primary_key=True, autoincrement=False),
        Column("end", BigInteger),
        Column("series", JSON, nullable=False),
    )
    _fill_roles()
    with op.batch_alter_table("vessel") as vessel:
        vessel.drop_column("roles")
        vessel.add_column(Column("removed_at", BigInteger))
    _add("adapter", Text, policy="open")
    _add("adapter", JSON, nodes="[]", metrics="[]")
    _add("adapter", Integer, revision="1")
    _add("setting", Integer, revision="1")


def _fill_roles() -> None:
    connection = op.get_bind()
    vessels = connection.execute(text("SELECT id, roles, created_at FROM vessel")).all()
    rows: list[dict[str, Any]] = [
        {"vessel": id, "role": role, "start": created_at, "series": series}
        for id, roles, created_at in vessels
        for role, series in json.loads(roles).items()
    ]
    if rows:
        insert = text(
            "INSERT INTO role (vessel, role, start, series) VALUES (:vessel, :role, :start, :series)"
        )
        connection.execute(insert.bindparams(bindparam("series", type_=JSON)), rows)


def _add(table: str, kind: Any, **columns: str) -> None:
    """Add columns whose rows so far have this value; those to come must name one."""
    for name, value in columns.items():
        with op.batch_alter_table(table) as changed:
            changed.add_column(Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table) as changed:
            changed.alter_column(name, existing_type=kind(), server_default=None)
