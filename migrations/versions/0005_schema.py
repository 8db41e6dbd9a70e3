"""What running processes know of the schema, and which revisions ran."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("host_process", sa.Column("heads", sa.JSON(), nullable=True))
    op.create_table(
        "host_migration",
        sa.Column("target", sa.String(100), primary_key=True),
        sa.Column("revision", sa.String(100), primary_key=True),
        sa.Column("down_revision", sa.String(100), nullable=True),
        sa.Column("phase", sa.String(10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(50), nullable=False),
        sa.Column("user_name", sa.String(200), nullable=False),
        sa.Column("host_name", sa.String(255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("host_migration")
    op.drop_column("host_process", "heads")
