"""Access: how far each process has read the feed, feature flags, security events, files handed out."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("host_process", sa.Column("seen", _ID, nullable=True))
    _flags()
    _security_events()
    _files()


def downgrade() -> None:
    for table in ("host_file", "host_security_event", "host_flag"):
        op.drop_table(table)
    op.drop_column("host_process", "seen")


def _flags() -> None:
    op.create_table(
        "host_flag",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("changed_by", sa.String(200), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def _security_events() -> None:
    op.create_table(
        "host_security_event",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("severity", sa.String(10), nullable=False),
        sa.Column("user_id", sa.String(100), nullable=False),
        sa.Column("client", sa.String(64), nullable=False),
        sa.Column("session", sa.String(64), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
    )
    op.create_index("ix_host_security_event_at", "host_security_event", ["at"])
    op.create_index("ix_host_security_event_kind_at", "host_security_event", ["kind", "at"])
    op.create_index("ix_host_security_event_user_id_at", "host_security_event", ["user_id", "at"])


def _files() -> None:
    op.create_table(
        "host_file",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("blob_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", _ID, nullable=False),
        sa.Column("owner", sa.String(100), nullable=False),
        sa.Column("permission", sa.String(200), nullable=True),
        sa.Column("plugin", sa.String(100), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_host_file_expires_at", "host_file", ["expires_at"])
    op.create_index("ix_host_file_owner", "host_file", ["owner"])
    op.create_index("ix_host_file_blob_id", "host_file", ["blob_id"])
