"""The audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "host_audit",
        sa.Column("id", ID, primary_key=True, autoincrement=op.get_context().dialect.name == "sqlite"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("plugin", sa.Text(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("record_key", sa.Text(), nullable=False),
        sa.Column("action", sa.String(12), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.Column("seq", ID, nullable=True),
        sa.Column("seal", sa.String(64), nullable=True),
        # Keeps the last id taken, so that one whose record was removed is never taken again.
        sqlite_autoincrement=True,
    )
    unsealed, sealed = sa.text("seq IS NULL"), sa.text("seq IS NOT NULL")
    op.create_index("ix_host_audit_record", "host_audit", ["table_name", "record_key", "id"])
    op.create_index("ix_host_audit_at", "host_audit", ["at"])
    op.create_index("ix_host_audit_unsealed", "host_audit", ["id"], sqlite_where=unsealed, postgresql_where=unsealed)
    op.create_index(
        "uq_host_audit_seq", "host_audit", ["seq"], unique=True, sqlite_where=sealed, postgresql_where=sealed
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(sa.schema.CreateSequence(sa.Sequence("host_audit_id", data_type=sa.BigInteger)))


def downgrade() -> None:
    op.drop_table("host_audit")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE host_audit_id")
