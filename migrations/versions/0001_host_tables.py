"""The host's own tables: change feed, processes, toggles."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "host_change",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("topic", sa.String(100), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        # Without it SQLite hands out the numbers of pruned rows again.
        sqlite_autoincrement=True,
    )
    op.create_index("ix_host_change_at", "host_change", ["at"])
    op.create_table(
        "host_process",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("host_name", sa.String(255), nullable=False),
        sa.Column("version", sa.String(50), nullable=False),
        sa.Column("plan_hash", sa.String(64), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heartbeat", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_host_process_heartbeat", "host_process", ["heartbeat"])
    op.create_table(
        "host_toggle",
        sa.Column("plugin_id", sa.String(100), primary_key=True),
        sa.Column("enabled", sa.Boolean(), nullable=True),
        sa.Column("exposure", sa.JSON(), nullable=True),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("host_toggle")
    op.drop_table("host_process")
    op.drop_table("host_change")
