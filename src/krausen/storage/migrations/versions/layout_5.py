"""People decide of doors, and of what is kept of series."""

from typing import Any

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, Text

revision = "5"
down_revision = "4"


def upgrade() -> None:
    """Take it that nobody has decided anything of any door or series."""
    op.create_table(
        "door",
        Column("name", Text, primary_key=True),
        _there("enabled", Boolean),
        Column("port", Integer),
        _there("allow", JSON),
        _there("may_switch", Boolean),
        _there("settings", JSON),
        _there("revision", Integer),
        *(_there(name, BigInteger) for name in ("created_at", "updated_at")),
    )
    op.create_table(
        "store_choice",
        *(Column(name, Text, primary_key=True) for name in ("adapter", "node", "metric")),
        *(_there(name, Float) for name in ("every_s", "deadband", "longest_s")),
    )


def _there(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)
