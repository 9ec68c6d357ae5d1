"""There is what was learned of vessels, how that drifts from day to day, and why they heated or cooled."""

from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, ForeignKeyConstraint, Integer, Text

revision = "8"
down_revision = "7"


def upgrade() -> None:
    """Make room for it; nothing is known of any vessel yet."""
    _add_learned()
    _add_reasons()


def _add_learned() -> None:
    op.create_table(
        "learned",
        Column("vessel", Text, primary_key=True),
        Column("at", BigInteger),
        Column("learned", JSON),
        *(_there(name, Integer) for name in ("taken", "wished")),
        Column("wanted", JSON),
    )
    op.create_table(
        "learned_history",
        Column("vessel", Text, primary_key=True),
        Column("day", Integer, primary_key=True),
        _there("at", BigInteger),
        _there("quantities", JSON),
    )


def _add_reasons() -> None:
    op.create_table(
        "reason",
        Column("vessel", Text, primary_key=True),
        Column("at", BigInteger, primary_key=True, autoincrement=False),
        *(_there(name, Float) for name in ("heat", "cool")),
        _there("texts", JSON),
        *(Column(name, Boolean) for name in ("heating", "cooling")),
        _there("occasion", Text),
        ForeignKeyConstraint(["vessel"], ["vessel.id"], name="fk_reason_vessel_vessel"),
        sqlite_with_rowid=False,
    )


def _there(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)
