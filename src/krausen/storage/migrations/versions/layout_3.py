"""Agents and their devices are remembered, and vessels stand in chambers."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "3"
down_revision = "2"


def upgrade() -> None:
    """Make room for them; no agent is known yet, and no vessel stands anywhere."""
    op.create_table(
        "agent",
        Column("name", Text, primary_key=True),
        Column("known_since", BigInteger, nullable=False),
        Column("version", Text),
        *(Column(name, BigInteger) for name in ("clock_ms", "seen_at")),
    )
    op.create_table(
        "device",
        *(Column(name, Text, primary_key=True) for name in ("agent", "node")),
        *(Column(name, Text, nullable=False) for name in ("kind", "driver", "title")),
        Column("revision", Integer, nullable=False),
    )
    op.create_table(
        "chamber",
        Column("id", Text, primary_key=True),
        *(Column(name, Text, nullable=False) for name in ("name", "agent")),
        Column("revision", Integer, nullable=False),
        *(Column(name, BigInteger, nullable=False) for name in ("created_at", "updated_at")),
        Column("removed_at", BigInteger),
    )
    op.add_column("vessel", Column("chamber", Text))
