"""Resumable tasks, legal holds, and who had masked fields revealed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "host_task",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("command", sa.String(200), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(300), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "host_legal_hold",
        sa.Column("id", big, primary_key=True),
        sa.Column("table_name", sa.String(100), nullable=False),
        sa.Column("row_key", sa.String(400), nullable=True),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("placed_by", sa.String(200), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.String(200), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_host_legal_hold_table_name", "host_legal_hold", ["table_name"])
    op.create_table(
        "host_reveal",
        sa.Column("id", big, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.String(200), nullable=False),
        sa.Column("user_name", sa.String(200), nullable=False),
        sa.Column("plugin", sa.String(100), nullable=True),
        sa.Column("page", sa.String(200), nullable=True),
        sa.Column("correlation_id", sa.String(100), nullable=True),
        sa.Column("table_name", sa.String(100), nullable=False),
        sa.Column("row_key", sa.String(400), nullable=False),
        sa.Column("field", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_host_reveal_at", "host_reveal", ["at"])
    op.create_index("ix_host_reveal_table_name_row_key", "host_reveal", ["table_name", "row_key"])


def downgrade() -> None:
    op.drop_table("host_reveal")
    op.drop_table("host_legal_hold")
    op.drop_table("host_task")
